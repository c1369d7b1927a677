// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

const (
	// watchEvery is how often the ledger is asked about an answer that is under way.
	watchEvery = 500 * time.Millisecond
	// unasked is for how long such an answer goes on while the ledger cannot be asked.
	unasked = 10 * time.Second
)

var errCut = errors.New("the access ended while the answer was under way")

// watched is an answer that is cut off when the access ends.
type watched struct {
	http.ResponseWriter
	guard   *Guard
	request *http.Request
	check   licensing.AccessCheck
	cancel  context.CancelFunc
	sealed  bool

	mu     sync.Mutex
	timer  *time.Timer
	asked  time.Time
	ended  bool
	reason *Problem
}

// watch begins to look after an answer; the request gets a context that ends with the access.
func (g *Guard) watch(w http.ResponseWriter, r *http.Request, check licensing.AccessCheck) (*watched, *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	r = r.WithContext(ctx)
	a := &watched{ResponseWriter: w, guard: g, request: r, check: check, cancel: cancel, asked: time.Now()}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.timer = time.AfterFunc(watchEvery, a.ask)
	return a, r
}

// ask cuts the answer off if the ledger no longer allows it.
func (a *watched) ask() {
	problem, err := a.guard.ends(a.request, a.check)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ended {
		return
	}
	if err == nil {
		a.asked = time.Now()
	} else if time.Since(a.asked) > unasked {
		problem = unavailable(err)
	}
	if problem == nil {
		a.timer.Reset(watchEvery)
		return
	}
	problem.cut = true
	a.reason = problem
	a.cancel()
	// A write that waits for a slow reader ends too. Writers without deadlines end with the context.
	_ = http.NewResponseController(a.ResponseWriter).SetWriteDeadline(time.Now())
}

// ends is why an answer that is under way must not go on.
func (g *Guard) ends(r *http.Request, begun licensing.AccessCheck) (*Problem, error) {
	now, err := g.check(r.Context(), begun.DecisionID)
	if err != nil {
		return nil, err
	}
	if !now.Continues() {
		return refused(begun.DecisionID, now.Reasons...), nil
	}
	if !begun.Personal {
		return nil, nil //nolint:nilnil // nothing is against it
	}
	withdrawn := func(subject string) bool { return !slices.Contains(now.Subjects, subject) }
	served := begun.Subjects
	if !g.filtered && g.subjects != nil {
		served = g.subjects(r)
	}
	if slices.ContainsFunc(served, withdrawn) {
		return refused(begun.DecisionID, licensing.Reason{Code: SubjectNotPermitted}), nil
	}
	return nil, nil //nolint:nilnil // nothing is against it
}

// end stops looking, and returns why the answer was cut off, if it was.
func (a *watched) end() *Problem {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ended = true
	a.timer.Stop()
	a.cancel()
	return a.reason
}

func (a *watched) isCut() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.reason != nil
}

func (a *watched) seal() {
	if !a.sealed {
		a.sealed = true
		seal(a.Header(), a.check.DecisionID)
	}
}

// WriteHeader sends the header with what no data server may change.
func (a *watched) WriteHeader(status int) {
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols {
		a.seal()
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the body, unless the access has ended.
func (a *watched) Write(part []byte) (int, error) {
	if a.isCut() {
		return 0, errCut
	}
	a.seal()
	return a.ResponseWriter.Write(part)
}

// FlushError sends what was written.
func (a *watched) FlushError() error {
	a.seal()
	return http.NewResponseController(a.ResponseWriter).Flush()
}

// Unwrap returns the writer below, for what else it can do.
func (a *watched) Unwrap() http.ResponseWriter { return a.ResponseWriter }
