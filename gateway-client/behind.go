// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/protobuf/proto"
)

// ErrBehind reports that its own peer has far fewer blocks than the ledger, as after a loss of its disk, and that no
// others may answer in its place. Its answers are those of the past. It catches up by itself; `network status`
// describes how far it is.
var ErrBehind = errors.New("your organisation's peer is catching up")

const (
	// farBehind is by how many blocks a peer may be behind others and still be believed: under load each is a few behind some other.
	farBehind = 20
	// lookEvery is how old the last look at heights may be before another one begins, beside the call; after lookAtLeast a call waits for it.
	lookEvery, lookAtLeast = 2 * time.Second, 5 * time.Second
	// lookTime bounds a look. Anyone who does not tell its height by then is not counted.
	lookTime = time.Second
	// catchesUp is how often, and how long after each other, a peer that does not find something and is a few blocks behind is asked again.
	catchesUp, catchUpPause = 20, 50 * time.Millisecond
	// askAgain is how long a question for heights is good for; peers refuse what was signed more than five minutes ago.
	askAgain = 2 * time.Minute
)

// tide compares the height of its own peer with those of others (docs/explanation/adr/0037).
type tide struct {
	mu sync.Mutex
	// seen is how many blocks the ledger has at least, by commits that this client saw.
	seen     uint64
	last     sight
	looking  chan struct{} // closed when the look under way is over, nil if there is none
	question *proposal
	signed   time.Time
}

// sight is what a look found.
type sight struct {
	began time.Time
	// own is its own peer's height, 0 if it did not tell.
	own uint64
	// ledger is the height that the ledger has at least: that of as many other organisations as are believed, or what this client saw committed.
	ledger uint64
}

func (s sight) behind() bool { return s.own > 0 && s.own < s.ledger }

func (s sight) far() bool { return s.own > 0 && s.own+farBehind < s.ledger }

func (s sight) error() error {
	return fmt.Errorf("%w: it has %d blocks of at least %d; wait, or see `network status`", ErrBehind, s.own, s.ledger)
}

// saw notes that a block was committed.
func (t *tide) saw(block uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen = max(t.seen, block+1)
}

// forget has the next answer wait for a look: its own peer was away, and may be another one when it is back.
func (t *tide) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = sight{}
}

func (t *tide) sight() sight {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last
}

// watches reports whether the client looks at heights. It does so with signatures of its own, which somebody else who signs would have to give.
func (c *Client) watches() bool { return c.looks && len(c.foreign) > 0 }

// answered has its own peer answer, unless it is far behind. It is believed that something does not exist if the peer
// had all blocks that others had by then.
func answered[T any](ctx context.Context, c *Client, at func(context.Context, *entrance) (T, error)) (T, error) {
	var nothing T
	if !c.watches() {
		return at(ctx, c.own)
	}
	begin := time.Now()
	if s := c.glance(begin); s.far() && begin.Sub(s.began) < lookAtLeast {
		return nothing, s.error()
	}
	result, err := at(ctx, c.own)
	if c.own.unreachable(err) {
		c.tide.forget()
		return result, err
	}
	if s := c.sightSince(ctx, begin.Add(-lookAtLeast)); s.far() {
		return nothing, s.error()
	}
	if !missing(err) {
		return result, err
	}
	return whenLevel(ctx, c, at, err)
}

// glance is what the last look found; another one begins beside it, if that is old or its own peer was far behind.
func (c *Client) glance(now time.Time) sight {
	s := c.tide.sight()
	if age := now.Sub(s.began); age > lookEvery || s.far() && age > catchUpPause {
		c.look()
	}
	return s
}

// whenLevel asks its own peer again, which did not find something, when it has all blocks that others had by then.
func whenLevel[T any](ctx context.Context, c *Client, at func(context.Context, *entrance) (T, error), missing error) (T, error) {
	var nothing T
	for range catchesUp {
		if ctx.Err() != nil {
			break
		}
		s := c.sightSince(ctx, time.Now())
		if s.far() {
			return nothing, s.error()
		}
		if s.behind() {
			pause(ctx, catchUpPause)
			continue
		}
		return at(ctx, c.own)
	}
	return nothing, missing
}

