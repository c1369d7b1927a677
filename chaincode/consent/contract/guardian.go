// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// nameGuardian names who signs for the subject until a time, by one of the subject's own keys.
func nameGuardian(tx *transaction.Tx, r consent.NameGuardianRequest) (consent.GuardianView, error) {
	act, own, err := speak(tx, decides)
	if err != nil {
		return consent.GuardianView{}, err
	}
	office, err := r.Office(own.Key, act)
	if err != nil {
		return consent.GuardianView{}, err
	}
	return appoint(tx, act.Subject, r.Guardian, r.Follows, office, act)
}

// acceptGuardianship takes the office for a subject without a key, which two organisations have to approve.
func acceptGuardianship(tx *transaction.Tx, r consent.AcceptGuardianshipRequest) (consent.GuardianView, error) {
	act, own, err := speak(tx, decides)
	if err != nil {
		return consent.GuardianView{}, err
	}
	if own.Subject == r.Subject {
		return consent.GuardianView{}, fault.Field(fault.InvalidField, "subject", "is the guardian itself")
	}
	office, err := r.Office(act)
	if err != nil {
		return consent.GuardianView{}, err
	}
	return appoint(tx, r.Subject, own.Subject, r.Follows, office, act)
}

// appoint writes a guardian's term, unless something that it does not name ended it before it began.
func appoint(tx *transaction.Tx, subject, guardian, follows string, office consent.Office, act consent.Action) (consent.GuardianView, error) {
	var none consent.GuardianView
	record, err := termsBefore(tx.Ledger, subject, guardian, follows, office)
	if err != nil {
		return none, err
	}
	record = record.With(subject, guardian, office)
	recordState, err := officeState(tx.Ledger, record, office)
	if err != nil {
		return none, err
	}
	if recordState.OwnKey != nil {
		return none, fault.Field(fault.Forbidden, "subject", "the subject has a key of its own and names its guardians itself")
	}
	if recordState.All != nil || recordState.Rotated != nil || recordState.Recovered != nil {
		return none, fault.New(fault.SignedRequestStale, "the subject withdrew everything or has another key since; name the numbers of consent:GetSubject")
	}
	if err := ledger.Put(tx.Ledger, guardianKey(subject, guardian), record); err != nil {
		return none, err
	}
	view := guardianView(record, recordState, act)
	return view, tx.Announce("consent.GuardianNamed", consent.GuardianAnnouncement{Subject: subject, Guardian: guardian})
}

// termsBefore reads a guardian's terms, the last of which a new one has to name.
func termsBefore(l *ledger.Ledger, subject, guardian, follows string, office consent.Office) (consent.Guardian, error) {
	record, _, err := ledger.Get[consent.Guardian](l, guardianKey(subject, guardian))
	if err != nil || len(record.Offices) == 0 {
		return record, err
	}
	if office.Authority != "" && record.Current().Authority == "" {
		return record, fault.Field(fault.Forbidden, "subject", "the subject has a key of its own and names its guardians itself")
	}
	before, err := officeState(l, record, record.Current())
	if err == nil && before.Follows() != follows {
		err = fault.Field(fault.SignedRequestStale, "follows", "the guardian's last term was made or ended by %s", before.Follows())
	}
	return record, err
}

func guardianView(record consent.Guardian, recordState consent.OfficeState, act consent.Action) consent.GuardianView {
	view := consent.GuardianView{Subject: record.Subject, Guardian: record.Guardian, Office: recordState.Office, InOffice: recordState.InOffice(act.At), Follows: recordState.Follows()}
	for _, approval := range recordState.Approved {
		if approval != nil {
			view.Approved = append(view.Approved, approval.By)
		}
	}
	return view
}

func guardianViews(l *ledger.Ledger, subject string) ([]consent.GuardianView, error) {
	records, err := ledger.Scan[consent.Guardian](l, guardiansOf(subject))
	if err != nil {
		return nil, err
	}
	now, err := l.Now()
	if err != nil {
		return nil, err
	}
	list := []consent.GuardianView{}
	for _, record := range records {
		recordState, err := officeState(l, record, record.Current())
		if err != nil {
			return nil, err
		}
		list = append(list, guardianView(record, recordState, consent.Action{At: now}))
	}
	return list, nil
}

