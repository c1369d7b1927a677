// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/orderer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/chaincode/batch"
)

var (
	// errEnough ends a stream whose consumer wants no more.
	errEnough = errors.New("the consumer has enough")
	// errUnreadable reports an event of another form than this version knows.
	errUnreadable = errors.New("an event cannot be read")
	// errUnsigned reports a request for events that was not signed.
	errUnsigned = errors.New("the request for events is not signed")
	// errShort reports a peer whose ledger ends before the last event: it lags behind, or the network was reset.
	errShort = errors.New("the peer's ledger ends before it")
)

// listener yields events from one stream after the other.
type listener struct {
	client *Client
	// last is the place of the last event that was yielded and that an own peer has.
	last Position
	// heard is the place of the last provisional event since then.
	heard Position
	yield func(Event, error) bool
	// aborted counts streams in a row that a peer could not serve.
	aborted int
	// short is since when peers' ledgers end before the last event.
	short time.Time
}

// maxAborted bounds for how many streams in a row a peer may say that it cannot serve them. It does while it stops, and
// for ever where it lacks the blocks.
const maxAborted = 10

func (l *listener) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the stream
	delays := l.client.pace.status.delays()
	delays.Reset()
	for attempt := 1; ; attempt++ {
		before := l.last
		err := l.listen(ctx)
		if l.last != before {
			attempt, l.aborted = 1, 0
			delays.Reset()
		}
		if over(ctx, err) != nil || !l.interrupted(err) {
			return ended(ctx, err)
		}
		delay := delays.NextBackOff()
		l.client.hook(Retry{Reason: Interrupted, Transaction: "events", Attempt: attempt, Delay: delay, Cause: err})
		if !pause(ctx, delay) {
			return ended(ctx, err)
		}
	}
}

// interrupted reports whether another stream may go on where one ended.
func (l *listener) interrupted(err error) bool {
	for _, final := range []error{errEnough, errUnreadable, errUnsigned, ErrUnknownPosition} {
		if errors.Is(err, final) {
			return false
		}
	}
	if status.Code(err) != codes.Aborted {
		l.aborted = 0
		return !hopeless(err)
	}
	l.aborted++
	return l.aborted < maxAborted
}

// reach checks that its own peer's ledger goes as far as the last event: a stream from behind its end would stay
// silent. A peer that lags behind is given the time that a commit may take.
func (l *listener) reach(ctx context.Context) error {
	height, err := l.client.Height(ctx)
	if err != nil || height > l.last.BlockNumber { // a peer that does not answer is the stream's concern
		l.short = time.Time{}
		return nil
	}
	if l.short.IsZero() {
		l.short = time.Now()
	}
	err = fmt.Errorf("%w: it has %d blocks, the last event is in block %d", errShort, height, l.last.BlockNumber)
	if time.Since(l.short) < l.client.timeouts.CommitStatus {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnknownPosition, err)
}

// listen opens a stream and yields what it brings. It never returns without an error.
func (l *listener) listen(ctx context.Context) error {
	resumed := l.last.TransactionID == ""
	if !resumed {
		if err := l.reach(ctx); err != nil {
			return err
		}
	}
	stream, err := l.client.stream(ctx, l.client.own, l.last.BlockNumber)
	if err != nil {
		return l.abroad(ctx, err)
	}
	for {
		block, err := stream.Recv()
		if err != nil {
			return l.abroad(ctx, err)
		}
		if err := l.pass(block, resumed); err != nil {
			return err
		}
		resumed = true
	}
}

