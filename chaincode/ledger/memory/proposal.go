// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// signedProposal is a proposal to call a chaincode, without a signature.
func signedProposal(channel, chaincode string) (*peer.SignedProposal, error) {
	extension, err := proto.Marshal(&peer.ChaincodeHeaderExtension{ChaincodeId: &peer.ChaincodeID{Name: chaincode}})
	if err != nil {
		return nil, err
	}
	channelHeader, err := proto.Marshal(&common.ChannelHeader{ChannelId: channel, Extension: extension})
	if err != nil {
		return nil, err
	}
	header, err := proto.Marshal(&common.Header{ChannelHeader: channelHeader})
	if err != nil {
		return nil, err
	}
	proposal, err := proto.Marshal(&peer.Proposal{Header: header})
	return &peer.SignedProposal{ProposalBytes: proposal}, err
}
