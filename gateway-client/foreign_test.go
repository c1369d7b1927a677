// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// answers is a ledger that gives everybody the same answer.
func answers(text string) *gatewaytest.Ledger {
	return &gatewaytest.Ledger{Execute: func(gatewaytest.Call) ([]byte, error) { return []byte(`{"text":"` + text + `"}`), nil }}
}

// abroad is a client whose own peer is gone, and which knows peers of so many other organisations of each ledger.
func abroad(t *testing.T, peers map[*gatewaytest.Ledger]int, options ...gateway.Option) *gateway.Client {
	t.Helper()
	var others []*gatewaytest.Peer
	for ledger, n := range peers {
		for range n {
			others = append(others, ledger.Start(t, fmt.Sprint("other", len(others))))
		}
	}
	own := new(gatewaytest.Ledger).Start(t, "own")
	timeouts := gateway.DefaultTimeouts
	timeouts.Evaluate = 2 * time.Second // so long others are asked again where too few answer at all
	c := connect(t, []*gatewaytest.Peer{own}, others, append([]gateway.Option{gateway.WithTimeouts(timeouts)}, options...)...)
	own.Stop()
	return c
}

func TestNoSinglePeerOfAnotherOrganisationIsBelieved(t *testing.T) {
	t.Parallel()
	liar := answers("made up")
	var answer note
	t.Run("an answer, however often the one organisation repeats it", func(t *testing.T) {
		c := abroad(t, map[*gatewaytest.Ledger]int{liar: 1})
		require.ErrorIs(t, c.Evaluate(t.Context(), "notes:Read", nil, &answer), gateway.ErrUnconfirmed)
		assert.Empty(t, answer)
	})
	t.Run("an answer, though the organisation has two peers", func(t *testing.T) {
		own, city, gone := new(gatewaytest.Ledger).Start(t, "own"), liar.Start(t, "city"), new(gatewaytest.Ledger).Start(t, "gone")
		profile, err := gateway.LoadProfile(gatewaytest.WriteProfile(t, t.TempDir(), []*gatewaytest.Peer{own}, []*gatewaytest.Peer{city, liar.Start(t, "city2"), gone}))
		require.NoError(t, err)
		profile.FallbackPeers[1].MSPID = "cityMSP"
		c, err := gateway.Connect(t.Context(), profile, gateway.QuickPace)
		require.NoError(t, err)
		t.Cleanup(c.Close)
		own.Stop()
		gone.Stop()
		require.ErrorIs(t, c.Evaluate(t.Context(), "notes:Read", nil, &answer), gateway.ErrUnconfirmed)
	})
	t.Run("an answer that others contradict", func(t *testing.T) {
		c := abroad(t, map[*gatewaytest.Ledger]int{liar: 1, answers("true"): 2})
		require.NoError(t, c.Evaluate(t.Context(), "notes:Read", nil, &answer))
		assert.Equal(t, note{"true"}, answer)
	})
	t.Run("an answer where all differ, and it does not take long to say so", func(t *testing.T) {
		c := abroad(t, map[*gatewaytest.Ledger]int{liar: 1, answers("one"): 1, answers("two"): 1})
		begin := time.Now()
		err := c.Evaluate(t.Context(), "notes:Read", nil, &answer)
		require.ErrorIs(t, err, gateway.ErrUnconfirmed)
		require.NotContains(t, err.Error(), "made up", "answers may be private")
		assert.Less(t, time.Since(begin), 5*time.Second)
	})
	t.Run("that nobody can answer now, though all say so", func(t *testing.T) {
		failing := &gatewaytest.Ledger{Execute: func(gatewaytest.Call) ([]byte, error) { return nil, status.Error(codes.Aborted, "no chaincode") }}
		require.ErrorIs(t, abroad(t, map[*gatewaytest.Ledger]int{failing: 3}).Evaluate(t.Context(), "notes:Read", nil, nil), gateway.ErrUnconfirmed)
	})
	t.Run("that an object does not exist", func(t *testing.T) {
		denier := &gatewaytest.Ledger{Execute: func(gatewaytest.Call) ([]byte, error) {
			return nil, gatewaytest.Refusal(404, fault.New(fault.NotFound, "no such thing").JSON())
		}}
		require.NoError(t, abroad(t, map[*gatewaytest.Ledger]int{denier: 1, answers("true"): 2}).Evaluate(t.Context(), "notes:Read", nil, &answer))
		assert.Equal(t, note{"true"}, answer)
		err := abroad(t, map[*gatewaytest.Ledger]int{denier: 2, liar: 1}).Evaluate(t.Context(), "notes:Read", nil, &answer)
		require.ErrorIs(t, err, gateway.ErrNotFound, "two say so")
	})
	t.Run("that a transaction is refused", func(t *testing.T) {
		denier := &gatewaytest.Ledger{Execute: func(gatewaytest.Call) ([]byte, error) {
			return nil, gatewaytest.Refusal(403, fault.New(fault.Forbidden, "not you").JSON())
		}}
		honest := answers("written")
		c := abroad(t, map[*gatewaytest.Ledger]int{denier: 1, honest: 2})
		for range 3 { // whoever is asked first
			_, err := c.Submit(t.Context(), write, nil, &answer)
			require.NoError(t, err)
		}
		_, err := abroad(t, map[*gatewaytest.Ledger]int{denier: 2, honest: 0}).Submit(t.Context(), write, nil, nil)
		require.ErrorIs(t, err, gateway.ErrForbidden, "two say so")
	})
	t.Run("that a transaction is committed", func(t *testing.T) {
		receipt, err := abroad(t, map[*gatewaytest.Ledger]int{liar: 1}).Submit(t.Context(), write, nil, nil)
		require.ErrorIs(t, err, gateway.ErrUnconfirmed)
		assert.Zero(t, receipt.BlockNumber)
	})
	t.Run("that a transaction is committed, where others never saw it: it is submitted through them", func(t *testing.T) {
		honest := answers("written")
		c := abroad(t, map[*gatewaytest.Ledger]int{answers("written"): 1, honest: 2})
		for n := range 3 {
			receipt, err := c.Submit(t.Context(), write, nil, nil)
			require.NoError(t, err)
			require.Equal(t, receipt.TransactionID, honest.Transactions()[n])
		}
	})
	t.Run("that a transaction can never be ordered", func(t *testing.T) {
		refuser := &gatewaytest.Ledger{Order: func(gatewaytest.Submission) (bool, error) { return false, status.Error(codes.PermissionDenied, "no") }}
		c := abroad(t, map[*gatewaytest.Ledger]int{refuser: 1, new(gatewaytest.Ledger): 2})
		for range 3 {
			_, err := c.Submit(t.Context(), write, nil, nil)
			require.NoError(t, err)
		}
	})
	t.Run("that a transaction is invalid", func(t *testing.T) {
		honest := new(gatewaytest.Ledger)
		spoiler := &gatewaytest.Ledger{Validate: func(int) peer.TxValidationCode { return peer.TxValidationCode_BAD_PAYLOAD }}
		c := abroad(t, map[*gatewaytest.Ledger]int{spoiler: 1, honest: 2})
		for range 3 {
			_, err := c.Submit(t.Context(), write, nil, nil)
			require.NoError(t, err)
		}
	})
}

