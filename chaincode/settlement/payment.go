// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"strconv"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// PositionsRequest asks for a page of the netted positions of a period.
type PositionsRequest struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
	Phase       Phase  `json:"phase"`
	request.Listing
}

// Validate checks the request by itself.
func (r PositionsRequest) Validate() error { return request.All(r.Of().Validate(), r.Check()) }

// Of names the period.
func (r PositionsRequest) Of() GetPeriodRequest {
	return GetPeriodRequest{CommunityID: r.CommunityID, Period: r.Period, Phase: r.Phase}
}

// Begin is the first bill of the page. A bookmark names the results that it belongs to: a page of bills that were closed
// anew since would not go with the pages before it.
func (r PositionsRequest) Begin(period Period) (int, error) {
	if r.Bookmark == "" {
		return 0, nil
	}
	resultsID, place, _ := strings.Cut(r.Bookmark, ":")
	if resultsID != period.ResultsID {
		return 0, fault.Field(
			fault.InvalidField, "bookmark", "%s of %s was closed anew since the page before; list it from its beginning",
			r.Phase, r.Period,
		)
	}
	begin, err := strconv.Atoi(place)
	if err != nil || begin < 0 || begin > period.Leaves {
		return 0, fault.Field(fault.InvalidField, "bookmark", "expected what the page before returned")
	}
	return begin, nil
}

// PositionsAt is the bookmark of the page that begins with a bill.
func (p Period) PositionsAt(bill int) string {
	if bill >= p.Leaves {
		return ""
	}
	return p.ResultsID + ":" + strconv.Itoa(bill)
}

// Position is what a party receives or pays after netting.
type Position struct {
	MemberID string `json:"memberId"`
	// Cents is positive for who receives.
	Cents int64 `json:"cents"`
	// PaidAt is when the organiser confirmed the payment.
	PaidAt time.Time `json:"paidAt,omitzero"`
}

// Positions are a page of the positions of a period, in byte order of the parties. All pages' together are zero.
type Positions struct {
	Currency  string     `json:"currency,omitempty"`
	Positions []Position `json:"positions"`
	Bookmark  string     `json:"bookmark,omitempty"`
}

// Sum is what the positions add up to.
func (p Positions) Sum() (cents int64) {
	for _, position := range p.Positions {
		cents += position.Cents
	}
	return cents
}

// NewPositions are the positions of bills. payments are the confirmed ones by party.
func NewPositions(bills []Bill, payments map[string]Payment) Positions {
	all := Positions{Positions: []Position{}}
	for _, bill := range bills {
		all.Currency = bill.Currency
		all.Positions = append(all.Positions, Position{MemberID: bill.MemberID, Cents: bill.Position, PaidAt: payments[bill.MemberID].ConfirmedAt})
	}
	return all
}

// ConfirmPaymentRequest confirms that a party's position of a period was paid.
type ConfirmPaymentRequest struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
	Phase       Phase  `json:"phase"`
	// MemberID is the party: a member, or "msp:" and an organisation.
	MemberID string `json:"memberId"`
}

// Validate checks the request by itself.
func (r ConfirmPaymentRequest) Validate() error {
	return BillRequest{CommunityID: r.CommunityID, MemberID: r.MemberID, Period: r.Period, Phase: r.Phase}.Validate()
}

// Payment is the public record that a position was paid. The amount is not in it.
type Payment struct {
	Schema int `json:"schema"`
	ConfirmPaymentRequest
	ConfirmedAt time.Time `json:"confirmedAt"`
	ConfirmedBy string    `json:"confirmedBy"`
}
