package settlement

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// Direction says which side of the meter a membership counts; charging a storage is consumption, discharging it production.
type Direction string

// The directions.
const (
	Consumption Direction = "consumption"
	Production  Direction = "production"
)

// MemberState is where a membership stands.
type MemberState string

const (
	// Pending means that the organiser added the member, the operator has not confirmed the metering point.
	Pending MemberState = "PENDING"
	// Confirmed means that the operator measures the member from From on.
	Confirmed MemberState = "CONFIRMED"
)

// Membership is what the organiser states when adding a member.
type Membership struct {
	CommunityID string `json:"communityId"`
	// MemberID is random: it stands in public records and says nothing about the person.
	MemberID  string    `json:"memberId"`
	Direction Direction `json:"direction"`
	// Share is the member's part of the production in ppm for keys with fixed shares, 0 to 1,000,000.
	Share int64 `json:"share,omitempty"`
	// Tier orders members for keys by priority.
	Tier int `json:"tier,omitempty"`
	// Factor is the percentage of the metered energy that takes part, 1 to 100.
	Factor int64 `json:"factor"`
	// From is the first local day, To the first day no more (empty: open).
	From string `json:"from"`
	To   string `json:"to,omitempty"`
	// Role chooses the VAT rate of what the member sells, such as household or business; empty is the line's own rate.
	Role string `json:"role,omitempty"`
	// ConsentID names the resident's consent to energy sharing.
	ConsentID string `json:"consentId"`
}

// Member is a membership as it stands on the ledger. Nothing in it names a person or a metering point.
type Member struct {
	Schema int `json:"schema"`
	Membership
	State MemberState `json:"state"`
	// PrivateSHA256 is the hash of the private part in the community's collection.
	PrivateSHA256 string `json:"privateSha256"`
	// PointRef is the operator's HMAC-SHA-256 of the metering point's number: equal points are seen, numbers are not.
	PointRef string `json:"pointRef,omitempty"`
	// LimitWatts is the subscribed power of the point as the operator knows it: no interval holds more energy than that. 0 is unknown.
	LimitWatts int64 `json:"limitWatts,omitempty"`
}

// MemberPrivate is the member's private part.
type MemberPrivate struct {
	// MeteringPoint is the number that the operator knows the point by (EAN, PRM, CUPS).
	MeteringPoint string `json:"meteringPoint"`
	// Subject is the pseudonym of the resident, who gave the consent that the membership names.
	Subject string `json:"subject"`
	// Address is where the point is.
	Address string `json:"address,omitempty"`
	// Salt is random, at least 16 bytes in lower-case hex, made by the client: hashes of private data stand in blocks for ever.
	Salt string `json:"salt"`
}

// Validate checks the private part by itself.
func (p MemberPrivate) Validate() error {
	return request.All(
		request.Required("meteringPoint", p.MeteringPoint), text("meteringPoint", p.MeteringPoint),
		request.Required("subject", p.Subject), text("subject", p.Subject), text("address", p.Address),
		request.Salt("salt", p.Salt),
	)
}

// AddMemberRequest adds a member to a community of the caller's organisation; the private part comes by the transient map.
type AddMemberRequest struct{ Membership }

// Validate checks the request by itself.
func (r AddMemberRequest) Validate() error {
	return request.All(
		request.ID("communityId", r.CommunityID),
		request.ID("memberId", r.MemberID),
		request.OneOf("direction", r.Direction, Consumption, Production),
		request.Within("share", r.Share, 0, 1_000_000),
		request.Within("tier", int64(r.Tier), 0, maxTier),
		request.Within("factor", r.Factor, 1, 100),
		date("from", r.From),
		r.validateTo(),
		r.validateRole(),
		request.ID("consentId", r.ConsentID),
	)
}

func (r AddMemberRequest) validateRole() error {
	if r.Role == "" {
		return nil
	}
	return request.ID("role", r.Role)
}

func (r AddMemberRequest) validateTo() error {
	if r.To == "" {
		return nil
	}
	if err := date("to", r.To); err != nil {
		return err
	}
	if r.To <= r.From { // ISO dates order as text
		return fault.Field(fault.InvalidField, "to", "lies not after from")
	}
	return nil
}

// Add makes the pending member of the request.
func (r AddMemberRequest) Add(community Community, privateSHA256 string) (Member, error) {
	if r.From < community.ValidFrom {
		return Member{}, fault.Field(fault.InvalidField, "from", "lies before the community's first day, %s", community.ValidFrom)
	}
	return Member{Schema: SchemaVersion, Membership: r.Membership, State: Pending, PrivateSHA256: privateSHA256}, nil
}

