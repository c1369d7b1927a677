// SPDX-License-Identifier: Apache-2.0

package server

import (
	"sync"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/chaincode/budget"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// The bounds on the calls under way, for each unit of the machine: a processor that the Go runtime uses, if there is
// memory for it. A call that waits holds its peer's state lock, so that no block is committed: nothing waits here. And
// the more calls share a processor, the later each answer of the peer is taken up, the later therefore every call ends.
// So the bounds are a few for each processor. The peer's own limits (limits.concurrency) must are above.
const (
	// slots are those of all callers.
	slots = 64
	// keptForRights are slots that only signed requests take by which residents exercise rights.
	keptForRights = 32
	// keptForSubmissions are slots that no query takes.
	keptForSubmissions = 16
	// queriesOfOne, callsOfOne and rightsOfOne bound the calls of one MSP: its queries, these and its submissions, and its requests that exercise rights.
	queriesOfOne = 8
	callsOfOne   = 24
	rightsOfOne  = 8
	// large and largeOfOne bound the calls with more than a tenth of the steps that a call may take. Anything that has
	// begun before a block is committed must end first.
	large, largeOfOne = 2, 1
	// memoryOfUnit is what the calls of a unit may take together while each is a large one.
	memoryOfUnit = 96 << 20
)

// units is how often the bounds of one unit apply to the machine that this process runs on, or to the part of it that
// its container may use. The Go runtime knows the container's processors by itself, and its memory by GOMEMLIMIT.
func units(processors int, memory int64) int {
	return int(max(1, min(int64(processors), memory/memoryOfUnit)))
}

// Slots is how many calls the server has under way at most with so many processors. Its peer's limits must are above.
func Slots(processors int) int { return max(1, processors) * slots }

// load is how many calls are under way; large are those of them that are.
type load struct{ queries, submissions, rights, large int }

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

// fits reports whether one more call of a kind may begin on a machine of so many units, by all callers' load and the
// caller's own.
func fits(kind transaction.Kind, units int, all, own load) bool {
	others := all.queries + all.submissions // what exercises no right
	switch kind {
	case transaction.Right:
		return others+all.rights < units*slots && own.rights < units*rightsOfOne
	case transaction.Submission:
		return others < units*(slots-keptForRights) && own.queries+own.submissions < units*callsOfOne
	default:
		return others < units*(slots-keptForRights) && all.queries < units*(slots-keptForRights-keptForSubmissions) &&
			own.queries < units*queriesOfOne && own.queries+own.submissions < units*callsOfOne
	}
}

// gate lets calls in as far as there are slots.
type gate struct {
	units int
	mutex sync.Mutex
	all   load
	own   map[string]*load
}

// enter takes a slot and returns what gives it back, or refuses at once. The work of the call asks for more once it
// proves to be large.
func (g *gate) enter(kind transaction.Kind, mspID string) (work *budget.Work, leave func(), refusal *fault.Error) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	own := g.own[mspID]
	if own == nil {
		own = &load{} // peers let only members of the channel's MSPs call, so there are few
		g.own[mspID] = own
	}
	if !fits(kind, g.units, g.all, *own) {
		return nil, nil, fault.New(fault.Busy, "as many calls are under way as the chaincode server takes at once")
	}
	*g.all.of(kind)++
	*own.of(kind)++
	grown := 0
	work = &budget.Work{Room: func() bool {
		g.mutex.Lock()
		defer g.mutex.Unlock()
		if g.all.large >= g.units*large || own.large >= g.units*largeOfOne {
			return false
		}
		g.all.large++
		own.large++
		grown = 1
		return true
	}}
	return work, func() {
		g.mutex.Lock()
		defer g.mutex.Unlock()
		*g.all.of(kind)--
		*own.of(kind)--
		g.all.large -= grown
		own.large -= grown
	}, nil
}

// metered is the stub of a call whose work is counted.
type metered struct {
	shim.ChaincodeStubInterface
	work *budget.Work
}

// Work is what the work is counted by.
func (m metered) Work() *budget.Work { return m.work }

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
