// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"fmt"
	"slices"
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
