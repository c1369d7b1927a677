// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer/lifecycle"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/chaincode/budget"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Network is the network that a chaincode server works for, as its own administrator signed it. A key that does not exist yet has no policy of its own, so
// this, and not the ledger, decides which founding record counts.
type Network struct {
	// ID is the SHA-256 of the genesis block's header, in lower-case hex.
	ID string
	// FoundingSHA256 is the SHA-256 of the founding record, in lower-case hex.
	FoundingSHA256 string
	// Unbound is true for a call that may come before the network is founded.
	Unbound bool
	// Work counts what the call's transaction costs the server; nil where nobody does.
	Work *budget.Work
}

// FoundingKey holds the founding record in canonical JSON; written once, by governance:Found, under the policy of all organisations that run peers.
var FoundingKey = Key{Type: "governance.founding"}

// WorkOf is what the server counts the work of a stub's transaction by, nil if it does not.
func WorkOf(stub shim.ChaincodeStubInterface) *budget.Work {
	if counted, ok := stub.(interface{ Work() *budget.Work }); ok {
		return counted.Work()
	}
	return nil
}

// NetworkOf is the network that a stub's call is for.
func NetworkOf(stub shim.ChaincodeStubInterface) (network Network) {
	if call, ok := stub.(interface{ Network() Network }); ok {
		return call.Network()
	}
	return network
}

// ahead are the keys that every call reads, with the first keys that it reads of its own, so that no trip is made for them alone.
func (n Network) ahead() []string {
	if n.Unbound || n.ID == "" {
		return nil
	}
	name, err := shim.CreateCompositeKey(FoundingKey.Type, FoundingKey.Attributes)
	if err != nil { // of a constant
		return nil
	}
	return []string{name}
}

// Network is the id of the network that the chaincode server works for.
func (l *Ledger) Network() string { return l.network.ID }

// FoundingSHA256 is the hash of the founding record that the chaincode server takes.
func (l *Ledger) FoundingSHA256() string { return l.network.FoundingSHA256 }

// CheckNetwork refuses a ledger that was founded by another record than the chaincode server's own, or not yet.
func (l *Ledger) CheckNetwork() error {
	if l.network.Unbound {
		return nil
	}
	names, err := l.names([]Key{FoundingKey})
	if err != nil {
		return err
	}
	if err := l.fetch(names); err != nil {
		return err
	}
	record := l.known[names[0]]
	if record == nil {
		return fault.New(fault.NetworkNotFounded, "the network %.16s… has no founding record yet", l.network.ID)
	}
	if sum := sha256.Sum256(record); hex.EncodeToString(sum[:]) != l.network.FoundingSHA256 {
		return fault.New(fault.WrongNetwork, "the ledger's founding record is not the one that this chaincode server's administrator signed, %.16s…",
			l.network.FoundingSHA256)
	}
	return nil
}

// Raw is the stored text of a public record, nil if there is none: for records whose very bytes were signed.
func (l *Ledger) Raw(key Key) ([]byte, error) {
	names, err := l.names([]Key{key})
	if err != nil {
		return nil, err
	}
	if err := l.fetch(names); err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	return l.known[names[0]], nil
}

// chaincodeName is the name that this chaincode is committed under; the network's deployment uses the same.
const chaincodeName = "smartb"

// ChannelMembers returns the MSPs of the channel's organisations, in byte order. It asks the peer's lifecycle who may
// approve this chaincode's definition (the configuration chaincode refuses to be called by others). So the answer
// follows the channel and is no record of ours.
func (l *Ledger) ChannelMembers() ([]string, error) {
	query, err := proto.Marshal(&lifecycle.QueryChaincodeDefinitionArgs{Name: chaincodeName})
	if err != nil {
		return nil, fmt.Errorf("ask for the channel's organisations: %w", err)
	}
	response := l.stub.InvokeChaincode("_lifecycle", [][]byte{[]byte("QueryChaincodeDefinition"), query}, "")
	if response.GetStatus() != shim.OK {
		return nil, fmt.Errorf("ask for the channel's organisations: %s", response.GetMessage())
	}
	definition := new(lifecycle.QueryChaincodeDefinitionResult)
	if err := proto.Unmarshal(response.GetPayload(), definition); err != nil {
		return nil, fmt.Errorf("ask for the channel's organisations: %w", err)
	}
	return slices.Sorted(maps.Keys(definition.GetApprovals())), nil
}
