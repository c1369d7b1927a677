// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

// organisation marks the parties that are organisations; no member's id has a colon.
const organisation = "msp:"

// Bill is one party's leaf of a period's Merkle tree: what a member shared, bought and sold. Its members are in the
// order of RFC 8785, so that its plain encoding is its canonical one. In a correction all numbers are differences to
// the final bill and the corrections before.
type Bill struct {
	CommunityID string `json:"communityId"`
	// Correction is the correction's number, 0 for the bill itself.
	Correction int            `json:"correction"`
	Currency   string         `json:"currency"`
	Items      []billing.Item `json:"items"`
	// MemberID is a member, or "msp:" and the organisation that fees are paid to.
	MemberID string `json:"memberId"`
	// Metered and Shared are in mWh.
	Metered int64  `json:"metered"`
	Period  string `json:"period"`
	// Position is what the party receives (positive) or pays after netting, in cents.
	Position int64 `json:"position"`
	// Salt is the lower-case hex HMAC-SHA-256 of communityId|period|correction|memberId under a secret of those who hold the load profiles.
	Salt   string `json:"salt"`
	Schema int    `json:"schema"`
	Shared int64  `json:"shared"`
}

// Canonical is the bill's encoding after RFC 8785, the bytes that are hashed.
func (b Bill) Canonical() ([]byte, error) {
	if b.Items == nil {
		b.Items = []billing.Item{}
	}
	return json.Marshal(b)
}

// BillRequest asks for one party's bill of a period.
type BillRequest struct {
	CommunityID string `json:"communityId"`
	// MemberID is a member, or "msp:" and an organisation.
	MemberID string `json:"memberId"`
	Period   string `json:"period"`
	Phase    Phase  `json:"phase"`
}

// Validate checks the request by itself.
func (r BillRequest) Validate() error {
	return request.All(GetPeriodRequest{r.CommunityID, r.Period, r.Phase}.Validate(), party("memberId", r.MemberID))
}

// party checks the id of who has a bill.
func party(field, id string) error {
	if msp, is := strings.CutPrefix(id, organisation); is {
		return request.MSP(field, msp)
	}
	return request.ID(field, id)
}

// Organisation is the MSP that has the bill, empty for a member.
func (r BillRequest) Organisation() string {
	msp, _ := strings.CutPrefix(r.MemberID, organisation)
	if msp == r.MemberID {
		return ""
	}
	return msp
}

// BillStatement is one party's bill with the proof that it belongs to the public period. It is private.
type BillStatement struct {
	Bill Bill `json:"bill"`
	Inclusion
}

// Verify checks the bill against the public period, which any peer serves. A changed digit anywhere fails; where the bill contradicts itself or the
// record, the error names the place.
func (s BillStatement) Verify(period Period) error {
	b := s.Bill
	if b.CommunityID != period.CommunityID || b.Period != period.Period || b.Correction != period.Phase.Correction() {
		return fmt.Errorf("%w: it is for correction %d of %s in %s, the ledger's period is %s of %s in %s",
			ErrUnproven, b.Correction, b.Period, b.CommunityID, period.Phase, period.Period, period.CommunityID)
	}
	if err := b.consistent(); err != nil {
		return fmt.Errorf("%w: %w", ErrUnproven, err)
	}
	leaf, err := b.Canonical()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnproven, err)
	}
	return s.verify(leaf, period.Leaves, period.MerkleRoot)
}

// consistent checks what the bill states about itself.
func (b Bill) consistent() error {
	if err := request.All(party("memberId", b.MemberID), request.SHA256("salt", b.Salt), request.Within("schema", int64(b.Schema), SchemaVersion, SchemaVersion)); err != nil {
		return err
	}
	var position int64
	for _, item := range b.Items {
		position += item.Gross()
	}
	if position != b.Position {
		return fmt.Errorf("position: the items add up to %d cents, not %d", position, b.Position)
	}
	return nil
}

// Bills are the private bills of up to LeavesPerChunk parties.
type Bills struct {
	Schema int    `json:"schema"`
	Bills  []Bill `json:"bills"`
}

// ReadBills reads stored bills.
func ReadBills(value []byte) (b Bills, err error) {
	if err := json.Unmarshal(value, &b); err != nil {
		return b, fmt.Errorf("read bills: %w", err)
	}
	return b, nil
}

// ErrUnproven reports a statement that does not belong to the run or period.
var ErrUnproven = errors.New("the statement is not proven")

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