// abroad listens to other organisations' peers until an own peer can be reached again, if that was the trouble and the
// caller wants to hear what nobody vouches for. The organisation's own peer sends the same events again, if there are
// any.
func (l *listener) abroad(ctx context.Context, cause error) error {
	c := l.client
	if !c.provisional || len(c.foreign) == 0 || !c.own.unreachable(cause) {
		return cause
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go c.own.awaitReady(ctx, cancel)
	l.heard = l.last
	e := c.foreign[int(c.turn.Add(1))%len(c.foreign)]
	stream, err := c.stream(ctx, e, l.last.BlockNumber)
	for err == nil {
		var block *gateway.ChaincodeEventsResponse
		if block, err = stream.Recv(); err == nil {
			err = l.tell(block)
		}
	}
	if errors.Is(err, errEnough) || errors.Is(err, errUnreadable) {
		return err
	}
	return cause
}

// awaitReady calls back when the entrance is connected.
func (e *entrance) awaitReady(ctx context.Context, back func()) {
	for state := e.conn.GetState(); ctx.Err() == nil; state = e.conn.GetState() {
		if state == connectivity.Ready {
			back()
			return
		}
		if state == connectivity.Idle {
			e.conn.Connect()
		}
		e.conn.WaitForStateChange(ctx, state)
	}
}

// tell yields the events of a foreign peer's block that were not heard yet, as provisional ones.
func (l *listener) tell(block *gateway.ChaincodeEventsResponse) error {
	events, err := eventsOf(block)
	if err != nil {
		return err
	}
	if block.GetBlockNumber() < l.heard.BlockNumber {
		return nil
	}
	if block.GetBlockNumber() == l.heard.BlockNumber && l.heard.TransactionID != "" {
		if events, err = behind(events, l.heard); err != nil {
			return nil //nolint:nilerr // the foreign peer has another block; an own one will tell
		}
	}
	for _, event := range events {
		l.heard, event.Provisional = event.Position, true
		if !l.yield(event, nil) {
			return errEnough
		}
	}
	return nil
}

// pass yields the events of a block. A stream that is not resumed begins with the block of the last event.
func (l *listener) pass(block *gateway.ChaincodeEventsResponse, resumed bool) error {
	events, err := eventsOf(block)
	if err == nil && !resumed {
		events, err = behind(events, l.last)
	}
	if err != nil {
		return err
	}
	for _, event := range events {
		if l.last = event.Position; !l.yield(event, nil) {
			return errEnough
		}
	}
	return nil
}

func behind(events []Event, last Position) ([]Event, error) {
	place := slices.IndexFunc(events, func(event Event) bool { return event.Position == last })
	if place < 0 {
		return nil, fmt.Errorf("%w: block %d, transaction %s, index %d", ErrUnknownPosition, last.BlockNumber, last.TransactionID, last.Index)
	}
	return events[place+1:], nil
}

// eventsOf takes the events of a block's transactions apart into those of their calls.
func eventsOf(block *gateway.ChaincodeEventsResponse) (events []Event, err error) {
	for _, of := range block.GetEvents() {
		calls, err := batch.EventsOf(of.GetEventName(), of.GetPayload())
		if err != nil {
			return nil, fmt.Errorf("%w: transaction %s: %w", errUnreadable, of.GetTxId(), err)
		}
		for i, call := range calls {
			events = append(events, Event{Position: Position{block.GetBlockNumber(), of.GetTxId(), i}, Name: call.Name, Payload: call.Payload})
		}
	}
	return events, nil
}

// stream asks for the events of a block and of those behind it. Fabric's own client does not report why a stream ended,
// so this one is opened without it.
func (c *Client) stream(ctx context.Context, e *entrance, block uint64) (gateway.Gateway_ChaincodeEventsClient, error) {
	request, err := proto.Marshal(&gateway.ChaincodeEventsRequest{
		ChannelId: c.profile.Channel, ChaincodeId: c.profile.Chaincode, Identity: c.creator,
		StartPosition: &orderer.SeekPosition{Type: &orderer.SeekPosition_Specified{Specified: &orderer.SeekSpecified{Number: block}}},
	})
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(request)
	signature, err := c.key.sign(ctx, digest[:])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnsigned, err)
	}
	return gateway.NewGatewayClient(e.conn).ChaincodeEvents(ctx, &gateway.SignedChaincodeEventsRequest{Request: request, Signature: signature})
}
