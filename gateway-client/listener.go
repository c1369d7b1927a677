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
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// errEnough ends a stream whose consumer wants no more.
var errEnough = errors.New("the consumer has enough")

// listener yields events from one stream after the other.
type listener struct {
	client *Client
	// last is the place of the last event that was yielded.
	last  Position
	yield func(Event, error) bool
}

func (l *listener) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the stream
	listen := func() (struct{}, error) { return struct{}{}, l.listen(ctx) }
	again := func(err error, attempt int, delay time.Duration) bool {
		if !interrupted(err) {
			return false
		}
		l.client.hook(Retry{Reason: Interrupted, Transaction: "events", Attempt: attempt, Delay: delay, Cause: err})
		return true
	}
	_, err := repeat(ctx, l.client.pace.status.delays(), listen, again)
	return err
}

// interrupted reports whether another stream may go on where one ended.
func interrupted(err error) bool {
	if errors.Is(err, errEnough) || errors.Is(err, ErrUnknownPosition) || errors.Is(err, errUnreadable) {
		return false
	}
	switch status.Code(err) {
	case codes.InvalidArgument, codes.PermissionDenied, codes.Unauthenticated, codes.Unimplemented, codes.NotFound:
		return false
	default:
		return true
	}
}

// errUnreadable reports an event of another form than this version knows.
var errUnreadable = errors.New("an event cannot be read")

// listen opens a stream and yields what it brings. It never returns without an error.
func (l *listener) listen(ctx context.Context) error {
	stream, err := l.client.stream(ctx, l.last.BlockNumber)
	if err != nil {
		return err
	}
	resumed := l.last.TransactionID == ""
	for {
		block, err := stream.Recv()
		if err != nil {
			return err
		}
		events, err := eventsOf(block)
		if err != nil {
			return err
		}
		if !resumed { // the stream begins with the block of the last event
			if events, err = behind(events, l.last); err != nil {
				return err
			}
			resumed = true
		}
		for _, event := range events {
			if l.last = event.Position; !l.yield(event, nil) {
				return errEnough
			}
		}
	}
}

func behind(events []Event, last Position) ([]Event, error) {
	place := slices.IndexFunc(events, func(event Event) bool { return event.Position == last })
	if place < 0 {
		return nil, fmt.Errorf("%w: block %d, transaction %s, index %d", ErrUnknownPosition, last.BlockNumber, last.TransactionID, last.Index)
	}
	return events[place+1:], nil
}

func eventsOf(block *gateway.ChaincodeEventsResponse) (events []Event, err error) {
	for _, of := range block.GetEvents() {
		calls, err := announced(block.GetBlockNumber(), of.GetTxId(), of.GetEventName(), of.GetPayload())
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errUnreadable, err)
		}
		events = append(events, calls...)
	}
	return events, nil
}

// stream asks for the events of a block and of those behind it. Fabric's own client tells nobody why a stream ended, so this one is opened without it. Events
// hold nothing private: they may come from any peer.
func (c *Client) stream(ctx context.Context, block uint64) (gateway.Gateway_ChaincodeEventsClient, error) {
	request, err := proto.Marshal(&gateway.ChaincodeEventsRequest{
		ChannelId: c.profile.Channel, ChaincodeId: c.profile.Chaincode, Identity: c.creator,
		StartPosition: &orderer.SeekPosition{Type: &orderer.SeekPosition_Specified{Specified: &orderer.SeekSpecified{Number: block}}},
	})
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(request)
	signature, err := c.key.sign(digest[:])
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return through(c, true, func(e *entrance) (gateway.Gateway_ChaincodeEventsClient, error) {
		return gateway.NewGatewayClient(e.conn).ChaincodeEvents(ctx, &gateway.SignedChaincodeEventsRequest{Request: request, Signature: signature})
	})
}
