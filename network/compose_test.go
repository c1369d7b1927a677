// SPDX-License-Identifier: Apache-2.0

package network

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

type composed struct {
	Image       string
	User        string
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	SecurityOpt []string `yaml:"security_opt"`
	Restart     string
	MemLimit    string `yaml:"mem_limit"`
	CPUs        string `yaml:"cpus"`
	Ports       []string
	Networks    []string
	Volumes     []string
	Healthcheck struct{ Test []string }
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
}

type composeFile struct {
	Services map[string]composed
	Networks map[string]struct{ Internal bool }
	Volumes  map[string]any
}

func composeOf(t *testing.T) composeFile {
	t.Helper()
	text, err := ComposeFile()
	require.NoError(t, err)
	var file composeFile
	require.NoError(t, yaml.Unmarshal(text, &file))
	return file
}

func TestTheCommittedComposeFileFollowsFromTheTopology(t *testing.T) {
	root, err := moduleRoot()
	require.NoError(t, err)
	committed, err := os.ReadFile(filepath.Join(root, "docker-compose.yaml"))
	require.NoError(t, err)
	text, err := ComposeFile()
	require.NoError(t, err)
	require.True(t, bytes.Equal(text, committed), "run `make generate`")
}

func TestEveryComponentIsAServiceAndNothingElseIs(t *testing.T) {
	var want []string
	for _, org := range DefaultTopology().Names() {
		for _, kind := range []string{CA, Orderer, Peer, Agent, Server} {
			want = append(want, org+"-"+kind)
		}
	}
	want = append(want, "configure", "enrol", "bootstrap")
	var got []string
	for name := range composeOf(t).Services {
		got = append(got, name)
	}
	require.ElementsMatch(t, want, got)
}

func TestServicesMayDoNoMoreThanTheyMust(t *testing.T) {
	for name, s := range composeOf(t).Services {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, "65532:65532", s.User)
			require.True(t, s.ReadOnly)
			require.Equal(t, []string{"ALL"}, s.CapDrop)
			require.Equal(t, []string{"no-new-privileges=true"}, s.SecurityOpt)
			require.NotEmpty(t, s.MemLimit)
			require.NotEmpty(t, s.CPUs)
			_, kind, isComponent := strings.Cut(name, "-")
			if !isComponent {
				require.Equal(t, "no", s.Restart)
				require.Equal(t, "smartb-bootstrap:${SMARTB_TAG:-latest}", s.Image)
				require.Empty(t, s.Ports)
				return
			}
			require.Equal(t, "unless-stopped", s.Restart)
			require.Equal(t, "smartb-"+kind+":${SMARTB_TAG:-latest}", s.Image)
			require.Equal(t, []string{"CMD", "/usr/local/bin/health"}, s.Healthcheck.Test[:2])
			require.Len(t, s.Volumes, 1, "a component sees its own folder and no other's keys")
			require.Contains(t, s.Volumes[0], name+":/state/")
		})
	}
}

func TestOnlyGatewaysArePublishedAndOnLoopback(t *testing.T) {
	published := map[string][]string{}
	for name, s := range composeOf(t).Services {
		if len(s.Ports) > 0 {
			published[name] = s.Ports
		}
	}
	require.Equal(t, map[string][]string{
		"city-peer":      {"127.0.0.1:${SMARTB_PORT_THOUSANDS:-17}020:17020"},
		"utility-peer":   {"127.0.0.1:${SMARTB_PORT_THOUSANDS:-17}060:17060"},
		"community-peer": {"127.0.0.1:${SMARTB_PORT_THOUSANDS:-17}100:17100"},
		"oversight-peer": {"127.0.0.1:${SMARTB_PORT_THOUSANDS:-17}140:17140"},
	}, published)
}

func TestOnlyWhatMustTalkCanTalk(t *testing.T) {
	file := composeOf(t)
	for _, org := range DefaultTopology().Names() {
		require.ElementsMatch(t, []string{org + "-ca", org + "-orderer", org + "-peer", org + "-agent", "configure", "enrol", "bootstrap"}, membersOf(file, org))
		require.ElementsMatch(t, []string{org + "-peer", org + "-chaincode"}, membersOf(file, org+"-chaincode"))
		require.True(t, file.Networks[org+"-chaincode"].Internal)
	}
	for _, member := range membersOf(file, "consortium") {
		require.Regexp(t, `-(orderer|peer)$`, member)
	}
	require.Len(t, membersOf(file, "consortium"), 8)
	require.True(t, file.Networks["consortium"].Internal)
}

func membersOf(file composeFile, network string) (names []string) {
	for name, s := range file.Services {
		for _, n := range s.Networks {
			if n == network {
				names = append(names, name)
			}
		}
	}
	return names
}

func TestServicesStartInTheOrderOfUp(t *testing.T) {
	file := composeOf(t)
	const succeeded, started = "service_completed_successfully", "service_started"
	require.Equal(t, succeeded, file.Services["city-ca"].DependsOn["configure"].Condition)
	require.Equal(t, started, file.Services["enrol"].DependsOn["city-ca"].Condition)
	for _, kind := range []string{Orderer, Peer, Agent, Server} {
		require.Equal(t, succeeded, file.Services["city-"+kind].DependsOn["enrol"].Condition)
		require.Equal(t, started, file.Services["bootstrap"].DependsOn["oversight-"+kind].Condition)
	}
}
