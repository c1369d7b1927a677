package network

import (
	"fmt"

	"github.com/hyperledger/fabric-admin-sdk/pkg/chaincode"
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

// Collections of the chaincode smartb: one for each organisation's own personal data, and the load curves that operator, organiser and auditor share.
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
	members, err := chaincode.NewApplicationPolicy(outOf(1, c.Members, "member"), "")
	if err != nil {
		return nil, fmt.Errorf("members of collection %s: %w", c.Name, err)
	}
	endorsers, err := chaincode.NewApplicationPolicy(outOf(c.Endorsers, c.Members, "peer"), "")
	if err != nil {
		return nil, fmt.Errorf("endorsement policy of collection %s: %w", c.Name, err)
	}
	return &peer.CollectionConfig{Payload: &peer.CollectionConfig_StaticCollectionConfig{StaticCollectionConfig: &peer.StaticCollectionConfig{
		Name: c.Name,
		MemberOrgsPolicy: &peer.CollectionPolicyConfig{
			Payload: &peer.CollectionPolicyConfig_SignaturePolicy{SignaturePolicy: members.GetSignaturePolicy()},
		},
		EndorsementPolicy: endorsers,
		MaximumPeerCount:  int32(organisations - 1),
		MemberOnlyRead:    c.MemberOnlyRead,
		MemberOnlyWrite:   c.MemberOnlyWrite,
	}}}, nil
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
