package ledger

import (
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// policy is a key's own endorsement policy: so many of the organisations' peers.
type policy struct {
	needed        int
	organisations []string
}

// encode writes the policy as Fabric reads it. It is deterministic: the organisations keep their order.
func (p policy) encode() ([]byte, error) {
	envelope := &common.SignaturePolicyEnvelope{Rule: &common.SignaturePolicy{}}
	var rules []*common.SignaturePolicy
	for i, organisation := range p.organisations {
		role, err := proto.Marshal(&msp.MSPRole{MspIdentifier: organisation, Role: msp.MSPRole_PEER})
		if err != nil {
			return nil, fmt.Errorf("policy for %s: %w", organisation, err)
		}
		envelope.Identities = append(envelope.Identities, &msp.MSPPrincipal{PrincipalClassification: msp.MSPPrincipal_ROLE, Principal: role})
		rules = append(rules, &common.SignaturePolicy{Type: &common.SignaturePolicy_SignedBy{SignedBy: int32(i)}})
	}
	envelope.Rule.Type = &common.SignaturePolicy_NOutOf_{NOutOf: &common.SignaturePolicy_NOutOf{N: int32(p.needed), Rules: rules}}
	return proto.MarshalOptions{Deterministic: true}.Marshal(envelope)
}
