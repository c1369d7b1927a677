package transaction

import (
	"fmt"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
)

// bound is the stub of a call on the network that the chaincode server works for.
type bound struct {
	shim.ChaincodeStubInterface
	network ledger.Network
}

// Network is the one that the call's ledger must be of.
func (b *bound) Network() ledger.Network { return b.network }

// Batch is the one that the call belongs to.
func (b *bound) Batch() *ledger.Batch { return ledger.BatchOf(b.ChaincodeStubInterface) }

// unbind lets a call come before the network is founded.
func unbind(stub shim.ChaincodeStubInterface) *bound {
	network := ledger.NetworkOf(stub)
	network.Unbound = true
	return &bound{stub, network}
}

// checkDirect refuses a call that reaches this chaincode through another one: what that one asks for nobody has signed for this one.
func checkDirect(stub shim.ChaincodeStubInterface) error {
	called, err := calledChaincode(stub)
	if err != nil {
		return fmt.Errorf("which chaincode the client called: %w", err)
	}
	if called != signedrequest.ChaincodeName {
		return fault.New(fault.Forbidden, "the call came through the chaincode %.100q; call %s itself", called, signedrequest.ChaincodeName)
	}
	return nil
}

// calledChaincode is the name of the chaincode in the client's own proposal.
func calledChaincode(stub shim.ChaincodeStubInterface) (string, error) {
	signed, err := stub.GetSignedProposal()
	if err != nil {
		return "", err
	}
	proposal, header, channel := new(peer.Proposal), new(common.Header), new(common.ChannelHeader)
	extension := new(peer.ChaincodeHeaderExtension)
	for _, part := range []struct {
		bytes func() []byte
		into  proto.Message
	}{
		{signed.GetProposalBytes, proposal}, {proposal.GetHeader, header}, {header.GetChannelHeader, channel}, {channel.GetExtension, extension},
	} {
		if err := proto.Unmarshal(part.bytes(), part.into); err != nil {
			return "", err
		}
	}
	return extension.GetChaincodeId().GetName(), nil
}