// guardianOf reads a guardianship whose last term is the one that a request names.
func guardianOf(l *ledger.Ledger, subject string, r consent.GuardianRequest) (consent.Guardian, consent.OfficeState, error) {
	record, found, err := ledger.Get[consent.Guardian](l, guardianKey(subject, r.Guardian))
	if err != nil {
		return record, consent.OfficeState{}, err
	}
	if !found || record.Current().ID != r.ID {
		return record, consent.OfficeState{}, fault.Field(fault.NotFound, "id", "the subject has no such guardian, or the term is another one")
	}
	recordState, err := officeState(l, record, record.Current())
	return record, recordState, err
}

// approveGuardian approves a guardian of a subject without a key, for the data protection authority or the other organisation that the guardian named.
func approveGuardian(tx *transaction.Tx, r consent.ApproveGuardianRequest) (consent.GuardianView, error) {
	var none consent.GuardianView
	record, recordState, err := guardianOf(tx.Ledger, r.Subject, consent.GuardianRequest{Subject: r.Subject, Guardian: r.Guardian, ID: r.ID})
	if err != nil {
		return none, err
	}
	act, err := approver(tx, recordState.Office)
	if err != nil {
		return none, err
	}
	place := 0
	if act.By == recordState.Witness {
		place = 1
	}
	if recordState.Approved[place] != nil {
		return guardianView(record, recordState, act), nil
	}
	approval := consent.Approval{Schema: consent.SchemaVersion, By: act.By, Signature: r.Signature, At: act.At, TxID: act.TxID}
	if ok, err := signedBy(tx.Ledger, approval.Signature, consent.ApprovalType, act.By, act.At, r.Payload(tx.Network()), approvers[place]); err != nil || !ok {
		return none, unsigned(err)
	}
	recordState.Approved[place] = &approval
	if err := putEnd(tx.Ledger, approvalKey(r.Subject, r.Guardian, r.ID, act.By), approval); err != nil {
		return none, err
	}
	return guardianView(record, recordState, act), tx.Announce("consent.GuardianApproved",
		consent.GuardianAnnouncement{Subject: r.Subject, Guardian: r.Guardian})
}

// approvers are the roles of the two who approve: the authority's and the witness's.
var approvers = [2]identity.Role{identity.Authority, identity.Steward}

// approver is the act of the organisation that a term names: of its authority, or of an independent organisation's steward.
func approver(tx *transaction.Tx, office consent.Office) (consent.Action, error) {
	rules, err := governance.Current(tx.Ledger)
	if err != nil {
		return consent.Action{}, err
	}
	if err := consent.Independent(rules.Witnesses, ""); err != nil {
		return consent.Action{}, err
	}
	switch {
	case tx.Caller.MSP == office.Authority && tx.Caller.Is(identity.Authority, rules.Authorities...):
	case tx.Caller.MSP == office.Witness && tx.Caller.Is(identity.Steward, rules.Witnesses...):
	default:
		return consent.Action{}, fault.New(fault.Forbidden, "only the role %s of %s or, as an independent organisation, the role %s of %s may approve it",
			identity.Authority, office.Authority, identity.Steward, office.Witness)
	}
	return organisation(tx, consent.Overseer)
}

// endGuardian ends a guardianship at once: by the subject, the authority or the guardian.
func endGuardian(tx *transaction.Tx, r consent.GuardianRequest) (consent.GuardianView, error) {
	act, err := dismisser(tx, r)
	if err != nil {
		return consent.GuardianView{}, err
	}
	record, recordState, err := guardianOf(tx.Ledger, act.Subject, r)
	if err != nil || recordState.Ended != nil {
		return guardianView(record, recordState, act), err
	}
	end := consent.GuardianEnd{Schema: consent.SchemaVersion, By: act.By, At: act.At, Evidence: act.Evidence, TxID: act.TxID}
	recordState.Ended = &end
	if err := putEnd(tx.Ledger, guardianEndKey(act.Subject, r.Guardian, r.ID), end); err != nil {
		return consent.GuardianView{}, err
	}
	return guardianView(record, recordState, act), tx.Announce("consent.GuardianEnded",
		consent.GuardianAnnouncement{Subject: act.Subject, Guardian: r.Guardian})
}

func dismisser(tx *transaction.Tx, r consent.GuardianRequest) (consent.Action, error) {
	if tx.Caller.SignedRequest == nil {
		if r.Subject == "" {
			return consent.Action{}, fault.Field(fault.MissingField, "subject", "required")
		}
		act, err := authority(tx)
		act.Subject = r.Subject
		return act, err
	}
	act, own, err := speak(tx, ends)
	switch {
	case err != nil:
		return act, err
	case act.Guardian == "" && r.Subject != "" && r.Subject != act.Subject && r.Guardian == own.Subject: // a guardian lays the office down
		act.Subject = r.Subject
	case act.Guardian != "" && act.Guardian != r.Guardian || r.Subject != "" && r.Subject != act.Subject:
		return act, fault.New(fault.Forbidden, "only the subject, the authority or the guardian ends a guardianship")
	}
	return act, nil
}

