// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// ProofRequest asks for the proof of a party's leaf, of a day's run or of a period.
type ProofRequest struct {
	CommunityID string `json:"communityId"`
	MemberID    string `json:"memberId"`
	Day         string `json:"day,omitempty"`
	Run         RunID  `json:"run,omitempty"`
	Period      string `json:"period,omitempty"`
	Phase       Phase  `json:"phase,omitempty"`
}

// Validate checks the request by itself.
func (r ProofRequest) Validate() error {
	if (r.Day == "") == (r.Period == "") {
		return fault.Field(fault.MissingField, "day", "name a day and its run, or a period and its phase")
	}
	if r.Day != "" {
		return request.All(StatementRequest{r.CommunityID, r.MemberID, r.Day, r.Run}.Validate())
	}
	return BillRequest{r.CommunityID, r.MemberID, r.Period, r.Phase}.Validate()
}

// Proof is the Merkle path of a leaf without the leaf: who kept a statement proves it with it, also after the purge of the day.
type Proof struct {
	Inclusion
	// LeafHash is the RFC 6962 hash of the leaf, MerkleRoot the public root.
	LeafHash   string `json:"leafHash"`
	MerkleRoot string `json:"merkleRoot"`
}

// Proof proves the leaf of the party.
func (s Summary) Proof(memberID, root string) (Proof, error) {
	_, index, err := s.Find(memberID)
	if err != nil {
		return Proof{}, err
	}
	inclusion, err := s.Inclusion(index)
	return Proof{inclusion, s.LeafHashes[index], root}, err
}