// missing reports whether an error states that the ledger does not hold something.
func missing(err error) bool {
	for _, code := range []error{ErrNotFound, ErrNoticeNotFound, ErrTaxonomyMissing, ErrGovernanceMissing, ErrNetworkNotFounded} {
		if errors.Is(err, code) {
			return true
		}
	}
	return false
}

// sightSince is what a look found that began at a moment or later; it waits for one.
func (c *Client) sightSince(ctx context.Context, moment time.Time) sight {
	for {
		if s := c.tide.sight(); !s.began.Before(moment) {
			return s
		}
		select {
		case <-c.look():
		case <-ctx.Done():
			return sight{}
		}
	}
}

// look begins a look at heights, unless one is under way; anything that it returns is closed when that is over.
func (c *Client) look() <-chan struct{} {
	c.tide.mu.Lock()
	defer c.tide.mu.Unlock()
	if c.tide.looking != nil {
		return c.tide.looking
	}
	over := make(chan struct{})
	c.tide.looking = over
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), lookTime)
		defer cancel()
		found := c.heights(ctx)
		c.tide.mu.Lock()
		defer c.tide.mu.Unlock()
		found.ledger = max(found.ledger, c.tide.seen)
		c.tide.last, c.tide.looking = found, nil
		close(over)
	}()
	return over
}

// heights asks its own peer and those of all other organisations at once. One organisation may name any height, so the
// ledger's is that which as many have as are believed (docs/explanation/adr/0028).
func (c *Client) heights(ctx context.Context) sight {
	found := sight{began: time.Now()}
	question, err := c.heightQuestion(ctx)
	if err != nil {
		return found
	}
	all := make([]uint64, len(c.foreign)+1)
	var asking sync.WaitGroup
	for i, e := range append(slices.Clone(c.foreign), c.own) {
		asking.Go(func() { all[i] = question.height(ctx, e) })
	}
	asking.Wait()
	found.own = all[len(c.foreign)]
	others := all[:len(c.foreign)]
	slices.Sort(others)
	if n := len(others) - c.quorum(); n >= 0 {
		found.ledger = others[n]
	}
	return found
}

// heightQuestion signs the question for the channel's height once for many looks.
func (c *Client) heightQuestion(ctx context.Context) (*proposal, error) {
	c.tide.mu.Lock()
	question := c.tide.question
	fresh := time.Since(c.tide.signed) < askAgain
	c.tide.mu.Unlock()
	if question != nil && fresh {
		return question, nil
	}
	unsigned, err := c.own.gateway.GetNetwork(c.profile.Channel).GetContract("qscc").NewProposal("GetChainInfo", client.WithArguments(c.profile.Channel))
	if err != nil {
		return nil, err
	}
	sealed, err := c.seal(ctx, unsigned)
	if err != nil {
		return nil, err
	}
	question = &proposal{signed: sealed, id: unsigned.TransactionID()}
	c.tide.mu.Lock()
	defer c.tide.mu.Unlock()
	c.tide.question, c.tide.signed = question, time.Now()
	return question, nil
}

// height is what an organisation's peer answers, 0 if it does not.
func (p *proposal) height(ctx context.Context, e *entrance) uint64 {
	if e.msp == "" {
		return 0 // whose peer it is, is not known
	}
	message, err := p.at(e, func(proposed *gateway.ProposedTransaction) { proposed.EndorsingOrganizations = []string{e.msp} })
	if err != nil {
		return 0
	}
	text, err := message.EvaluateWithContext(ctx)
	info := new(common.BlockchainInfo)
	if err != nil || proto.Unmarshal(text, info) != nil {
		return 0
	}
	return info.GetHeight()
}
