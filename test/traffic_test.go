// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/gateway-client"
)

// traffic is eighteen callers: six relay consents singly, four gathered, six ask for access, and two of the data user's read what was given.
type traffic struct {
	from  uint64 // the ledger's height before
	calls [callers]func(ctx context.Context) (id string, err error)
	ended atomic.Bool
	done  chan struct{}

	mu           sync.Mutex
	tried        map[string]bool
	acknowledged map[string]bool
	given        []consent.GetRequest // what readers ask for
	answers      [callers][]time.Time
	slowest      time.Duration
	errors       []error
	retries      map[gateway.Reason]int
}

const callers = 18

func newTraffic(ctx context.Context, t *testing.T) *traffic {
	t.Helper()
	m, neighbour := theMarket(t), theNeighbour(ctx, t)
	agreement := m.licensed(ctx, t, true, "")
	l := &traffic{from: height(ctx, t), done: make(chan struct{}), tried: map[string]bool{}, acknowledged: map[string]bool{}, retries: map[gateway.Reason]int{}}
	hook := gateway.WithRetryHook(func(r gateway.Retry) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.retries[r.Reason]++
	})
	give := func(relay *gateway.Client) func(context.Context) (string, error) {
		return func(ctx context.Context) (string, error) {
			r := newResident(t)
			l.try(r.consentID)
			_, _, err := relay.Relay(ctx, r.signed(t), nil)
			if err == nil {
				l.give(consent.GetRequest{Subject: r.subject, ConsentID: r.consentID})
			}
			return r.consentID, err
		}
	}
	single, several := give(connect(t, "city", "steward", hook)), give(connect(t, "city", "steward", gathered, hook))
	processor := connect(t, "community", "processor", hook)
	access := func(ctx context.Context) (string, error) {
		request := ask(t, agreement, neighbour.subject)
		l.try(request.DecisionID)
		_, _, err := processor.Licensing().RequestAccess(ctx, request)
		return request.DecisionID, err
	}
	read := func(ctx context.Context) (string, error) {
		_, err := processor.Consent().Get(ctx, l.someGiven(consent.GetRequest{Subject: neighbour.subject, ConsentID: neighbour.consentID}))
		time.Sleep(20 * time.Millisecond) // its answers shall not take the machine from the others
		return "", err
	}
	for i := range l.calls {
		switch {
		case i < 6:
			l.calls[i] = single
		case i < 10:
			l.calls[i] = several
		case i < 16:
			l.calls[i] = access
		default:
			l.calls[i] = read
		}
	}
	return l
}

func (l *traffic) give(ref consent.GetRequest) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.given = append(l.given, ref)
}

// someGiven is one that each peer has had the time to get, if there is one.
func (l *traffic) someGiven(first consent.GetRequest) consent.GetRequest {
	const young = 200
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.given) - young; n > 0 {
		return l.given[rand.IntN(n)]
	}
	return first
}

func (l *traffic) try(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tried[id] = true
}

// run has all call until end.
func (l *traffic) run(ctx context.Context) {
	var group sync.WaitGroup
	for i, call := range l.calls {
		group.Go(func() {
			for !l.ended.Load() && ctx.Err() == nil {
				begin := time.Now()
				id, err := call(ctx)
				l.note(i, id, begin, err)
			}
		})
	}
	group.Wait()
	close(l.done)
}

func (l *traffic) note(caller int, id string, begin time.Time, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.slowest = max(l.slowest, time.Since(begin))
	if err != nil {
		l.errors = append(l.errors, err)
		return
	}
	if l.answers[caller] = append(l.answers[caller], time.Now()); id != "" {
		l.acknowledged[id] = true
	}
}

// end waits until the last call has returned.
func (l *traffic) end() {
	l.ended.Store(true)
	<-l.done
}

// longestGap is the longest time in which nobody had a transaction committed.
func (l *traffic) longestGap() (longest time.Duration) {
	all := slices.SortedFunc(slices.Values(slices.Concat(l.answers[:16]...)), time.Time.Compare)
	for i := 1; i < len(all); i++ {
		longest = max(longest, all[i].Sub(all[i-1]))
	}
	return longest
}

const never = time.Hour

// resumed is how long after a moment the last of the callers had an answer again.
func (l *traffic) resumed(moment time.Time) (latest time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, answers := range l.answers {
		after := never
		for _, answer := range answers {
			if answer.After(moment) {
				after = answer.Sub(moment)
				break
			}
		}
		latest = max(latest, after)
	}
	return latest
}