// ConfirmMemberRequest confirms that the operator measures the member at the point.
type ConfirmMemberRequest struct {
	CommunityID string `json:"communityId"`
	MemberID    string `json:"memberId"`
	// PointRef is the lower-case hex of HMAC-SHA-256 under a secret of the operator over the metering point's number.
	PointRef string `json:"pointRef"`
	// LimitWatts is the subscribed power of the point in W, at most 1 GW; 0 is unknown and sets no limit.
	LimitWatts int64 `json:"limitWatts,omitempty"`
}

// Validate checks the request by itself.
func (r ConfirmMemberRequest) Validate() error {
	return request.All(
		request.ID("communityId", r.CommunityID), request.ID("memberId", r.MemberID),
		request.SHA256("pointRef", r.PointRef),
		request.Within("limitWatts", r.LimitWatts, 0, 1_000_000_000),
	)
}

// PointRef is the reference of a metering point that the operator with the secret gives.
func PointRef(secret []byte, meteringPoint string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(meteringPoint))
	return hex.EncodeToString(mac.Sum(nil))
}

// Confirm moves a pending member to confirmed. Confirming again with the same point changes the limit at most.
func (m Member) Confirm(pointRef string, limitWatts int64) (Member, error) {
	if m.State != Pending && m.PointRef != pointRef {
		return m, fault.New(fault.IllegalTransition, "member %s is %s with another metering point; only a %s member can be confirmed", m.MemberID, m.State, Pending)
	}
	m.State, m.PointRef, m.LimitWatts = Confirmed, pointRef, limitWatts
	return m, nil
}

// InForce reports whether the member is measured on the local day.
func (m Member) InForce(day string) bool {
	return m.State == Confirmed && m.From <= day && (m.To == "" || day < m.To)
}

// PointUse is one membership of a metering point: what the ledger needs to see a point taken twice.
type PointUse struct {
	Schema      int    `json:"schema"`
	CommunityID string `json:"communityId"`
	MemberID    string `json:"memberId"`
	Factor      int64  `json:"factor"`
	From        string `json:"from"`
	To          string `json:"to,omitempty"`
}

// Use returns the member's use of its point.
func (m Member) Use() PointUse {
	return PointUse{Schema: SchemaVersion, CommunityID: m.CommunityID, MemberID: m.MemberID, Factor: m.Factor, From: m.From, To: m.To}
}

const maxCommunitiesOfPoint = 5

// Join refuses a use of a point beside its other uses in the same direction: a point is in a community once, in at most five communities on any day,
// and its factors add up to at most 100 percent on any day.
func (u PointUse) Join(others []PointUse) error {
	days := []string{u.From}
	for _, other := range others {
		if u.same(other) {
			continue
		}
		if u.overlaps(other) && other.CommunityID == u.CommunityID {
			return fault.New(fault.PointTaken, "the metering point is already member %s of this community", other.MemberID)
		}
		if other.From > u.From {
			days = append(days, other.From) // the sums change only where a use begins
		}
	}
	for _, day := range days {
		if err := u.fits(day, others); err != nil {
			return err
		}
	}
	return nil
}

func (u PointUse) fits(day string, others []PointUse) error {
	if !u.covers(day) {
		return nil
	}
	communities, factors := 1, u.Factor
	for _, other := range others {
		if !u.same(other) && other.covers(day) {
			communities++
			factors += other.Factor
		}
	}
	if communities > maxCommunitiesOfPoint || factors > 100 {
		return fault.New(fault.PointTaken, "on %s the metering point would be in %d communities with %d percent; at most %d and 100 are allowed",
			day, communities, factors, maxCommunitiesOfPoint)
	}
	return nil
}

func (u PointUse) same(other PointUse) bool {
	return u.MemberID == other.MemberID && u.CommunityID == other.CommunityID
}

func (u PointUse) covers(day string) bool { return u.From <= day && (u.To == "" || day < u.To) }

func (u PointUse) overlaps(other PointUse) bool {
	return u.covers(other.From) || other.covers(u.From)
}

// ListMembersRequest asks for a page of a community's members.
type ListMembersRequest struct {
	CommunityID string `json:"communityId"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListMembersRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), r.Check())
}

// ListedMember is a member with its private part, where the peer that answers holds it.
type ListedMember struct {
	Member
	Private *MemberPrivate `json:"private,omitempty"`
}

// Attach adds the stored private part, if it is here and the one that the public record names.
func (m *ListedMember) Attach(stored []byte) error {
	if stored == nil || Hash(stored) != m.PrivateSHA256 {
		return nil
	}
	private, err := ReadMemberPrivate(stored)
	m.Private = &private
	return err
}

// ReadMemberPrivate reads a stored private part.
func ReadMemberPrivate(stored []byte) (private MemberPrivate, err error) {
	if err := json.Unmarshal(stored, &private); err != nil {
		return private, fmt.Errorf("read the private part of a member: %w", err)
	}
	return private, nil
}

// MemberPage is a page of members in byte order of their ids.
type MemberPage struct {
	Members  []ListedMember `json:"members"`
	Bookmark string         `json:"bookmark,omitempty"`
}
