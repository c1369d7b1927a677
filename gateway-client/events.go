// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
)

// ErrUnknownPosition reports a position at which the ledger has no event: it is of another channel, or of a network that was reset. Where the ledger ends before
// it, that is found after [Timeouts].CommitStatus, since the peer may only lag behind.
var ErrUnknownPosition = errors.New("the ledger has no event at this position")

// Position is the place of an event in the channel's ledger. The zero Position is before all events.
type Position struct {
	BlockNumber uint64 `json:"blockNumber"`
	// TransactionID is empty for the place before all events of the block.
	TransactionID string `json:"transactionId,omitempty"`
	// Index is the event's number in its transaction, from 0; calls that share a transaction have an event each.
	Index int `json:"index,omitempty"`
}

// Event is what a transaction of the chaincode announced.
type Event struct {
	Position
	// Name is contract and event, such as settlement.DaySettled.
	Name string `json:"name"`
	// Payload is one JSON object of ids and states; docs/reference/events.md names its type.
	Payload json.RawMessage `json:"payload"`
	// Provisional marks an event that only another organisation's peer has told so far: see [WithProvisionalEvents].
	Provisional bool `json:"provisional,omitempty"`
}

// WithProvisionalEvents has [Client.Events] yield the events of another organisation's peer while no own peer can be
// reached, marked as provisional: that peer may keep events back or make them up. Once an own peer is back, what it
// holds is yielded again, without the mark. Anyone who stores positions stores only those of events without the mark.
// Without this option, events come from own peers alone.
func WithProvisionalEvents() Option {
	return func(c *Client) { c.provisional = true }
}

// Decode reads the payload.
func (e Event) Decode(payload any) error {
	if err := json.Unmarshal(e.Payload, payload); err != nil {
		return fmt.Errorf("the payload of %s cannot be read as %T: %w", e.Name, payload, err)
	}
	return nil
}

// Now is the place behind all that its own organisation's peer holds: who begins there hears of what comes.
func (c *Client) Now(ctx context.Context) (Position, error) {
	height, err := c.Height(ctx)
	return Position{BlockNumber: height}, err
}

// Events yields the chaincode's events behind a position, each once, in the order of the ledger and without end. When a
// peer goes away, it goes on at the next own one behind the last event; the hook of [WithRetryHook] is told. Anything
// that it yields at last has an error: that of ctx, [ErrUnknownPosition], or the answer of a peer that would say the
// same again.
//
// Anyone who stores an event's Position together with what came of it, and begins there next time, misses and repeats
// none: see [Client.Follow].
func (c *Client) Events(ctx context.Context, after Position) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		l := listener{client: c, last: after, yield: yield}
		if err := l.run(ctx); !errors.Is(err, errEnough) {
			yield(Event{}, err)
		}
	}
}

// Checkpointer is a consumer that stores what it makes of events together with the place of the last one. So neither is
// there without the other: in one transaction of its database, or in one file as package eventlog does.
type Checkpointer interface {
	// Last is the position of the last event that was stored, or where a new consumer begins.
	Last(ctx context.Context) (Position, error)
	// Store stores what comes of an event, and its position.
	Store(ctx context.Context, event Event) error
}

// Follow hands the consumer each event behind its last one, exactly once, however often this client, its peer or the
// network is restarted meanwhile. It returns, never without an error, when the consumer fails or [Client.Events] ends.
// Anything that is provisional is not handed over.
func (c *Client) Follow(ctx context.Context, consumer Checkpointer) error {
	last, err := consumer.Last(ctx)
	if err != nil {
		return fmt.Errorf("where to begin: %w", err)
	}
	var end error
	for event, err := range c.Events(ctx, last) {
		if end = err; end != nil {
			break
		}
		if event.Provisional {
			continue
		}
		if err := consumer.Store(ctx, event); err != nil {
			end = fmt.Errorf("store %s of transaction %s: %w", event.Name, event.TransactionID, err)
			break
		}
	}
	return end
}
