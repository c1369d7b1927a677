// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
)

func announcement(transactionID, name, payload string) *peer.ChaincodeEvent {
	return &peer.ChaincodeEvent{ChaincodeId: "smartb", TxId: transactionID, EventName: name, Payload: []byte(payload)}
}

// story has five events in three blocks, three of them of calls that share a transaction.
func story(ledger *gatewaytest.Ledger) []string {
	ledger.Announce(2, announcement("t1", "notes.Written", `{"text":"one"}`))
	ledger.Announce(5, announcement("t2", "notes.Written", `{"text":"two"}`),
		announcement("t3", "batch.Submitted", `{"events":[{"name":"notes.Written","payload":{"text":"three"}},{"name":"notes.Erased","payload":{"text":"four"}}]}`))
	ledger.Announce(6, announcement("t4", "notes.Written", `{"text":"five"}`))
	return []string{"2 t1 0 notes.Written one", "5 t2 0 notes.Written two", "5 t3 0 notes.Written three", "5 t3 1 notes.Erased four", "6 t4 0 notes.Written five"}
}

func told(t *testing.T, event gateway.Event) string {
	t.Helper()
	var payload note
	require.NoError(t, event.Decode(&payload))
	return fmt.Sprintf("%d %s %d %s %s", event.BlockNumber, event.TransactionID, event.Index, event.Name, payload.Text)
}

// hear collects so many events behind a position.
func hear(t *testing.T, c *gateway.Client, after gateway.Position, n int) (heard []string, last gateway.Position) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for event, err := range c.Events(ctx, after) {
		require.NoError(t, err)
		heard, last = append(heard, told(t, event)), event.Position
		if len(heard) == n {
			break
		}
	}
	return heard, last
}

func TestEventsComeInTheLedgersOrderAndOneByOne(t *testing.T) {
	t.Parallel()
	ledger := new(gatewaytest.Ledger)
	want := story(ledger)
	heard, _ := hear(t, connectTo(t, ledger), gateway.Position{}, len(want))
	require.Equal(t, want, heard)
	heard, _ = hear(t, connectTo(t, ledger), gateway.Position{BlockNumber: 5}, 2)
	require.Equal(t, want[1:3], heard, "from a block on")
}

func TestEachEventComesOnceWhereverAConsumerBeginsAgain(t *testing.T) {
	t.Parallel()
	ledger := new(gatewaytest.Ledger)
	want := story(ledger)
	c := connectTo(t, ledger)
	var heard []string
	var last gateway.Position
	for range want {
		var next []string
		next, last = hear(t, c, last, 1)
		heard = append(heard, next...)
	}
	require.Equal(t, want, heard)
}

func TestEachEventComesOnceThoughStreamsBreak(t *testing.T) {
	t.Parallel()
	for sentence, broken := range map[string]error{
		"the peer is overloaded": status.Error(codes.Unavailable, "gone"), "the peer stops": status.Error(codes.Aborted, "closed"), "without a word": nil,
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			ledger := &gatewaytest.Ledger{Stream: func(sent int) error {
				if sent == 2 { // the block of the last event and the next
					return errors.Join(broken, errors.New("broken"))
				}
				return nil
			}}
			want := story(ledger)
			hook := new(retries)
			heard, _ := hear(t, connectTo(t, ledger, hook.option()), gateway.Position{}, len(want))
			require.Equal(t, want, heard)
			require.Greater(t, ledger.Streams(), 1)
			require.Contains(t, hook.reasons(), gateway.Interrupted)
		})
	}
}

func TestAStreamThatGetsOnBeginsToCountAnew(t *testing.T) {
	t.Parallel()
	ledger := &gatewaytest.Ledger{Stream: func(sent int) error {
		if sent == 2 { // the block of the last event and the next
			return status.Error(codes.Aborted, "stopping")
		}
		return nil
	}}
	for block := range uint64(30) {
		ledger.Announce(block, announcement(fmt.Sprint("t", block), "notes.Written", `{"text":"x"}`))
	}
	hook := new(retries)
	heard, _ := hear(t, connectTo(t, ledger, hook.option()), gateway.Position{}, 30)
	require.Len(t, heard, 30, "though more streams were aborted than may be in a row")
	for _, retry := range hook.told {
		require.Equal(t, 1, retry.Attempt)
	}
}

