// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Reason explains why something is done again.
type Reason string

const (
	// Conflict means that other transactions changed what this one read; it is proposed anew.
	Conflict Reason = "conflict"
	// NotReady means that peers, chaincode or discovery could not execute the call yet, or disagreed; nothing was ordered, the same proposal is sent again.
	NotReady Reason = "not ready"
	// Busy means that a chaincode server has as many calls under way as it takes; nothing was ordered, the same proposal is sent again.
	Busy Reason = "busy"
	// Unanswered means that the transaction may be ordered or not; the same envelope is submitted again.
	Unanswered Reason = "unanswered"
	// Interrupted means that a stream of events ended; another one goes on behind the last event.
	Interrupted Reason = "interrupted"
)

// Retry is told to the hook of [WithRetryHook] before something is done again.
type Retry struct {
	// Reason describes what is done again, and why.
	Reason Reason
	// Transaction is the call's name.
	Transaction string
	// TransactionID is that of the attempt that failed.
	TransactionID string
	// Attempt counts what failed so far, from 1.
	Attempt int
	// Delay passes before the next attempt.
	Delay time.Duration
	// Cause is what failed.
	Cause error
}

// pace is how fast things are done again.
type pace struct {
	conflict, notReady, status span
	// doubt is how long the commit status of a transaction is asked for before its envelope is submitted again. It is
	// the first value while nothing at all is committed, more while other transactions are, and the longest at most.
	doubt span
	// agreement is how long other organisations are asked until enough of them say the same.
	agreement time.Duration
}

// span is the first and the longest of growing delays.
type span struct{ first, longest time.Duration }

// The doubt's first span is longer than a network takes for a commit that is not busy. It is also how late a client goes on after an outage of the orderers.
var defaultPace = pace{
	conflict: span{50 * time.Millisecond, 2 * time.Second},
	notReady: span{100 * time.Millisecond, 2 * time.Second},
	status:   span{50 * time.Millisecond, time.Second},
	doubt:    span{2 * time.Second, 20 * time.Second},

	agreement: 5 * time.Second,
}

// delays returns the growing delays, each jittered by half.
func (s span) delays() backoff.BackOff {
	return &backoff.ExponentialBackOff{InitialInterval: s.first, MaxInterval: s.longest, Multiplier: 2, RandomizationFactor: 0.5}
}

// repeat tries until that succeeds, again states no, or ctx ends. It returns the last error in any case; the caller
// sees from it what was going on.
func repeat[T any](ctx context.Context, delays backoff.BackOff, try func() (T, error), again func(err error, attempt int, delay time.Duration) bool) (T, error) {
	delays.Reset()
	for attempt := 1; ; attempt++ {
		result, err := try()
		if err == nil || over(ctx, err) != nil {
			return result, ended(ctx, err)
		}
		delay := delays.NextBackOff()
		if !again(err, attempt, delay) || !pause(ctx, delay) {
			return result, ended(ctx, err)
		}
	}
}

// pause waits; it returns false if ctx ends before.
func pause(ctx context.Context, delay time.Duration) bool {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// ended puts the error of a context that has ended before what the ended context made of a call: callers wait for their context's error.
func ended(ctx context.Context, err error) error {
	end := over(ctx, err)
	if err == nil || end == nil || errors.Is(err, end) {
		return err
	}
	return fmt.Errorf("%w: %w", end, err)
}

// headStart is how much earlier than here a deadline may pass at a peer, which is told how much time is left.
const headStart = 100 * time.Millisecond

// over is the context's error: also that of a deadline about to pass here which a peer's answer reports already.
func over(ctx context.Context, err error) error {
	deadline, limited := ctx.Deadline()
	if ctx.Err() == nil && limited && status.Code(err) == codes.DeadlineExceeded && time.Until(deadline) < headStart {
		return context.DeadlineExceeded
	}
	return ctx.Err()
}
