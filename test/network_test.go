// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/network"
)

// Port bases that keep the tests' networks apart from one that a user runs; SMARTB_TEST_PORT_BASE names another one.
const (
	portBase           = 23000
	portBaseContainers = 24000
)

var net *network.Network

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		fmt.Println("not run: -short is set, and all tests here need a network")
		return
	}
	if reason := missing(placement()); reason != nil {
		fmt.Printf("not run: tests in %s: %v\n", placement(), reason)
		return
	}
	code, err := withNetwork(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "network for the tests:", err)
		code = 1
	}
	os.Exit(code)
}

// withNetwork runs the tests against a new network. SMARTB_TEST_STATE names a folder to keep it in, so that the next run finds it there.
func withNetwork(m *testing.M) (code int, err error) {
	state, keep := os.Getenv("SMARTB_TEST_STATE"), true
	if state == "" {
		keep = false
		if state, err = os.MkdirTemp("", "smartb-test-"); err != nil {
			return 1, err
		}
	}
	options := network.Options{StateDir: state, PortBase: portBase, Placement: placement(), Detach: keep, Progress: os.Stderr}
	if options.Placement == network.Containers {
		options.PortBase = portBaseContainers
		forget, err := isolateContainers(keep)
		if err != nil {
			return 1, err
		}
		defer forget()
	}
	if text := os.Getenv("SMARTB_TEST_PORT_BASE"); text != "" {
		if options.PortBase, err = strconv.Atoi(text); err != nil {
			return 1, fmt.Errorf("SMARTB_TEST_PORT_BASE: %w", err)
		}
	}
	if net, err = network.New(options); err != nil {
		return 1, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	if !keep {
		defer func() {
			if resetErr := net.Reset(context.Background()); err == nil {
				err = resetErr
			}
		}()
	}
	if err := net.Up(ctx); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// within is a context for one test's calls.
func within(t testing.TB, limit time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}

// connect opens the gateway of an organisation as one of its users.
func connect(t testing.TB, org, user string, options ...gateway.Option) *gateway.Client {
	t.Helper()
	return open(t, profile(t, org, user), options...)
}

func profile(t testing.TB, org, user string) gateway.Profile {
	t.Helper()
	profile, err := gateway.LoadProfile(net.ProfilePath(org, user))
	require.NoError(t, err)
	return profile
}

// networkID is the id of the network that the tests run against.
func networkID(t testing.TB) string { return profile(t, "city", "steward").Network }

func open(t testing.TB, profile gateway.Profile, options ...gateway.Option) *gateway.Client {
	t.Helper()
	client, err := gateway.Connect(within(t, time.Minute), profile, options...)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return client
}

// probeChaincode is the chaincode of test/probe.
var probeChaincode = network.Chaincode{
	Name: "probe", Main: "github.com/smartb-suite/smartb/test/probe",
	Collections: []network.Collection{{
		Name: "meterData", Members: []string{"UtilityMSP", "CommunityMSP", "OversightMSP"}, Endorsers: 2, MemberOnlyRead: true, MemberOnlyWrite: true,
	}},
}

var deployProbe = sync.OnceValue(func() error {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	return net.Deploy(ctx, probeChaincode)
})

// probe opens the gateway of an organisation for the chaincode probe.
func probe(t testing.TB, org, user string, options ...gateway.Option) *gateway.Client {
	t.Helper()
	nativeOnly(t, "containers run no chaincode besides smartb")
	require.NoError(t, deployProbe())
	p := profile(t, org, user)
	p.Chaincode = probeChaincode.Name
	return open(t, p, options...)
}
