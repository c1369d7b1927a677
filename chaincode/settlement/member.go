// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"encoding/json"
	"fmt"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// Direction describes which side of the meter a membership counts; charging a storage is consumption, discharging it
// production.
type Direction string

// The directions.
const (
	Consumption Direction = "consumption"
	Production  Direction = "production"
)

// MemberState is the state of a membership.
type MemberState string

const (
	// Pending means that the organiser added the member, the grid operator has not confirmed the metering point.
	Pending MemberState = "PENDING"
	// Confirmed means that the grid operator measures the member from From on.
	Confirmed MemberState = "CONFIRMED"
)

// Membership is what the organiser states when adding a member.
type Membership struct {
	CommunityID string `json:"communityId"`
	// MemberID is random: it is in public records and reveals nothing about the person.
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
}

// Member is a membership on the ledger. Nothing in it names a person or a metering point.
type Member struct {
	Schema int `json:"schema"`
	Membership
	State MemberState `json:"state"`
	// PrivateSHA256 is the hash of the private part in the community's collection.
	PrivateSHA256 string `json:"privateSha256"`
	// Retention is how long the member's load profiles are kept, as the notice of the consent states: an ISO 8601
	// duration.
	Retention string `json:"retention"`
	// LimitWatts is the subscribed power of the point as the grid operator knows it: no interval holds more energy than
	// that. 0 is unknown.
	LimitWatts int64 `json:"limitWatts,omitempty"`
	// Behind is computed with, and never part of the public record.
	Behind `json:"-"`
}

// Behind is what the community's collection holds about who and what is behind a member. In a public record it would
// join the records of one person.
type Behind struct {
	// Subject and ConsentID name the resident's consent to energy sharing.
	Subject, ConsentID string
	// PointRef distinguishes metering points.
	PointRef string
}

// Consent names the consent under which the member is metered.
func (b Behind) Consent() consent.ConsentRef {
	return consent.ConsentRef{Subject: b.Subject, ConsentID: b.ConsentID}
}

// MemberPrivate is the member's private part.
type MemberPrivate struct {
	// Subject is the pseudonym of the resident, who gave the consent.
	Subject string `json:"subject"`
	// ConsentID names the resident's consent to energy sharing in this community, at this metering point.
	ConsentID string `json:"consentId"`
	// Reference is the metering point's, which the grid operator gave to the resident.
	Reference string `json:"reference"`
	// Salt is random, 16 to 64 bytes in lower-case hex. The grid operator gave it with the reference, and the
	// resident signed the hash of both.
	Salt string `json:"salt"`
	// Address is where the point is.
	Address string `json:"address,omitempty"`
}

// Validate checks the private part by itself.
func (p MemberPrivate) Validate() error {
	return request.All(
		request.Required("subject", p.Subject), text("subject", p.Subject), request.ID("consentId", p.ConsentID),
		reference(p.Reference), request.Salt("salt", p.Salt), text("address", p.Address),
	)
}

// Behind is what the private part holds about the member of the grid operator's community.
func (p MemberPrivate) Behind(operator string) Behind {
	return Behind{Subject: p.Subject, ConsentID: p.ConsentID, PointRef: PointRef(operator, p.Reference)}
}

// Know adds to the member's public record what the private part holds.
func (m Member) Know(p MemberPrivate, operator string) Member {
	m.Behind = p.Behind(operator)
	return m
}

// AddMemberRequest adds a member to a community of the caller's organisation; the private part comes by the transient
// map.
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

// ConfirmMemberRequest confirms that the grid operator measures the member at its point; anyone who and which point
// that is comes by the transient map as Confirmation.
type ConfirmMemberRequest struct {
	CommunityID string `json:"communityId"`
	MemberID    string `json:"memberId"`
	// LimitWatts is the subscribed power of the point in W, at most 1 GW; 0 is unknown and sets no limit.
	LimitWatts int64 `json:"limitWatts,omitempty"`
}

// Validate checks the request by itself.
func (r ConfirmMemberRequest) Validate() error {
	return request.All(
		request.ID("communityId", r.CommunityID), request.ID("memberId", r.MemberID),
		request.Within("limitWatts", r.LimitWatts, 0, 1_000_000_000),
	)
}

// Confirmation is what the grid operator itself knows of the member: the pseudonym that the person gave to it against
// proof, and the reference that it gave to the person. It is in the grid operator's own register, and does not come
// from the organiser.
type Confirmation struct {
	Subject   string `json:"subject"`
	Reference string `json:"reference"`
}

// Validate checks the confirmation by itself.
func (c Confirmation) Validate() error {
	return request.All(request.Required("subject", c.Subject), text("subject", c.Subject), reference(c.Reference))
}

// Confirms refuses a member that the organiser added with another person or another metering point than the grid operator
// knows.
func (c Confirmation) Confirms(p MemberPrivate) error {
	if c.Subject != p.Subject {
		return fault.Field(fault.InvalidField, "subject", "the member was added with another subject than the one that gave itself to the grid operator")
	}
	if c.Reference != p.Reference {
		return fault.Field(fault.InvalidField, "reference", "the member was added with another metering point than the one that the grid operator gave to the subject")
	}
	return nil
}

// Confirm moves a pending member to confirmed. Confirming again changes the limit at most.
func (m Member) Confirm(limitWatts int64) Member {
	m.State, m.LimitWatts = Confirmed, limitWatts
	return m
}

// InForce reports whether the member is measured on the local day.
func (m Member) InForce(day string) bool {
	return m.State == Confirmed && m.From <= day && (m.To == "" || day < m.To)
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

// Whole is the member with what its private part holds, where that is here.
func (m ListedMember) Whole(operator string) Member {
	if m.Private == nil {
		return m.Member
	}
	return m.Know(*m.Private, operator)
}

// Open reads the stored private part, which is the one that the public record names.
func (m Member) Open(stored []byte) (MemberPrivate, error) {
	if Hash(stored) != m.PrivateSHA256 {
		return MemberPrivate{}, fault.New(fault.PrivateDataNotHere, "this peer holds another private part of the member than the public record names")
	}
	return ReadMemberPrivate(stored)
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
