// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/internal/soak"
	"github.com/smartb-suite/smartb/network"
)

// outage is something that happens to a native network under traffic.
type outage struct {
	sentence string
	// strike makes it happen, and returns when what failed was mended.
	strike func(ctx context.Context, t *testing.T) (mended time.Time)
	// resumed is how long after it was mended the last client has its first answer, at most.
	resumed time.Duration
	// long states that it lasts longer than some callers wait.
	long bool
}

// TestNothingIsLostInAnOutage has clients of two organisations give consents, singly and gathered, ask for access and
// read, at eighteen threads, while parts of the network fail. Anything that was acknowledged is on the ledger once, and
// no caller sees an error whose time is not over.
func TestNothingIsLostInAnOutage(t *testing.T) {
	nativeOnly(t, "containers have their own faults")
	for _, o := range []outage{
		{"everything loses its power", powerFails, 10 * time.Second, false},
		{"the leading orderer hangs", leaderHangs, 3 * time.Second, false},
		{"a peer loses its ledger", func(ctx context.Context, t *testing.T) time.Time { return ledgerLost(ctx, t, "oversight") }, 3 * time.Second, false},
		{"the data user's own peer loses its ledger", func(ctx context.Context, t *testing.T) time.Time { return ledgerLost(ctx, t, "community") }, 3 * time.Second, false},
		{"the orderers lose their quorum", quorumLost, 3 * time.Second, false},
		{"the relay's own chaincode server is killed all the time", serverKilled, 3 * time.Second, false},
		{"the disk is full", diskFull, 10 * time.Second, true},
	} {
		t.Run(o.sentence, o.underTraffic)
	}
}

func (o outage) underTraffic(t *testing.T) {
	ctx := within(t, soak.Form(5*time.Minute, 20*time.Minute))
	traffic := newTraffic(ctx, t)
	struck := time.Now()
	go traffic.run(ctx)
	time.Sleep(2 * time.Second)
	mended := o.strike(ctx, t)
	for traffic.resumed(mended) == never && time.Since(mended) < soak.Form(time.Minute, 2*o.resumed) {
		time.Sleep(100 * time.Millisecond)
	}
	time.Sleep(soak.Form(time.Second, 20*time.Second))
	traffic.end()

	gap, resumed := traffic.longestGap(), traffic.resumed(mended)
	t.Logf("%d acknowledged in %.0f s; longest gap %.1f s; every client goes on %.1f s after it was mended; slowest call %.1f s; %d errors; repeated: %v",
		len(traffic.acknowledged), time.Since(struck).Seconds(), gap.Seconds(), resumed.Seconds(), traffic.slowest.Seconds(), len(traffic.errors), traffic.retries)
	for text, times := range traffic.kindsOfErrors() {
		t.Logf("%d times: %s", times, text)
	}
	settledEverywhere(ctx, t)
	lost, doubled, unsaid := traffic.compare(ctx, t)
	require.Empty(t, lost, "acknowledged, but not on the ledger")
	require.Empty(t, doubled, "on the ledger more than once")
	if !o.long {
		require.Empty(t, unsaid, "on the ledger, but the caller was told an error")
		require.Empty(t, traffic.errors, "no caller sees an error")
	}
	require.LessOrEqual(t, resumed, soak.Form(time.Minute, o.resumed), "every client goes on soon") // a machine that does other work is slow
}

// settledEverywhere waits until all components are healthy and all ledgers equal.
func settledEverywhere(ctx context.Context, t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		states, err := net.Status(ctx)
		return err == nil && !slices.ContainsFunc(states, func(s network.ComponentStatus) bool { return !s.Healthy })
	}, time.Minute, 500*time.Millisecond, "all components are healthy again")
	settledHeights(ctx, t)
}

// powerFails kills all processes at once, the supervisor first so that it restarts nothing, and starts the network again.
func powerFails(ctx context.Context, t *testing.T) time.Time {
	t.Helper()
	for _, pid := range processes(t) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	time.Sleep(time.Second)
	require.NoError(t, net.Up(ctx))
	return time.Now()
}

// processes are the ids of all processes of the network, the supervisor's first.
func processes(t *testing.T) (all []int) {
	t.Helper()
	entries, err := filepath.Glob("/proc/[0-9]*")
	require.NoError(t, err)
	for _, entry := range entries {
		program, _ := os.Readlink(filepath.Join(entry, "exe"))
		folder, _ := os.Readlink(filepath.Join(entry, "cwd"))
		if !strings.HasPrefix(program, net.StateDir()+"/") && !strings.HasPrefix(folder, net.StateDir()+"/") {
			continue
		}
		var pid int
		if _, err := fmt.Sscanf(filepath.Base(entry), "%d", &pid); err != nil || pid == os.Getpid() {
			continue
		}
		if filepath.Base(program) == "supervisor" {
			all = slices.Insert(all, 0, pid)
		} else {
			all = append(all, pid)
		}
	}
	return all
}

