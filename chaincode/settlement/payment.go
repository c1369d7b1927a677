package settlement

import (
	"time"
)

// PositionsRequest asks for the netted positions of a period.
type PositionsRequest struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
	Phase       Phase  `json:"phase"`
}

// Validate checks the request by itself.
func (r PositionsRequest) Validate() error { return GetPeriodRequest(r).Validate() }

// Position is what a party receives or pays after netting.
type Position struct {
	MemberID string `json:"memberId"`
	// Cents is positive for who receives.
	Cents int64 `json:"cents"`
	// PaidAt is when the organiser confirmed the payment.
	PaidAt time.Time `json:"paidAt,omitzero"`
}

// Positions are all positions of a period, in byte order of the parties.
type Positions struct {
	Currency  string     `json:"currency,omitempty"`
	Positions []Position `json:"positions"`
	// Sum is zero, always.
	Sum int64 `json:"sum"`
}

// NewPositions are the positions of bills. payments are the confirmed ones by party.
func NewPositions(bills []Bill, payments map[string]Payment) Positions {
	all := Positions{Positions: []Position{}}
	for _, bill := range bills {
		all.Currency = bill.Currency
		all.Sum += bill.Position
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
