// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"regexp"
	"time"

	"github.com/smartb-suite/smartb/chaincode/request"
)

// AgreeToFiguresRequest is a legal person's agreement that figures may be published which tell of its production, or
// the end of this agreement. The legal person signs it by the key of its membership.
type AgreeToFiguresRequest struct {
	CommunityID string `json:"communityId"`
	MemberID    string `json:"memberId"`
	// RegisterNumber is the legal person's in its public register, such as FN 123456a.
	RegisterNumber string `json:"registerNumber"`
	// Agreed is false where the agreement ends: what is published stays, nothing more is.
	Agreed bool `json:"agreed"`
}

// Validate checks the request by itself.
func (r AgreeToFiguresRequest) Validate() error {
	return request.All(
		request.ID("communityId", r.CommunityID),
		request.ID("memberId", r.MemberID),
		request.Matches(
			"registerNumber", r.RegisterNumber, registerPattern, "the number of a legal person in its public register",
		),
	)
}

// FigureAgreement is the public record of a legal person's agreement, or of its end.
type FigureAgreement struct {
	Schema int `json:"schema"`
	AgreeToFiguresRequest
	At time.Time `json:"at"`
	// Evidence names the signed request, which every publication verifies again.
	Evidence FigureEvidence `json:"evidence"`
}

// FigureEvidence names a signed request: its signer's thumbprint, its jti and the hash of its compact form.
type FigureEvidence struct {
	Signer string `json:"signer"`
	ID     string `json:"id"`
	SHA256 string `json:"sha256"`
}

var registerPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ./:-]{1,62}[A-Za-z0-9]$`)