// officeState reads what ends a guardian's term.
func officeState(l *ledger.Ledger, g consent.Guardian, office consent.Office) (recordState consent.OfficeState, err error) {
	recordState.Office = office
	if err := l.Prefetch(
		guardianEndKey(g.Subject, g.Guardian, office.ID), withdrawAllKey(g.Subject, office.Epoch+1), rotationKey(g.Subject, office.Rotations+1),
		recoveredKey(g.Subject, office.Recovered+1), keyKey(g.Subject), approvalKey(g.Subject, g.Guardian, office.ID, office.Authority),
		approvalKey(g.Subject, g.Guardian, office.ID, office.Witness),
	); err != nil {
		return recordState, err
	}
	if recordState.Ended, err = optional[consent.GuardianEnd](l, guardianEndKey(g.Subject, g.Guardian, office.ID)); err != nil {
		return recordState, err
	}
	if recordState.All, err = optional[consent.Cutoff](l, withdrawAllKey(g.Subject, office.Epoch+1)); err != nil {
		return recordState, err
	}
	if recordState.Rotated, err = optional[consent.Rotation](l, rotationKey(g.Subject, office.Rotations+1)); err != nil {
		return recordState, err
	}
	if recordState.Recovered, err = optional[consent.Recovered](l, recoveredKey(g.Subject, office.Recovered+1)); err != nil {
		return recordState, err
	}
	if office.Authority != "" {
		if recordState.OwnKey, err = optional[consent.Key](l, keyKey(g.Subject)); err != nil {
			return recordState, err
		}
		for i, msp := range []string{office.Authority, office.Witness} {
			if recordState.Approved[i], err = optional[consent.Approval](l, approvalKey(g.Subject, g.Guardian, office.ID, msp)); err != nil {
				return recordState, err
			}
		}
	}
	recordState.MakersEnded, recordState.MakersRemoved, err = makers(l, office.Makers, true)
	return recordState, err
}

// officeProven verifies again the signed request that made a guardian's term.
func officeProven(l *ledger.Ledger, g consent.Guardian, office consent.Office) (bool, error) {
	if office.Evidence == nil {
		return false, nil
	}
	signedCall, err := evidence(l, []consent.Proof{*office.Evidence})
	if err != nil || signedCall[0] == nil {
		return false, err
	}
	if office.Authority != "" {
		if !signedCall[0].Accepts(g, office) {
			return false, nil
		}
		return approved(l, g, office)
	}
	if !signedCall[0].Names(g, office) {
		return false, nil
	}
	return spokeByKey(l, signedCall[0].Signer, g.Subject, signedCall[0].At, true)
}

// approved verifies again the approvals of the two organisations that a term names.
func approved(l *ledger.Ledger, g consent.Guardian, office consent.Office) (bool, error) {
	request := consent.ApproveGuardianRequest{Subject: g.Subject, Guardian: g.Guardian, ID: office.ID}
	for i, msp := range []string{office.Authority, office.Witness} {
		approval, err := optional[consent.Approval](l, approvalKey(g.Subject, g.Guardian, office.ID, msp))
		if err != nil || approval == nil {
			return false, err
		}
		if ok, err := signedBy(l, approval.Signature, consent.ApprovalType, msp, approval.At, request.Payload(l.Network()), approvers[i]); err != nil || !ok {
			return false, err
		}
	}
	return office.Authority != office.Witness, nil
}

// guards refuses a signer who is no guardian in office of the act's subject.
func guards(tx *transaction.Tx, guardian string, act consent.Action, with power) error {
	if with == decides || with == defends {
		return fault.New(fault.Forbidden, "only the subject's own keys decide who speaks for the subject")
	}
	record, found, err := ledger.Get[consent.Guardian](tx.Ledger, guardianKey(act.Subject, guardian))
	if err != nil {
		return err
	}
	if found {
		office, err := officeState(tx.Ledger, record, record.Current())
		if err != nil {
			return err
		}
		proven, err := officeProven(tx.Ledger, record, office.Office)
		if err != nil {
			return err
		}
		if proven && office.InOffice(act.At) {
			return nil
		}
	}
	return fault.New(fault.Forbidden, "the signer is neither the subject nor a guardian in office")
}
