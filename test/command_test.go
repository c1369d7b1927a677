// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/energy"
)

// TestCommands runs the scripts in testdata/script: what users type, against the real network.
func TestCommands(t *testing.T) {
	bin := t.TempDir()
	output, err := exec.Command("go", "build", "-o", bin, "github.com/smartb-suite/smartb/gateway-client/cmd/smartb").CombinedOutput()
	require.NoError(t, err, "%s", output)
	var month strings.Builder
	require.NoError(t, energy.WriteSample(&month, "2025-03", 7, 0))
	await := caughtUp(t)
	wait := func(script *testscript.TestScript, _ bool, _ []string) { script.Check(await()) }
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("SMARTB_STATE", net.StateDir())
			env.Setenv("PATH", bin+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("COMMUNITY", "script-"+random(t))
			env.Setenv("NOTICE", "notice-"+random(t))
			env.Setenv("DATA", freeAddress(t))
			env.Setenv("DATASET", "data-"+random(t))
			files := map[string]string{"days.csv": days(month.String(), "2025-03-29", "2025-03-30"), "points.secret": random(t)}
			for name, sample := range map[string][2]string{
				"notice.json": {"energy-sharing.notice.json", "energy-sharing=" + env.Getenv("NOTICE")}, "dataset.json": {"grid-load.dataset.json", "UtilityMSP/grid-load=UtilityMSP/" + env.Getenv("DATASET")},
				"offer.json": {"grid-load.offer.json", "UtilityMSP/grid-load=UtilityMSP/" + env.Getenv("DATASET")},
			} {
				text, err := os.ReadFile(filepath.Join("..", "docs", "samples", sample[0]))
				if err != nil {
					return err
				}
				before, after, _ := strings.Cut(sample[1], "=")
				files[name] = strings.Replace(string(text), `"`+before+`"`, `"`+after+`"`, 1)
			}
			for name, text := range files {
				if err := os.WriteFile(filepath.Join(env.WorkDir, name), []byte(text), 0o600); err != nil {
					return err
				}
			}
			return nil
		},
		Condition: func(name string) (bool, error) { return string(placement()) == name, nil },
		Cmds:      map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "eventually": eventually, "caughtup": wait},
	})
}

// freeAddress is a loopback address that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(nil)
	server.Close()
	return server.Listener.Addr().String()
}

// days keeps the header and the rows of some days.
func days(month string, dates ...string) string {
	var kept strings.Builder
	for i, line := range strings.SplitAfter(month, "\n") {
		date, _, _ := strings.Cut(line, "T")
		if i == 0 || strings.Contains(strings.Join(dates, " "), date) && date != "" {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// exits runs a command that ends with the exit code given first.
func exits(script *testscript.TestScript, _ bool, args []string) {
	got := "0"
	if err := script.Exec(args[1], args[2:]...); err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		script.Fatalf("%v exits with %s, not %s", args[1:], got, args[0])
	}
}

// eventually repeats a command for some seconds: another organisation's peer may be a block behind what was just committed.
func eventually(script *testscript.TestScript, _ bool, args []string) {
	var err error
	for begin := time.Now(); time.Since(begin) < 10*time.Second; time.Sleep(100 * time.Millisecond) {
		if err = script.Exec(args[0], args[1:]...); err == nil {
			return
		}
	}
	script.Fatalf("%v: %v", args, err)
}

// caughtUp returns a function that waits until every peer has the blocks that any has, where another organisation reads next what was just committed.
func caughtUp(t *testing.T) func() error {
	type member struct {
		raw    *client.Gateway
		client *gateway.Client
	}
	var members []member
	for _, org := range net.Topology {
		members = append(members, member{rawGateway(t, org.Name, org.Client().Name), connect(t, org.Name, org.Client().Name)})
	}
	return func() error {
		ctx, highest := within(t, time.Minute), uint64(0)
		for _, m := range members {
			height, err := heightBy(ctx, m.raw)
			if err != nil {
				return err
			}
			highest = max(highest, height)
		}
		for _, m := range members {
			if err := m.client.Await(ctx, gateway.Receipt{BlockNumber: highest - 1}); err != nil {
				return err
			}
		}
		return nil
	}
}
