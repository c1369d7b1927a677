// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ErrUnconfirmed reports that too few organisations gave the same answer where a single one is not believed. While no
// own peer can be asked, or with [WithComparedAnswers] (docs/explanation/adr/0028). Try again when an own peer is back,
// or name more organisations in the profile's fallbackPeers.
var ErrUnconfirmed = errors.New("no own peer can be asked or is to be believed alone, and too few organisations say the same")

// WithComparedAnswers believes no query that a single organisation answers, be it the profile's own. The others of the
// profile are asked as well. As many as the endorsement of a transaction takes must give the same answer. It is for
// those who act through somebody else's profile, as residents do through a relay's: a peer that encrypts its answer can
// have made it up nevertheless.
func WithComparedAnswers() Option {
	return func(c *Client) { c.compares = true }
}

// errHearsay reports a submission of which only another organisation's peer describes what became of it.
var errHearsay = errors.New("only another organisation's peer knows of the submission")

// errSilent reports that too few organisations answered at all, which time may mend.
var errSilent = errors.New("too few answer at all")

// quorum is how many other organisations must say the same to be believed: one more than may lie (docs/explanation/adr/0003), and never one alone.
func (c *Client) quorum() int {
	organisations := len(c.foreign) + 1
	return max(2, (organisations-1)/3+1)
}

// opinion is what an organisation states at last.
type opinion[T any] struct {
	msp   string
	value T
	// words are what is compared; empty where the organisation gave no answer.
	words string
	err   error
}

// agreed asks all other organisations the same, each at its own peer, until enough of them say the same: an answer or
// an error. One that differs may be a block behind, so it is asked again until the pace's agreement is over.
func agreed[T any](ctx context.Context, c *Client, ask func(context.Context, *entrance) (value T, words string, err error)) (T, error) {
	return agreedAmong(ctx, c, c.foreign, ask)
}

// agreedAmong is agreed with the organisations that are asked.
func agreedAmong[T any](ctx context.Context, c *Client, among []*entrance, ask func(context.Context, *entrance) (value T, words string, err error)) (T, error) {
	var nothing T
	if len(among) < c.quorum() {
		return nothing, c.unconfirmed([]string{fmt.Sprintf("the profile names %d other organisations", len(c.foreign))})
	}
	window, cancel := context.WithTimeout(ctx, c.pace.agreement)
	defer cancel()
	opinions := make(chan opinion[T])
	for _, e := range among {
		go consult(window, c, e, ask, opinions)
	}
	last := map[string]opinion[T]{}
	for {
		select {
		case o := <-opinions:
			last[o.msp] = o
			if o.words != "" && supporters(last, o.words) >= c.quorum() {
				return o.value, o.err
			}
		case <-window.Done():
			err := c.unconfirmed(said(last))
			if answering(last) < c.quorum() {
				err = fmt.Errorf("%w (%w)", err, errSilent)
			}
			return nothing, ended(ctx, err)
		}
	}
}

// consult asks one organisation again and again.
func consult[T any](ctx context.Context, c *Client, e *entrance, ask func(context.Context, *entrance) (T, string, error), opinions chan<- opinion[T]) {
	delays := c.pace.notReady.delays()
	delays.Reset()
	for {
		o := opinion[T]{msp: e.msp}
		o.value, o.words, o.err = ask(ctx, e)
		if refusal := new(ContractError); errors.As(o.err, &refusal) && !errors.Is(o.err, ErrPrivateDataNotHere) {
			o.words = refusal.words()
		} else if o.err != nil {
			o.words = "" // a failure reveals nothing about the ledger, whoever shares it; nor does that the peer does not hold what is private to others
		}
		select {
		case opinions <- o:
		case <-ctx.Done():
			return
		}
		if !pause(ctx, delays.NextBackOff()) {
			return
		}
	}
}

// answering counts the organisations that gave an answer, whichever.
func answering[T any](last map[string]opinion[T]) (n int) {
	for _, o := range last {
		if o.words != "" {
			n++
		}
	}
	return n
}

func supporters[T any](last map[string]opinion[T], words string) (n int) {
	for _, o := range last {
		if o.words == words {
			n++
		}
	}
	return n
}

// said lists what each organisation answered, without the answers: they may be private.
func said[T any](last map[string]opinion[T]) (all []string) {
	for msp, o := range last {
		switch {
		case o.err != nil:
			all = append(all, fmt.Sprintf("%s: %s", msp, o.err))
		default:
			all = append(all, msp+" answers, but unlike the others")
		}
	}
	slices.Sort(all)
	return all
}

func (c *Client) unconfirmed(said []string) error {
	if len(said) == 0 {
		said = []string{"none answered"}
	}
	return fmt.Errorf("%w: %d must: %s; try again when an own peer is back, or name more organisations in the profile's fallbackPeers", ErrUnconfirmed, c.quorum(),
		strings.Join(said, "; "))
}

// unconfirmable reports that the organisations of the profile are too few to confirm anything.
func (c *Client) unconfirmable(err error) bool {
	return errors.Is(err, ErrUnconfirmed) && len(c.foreign) < c.quorum()
}

// words are what errors are compared by.
func (e *ContractError) words() string {
	return fmt.Sprintf("refused %s %d %s %v", e.Code, e.Status, e.Message, e.Details)
}

// byAny has one other organisation's peer after the other try what the ledger proves afterwards. An error proves
// nothing, so it takes as many as an answer.
func byAny[T any](ctx context.Context, c *Client, call *call, try func(context.Context, *entrance) (T, error)) (T, error) {
	var (
		nothing  T
		last     error
		said     []string
		refusals = map[string]int{}
		turn     = int(c.turn.Add(1))
	)
	for i := range c.foreign {
		e := c.foreign[(turn+i)%len(c.foreign)]
		result, err := tryOne(ctx, len(c.foreign)-i, e, try)
		if err == nil {
			return result, nil
		}
		last = err
		if refusal := new(ContractError); errors.As(err, &refusal) && !disagreed(refusal.cause, call) {
			said = append(said, e.msp+": "+refusal.Error())
			if refusals[refusal.words()]++; refusals[refusal.words()] >= c.quorum() {
				return nothing, err
			}
		}
	}
	if len(said) > 0 {
		return nothing, c.unconfirmed(said)
	}
	return nothing, last
}

// tryOne gives one of so many organisations its share of the time that is left, so that one that stays silent does not use up all of it.
func tryOne[T any](ctx context.Context, of int, e *entrance, try func(context.Context, *entrance) (T, error)) (T, error) {
	if deadline, limited := ctx.Deadline(); limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/time.Duration(of))
		defer cancel()
	}
	return try(ctx, e)
}
