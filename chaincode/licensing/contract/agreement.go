// SPDX-License-Identifier: Apache-2.0

package contract

import (
	consents "github.com/smartb-suite/smartb/chaincode/consent/contract"
	"github.com/smartb-suite/smartb/chaincode/fault"
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// agree concludes the agreement on the last terms, by the owner's signature.
func agree(tx *transaction.Tx, r licensing.AgreeRequest) (licensing.Agreement, error) {
	var none licensing.Agreement
	n, act, err := signing(tx, licensing.MoveAgree, r)
	if err != nil {
		return none, err
	}
	round, err := lastRound(tx.Ledger, n)
	if err != nil {
		return none, err
	}
	n, agreement, err := r.Agree(n, round.Terms, act)
	if err != nil {
		return none, err
	}
	dataset, err := stillOffered(tx.Ledger, n)
	if err != nil {
		return none, err
	}
	agreement.Parties = dataset.Parties()
	if err := conclude(tx, agreement, act); err != nil {
		return none, err
	}
	_, err = save(tx, n)
	return agreement, err
}

// stillOffered refuses an agreement on an offer that was withdrawn without letting running negotiations finish, and on a dataset that is retired.
func stillOffered(l *ledger.Ledger, n licensing.Negotiation) (licensing.DatasetView, error) {
	dataset, err := loadDataset(l, n.DatasetID)
	if err != nil {
		return dataset, err
	}
	if err := dataset.Offered(); err != nil || n.OfferID == "" {
		return dataset, err
	}
	offer, err := loadOffer(l, n.OfferID)
	if err != nil {
		return dataset, err
	}
	return dataset, offer.Open(true)
}

// conclude writes a new agreement and what organisations among its sides may end it by, each owned by whom it concerns.
func conclude(tx *transaction.Tx, a licensing.Agreement, act licensing.Action) error {
	if err := within(tx.Ledger, a); err != nil {
		return err
	}
	_, found, err := ledger.Get[licensing.Agreement](tx.Ledger, agreementKey(a.AgreementID))
	if err != nil {
		return err
	}
	if found {
		return fault.Field(fault.AlreadyExists, "agreementId", "agreement %s exists", a.AgreementID)
	}
	if err := putOwned(tx.Ledger, agreementKey(a.AgreementID), a, a.Assigner, a.Assignee); err != nil {
		return err
	}
	provider, consumer := a.Endings(act)
	if !licensing.IsResident(a.Assigner) {
		if err := ledger.PutOwned(tx.Ledger, terminationKey(a.AgreementID, licensing.Provider), provider, a.Assigner); err != nil {
			return err
		}
	}
	if err := putOwned(tx.Ledger, terminationKey(a.AgreementID, licensing.Consumer), consumer, a.Assignee); err != nil {
		return err
	}
	return join(tx.Ledger, agreements, a.AgreementID, a.Assigner, a.Assignee)
}

// within refuses a resident's licence that would permit more than the resident's consents do.
func within(l *ledger.Ledger, a licensing.Agreement) error {
	if !licensing.IsResident(a.Assigner) {
		return nil
	}
	dataset, err := loadDataset(l, a.Target)
	if err != nil || !dataset.PersonalData {
		return err
	}
	given, err := consents.Given(l, a.Assigner, dataset.Controller)
	if err != nil {
		return err
	}
	known, err := purposes(l, a.PurposesVersion)
	if err != nil {
		return err
	}
	return a.Within(given, known, l.Steps())
}

// finalizeNegotiation brings the licence into force.
func finalizeNegotiation(tx *transaction.Tx, r licensing.AgreeRequest) (licensing.Negotiation, error) {
	return countersign(tx, licensing.MoveFinalize, r, func(n licensing.Negotiation, a licensing.Agreement, act licensing.Action) error {
		return enforce(tx.Ledger, a, act.Evidence, n.Verified(), act)
	})
}

// verifyAgreement states by the consumer's signature that it verified the agreement.
func verifyAgreement(tx *transaction.Tx, r licensing.AgreeRequest) (licensing.Negotiation, error) {
	return countersign(tx, licensing.MoveVerify, r, func(licensing.Negotiation, licensing.Agreement, licensing.Action) error { return nil })
}

// countersign is a move by which a side signs the agreement that the negotiation came to.
func countersign(
	tx *transaction.Tx, move string, r licensing.AgreeRequest, then func(licensing.Negotiation, licensing.Agreement, licensing.Action) error,
) (licensing.Negotiation, error) {
	n, act, err := signing(tx, move, r)
	if err != nil {
		return n, err
	}
	agreement, _, err := ledger.Get[licensing.Agreement](tx.Ledger, agreementKey(n.AgreementID))
	if err != nil {
		return n, err
	}
	if n, err = n.Sign(move, r, agreement, act); err != nil {
		return n, err
	}
	act.At = n.Events[len(n.Events)-1].At
	if err := then(n, agreement, act); err != nil {
		return n, err
	}
	return save(tx, n)
}

// signing is the negotiation and the act of a side that signs.
func signing(tx *transaction.Tx, move string, r licensing.AgreeRequest) (licensing.Negotiation, licensing.Action, error) {
	act, err := principal(tx, identity.Steward)
	if err != nil {
		return licensing.Negotiation{}, act, err
	}
	if err := tx.Prefetch(negotiationKey(r.NegotiationID), agreementKey(r.AgreementID)); err != nil {
		return licensing.Negotiation{}, act, err
	}
	n, err := loadNegotiation(tx.Ledger, r.NegotiationID)
	if err != nil {
		return n, act, err
	}
	if err := n.TakesPart(act); err != nil {
		return n, act, err
	}
	act, err = signed(tx, act, move, r.Unsigned(), r.Signature)
	return n, act, err
}

// enforce writes that the licence is in force, by the signatures of both sides.
func enforce(l *ledger.Ledger, a licensing.Agreement, provider, consumer *licensing.Evidence, act licensing.Action) error {
	return putOwned(l, inForceKey(a.AgreementID), a.NewInForce(provider, consumer, act), a.Assigner, a.Assignee)
}

// quickAgree accepts an offer that everybody may take unchanged: all states are recorded, and the licence is in force
// at once.
func quickAgree(tx *transaction.Tx, r licensing.QuickAgreeRequest) (licensing.Agreement, error) {
	var none licensing.Agreement
	act, err := organisation(tx, identity.Steward)
	if err != nil {
		return none, err
	}
	if act, err = signed(tx, act, "QuickAgree", r.Unsigned(), r.Signature); err != nil {
		return none, err
	}
	offer, err := openOffer(tx.Ledger, r.OfferID, false)
	if err != nil {
		return none, err
	}
	if err := offer.For(act.By); err != nil {
		return none, err
	}
	_, found, err := ledger.Get[licensing.Negotiation](tx.Ledger, negotiationKey(r.NegotiationID))
	if err != nil {
		return none, err
	}
	if found {
		return none, fault.Field(fault.AlreadyExists, "negotiationId", "negotiation %s exists", r.NegotiationID)
	}
	n, round, agreement, err := r.Agree(offer.Offer, act)
	if err != nil {
		return none, err
	}
	dataset, err := stillOffered(tx.Ledger, n)
	if err != nil {
		return none, err
	}
	agreement.Parties = dataset.Parties()
	return agreement, quicklyAgreed(tx, n, round, agreement, act)
}

func quicklyAgreed(tx *transaction.Tx, n licensing.Negotiation, round licensing.Round, agreement licensing.Agreement, act licensing.Action) error {
	if err := conclude(tx, agreement, act); err != nil {
		return err
	}
	if err := enforce(tx.Ledger, agreement, agreement.Evidence, act.Evidence, act); err != nil {
		return err
	}
	_, err := propose(tx, n, round)
	return err
}

// retireAgreement ends a licence for good, by either side alone.
func retireAgreement(tx *transaction.Tx, r licensing.RetireAgreementRequest) (licensing.Termination, error) {
	return say(tx, ending, r.AgreementID, r.Retire)
}

// suspendAgreement suspends a licence.
func suspendAgreement(tx *transaction.Tx, r licensing.SuspendAgreementRequest) (licensing.Termination, error) {
	return say(tx, ending, r.AgreementID, r.Suspend)
}

// resumeAgreement ends the suspension.
func resumeAgreement(tx *transaction.Tx, r licensing.ResumeAgreementRequest) (licensing.Termination, error) {
	return say(tx, principal, r.AgreementID, r.Resume)
}

// supersede ends a licence in favour of another one.
func supersede(tx *transaction.Tx, r licensing.SupersedeRequest) (licensing.Termination, error) {
	return say(tx, principal, r.AgreementID, func(l licensing.Licence, act licensing.Action) (licensing.Termination, error) {
		successor, err := loadLicence(tx.Ledger, r.By)
		if err != nil {
			return licensing.Termination{}, err
		}
		return r.Supersede(l, successor, act)
	})
}

// say writes one side's word on a licence and nothing else: an organisation's key is the side's own. So its own peer is
// endorsement enough, and no index, which the chaincode's policy would bind, is written with it. An end gets the policy
// of all organisations that run peers and is written once. No record that somebody else could write in the same block
// decides about a resident's word. The agreement and the coming into force are written once, the other keys are its
// own.
func say(
	tx *transaction.Tx, speak func(*transaction.Tx, ...identity.Role) (licensing.Action, error), agreementID string,
	decide func(licensing.Licence, licensing.Action) (licensing.Termination, error),
) (licensing.Termination, error) {
	act, err := speak(tx, identity.Steward)
	if err != nil {
		return licensing.Termination{}, err
	}
	licence, err := loadWords(tx.Ledger, agreementID, act)
	if err != nil {
		return licensing.Termination{}, err
	}
	word, err := decide(licence, act)
	if err != nil || word.TxID != act.TxID { // an equal second end writes nothing
		return word, err
	}
	where := terminationKey(agreementID, word.Side)
	switch {
	case word.Final() && licensing.IsResident(act.By):
		err = governance.PutEnd(tx.Ledger, endKey(agreementID), word)
	case word.Final():
		err = governance.PutEnd(tx.Ledger, where, word)
	default:
		err = ledger.Put(tx.Ledger, where, word)
	}
	if err != nil {
		return word, err
	}
	return word, tx.Announce("licensing.LicenceEnded", licensing.TerminationAnnouncement{AgreementID: agreementID, Side: word.Side, State: word.State})
}

// getAgreement answers a licence as it is now.
func getAgreement(tx *transaction.Tx, r licensing.AgreementRequest) (licensing.AgreementView, error) {
	return viewAgreement(tx.Ledger, r.AgreementID)
}

func viewAgreement(l *ledger.Ledger, agreementID string) (licensing.AgreementView, error) {
	licence, err := loadLicence(l, agreementID)
	if err != nil {
		return licensing.AgreementView{}, err
	}
	now, err := l.Now()
	return licence.View(now), err
}

// listAgreements answers a page of a party's licences.
func listAgreements(tx *transaction.Tx, r licensing.PartyRequest) (answer licensing.AgreementPage, err error) {
	references, bookmark, err := ledger.Page[reference](tx.Ledger, takesPart(agreements, r.Party), r.Size(), r.Bookmark)
	if err != nil {
		return answer, err
	}
	answer.Bookmark = bookmark
	for _, where := range references {
		view, err := viewAgreement(tx.Ledger, where.ID)
		if err != nil {
			return answer, err
		}
		answer.Agreements = append(answer.Agreements, view)
	}
	return answer, nil
}
