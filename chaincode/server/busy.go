package server

import (
	"sync"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// The bounds on the calls under way. A call that waits holds its peer's state lock, so that no block is committed: nothing waits here. The peer's own limits
// (limits.concurrency) must lie above.
const (
	// slots are those of all callers.
	slots = 512
	// keptForRights are slots that only signed requests take by which residents exercise rights.
	keptForRights = 128
	// keptForSubmissions are slots that no query takes.
	keptForSubmissions = 128
	// queriesOfOne, callsOfOne and rightsOfOne bound the calls of one MSP: its queries, these and its submissions, and its requests that exercise rights.
	queriesOfOne = 128
	callsOfOne   = 256
	rightsOfOne  = 32
)

// load is how many calls are under way.
type load struct{ queries, submissions, rights int }

func (l *load) of(kind transaction.Kind) *int {
	switch kind {
	case transaction.Right:
		return &l.rights
	case transaction.Submission:
		return &l.submissions
	default:
		return &l.queries
	}
}

// fits reports whether one more call of a kind may begin, by all callers' load and the caller's own.
func fits(kind transaction.Kind, all, own load) bool {
	others := all.queries + all.submissions // what exercises no right
	switch kind {
	case transaction.Right:
		return others+all.rights < slots && own.rights < rightsOfOne
	case transaction.Submission:
		return others < slots-keptForRights && own.queries+own.submissions < callsOfOne
	default:
		return others < slots-keptForRights && all.queries < slots-keptForRights-keptForSubmissions &&
			own.queries < queriesOfOne && own.queries+own.submissions < callsOfOne
	}
}

// gate lets calls in as far as there are slots.
type gate struct {
	mutex sync.Mutex
	all   load
	own   map[string]*load
}

// enter takes a slot and returns what gives it back, or refuses at once.
func (g *gate) enter(kind transaction.Kind, mspID string) (leave func(), refusal *fault.Error) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	own := g.own[mspID]
	if own == nil {
		own = &load{} // peers let only members of the channel's MSPs call, so there are few
		g.own[mspID] = own
	}
	if !fits(kind, g.all, *own) {
		return nil, fault.New(fault.Busy, "as many calls are under way as the chaincode server takes at once")
	}
	*g.all.of(kind)++
	*own.of(kind)++
	return func() {
		g.mutex.Lock()
		defer g.mutex.Unlock()
		*g.all.of(kind)--
		*own.of(kind)--
	}, nil
}

// callerMSP is the MSP that the peer has found the caller to be of.
func callerMSP(stub shim.ChaincodeStubInterface) string {
	creator, err := stub.GetCreator()
	if err != nil {
		return ""
	}
	identity := new(msp.SerializedIdentity)
	if err := proto.Unmarshal(creator, identity); err != nil {
		return ""
	}
	return identity.GetMspid()
}
