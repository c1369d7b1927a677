// SPDX-License-Identifier: Apache-2.0

package docker

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheProjectHasTheNameThatComposeWouldChoose(t *testing.T) {
	for dir, want := range map[string]string{"/home/anna/smartb": "smartb", "/srv/Smart.B (2)": "smartb2", "/srv/_x-1": "x-1"} {
		t.Setenv(EnvProject, "")
		require.Equal(t, want, NameFor(dir))
		t.Setenv(EnvProject, "mine")
		require.Equal(t, "mine", NameFor(dir))
	}
}

// fakeDocker puts a script in the place of the command docker.
func fakeDocker(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "docker"), []byte("#!/bin/sh\n"+script), 0o700))
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

func TestContainersAreFoundByTheirLabels(t *testing.T) {
	fakeDocker(t, `case "$*" in
"ps -aq --no-trunc --filter label=com.docker.compose.project=mine --filter label=com.docker.compose.oneoff=False") echo 1a; echo 2b;;
"ps -aq --no-trunc --filter label=com.docker.compose.service=city-peer --filter label=com.docker.compose.project=mine --filter label=com.docker.compose.oneoff=False") echo 1a;;
"inspect 1a 2b") echo '[{"Id":"1a","Image":"sha256:9","RestartCount":2,"Config":{"Image":"smartb-peer:latest","Labels":{"com.docker.compose.service":"city-peer"}},"State":{"Status":"running","Pid":7,"ExitCode":0}},
{"Id":"2b","Config":{"Labels":{"com.docker.compose.service":"enrol"}},"State":{"Status":"exited","ExitCode":1}}]';;
esac`)
	project := Project{Name: "mine"}
	all, err := project.Containers(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]Container{
		"city-peer": {ID: "1a", Service: "city-peer", Image: "sha256:9", Tag: "smartb-peer:latest", PID: 7, RestartCount: 2, Status: "running"},
		"enrol":     {ID: "2b", Service: "enrol", ExitCode: 1, Status: "exited"},
	}, all)
	id, err := project.ID(t.Context(), "city-peer")
	require.NoError(t, err)
	require.Equal(t, "1a", id)
	_, err = project.ID(t.Context(), "city-ca")
	require.ErrorContains(t, err, "0 containers of service city-ca; is it up?")
}

func TestWhatTheEngineComplainsAboutIsInTheError(t *testing.T) {
	fakeDocker(t, "echo Cannot connect to the Docker daemon >&2; exit 1")
	err := Available(t.Context())
	require.ErrorContains(t, err, "no Docker engine answers")
	require.ErrorContains(t, err, "Cannot connect to the Docker daemon")
}

func TestAMachineWithoutDockerIsToldSo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	require.ErrorContains(t, Available(t.Context()), "containers need the command docker")
}