// leaderHangs stops the leading orderer's process for longer than it takes the others to choose another one, and lets it go on.
func leaderHangs(ctx context.Context, t *testing.T) time.Time {
	t.Helper()
	leader, err := net.Leader(ctx)
	require.NoError(t, err)
	pid := pidOf(ctx, t, leader.Name, network.Orderer)
	require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
	time.Sleep(soak.Form(14*time.Second, 30*time.Second))
	require.NoError(t, syscall.Kill(pid, syscall.SIGCONT))
	return time.Now()
}

func pidOf(ctx context.Context, t *testing.T, org, component string) int {
	t.Helper()
	states, err := net.Status(ctx)
	require.NoError(t, err)
	for _, s := range states {
		if s.Organisation == org && s.Component == component {
			return s.PID
		}
	}
	return 0
}

// ledgerLost deletes the ledger of an organisation's peer. Its private data that no other organisation holds is lost; nothing of the traffic is such.
func ledgerLost(ctx context.Context, t *testing.T, org string) time.Time {
	t.Helper()
	require.NoError(t, net.Stop(ctx, org, network.Peer))
	data := filepath.Join(net.StateDir(), org, network.Peer, "data", "ledgersData")
	require.DirExists(t, data)
	require.NoError(t, os.RemoveAll(data))
	require.NoError(t, net.Start(ctx, org, network.Peer))
	require.NoError(t, net.Up(ctx))
	return time.Now()
}

// quorumLost kills two of four orderers, and counts from the first block after three are healthy again.
func quorumLost(ctx context.Context, t *testing.T) time.Time {
	t.Helper()
	for _, org := range []string{"utility", "oversight"} {
		t.Cleanup(func() { // the other tests need all four
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
			defer cancel()
			require.NoError(t, net.Start(ctx, org, network.Orderer))
		})
		require.NoError(t, net.Kill(ctx, org, network.Orderer))
	}
	time.Sleep(soak.Form(20*time.Second, 60*time.Second))
	require.NoError(t, net.Start(ctx, "utility", network.Orderer))
	healthy, before := time.Now(), height(ctx, t)
	for height(ctx, t) == before {
		require.Less(t, time.Since(healthy), time.Minute, "three of four orderers agree")
		time.Sleep(50 * time.Millisecond)
	}
	mended := time.Now()
	t.Logf("three orderers agree %.1f s after the third is healthy", mended.Sub(healthy).Seconds())
	time.Sleep(soak.Form(4*time.Second, 10*time.Second))
	require.NoError(t, net.Start(ctx, "oversight", network.Orderer))
	return mended
}

// serverKilled kills the city's chaincode server every two seconds.
func serverKilled(ctx context.Context, t *testing.T) time.Time {
	t.Helper()
	for range soak.Form(6, 20) {
		if pid := pidOf(ctx, t, "city", network.Server); pid != 0 {
			require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
		}
		time.Sleep(2 * time.Second)
	}
	return time.Now()
}

// diskFull fills the file system of the network's folder, if that is small enough to be its own.
func diskFull(_ context.Context, t *testing.T) time.Time {
	t.Helper()
	free := func() int64 {
		var system syscall.Statfs_t
		require.NoError(t, syscall.Statfs(net.StateDir(), &system))
		return int64(system.Bavail) * system.Bsize
	}
	const small = 4 << 30
	if free() > small {
		t.Skip("it would fill a file system of others: let SMARTB_TEST_STATE name a folder on one of less than 4 GB")
	}
	filler := filepath.Join(filepath.Dir(net.StateDir()), "filler")
	file, err := os.Create(filler)
	require.NoError(t, err)
	defer os.Remove(filler)
	for chunk := make([]byte, 1<<20); err == nil; {
		_, err = file.Write(chunk)
	}
	_ = file.Close()
	time.Sleep(soak.Form(10*time.Second, 40*time.Second))
	require.NoError(t, os.Remove(filler))
	return time.Now()
}

// kindsOfErrors counts the errors by the beginning of their text.
func (l *traffic) kindsOfErrors() map[string]int {
	kinds := map[string]int{}
	for _, err := range l.errors {
		text := err.Error()
		kinds[text[:min(len(text), 300)]]++
	}
	return kinds
}

// compare finds what was acknowledged and is not on the ledger, what is there more than once, and what is there though the caller saw an error.
func (l *traffic) compare(ctx context.Context, t *testing.T) (lost, doubled, unsaid []string) {
	t.Helper()
	times := map[string]int{}
	for key, n := range creations(ctx, t, "\x00", l.from) {
		for _, id := range strings.Split(key, "\x00") {
			if l.tried[id] {
				times[id] = max(times[id], n)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(l.tried)) {
		switch {
		case times[id] > 1:
			doubled = append(doubled, id)
		case times[id] == 0 && l.acknowledged[id]:
			lost = append(lost, id)
		case times[id] == 1 && !l.acknowledged[id]:
			unsaid = append(unsaid, id)
		}
	}
	return lost, doubled, unsaid
}
