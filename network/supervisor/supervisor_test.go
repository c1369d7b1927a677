// SPDX-License-Identifier: Apache-2.0

package supervisor

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// serve runs a supervisor in this process, in a folder so deep that a socket's path would not fit.
func serve(t *testing.T) (string, *Client) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), strings.Repeat("deep", 20), strings.Repeat("deeper", 10))
	require.NoError(t, os.MkdirAll(dir, 0o700))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, dir) }()
	var client *Client
	require.Eventually(t, func() bool {
		var err error
		client, err = Connect(dir)
		return err == nil
	}, 5*time.Second, time.Millisecond)
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
		_, err := Connect(dir)
		require.ErrorIs(t, err, ErrNotRunning)
	})
	return dir, client
}

func sleeper(dir string) Spec {
	return Spec{Name: "city/peer", Path: "/bin/sh", Args: []string{"-c", "echo started; exec sleep 1000"}, Dir: dir, Log: filepath.Join(dir, "log")}
}

func only(t *testing.T, client *Client) State {
	t.Helper()
	states, err := client.List(t.Context())
	require.NoError(t, err)
	require.Len(t, states, 1)
	return states[0]
}

func exists(pid int) bool { return syscall.Kill(pid, 0) == nil }

func TestAProcessThatDiesComesBack(t *testing.T) {
	dir, client := serve(t)
	require.NoError(t, client.Launch(t.Context(), []Spec{sleeper(dir)}))
	first := only(t, client)
	require.True(t, first.Running())
	logs := func(want string) func() bool {
		return func() bool {
			log, err := os.ReadFile(filepath.Join(dir, "log"))
			return err == nil && string(log) == want
		}
	}
	require.Eventually(t, logs("started\n"), 5*time.Second, 10*time.Millisecond)
	require.NoError(t, syscall.Kill(first.PID, syscall.SIGKILL))
	require.Eventually(t, func() bool { s := only(t, client); return s.Running() && s.PID != first.PID }, 5*time.Second, 10*time.Millisecond)
	again := only(t, client)
	require.Equal(t, 1, again.Restarts)
	require.Equal(t, "signal: killed", again.Exit)
	require.Eventually(t, logs("started\nstarted\n"), 5*time.Second, 10*time.Millisecond)
}

func TestAProcessEndedOnRequestStaysDownUntilStart(t *testing.T) {
	ends := map[string]func(*Client, context.Context, string) error{"stop": (*Client).Stop, "kill": (*Client).Kill}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			dir, client := serve(t)
			require.NoError(t, client.Launch(t.Context(), []Spec{sleeper(dir)}))
			pid := only(t, client).PID
			require.NoError(t, end(client, t.Context(), "city/peer"))
			require.False(t, exists(pid))
			time.Sleep(firstBackoff + 200*time.Millisecond)
			down := only(t, client)
			require.False(t, down.Running())
			require.False(t, down.Wanted)
			require.NoError(t, client.Start(t.Context(), "city/peer"))
			require.True(t, only(t, client).Running())
		})
	}
}

func TestLaunchingTwiceChangesNothing(t *testing.T) {
	dir, client := serve(t)
	require.NoError(t, client.Launch(t.Context(), []Spec{sleeper(dir)}))
	pid := only(t, client).PID
	require.NoError(t, client.Launch(t.Context(), []Spec{sleeper(dir)}))
	require.Equal(t, pid, only(t, client).PID)
}

func TestAProgramThatIsMissingIsAnError(t *testing.T) {
	dir, client := serve(t)
	err := client.Launch(t.Context(), []Spec{{Name: "city/peer", Path: "/nowhere/peer", Dir: dir, Log: filepath.Join(dir, "log")}})
	require.ErrorContains(t, err, "/nowhere/peer")
}

func TestAnUnknownProcessIsAnError(t *testing.T) {
	_, client := serve(t)
	require.ErrorContains(t, client.Stop(t.Context(), "city/peer"), "city/peer")
}

func TestShutdownEndsEverything(t *testing.T) {
	dir, client := serve(t)
	require.NoError(t, client.Launch(t.Context(), []Spec{sleeper(dir)}))
	pid := only(t, client).PID
	require.NoError(t, Shutdown(t.Context(), dir))
	require.False(t, exists(pid))
	require.NoError(t, Shutdown(t.Context(), dir))
}

func TestAPidThatWasGivenToSomebodyElseIsNotTaken(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, identityName), []byte(`{"pid":1,"startTime":"not this one"}`), 0o600))
	pid, err := alive(dir)
	require.NoError(t, err)
	require.Zero(t, pid)
	require.NoError(t, Shutdown(t.Context(), dir))
}

// TestAProcessThatIsKilledAgainAndAgainIsBackWithinASecond: each time, not only at first.
func TestAProcessThatIsKilledAgainAndAgainIsBackWithinASecond(t *testing.T) {
	dir, client := serve(t)
	require.NoError(t, client.Launch(t.Context(), []Spec{sleeper(dir)}))
	for range 4 {
		time.Sleep(settled + 100*time.Millisecond)
		killed := only(t, client).PID
		require.NoError(t, syscall.Kill(killed, syscall.SIGKILL))
		require.Eventually(t, func() bool { s := only(t, client); return s.Running() && s.PID != killed }, time.Second, 10*time.Millisecond)
	}
}

func TestLaunchingEndsThePauseBeforeARestart(t *testing.T) {
	dir, client := serve(t)
	marker := filepath.Join(dir, "works")
	spec := Spec{Name: "city/peer", Path: "/bin/sh", Args: []string{"-c", "test -e " + marker + " && exec sleep 1000"}, Dir: dir, Log: filepath.Join(dir, "log")}
	require.NoError(t, client.Launch(t.Context(), []Spec{spec}))
	require.Eventually(t, func() bool { return only(t, client).Restarts == 4 }, 5*time.Second, 10*time.Millisecond, "the next pause is of 1.6 s")
	require.NoError(t, os.WriteFile(marker, nil, 0o600))
	begin := time.Now()
	require.NoError(t, client.Launch(t.Context(), []Spec{spec}))
	require.True(t, only(t, client).Running())
	require.Less(t, time.Since(begin), time.Second)
}
