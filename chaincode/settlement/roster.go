package settlement

import (
	"fmt"
	"slices"
)

// Roster is a copy of the records of a community's confirmed members under one key: a run reads it instead of a key for each member, and the peers check one
// version instead of a thousand when it commits. The members' own records are what counts; those that changed after the copy are marked, and read beside it.
type Roster struct {
	Schema      int    `json:"schema"`
	CommunityID string `json:"communityId"`
	// Members are packed, whole, so that a copy is no other kind of member than a record.
	Members string `json:"members"`
}

// RosterMark marks a member whose record is newer than the roster's copy of it.
type RosterMark struct {
	Schema      int    `json:"schema"`
	CommunityID string `json:"communityId"`
	MemberID    string `json:"memberId"`
}

// NewRoster copies the records of confirmed members.
func NewRoster(communityID string, members []Member) Roster {
	p := newPacker(packedRoster, 160*len(members))
	p.int(int64(len(members)))
	for _, m := range members {
		p.member(m)
	}
	return Roster{Schema: SchemaVersion, CommunityID: communityID, Members: string(p.done())}
}

// Read are the members that were copied.
func (r Roster) Read() ([]Member, error) {
	u := newUnpacker([]byte(r.Members), packedRoster)
	members := make([]Member, u.count())
	for i := range members {
		members[i] = u.member()
		members[i].Schema, members[i].CommunityID = r.Schema, r.CommunityID
	}
	if err := u.end(); err != nil {
		return nil, fmt.Errorf("read a roster: %w", err)
	}
	return members, nil
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
	p.id(m.ConsentID)
	p.hex(m.PrivateSHA256)
	p.hex(m.PointRef)
	p.int(m.LimitWatts)
}

func (u *unpacker) member() Member {
	membership := Membership{
		MemberID: u.id(), Direction: directionOf(u.int()), Share: u.int(), Tier: int(u.int()), Factor: u.int(),
		From: u.text(), To: u.text(), Role: u.text(), ConsentID: u.id(),
	}
	return Member{Membership: membership, State: Confirmed, PrivateSHA256: u.hex(), PointRef: u.hex(), LimitWatts: u.int()}
}

// CurrentMembers puts the records of marked members into the places of their copies, or behind them where there is none.
func CurrentMembers(copies []Member, marked []*Member) []Member {
	places := make(map[string]int, len(copies))
	for i, member := range copies {
		places[member.MemberID] = i
	}
	members := slices.Clone(copies)
	for _, member := range marked {
		if i, copied := places[member.MemberID]; copied {
			members[i] = *member
		} else {
			members = append(members, *member)
		}
	}
	return members
}

// RosterOutdated reports whether so many of a roster's members are marked that it is worth another copy: a tenth. After a copy a run reads few records beside it, and
// over a community's life at most ten are copied for each that changed.
func RosterOutdated(members, marked int) bool { return marked*10 > members }
