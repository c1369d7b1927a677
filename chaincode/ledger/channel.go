package ledger

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer/lifecycle"
	"google.golang.org/protobuf/proto"
)

// chaincodeName is the name that this chaincode is committed under; the network's deployment uses the same.
const chaincodeName = "smartb"

// ChannelMembers returns the MSPs of the channel's organisations, in byte order. It asks the peer's lifecycle who may approve this chaincode's
// definition (the configuration chaincode refuses to be called by others), so the answer follows the channel and is no record of ours.
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