func TestAnOrganisationThatIsABlockBehindIsAskedAgain(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	late := &gatewaytest.Ledger{Execute: func(gatewaytest.Call) ([]byte, error) {
		if asked.Add(1) < 3 {
			return []byte(`{"text":"old"}`), nil
		}
		return []byte(`{"text":"new"}`), nil
	}}
	var answer note
	require.NoError(t, abroad(t, map[*gatewaytest.Ledger]int{late: 1, answers("new"): 1}).Evaluate(t.Context(), "notes:Read", nil, &answer))
	assert.Equal(t, note{"new"}, answer)
	assert.EqualValues(t, 3, asked.Load())
}

func TestPrivateAnswersOfOtherOrganisationsAreComparedAfterOpening(t *testing.T) {
	t.Parallel()
	c := abroad(t, map[*gatewaytest.Ledger]int{vault("secret"): 2, vault("made up"): 1})
	var answer note
	require.NoError(t, c.Evaluate(t.Context(), private, nil, &answer))
	assert.Equal(t, note{"secret"}, answer)
}

func TestOthersAreAskedWhereTheOwnPeerLacksItsChaincode(t *testing.T) {
	t.Parallel()
	own := &gatewaytest.Ledger{Execute: func(gatewaytest.Call) ([]byte, error) {
		return nil, gatewaytest.Failure(codes.Aborted, "failed to evaluate transaction, see attached details for more info", "chaincode is not reachable")
	}}
	honest := answers("true")
	c := connect(t, []*gatewaytest.Peer{own.Start(t, "own")}, []*gatewaytest.Peer{honest.Start(t, "city"), honest.Start(t, "oversight")})
	var answer note
	require.NoError(t, c.Evaluate(t.Context(), "notes:Read", nil, &answer))
	assert.Equal(t, note{"true"}, answer)
	for _, call := range honest.Calls() {
		assert.Equal(t, []string{call.Peer + "MSP"}, call.Organizations, "each speaks for itself alone")
	}
	assert.Equal(t, []string{"UtilityMSP"}, own.Calls()[0].Organizations, "a gateway that names nobody asks anybody")
}

