// SPDX-License-Identifier: Apache-2.0

package network

import (
	"fmt"

	"github.com/hyperledger/fabric-admin-sdk/pkg/chaincode"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
)

// Collection is a private data collection of a chaincode. RequiredPeerCount is always 0, since a member has a single peer and endorsement must
// go on while it is down; the data goes to all other members at once.
type Collection struct {
	Name string
	// Members are MSP ids.
	Members []string
	// Endorsers is how many members' peers must endorse a write.
	Endorsers int
	// MemberOnlyRead and MemberOnlyWrite check the MSP of the transaction's submitter.
	MemberOnlyRead, MemberOnlyWrite bool
}

// Collections of the chaincode smartb: one for each organisation's own personal data, and the load profile that
// operator, organiser and auditor share.
func (t Topology) Collections() []Collection {
	curves := Collection{Name: "meterData", Endorsers: 2, MemberOnlyRead: true, MemberOnlyWrite: true}
	var all []Collection
	for _, org := range t {
		all = append(all, Collection{Name: "org-" + org.MSP, Members: []string{org.MSP}, Endorsers: 1, MemberOnlyRead: true})
		if org.LoadCurves {
			curves.Members = append(curves.Members, org.MSP)
		}
	}
	return append(all, curves)
}

func (c Collection) config(organisations int) (*peer.CollectionConfig, error) {
	if c.Endorsers < 1 || c.Endorsers > len(c.Members) {
		return nil, fmt.Errorf("collection %s: %d members' peers shall endorse a write, it has %d members", c.Name, c.Endorsers, len(c.Members))
	}
	members, err := chaincode.NewApplicationPolicy(outOf(1, c.Members, "member"), "")
	if err != nil {
		return nil, fmt.Errorf("members of collection %s: %w", c.Name, err)
	}
	endorsers, err := c.endorsement()
	if err != nil {
		return nil, fmt.Errorf("endorsement policy of collection %s: %w", c.Name, err)
	}
	return &peer.CollectionConfig{Payload: &peer.CollectionConfig_StaticCollectionConfig{StaticCollectionConfig: &peer.StaticCollectionConfig{
		Name: c.Name,
		MemberOrgsPolicy: &peer.CollectionPolicyConfig{
			Payload: &peer.CollectionPolicyConfig_SignaturePolicy{SignaturePolicy: plain(members.GetSignaturePolicy())},
		},
		EndorsementPolicy: endorsers,
		MaximumPeerCount:  int32(organisations - 1),
		MemberOnlyRead:    c.MemberOnlyRead,
		MemberOnlyWrite:   c.MemberOnlyWrite,
	}}}, nil
}

// endorsement is the policy for writes. The collection of a single member refers to the member's own policy in the
// channel's configuration, as Fabric's implicit collections do. A reference is all that the peers then decode of it.
func (c Collection) endorsement() (*peer.ApplicationPolicy, error) {
	if len(c.Members) > 1 {
		return chaincode.NewApplicationPolicy(outOf(c.Endorsers, c.Members, "peer"), "")
	}
	return &peer.ApplicationPolicy{Type: &peer.ApplicationPolicy_ChannelConfigPolicyReference{
		ChannelConfigPolicyReference: "/Channel/Application/" + c.Members[0] + "/Endorsement",
	}}, nil
}

// plain leaves out the gate around a single principal. Every peer decodes all collections for each private key of a
// block, twice in Fabric 3.1.1. A gate is two messages more each time.
func plain(policy *common.SignaturePolicyEnvelope) *common.SignaturePolicyEnvelope {
	if rules := policy.GetRule().GetNOutOf().GetRules(); len(rules) == 1 {
		policy.Rule = rules[0]
	}
	return policy
}

func collectionPackage(collections []Collection, organisations int) (*peer.CollectionConfigPackage, error) {
	if len(collections) == 0 {
		return nil, nil
	}
	configs := make([]*peer.CollectionConfig, len(collections))
	for i, collection := range collections {
		config, err := collection.config(organisations)
		if err != nil {
			return nil, err
		}
		configs[i] = config
	}
	return &peer.CollectionConfigPackage{Config: configs}, nil
}
