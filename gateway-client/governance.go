// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/base64"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/chaincode/identity"
)

// Governance calls the contract "governance".
type Governance struct{ client *Client }

// Governance returns the contract's typed calls.
func (c *Client) Governance() Governance { return Governance{c} }

// GetFounding reads the founding record with its signatures and believes neither: the record must be for the profile's
// network. The administrator of each organisation must have signed it under a root that is in it.
func (g Governance) GetFounding(ctx context.Context) (governance.FoundingView, error) {
	view, err := evaluate[governance.FoundingView](ctx, g.client, "governance:GetFounding", governance.GetFoundingRequest{})
	if err != nil {
		return view, err
	}
	return view, g.verify(view)
}

func (g Governance) verify(view governance.FoundingView) error {
	if view.Founding.NetworkID != g.client.profile.Network {
		return fault.New(fault.WrongNetwork, "the peer answers for the network %.16s…, the profile is for %.16s…", view.Founding.NetworkID, g.client.profile.Network)
	}
	roots, text := identity.Roots{}, view.Founding.Encode()
	for i, organisation := range view.Founding.Organisations {
		for _, encoded := range organisation.Roots {
			root, err := governance.ParseRoot(encoded)
			if err != nil {
				return err
			}
			roots[organisation.MSP] = append(roots[organisation.MSP], root)
		}
		if i >= len(view.Signatures.Signatures) {
			return fault.New(fault.EvidenceInvalid, "the founding record lacks the signature of %s", organisation.MSP)
		}
		signature, err := identity.VerifySignature(view.Signatures.Signatures[i], governance.FoundingType, organisation.MSP, roots, view.At)
		if err != nil || !signature.Admin || !bytes.Equal(signature.Payload, text) {
			return fault.New(fault.EvidenceInvalid, "the founding record is not signed by the administrator of %s", organisation.MSP)
		}
	}
	return nil
}

// AddRoot adds a root certificate, in DER, of the caller's organisation; the caller is its administrator, by a certificate under a root that counts already.
func (g Governance) AddRoot(ctx context.Context, root *x509.Certificate) (governance.Root, Receipt, error) {
	payload := governance.RootPayload{NetworkID: g.client.profile.Network, MSP: g.client.profile.MSPID, SHA256: governance.Fingerprint(root)}
	signature, err := g.client.SignMember(governance.RootType, payload)
	if err != nil {
		return governance.Root{}, Receipt{}, err
	}
	request := governance.AddRootRequest{Certificate: base64.StdEncoding.EncodeToString(root.Raw), Signature: signature}
	return submit[governance.Root](ctx, g.client, "governance:AddRoot", request)
}

// Admission signs for the caller's organisation to join the network: the caller is its administrator, and the roots are those of its CAs. Rules that name the
// admission admit the organisation when they take effect.
func (g Governance) Admission(roots []*x509.Certificate, peers bool) (governance.Admission, error) {
	admission := governance.Admission{Organisation: governance.Organisation{MSP: g.client.profile.MSPID, Peers: peers}}
	for _, root := range roots {
		admission.Roots = append(admission.Roots, base64.StdEncoding.EncodeToString(root.Raw))
	}
	signature, err := g.client.SignMember(governance.AdmissionType, admission.Payload(g.client.profile.Network))
	admission.Signature = signature
	return admission, err
}

// Approve votes for rules in the name of the caller's organisation; the caller is its administrator, and the client signs the vote.
func (g Governance) Approve(ctx context.Context, rules governance.Rules) (governance.ApproveAnswer, Receipt, error) {
	signature, err := g.client.SignMember(governance.VoteType, rules.Payload(g.client.profile.Network))
	if err != nil {
		return governance.ApproveAnswer{}, Receipt{}, err
	}
	request := governance.ApproveRequest{Rules: rules, Signature: signature}
	return submit[governance.ApproveAnswer](ctx, g.client, "governance:Approve", request)
}

// Get reads the record in force.
func (g Governance) Get(ctx context.Context) (governance.Record, error) {
	return evaluate[governance.Record](ctx, g.client, "governance:Get", governance.GetRequest{})
}
