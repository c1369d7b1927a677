// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	consents "github.com/smartb-suite/smartb/chaincode/consent/contract"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// standing are a community's confirmed members as they are, with what is behind them.
type standing struct {
	community settlement.Community
	members   []settlement.Member
	// copied reports whether the ledger has a copy, and marks are the members that changed since.
	copied bool
	marks  []settlement.RosterMark
}

// putMember queues a member's record, and marks a confirmed one as newer than the roster's copy. Each mark is a key
// of its own, so members join and leave side by side.
func putMember(tx *transaction.Tx, member settlement.Member) error {
	if member.State == settlement.Confirmed {
		mark := settlement.RosterMark{Schema: settlement.SchemaVersion, CommunityID: member.CommunityID, MemberID: member.MemberID}
		if err := ledger.Put(tx.Ledger, rosterMarkKey(mark), mark); err != nil {
			return err
		}
	}
	return ledger.Put(tx.Ledger, memberKey(member.CommunityID, member.MemberID), member)
}

// readRoster reads the copy and the marked records, or without a copy all records, of which every one has a mark.
func readRoster(tx *transaction.Tx, community settlement.Community) (standing, error) {
	s := standing{community: community}
	stored, err := ledger.GetManyPrivate(tx.Ledger, community.Collection, []ledger.Key{rosterKey(community.CommunityID)})
	if err != nil {
		return s, err
	}
	if s.marks, err = ledger.Scan[settlement.RosterMark](tx.Ledger, rosterMarksOf(community.CommunityID)); err != nil {
		return s, err
	}
	if s.copied = stored[0] != nil; !s.copied {
		if s.members, err = confirmed(tx, community); err == nil && len(s.members) != len(s.marks) {
			err = fault.New(fault.TooManyRecords, "this peer reads %d confirmed members of community %s and %d marks of them", len(s.members), community.CommunityID, len(s.marks))
		}
		return s, err
	}
	roster, err := settlement.UnpackRoster(stored[0])
	if err != nil {
		return s, err
	}
	keys := make([]ledger.Key, len(s.marks))
	for i, mark := range s.marks {
		keys[i] = memberKey(community.CommunityID, mark.MemberID)
	}
	marked, err := ledger.GetMany[settlement.Member](tx.Ledger, keys)
	if err != nil {
		return s, err
	}
	for i, member := range marked {
		if member == nil {
			return s, fault.New(fault.Internal, "the record of the marked member %s is missing", s.marks[i].MemberID)
		}
	}
	known, err := know(tx, community, marked)
	s.members = settlement.CurrentMembers(roster.Members, known)
	return s, err
}

// confirmed are all confirmed members by their own records.
func confirmed(tx *transaction.Tx, community settlement.Community) ([]settlement.Member, error) {
	members, err := ledger.Scan[settlement.Member](tx.Ledger, membersOf(community.CommunityID))
	if err != nil {
		return nil, err
	}
	var all []*settlement.Member
	for i := range members {
		if members[i].State == settlement.Confirmed {
			all = append(all, &members[i])
		}
	}
	return know(tx, community, all)
}

// know adds to the members what is behind them. Anyone who does not hold it here is refused: a member without it is
// nobody's.
func know(tx *transaction.Tx, community settlement.Community, members []*settlement.Member) ([]settlement.Member, error) {
	keys := make([]ledger.Key, len(members))
	for i, member := range members {
		keys[i] = memberPrivateKey(member.CommunityID, member.MemberID)
	}
	stored, err := ledger.GetManyPrivate(tx.Ledger, community.Collection, keys)
	if err != nil {
		return nil, err
	}
	known := make([]settlement.Member, len(members))
	for i, member := range members {
		listed := settlement.ListedMember{Member: *member}
		if err := listed.Attach(stored[i]); err != nil {
			return nil, err
		}
		if listed.Private == nil {
			return nil, fault.New(fault.PrivateDataNotHere, "this peer does not hold the private part of a member of community %s", community.CommunityID)
		}
		known[i] = member.Know(*listed.Private, community.GridOperator)
	}
	return known, nil
}

// copyAnew queues another copy, and the removal of the marks, once it is worth it.
func (s standing) copyAnew(tx *transaction.Tx) error {
	if s.copied && !settlement.RosterOutdated(len(s.members), len(s.marks)) {
		return nil
	}
	for _, mark := range s.marks {
		if err := ledger.Delete(tx.Ledger, rosterMarkKey(mark)); err != nil {
			return err
		}
	}
	roster := settlement.Roster{Schema: settlement.SchemaVersion, CommunityID: s.community.CommunityID, Members: s.members}
	_, err := ledger.PutPrivate(tx.Ledger, s.community.Collection, rosterKey(s.community.CommunityID), roster)
	return err
}

// consented refuses a member whose resident does not consent now to what organiser and grid operator do with the load
// load profile of this metering point in this community. It answers the notice's retention. Anything that the error
// states stands for the private part as a whole: the ids are private.
func consented(tx *transaction.Tx, community settlement.Community, private settlement.MemberPrivate) (retention string, err error) {
	record, notice, err := consents.Admit(tx.Ledger, consents.Processing{
		Subject: private.Subject, ConsentID: private.ConsentID, Purpose: settlement.SharingPurpose, DataCategories: []string{settlement.LoadProfile},
		By:     []string{community.Organiser, community.GridOperator},
		Object: consent.Object{CommunityID: community.CommunityID, PointSHA256: private.PointSHA256()},
	})
	if err != nil {
		return "", unconsented(err)
	}
	return notice.Retention, community.Consented(record, notice)
}

// unconsented keeps code and reason of an error, and leaves out whose consent it was.
func unconsented(err error) error {
	refusal := fault.From(err)
	if refusal.Code == fault.Internal {
		return err
	}
	kept := fault.Field(refusal.Code, "consentId", "the resident has no consent for this: to the organiser, with the grid operator as recipient, in this community, at this metering point")
	if reason := refusal.Details["reason"]; reason != "" {
		return kept.With("reason", reason)
	}
	return kept
}

// withoutEnded leaves out members whose consent ended before the day. Only who has no meter day can be one of them:
// SubmitMeterDays takes none after the end, so a day with all its readings costs no look at consents.
func withoutEnded(tx *transaction.Tx, inputs settlement.Inputs) (settlement.Inputs, error) {
	unmeasured := inputs.Unmeasured()
	refs := make([]consent.ConsentRef, len(unmeasured))
	for i, member := range unmeasured {
		refs[i] = member.Consent()
	}
	endings, err := consents.EndingsOf(tx.Ledger, refs)
	if err != nil {
		return inputs, err
	}
	return inputs.WithoutEnded(unmeasured, endings)
}

// The queries that tell what the error of a submitted transaction keeps to itself.
const (
	queryMeterDays = "settlement:CheckMeterDays"
	queryKeyDay    = "settlement:CheckKeyDay"
	queryDay       = "settlement:CheckDay"
)

// unnamed is the error of a submitted transaction for something in its private input or in the readings: it keeps the
// code, and names no member, day, interval or value. The query returns the details to those who may know them.
func unnamed(err error, query string) error {
	if err == nil {
		return nil
	}
	refusal := fault.From(err)
	switch refusal.Code {
	case fault.Internal, fault.Forbidden, fault.PrivateDataNotHere, fault.PrivateDataUnexpected:
		return err
	default:
		return fault.New(refusal.Code, "the private data were refused; %s tells which of them and why", query)
	}
}