func TestEventsGoOnAtTheNextPeer(t *testing.T) {
	t.Parallel()
	ledger := new(gatewaytest.Ledger)
	first, second, third := ledger.Start(t, "first"), ledger.Start(t, "second"), ledger.Start(t, "third")
	c := connect(t, []*gatewaytest.Peer{first, second, third}, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var heard []string
	block := uint64(0)
	announce := func() {
		block++
		ledger.Announce(block, announcement(fmt.Sprint("t", block), "notes.Written", `{"text":"x"}`))
	}
	announce()
	for event, err := range c.Events(ctx, gateway.Position{}) {
		require.NoError(t, err)
		heard = append(heard, told(t, event))
		switch len(heard) {
		case 1:
			first.Stop()
		case 2:
			second.Stop()
		}
		if len(heard) == 3 {
			break
		}
		announce()
	}
	require.Equal(t, []string{"1 t1 0 notes.Written x", "2 t2 0 notes.Written x", "3 t3 0 notes.Written x"}, heard)
}

func TestEventsEnd(t *testing.T) {
	t.Parallel()
	short := &gatewaytest.Ledger{Execute: func(gatewaytest.Call) ([]byte, error) { return proto.Marshal(&common.BlockchainInfo{Height: 7}) }}
	timeouts := gateway.DefaultTimeouts
	timeouts.CommitStatus = 50 * time.Millisecond
	for sentence, test := range map[string]struct {
		ledger *gatewaytest.Ledger
		after  gateway.Position
		is     func(error) bool
	}{
		"where the ledger has no event": {new(gatewaytest.Ledger), gateway.Position{BlockNumber: 5, TransactionID: "other"}, wraps(gateway.ErrUnknownPosition)},
		"where the block has none":      {new(gatewaytest.Ledger), gateway.Position{BlockNumber: 3, TransactionID: "t1"}, wraps(gateway.ErrUnknownPosition)},
		"where the call has none":       {new(gatewaytest.Ledger), gateway.Position{BlockNumber: 5, TransactionID: "t3", Index: 2}, wraps(gateway.ErrUnknownPosition)},
		"behind the ledger's end":       {short, gateway.Position{BlockNumber: 4000, TransactionID: "t"}, wraps(gateway.ErrUnknownPosition)},
		"where blocks are missing for ever": {
			&gatewaytest.Ledger{Stream: func(int) error { return status.Error(codes.Aborted, "bootstrapped from a snapshot") }}, gateway.Position{},
			func(err error) bool { return status.Code(err) == codes.Aborted },
		},
		"where the caller has no right": {
			&gatewaytest.Ledger{Stream: func(int) error { return status.Error(codes.PermissionDenied, "no") }}, gateway.Position{},
			func(err error) bool { return status.Code(err) == codes.PermissionDenied },
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			story(test.ledger)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			for _, err := range connectTo(t, test.ledger, gateway.WithTimeouts(timeouts)).Events(ctx, test.after) {
				require.True(t, test.is(err), err)
			}
			require.NoError(t, ctx.Err())
		})
	}
	t.Run("at one that cannot be read", func(t *testing.T) {
		t.Parallel()
		ledger := new(gatewaytest.Ledger)
		ledger.Announce(1, announcement("t", "batch.Submitted", `nonsense`))
		for _, err := range connectTo(t, ledger).Events(t.Context(), gateway.Position{}) {
			require.ErrorContains(t, err, "transaction t")
		}
	})
	t.Run("with their client", func(t *testing.T) {
		t.Parallel()
		ledger := new(gatewaytest.Ledger)
		story(ledger)
		c, heard := connectTo(t, ledger), 0
		for _, err := range c.Events(t.Context(), gateway.Position{}) {
			if heard++; heard == 1 {
				c.Close()
				continue
			}
			require.True(t, err == nil || status.Code(err) == codes.Canceled, err)
		}
		require.NoError(t, t.Context().Err())
	})
	t.Run("where nobody signs", func(t *testing.T) {
		t.Parallel()
		refused, asked := errors.New("the person said no"), 0
		c := connectTo(t, new(gatewaytest.Ledger), gateway.WithSign(func(context.Context, []byte) ([]byte, error) {
			asked++
			return nil, refused
		}))
		for _, err := range c.Events(t.Context(), gateway.Position{}) {
			require.ErrorIs(t, err, refused)
		}
		require.Equal(t, 1, asked)
	})
	t.Run("with their context", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		for _, err := range connectTo(t, new(gatewaytest.Ledger)).Events(ctx, gateway.Position{}) {
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
	})
}

func wraps(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

// table is a consumer whose database fails at times: anything that it stored and where it is are one.
type table struct {
	Rows []string
	Done gateway.Position
	fail func(n int) bool
	n    int
}

func (c *table) Last(context.Context) (gateway.Position, error) { return c.Done, nil }

func (c *table) Store(_ context.Context, event gateway.Event) error {
	if c.n++; c.fail(c.n) {
		return errNoSpace
	}
	var payload note
	if err := event.Decode(&payload); err != nil {
		return err
	}
	c.Rows, c.Done = append(c.Rows, payload.Text), event.Position
	return nil
}

var errNoSpace = errors.New("no space left")

func TestAConsumerGetsEachEventOnceThoughItFails(t *testing.T) {
	t.Parallel()
	ledger := new(gatewaytest.Ledger)
	want := story(ledger)
	ledger.Announce(7, announcement("t5", "notes.Written", `{"text":"never stored"}`))
	c := connectTo(t, ledger)
	consumer := &table{fail: func(n int) bool { return n%2 == 0 }}
	for range want {
		require.ErrorIs(t, c.Follow(t.Context(), consumer), errNoSpace)
		text, err := json.Marshal(consumer) // what a restart leaves
		require.NoError(t, err)
		consumer = &table{fail: consumer.fail, n: consumer.n}
		require.NoError(t, json.Unmarshal(text, consumer))
	}
	require.Equal(t, []string{"one", "two", "three", "four", "five"}, consumer.Rows)
}