func TestEventsOfAnotherOrganisationAreProvisional(t *testing.T) {
	t.Parallel()
	liar := new(gatewaytest.Ledger)
	liar.Announce(6, announcement("t4", "notes.Written", `{"text":"five"}`), announcement("t9", "notes.Written", `{"text":"made up"}`))

	t.Run("who does not ask for them hears of none", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for event, err := range abroad(t, map[*gatewaytest.Ledger]int{liar: 2}).Events(ctx, gateway.Position{}) {
			require.Error(t, err, event.Name)
		}
	})
	t.Run("who asks for them hears all that the own peer holds when that is back", func(t *testing.T) {
		honest := new(gatewaytest.Ledger)
		want := story(honest)
		own := new(gatewaytest.Ledger).Start(t, "own")
		c := connect(t, []*gatewaytest.Peer{own}, []*gatewaytest.Peer{liar.Start(t, "city")}, gateway.WithProvisionalEvents())
		own.Stop()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		var provisional, confirmed []string
		for event, err := range c.Events(ctx, gateway.Position{}) {
			require.NoError(t, err)
			if event.Provisional {
				if provisional = append(provisional, told(t, event)); len(provisional) == 2 {
					honest.Restart(t, own)
				}
				continue
			}
			if confirmed = append(confirmed, told(t, event)); len(confirmed) == len(want) {
				break
			}
		}
		require.Equal(t, want, confirmed)
		require.Equal(t, "6 t9 0 notes.Written made up", provisional[1])
	})
	t.Run("and no consumer stores them", func(t *testing.T) {
		c := abroad(t, map[*gatewaytest.Ledger]int{liar: 2}, gateway.WithProvisionalEvents())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, c.Follow(ctx, refusing{t}), context.DeadlineExceeded)
	})
}

// refusing is a consumer that must not be told anything.
type refusing struct{ t *testing.T }

func (refusing) Last(context.Context) (gateway.Position, error) { return gateway.Position{}, nil }

func (r refusing) Store(_ context.Context, event gateway.Event) error {
	r.t.Errorf("stored %s", event.Name)
	return nil
}

const private = "settlement:MeterDays"

// vault is a ledger that encrypts its answer as the chaincode does.
func vault(text string) *gatewaytest.Ledger {
	return &gatewaytest.Ledger{Execute: func(call gatewaytest.Call) ([]byte, error) {
		jwk := call.Transient[signedrequest.AnswerTo]
		if claims, err := claimsOf(call); err == nil {
			jwk = claims.AnswerTo
		}
		key, err := signedrequest.ReadAnswerKey(jwk)
		if err != nil {
			return nil, err
		}
		sealed, err := key.Seal([]byte(`{"text":"` + text + `"}`))
		return []byte(sealed), err
	}}
}

func TestWhoActsThroughSomebodyElsesProfileComparesAnswers(t *testing.T) {
	t.Parallel()
	relay, honest := vault("made up"), vault("secret")
	connected := func(others ...*gatewaytest.Peer) *gateway.Client {
		return connect(t, []*gatewaytest.Peer{relay.Start(t, "relay")}, others, gateway.WithComparedAnswers())
	}
	var answer note
	require.NoError(t, connected(honest.Start(t, "city"), honest.Start(t, "oversight")).Evaluate(t.Context(), private, nil, &answer))
	assert.Equal(t, note{"secret"}, answer)
	require.ErrorIs(t, connected(honest.Start(t, "city")).Evaluate(t.Context(), private, nil, &answer), gateway.ErrUnconfirmed)
	require.ErrorIs(t, connected().Evaluate(t.Context(), private, nil, &answer), gateway.ErrUnconfirmed)
}

func TestARelayPassesOnWhatAnyOrganisationAnswersTheResident(t *testing.T) {
	t.Parallel()
	resident, err := signing.NewKey(signing.EdDSA)
	require.NoError(t, err)
	key, err := signing.NewAnswerKey()
	require.NoError(t, err)
	jwk, err := key.Public()
	require.NoError(t, err)
	compact, err := signing.Sign(resident, signing.Claims{Network: gatewaytest.Network, Channel: "smartcity", Transaction: private, Request: note{"?"}, AnswerTo: jwk})
	require.NoError(t, err)
	var brought [][]byte
	for _, relay := range []*gateway.Client{abroad(t, map[*gatewaytest.Ledger]int{vault("secret"): 1}), connectTo(t, vault("made up")), connectTo(t, vault("secret"))} {
		_, sealed, err := relay.RelayQuery(t.Context(), compact)
		require.NoError(t, err)
		brought = append(brought, sealed)
	}
	answer, err := key.Agreed(2, append(brought, []byte("nothing"))...)
	require.NoError(t, err)
	assert.JSONEq(t, `{"text":"secret"}`, string(answer))
	_, err = key.Agreed(2, brought[:2]...)
	require.Error(t, err)
}
