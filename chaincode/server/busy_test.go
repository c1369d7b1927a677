// SPDX-License-Identifier: Apache-2.0

package server

import (
	"fmt"
	"log/slog"
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/chaincode/budget"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// stub is a call of a member, by the kind in its name.
type stub struct {
	shim.ChaincodeStubInterface
	name, mspID string
}

func (s stub) GetFunctionAndParameters() (string, []string) { return s.name, nil }
func (s stub) GetTxID() string                              { return "tx" }
func (s stub) GetCreator() ([]byte, error) {
	return proto.Marshal(&msp.SerializedIdentity{Mspid: s.mspID})
}

// slow answers once it is told to.
type slow struct{ begun, release chan struct{} }

func (slow) Init(shim.ChaincodeStubInterface) *peer.Response { return shim.Success(nil) }

func (s slow) Invoke(shim.ChaincodeStubInterface) *peer.Response {
	s.begun <- struct{}{}
	<-s.release
	return shim.Success(nil)
}

func (slow) Kind(name string, _ []string) transaction.Kind {
	return map[string]transaction.Kind{"query": transaction.Query, "submit": transaction.Submission, "withdraw": transaction.Right}[name]
}

// busy runs calls until each of them has begun or was refused, and returns how many began.
func busy(t *testing.T, guarded shim.Chaincode, s slow, call stub, count int) (begun int) {
	t.Helper()
	refused := make(chan *peer.Response, count)
	for range count {
		go func() {
			if response := guarded.Invoke(call); response.GetStatus() != shim.OK {
				refused <- response
			}
		}()
	}
	for range count {
		select {
		case <-s.begun:
			begun++
		case response := <-refused:
			refusal, ok := fault.Parse(response.GetMessage())
			require.True(t, ok)
			require.Equal(t, fault.Busy, refusal.Code)
			require.Equal(t, int32(429), response.GetStatus())
		}
	}
	return begun
}

// of guards a chaincode on a machine of so many units.
func of(units int, s slow) shim.Chaincode {
	return guard{s, &gate{units: units, own: map[string]*load{}}}
}

// TestTheBoundsFollowTheMachine: its processors, if there is memory for what they may do at once.
func TestTheBoundsFollowTheMachine(t *testing.T) {
	for _, row := range []struct {
		processors int
		memory     int64
		units      int
	}{{1, math.MaxInt64, 1}, {16, math.MaxInt64, 16}, {2, 204 << 20, 2}, {16, 204 << 20, 2}, {4, 16 << 20, 1}} {
		require.Equal(t, row.units, units(row.processors, row.memory), "%+v", row)
	}
	require.Equal(t, units(runtime.GOMAXPROCS(0), debug.SetMemoryLimit(-1)), Guard(slow{}).(guard).gate.units)
}

// TestTheSharesLeaveRoom: whatever one member and all members do, submissions and rights have slots.
func TestTheSharesLeaveRoom(t *testing.T) {
	require.Less(t, queriesOfOne, slots-keptForRights-keptForSubmissions, "of the queries, other members have some")
	require.Less(t, callsOfOne, slots-keptForRights, "of the calls too")
	require.Less(t, queriesOfOne, callsOfOne, "its own queries leave a member its submissions")
	require.LessOrEqual(t, 4*rightsOfOne, keptForRights, "each of four members has its rights")
}

// TestOneMemberLeavesRoomForTheOthers: 500 queries at once, none of which ends, refuse the rest at once and leave submissions and rights their slots.
func TestOneMemberLeavesRoomForTheOthers(t *testing.T) {
	s := slow{make(chan struct{}), make(chan struct{})}
	defer close(s.release)
	guarded := of(3, s)
	require.Equal(t, 3*queriesOfOne, busy(t, guarded, s, stub{name: "query", mspID: "CityMSP"}, 500))
	submitted := busy(t, guarded, s, stub{name: "submit", mspID: "CityMSP"}, 500)
	require.Equal(t, 3*(callsOfOne-queriesOfOne), submitted, "its own submissions still begin")
	require.Equal(t, 3*rightsOfOne, busy(t, guarded, s, stub{name: "withdraw", mspID: "CityMSP"}, 100))
	require.Equal(t, 1, busy(t, guarded, s, stub{name: "query", mspID: "UtilityMSP"}, 1))
	require.Equal(t, 1, busy(t, guarded, s, stub{name: "submit", mspID: "UtilityMSP"}, 1))
	require.Equal(t, 1, busy(t, guarded, s, stub{name: "withdraw", mspID: "UtilityMSP"}, 1))
}

// TestAllMembersTogetherLeaveRoomForRights: every member asks and submits as much as it can; a right is still exercised.
func TestAllMembersTogetherLeaveRoomForRights(t *testing.T) {
	s := slow{make(chan struct{}), make(chan struct{})}
	defer close(s.release)
	guarded, queries, submissions := of(3, s), 0, 0
	for i := range 5 {
		queries += busy(t, guarded, s, stub{name: "query", mspID: fmt.Sprintf("Q%dMSP", i)}, 200)
	}
	require.Equal(t, 3*(slots-keptForRights-keptForSubmissions), queries)
	for i := range 3 {
		submissions += busy(t, guarded, s, stub{name: "submit", mspID: fmt.Sprintf("S%dMSP", i)}, 200)
	}
	require.Equal(t, 3*keptForSubmissions, submissions)
	require.Equal(t, 3*rightsOfOne, busy(t, guarded, s, stub{name: "withdraw", mspID: "CityMSP"}, 64))
}

// panics fails in each call.
type panics struct{ slow }

func (panics) Invoke(shim.ChaincodeStubInterface) *peer.Response { panic("as a test") }

// TestSlotsComeBack: also after a panic.
func TestSlotsComeBack(t *testing.T) {
	before := slog.Default()
	defer slog.SetDefault(before)
	slog.SetDefault(slog.New(slog.DiscardHandler))
	guarded := Guard(panics{})
	for range 2000 {
		require.Equal(t, int32(460), guarded.Invoke(stub{name: "query", mspID: "CityMSP"}).GetStatus())
	}
	require.Equal(t, load{}, guarded.(guard).gate.all)
}

// thinking spends steps in each call: many if the call's name reports it.
type thinking struct{ slow }

func (c thinking) Invoke(call shim.ChaincodeStubInterface) *peer.Response {
	steps := budget.New().Counting(ledger.WorkOf(call))
	if steps.Spend(budget.Shared); c.large(call) {
		steps.Spend(1)
	}
	if err := steps.Err(); err != nil {
		refusal := fault.From(err)
		return &peer.Response{Status: int32(refusal.Status), Message: refusal.JSON()}
	}
	return c.slow.Invoke(call)
}

func (thinking) large(call shim.ChaincodeStubInterface) bool {
	name, _ := call.GetFunctionAndParameters()
	return name == "large"
}

// TestFewLargeCallsAreUnderWay: before a block is committed all of them must end.
func TestFewLargeCallsAreUnderWay(t *testing.T) {
	s := slow{make(chan struct{}), make(chan struct{})}
	guarded := guard{thinking{s}, &gate{units: 2, own: map[string]*load{}}}
	require.Equal(t, 2*largeOfOne, busy(t, guarded, s, stub{name: "large", mspID: "CityMSP"}, 30))
	others := busy(t, guarded, s, stub{name: "large", mspID: "UtilityMSP"}, 1)
	others += busy(t, guarded, s, stub{name: "large", mspID: "CommunityMSP"}, 10)
	require.Equal(t, 2*(large-largeOfOne), others)
	require.Equal(t, 5, busy(t, guarded, s, stub{name: "query", mspID: "CityMSP"}, 5), "others go on")
	close(s.release)
	require.Eventually(t, func() bool {
		guarded.gate.mutex.Lock()
		defer guarded.gate.mutex.Unlock()
		return guarded.gate.all == load{}
	}, time.Second, time.Millisecond)
}
