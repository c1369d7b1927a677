// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Roster is a copy of the records of a community's confirmed members, their private parts included, under one key of
// the community's collection. A run reads it instead of two keys for each member, and the peers check one version
// instead of thousands when it commits. The members' own records are what counts; those that changed after the copy are
// marked, and read beside it.
type Roster struct {
	Schema      int
	CommunityID string
	// Members are whole, so that a copy is no other kind of member than a record.
	Members []Member
}

// RosterMark marks a member whose record is newer than the roster's copy of it.
type RosterMark struct {
	Schema      int    `json:"schema"`
	CommunityID string `json:"communityId"`
	MemberID    string `json:"memberId"`
}

// Encode packs the roster as it is stored.
func (r Roster) Encode() []byte {
	p := newPacker(packedRoster, 200*len(r.Members))
	p.int(int64(r.Schema))
	p.id(r.CommunityID)
	p.int(int64(len(r.Members)))
	for _, m := range r.Members {
		p.member(m)
	}
	return p.done()
}

// UnpackRoster reads a stored roster.
func UnpackRoster(value []byte) (r Roster, err error) {
	u := newUnpacker(value, packedRoster)
	r.Schema, r.CommunityID = int(u.int()), u.id()
	r.Members = make([]Member, u.count())
	for i := range r.Members {
		r.Members[i] = u.member()
		r.Members[i].Schema, r.Members[i].CommunityID = r.Schema, r.CommunityID
	}
	if err := u.end(); err != nil {
		return r, fmt.Errorf("read a roster: %w", err)
	}
	return r, nil
}

func (p *packer) member(m Member) {
	p.id(m.MemberID)
	p.int(m.Direction.code())
	p.int(m.Share)
	p.int(int64(m.Tier))
	p.int(m.Factor)
	p.text(m.From)
	p.text(m.To)
	p.text(m.Role)
	p.hex(m.PrivateSHA256)
	p.text(m.Retention)
	p.int(m.LimitWatts)
	p.text(m.Subject)
	p.id(m.ConsentID)
	p.hex(m.PointRef)
}

func (u *unpacker) member() Member {
	membership := Membership{
		MemberID: u.id(), Direction: directionOf(u.int()), Share: u.int(), Tier: int(u.int()), Factor: u.int(),
		From: u.text(), To: u.text(), Role: u.text(),
	}
	return Member{
		Membership: membership, State: Confirmed, PrivateSHA256: u.hex(), Retention: u.text(), LimitWatts: u.int(),
		Behind: Behind{Subject: u.text(), ConsentID: u.id(), PointRef: u.hex()},
	}
}

// CurrentMembers puts the records of marked members into the places of their copies, or behind them where there is
// none.
func CurrentMembers(copies []Member, marked []Member) []Member {
	places := make(map[string]int, len(copies))
	for i, member := range copies {
		places[member.MemberID] = i
	}
	members := slices.Clone(copies)
	for _, member := range marked {
		if i, copied := places[member.MemberID]; copied {
			members[i] = member
		} else {
			members = append(members, member)
		}
	}
	return members
}

// RosterOutdated reports whether so many of a roster's members are marked that it is worth another copy: a tenth.
// After a copy a run reads few records beside it, and over a community's life at most ten are copied for each that
// changed.
func RosterOutdated(members, marked int) bool { return marked*10 > members }

// Rows are arrays in canonical JSON (RFC 8785), written by hand since a run hashes one for each member and reading.
// Their texts are ids, names of a fixed list and hex, which JSON does not escape, their numbers integers below 2^53.
// Anyone who hashes what a stranger states validates it before.

// RosterHash is the hash that a run's RosterSHA256 names. The members are in byte order of their ids.
func RosterHash(members []Member) string { return hashRows(members, Member.appendRow) }

func (m Member) appendRow(row []byte) []byte {
	row = appendText(append(row, '['), m.MemberID)
	row = appendText(append(row, ','), string(m.Direction))
	for _, n := range []int64{m.Share, int64(m.Tier), m.Factor} {
		row = strconv.AppendInt(append(row, ','), n, 10)
	}
	row = appendText(append(row, ','), m.Role)
	return append(appendText(append(row, ','), m.PointRef), ']')
}

// hashRows is the SHA-256 of the array of all rows.
func hashRows[T any](all []T, appendRow func(T, []byte) []byte) string {
	text := append(make([]byte, 0, 2+160*len(all)), '[')
	for i, of := range all {
		if i > 0 {
			text = append(text, ',')
		}
		text = appendRow(of, text)
	}
	sum := sha256.Sum256(append(text, ']'))
	return hex.EncodeToString(sum[:])
}

func appendText(b []byte, text string) []byte {
	return append(append(append(b, '"'), text...), '"')
}

// Anything that a resident consents to who joins a community, as terms of the taxonomy of purposes and of data
// categories.
const (
	SharingPurpose = "smartb:EnergySharing"
	LoadProfile    = "smartb:LoadCurve"
)

// Consented refuses a consent to somebody else than the organiser. One whose notice does not say that days already
// supplied are still settled, billed and kept on other bases after a withdrawal: the contract (Art. 6-1b GDPR) and the
// duty to keep accounts (Art. 6-1c).
func (c Community) Consented(record consent.Record, notice consent.Notice) error {
	if record.Controller != c.Organiser {
		return fault.Field(fault.InvalidField, "consentId", "the consent is to another controller than the organiser")
	}
	for _, basis := range []consent.Basis{consent.BasisContract, consent.BasisObligation} {
		if !notice.Names(basis) {
			return fault.Field(fault.InvalidField, "consentId", "notice %s does not name the basis eu-gdpr:%s, on which days already supplied are billed and kept",
				notice.NoticeID, basis)
		}
	}
	return nil
}

// Metered refuses a local day that begins when the member's consent has ended: a withdrawal ends the metering after
// the day on which it was made. ending is nil while the consent is in force.
func (m Member) Metered(day Day, ending *consent.Termination) error {
	if !ending.Before(day.Start) {
		return nil
	}
	return fault.Field(fault.ProcessingDenied, "memberId", "the consent of member %s ended at %s and is %s; only days that began before are metered",
		m.MemberID, ending.At.Format(time.RFC3339), ending.State).
		With("reason", string(ending.State)).With("consentId", m.ConsentID)
}

// WithoutEnded leaves out the unmeasured members whose consent ended before the day: the others go on without them.
// endings are in their order.
func (in Inputs) WithoutEnded(unmeasured []Member, endings []*consent.Termination) (Inputs, error) {
	if len(unmeasured) == 0 {
		return in, nil
	}
	day, err := in.Community.Day(in.Request.Day)
	if err != nil {
		return in, err
	}
	gone := map[string]bool{}
	for i, member := range unmeasured {
		gone[member.MemberID] = endings[i].Before(day.Start)
	}
	in.Members = slices.DeleteFunc(slices.Clone(in.Members), func(m Member) bool { return gone[m.MemberID] })
	return in, nil
}
