// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// raiseDispute records the objection of a member to a provisional period, or an appeal: by the resident who is the member, or by the organiser.
// Raising it again changes nothing.
func raiseDispute(tx *transaction.Tx, r settlement.RaiseDisputeRequest) (settlement.Dispute, error) {
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return settlement.Dispute{}, err
	}
	if err := mayDispute(tx, community, r.MemberID); err != nil {
		return settlement.Dispute{}, err
	}
	existing, err := findDispute(tx, r.CommunityID, r.Period, r.DisputeID)
	if err != nil {
		return settlement.Dispute{}, err
	}
	periods, err := phasesOf(tx, r.CommunityID, r.Period, []settlement.Phase{settlement.ProvisionalPhase, settlement.FinalPhase})
	if err != nil {
		return settlement.Dispute{}, err
	}
	now, err := tx.Now()
	if err != nil {
		return settlement.Dispute{}, err
	}
	side := settlement.ByOrganiser
	if tx.Caller.SignedRequest != nil {
		side = settlement.ByResident
	}
	raised, err := r.Raise(side, existing, periods[0], periods[1], now)
	if err != nil || existing != nil && existing.State == raised.State {
		return raised, err
	}
	if existing == nil {
		err = takeDisputeSlot(tx, raised)
	}
	if err != nil {
		return raised, err
	}
	return putDispute(tx, raised, "settlement.DisputeRaised")
}

// takeDisputeSlot takes the dispute's place, which no lasting dispute may have: each one keeps the period from its end.
func takeDisputeSlot(tx *transaction.Tx, raised settlement.Dispute) error {
	slot, taken, err := ledger.Get[settlement.DisputeSlot](tx.Ledger, disputeSlotKey(raised))
	if err != nil {
		return err
	}
	if taken {
		other, err := findDispute(tx, raised.CommunityID, raised.Period, slot.DisputeID)
		if err != nil {
			return err
		}
		if other != nil && other.Lasts(raised.RaisedAt) {
			return fault.Field(fault.TooManyOpen, "reason", "the member has a dispute about %s of %s, %s, which is %s: one for each reason lasts at once",
				raised.Reason, raised.Period, other.DisputeID, other.State)
		}
	}
	return ledger.Put(tx.Ledger, disputeSlotKey(raised), settlement.DisputeSlot{Schema: settlement.SchemaVersion, DisputeID: raised.DisputeID})
}

func mayDispute(tx *transaction.Tx, community settlement.Community, memberID string) error {
	if tx.Caller.SignedRequest != nil {
		return requireOwn(tx, community, memberID)
	}
	if !isOrganiser(tx, community) {
		return forbidden(tx, community, "its organiser or the resident concerned")
	}
	_, found, err := ledger.Get[settlement.Member](tx.Ledger, memberKey(community.CommunityID, memberID))
	if err == nil && !found {
		err = fault.Field(fault.NotFound, "memberId", "no member %s in community %s", memberID, community.CommunityID)
	}
	return err
}

func findDispute(tx *transaction.Tx, community, period, id string) (*settlement.Dispute, error) {
	dispute, found, err := ledger.Get[settlement.Dispute](tx.Ledger, disputeKey(community, period, id))
	if err != nil || !found {
		return nil, err
	}
	return &dispute, nil
}

func putDispute(tx *transaction.Tx, dispute settlement.Dispute, event string) (settlement.Dispute, error) {
	if err := ledger.Put(tx.Ledger, disputeKey(dispute.CommunityID, dispute.Period, dispute.DisputeID), dispute); err != nil {
		return dispute, err
	}
	return dispute, tx.Announce(event, settlement.DisputeAnnouncement{CommunityID: dispute.CommunityID, Period: dispute.Period, DisputeID: dispute.DisputeID, State: dispute.State})
}

// resolveDispute accepts or rejects a dispute: about readings the grid operator, about anything else the organiser, after an appeal an auditor.
func resolveDispute(tx *transaction.Tx, r settlement.ResolveDisputeRequest) (settlement.Dispute, error) {
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return settlement.Dispute{}, err
	}
	dispute, err := findDispute(tx, r.CommunityID, r.Period, r.DisputeID)
	if err == nil && dispute == nil {
		err = fault.Field(fault.NotFound, "disputeId", "no dispute %s of %s", r.DisputeID, r.Period)
	}
	if err != nil {
		return settlement.Dispute{}, err
	}
	now, err := tx.Now()
	if err != nil {
		return settlement.Dispute{}, err
	}
	arbiter, err := mayResolve(tx, community, *dispute, now)
	if err != nil {
		return settlement.Dispute{}, err
	}
	resolved, err := dispute.Resolve(arbiter, r.Accept, tx.Caller.MSP, now)
	if err != nil {
		return resolved, err
	}
	if err := freeDisputeSlot(tx, *dispute, resolved); err != nil {
		return resolved, err
	}
	return putDispute(tx, resolved, "settlement.DisputeResolved")
}

// freeDisputeSlot frees the place of a dispute that lasted and does so no more. One whose rejection is not appealed against is freed by who takes its place.
func freeDisputeSlot(tx *transaction.Tx, before, resolved settlement.Dispute) error {
	if !before.Lasts(resolved.ResolvedAt) || resolved.Lasts(resolved.ResolvedAt) {
		return nil
	}
	return ledger.Delete(tx.Ledger, disputeSlotKey(resolved))
}

// mayResolve is the caller's part in the dispute: that of its arbiter, or of an auditor once it is overdue.
func mayResolve(tx *transaction.Tx, community settlement.Community, dispute settlement.Dispute, at time.Time) (settlement.Arbiter, error) {
	arbiter, allowed := dispute.Arbiter(), false
	switch arbiter {
	case settlement.GridOperatorArbiter:
		allowed = isGridOperator(tx, community)
	case settlement.OrganiserArbiter:
		allowed = isOrganiser(tx, community)
	}
	if !allowed && (arbiter == settlement.AuditorArbiter || dispute.Overdue(at)) {
		var err error
		if allowed, err = isAuditor(tx); err != nil {
			return arbiter, err
		}
		if allowed {
			arbiter = settlement.AuditorArbiter
		}
	}
	if !allowed {
		return arbiter, forbidden(tx, community, "the "+string(arbiter))
	}
	return arbiter, nil
}

// listDisputes answers a page of the disputes of a period.
func listDisputes(tx *transaction.Tx, r settlement.ListDisputesRequest) (settlement.Disputes, error) {
	if _, err := load(tx, r.CommunityID); err != nil {
		return settlement.Disputes{}, err
	}
	disputes, bookmark, err := ledger.Page[settlement.Dispute](tx.Ledger, disputesOf(r.CommunityID, r.Period), r.Size(), r.Bookmark)
	return settlement.Disputes{Disputes: disputes, Bookmark: bookmark}, err
}
