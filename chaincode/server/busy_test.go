package server

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// stub is a call of a member, by the kind that its name tells.
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

// TestOneMemberLeavesRoomForTheOthers: 500 queries at once, none of which ends, refuse the rest at once and leave submissions and rights their slots.
func TestOneMemberLeavesRoomForTheOthers(t *testing.T) {
	s := slow{make(chan struct{}), make(chan struct{})}
	defer close(s.release)
	guarded := Guard(s)
	require.Equal(t, queriesOfOne, busy(t, guarded, s, stub{name: "query", mspID: "CityMSP"}, 500))
	require.Equal(t, callsOfOne-queriesOfOne, busy(t, guarded, s, stub{name: "submit", mspID: "CityMSP"}, 500), "its own submissions still begin")
	require.Equal(t, rightsOfOne, busy(t, guarded, s, stub{name: "withdraw", mspID: "CityMSP"}, 100))
	require.Equal(t, 1, busy(t, guarded, s, stub{name: "query", mspID: "UtilityMSP"}, 1))
	require.Equal(t, 1, busy(t, guarded, s, stub{name: "submit", mspID: "UtilityMSP"}, 1))
	require.Equal(t, 1, busy(t, guarded, s, stub{name: "withdraw", mspID: "UtilityMSP"}, 1))
}

// TestAllMembersTogetherLeaveRoomForRights: every member asks and submits as much as it can; a right is still exercised.
func TestAllMembersTogetherLeaveRoomForRights(t *testing.T) {
	s := slow{make(chan struct{}), make(chan struct{})}
	defer close(s.release)
	guarded, queries, submissions := Guard(s), 0, 0
	for i := range 5 {
		queries += busy(t, guarded, s, stub{name: "query", mspID: fmt.Sprintf("Q%dMSP", i)}, 200)
	}
	require.Equal(t, slots-keptForRights-keptForSubmissions, queries)
	for i := range 3 {
		submissions += busy(t, guarded, s, stub{name: "submit", mspID: fmt.Sprintf("S%dMSP", i)}, 200)
	}
	require.Equal(t, keptForSubmissions, submissions)
	require.Equal(t, rightsOfOne, busy(t, guarded, s, stub{name: "withdraw", mspID: "CityMSP"}, 64))
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
