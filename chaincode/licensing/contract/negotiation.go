// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"encoding/json"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// save writes a negotiation after a move and announces it.
func save(tx *transaction.Tx, n licensing.Negotiation) (licensing.Negotiation, error) {
	if n.Ended() && n.Slot > 0 {
		if err := ledger.Delete(tx.Ledger, negotiationSlotKey(n, n.Slot)); err != nil {
			return n, err
		}
	}
	if err := ledger.Put(tx.Ledger, negotiationKey(n.NegotiationID), n); err != nil {
		return n, err
	}
	return n, tx.Announce("licensing.NegotiationMoved", licensing.NegotiationAnnouncement{NegotiationID: n.NegotiationID, State: n.State, AgreementID: n.AgreementID})
}

// proposal is a RequestContract or OfferContract under way: the negotiation, nil where it begins, its dataset, and the terms sent.
type proposal struct {
	existing *licensing.Negotiation
	dataset  licensing.DatasetView
	terms    licensing.Terms
}

// requestContract asks for a licence, or answers an offer with other terms.
func requestContract(tx *transaction.Tx, r licensing.RequestContractRequest) (licensing.Negotiation, error) {
	act, err := organisation(tx, identity.Steward)
	if err != nil {
		return licensing.Negotiation{}, err
	}
	p, err := loadProposal(tx.Ledger, r.Proposal)
	if err != nil {
		return licensing.Negotiation{}, err
	}
	if err := p.terms.For(act.By); err != nil {
		return licensing.Negotiation{}, err
	}
	n, round, err := r.Request(p.existing, p.dataset.Dataset, p.terms, act)
	if err != nil {
		return n, err
	}
	return propose(tx, n, round)
}

// offerContract offers a licence to a consumer, or answers a request with other terms.
func offerContract(tx *transaction.Tx, r licensing.OfferContractRequest) (licensing.Negotiation, error) {
	act, err := principal(tx, identity.Steward)
	if err != nil {
		return licensing.Negotiation{}, err
	}
	p, err := loadProposal(tx.Ledger, r.Proposal)
	if err != nil {
		return licensing.Negotiation{}, err
	}
	n, round, err := r.Offer(p.existing, p.dataset.Dataset, p.terms, act)
	if err != nil {
		return n, err
	}
	if err := p.terms.For(n.Consumer); err != nil {
		return n, err
	}
	return propose(tx, n, round)
}

func loadProposal(l *ledger.Ledger, r licensing.Proposal) (p proposal, err error) {
	if err := l.Prefetch(negotiationKey(r.NegotiationID), datasetKey(r.DatasetID)); err != nil {
		return p, err
	}
	existing, found, err := ledger.Get[licensing.Negotiation](l, negotiationKey(r.NegotiationID))
	if err != nil {
		return p, err
	}
	if found {
		p.existing = &existing
	}
	if p.dataset, err = loadDataset(l, r.DatasetID); err != nil {
		return p, err
	}
	if err := p.dataset.Offered(); err != nil {
		return p, err
	}
	p.terms, err = proposedTerms(l, r, p.dataset.Dataset, found)
	return p, err
}

// proposedTerms are those of the published offer that is named or, where there is one, of the policy sent.
func proposedTerms(l *ledger.Ledger, r licensing.Proposal, dataset licensing.Dataset, running bool) (licensing.Terms, error) {
	if r.OfferID != "" {
		offer, err := openOffer(l, r.OfferID, running)
		if err != nil {
			return licensing.Terms{}, err
		}
		if offer.DatasetID != dataset.DatasetID {
			return licensing.Terms{}, fault.Field(fault.InvalidField, "offerId", "offer %s is on another dataset", r.OfferID)
		}
		if len(r.Policy) == 0 {
			return offer.Terms, nil
		}
	}
	return readTerms(l, r.Policy, dataset, r.NegotiationID)
}

// openOffer reads an offer that was not withdrawn and that its owner signed.
func openOffer(l *ledger.Ledger, offerID string, running bool) (licensing.OfferView, error) {
	offer, err := loadOffer(l, offerID)
	if err != nil {
		return offer, err
	}
	if err := offer.Open(running); err != nil {
		return offer, err
	}
	if offer.Unproven != "" {
		err = fault.Field(fault.EvidenceInvalid, "offerId", "offer %s: %s", offerID, offer.Unproven)
	}
	return offer, err
}

// propose writes the terms that were sent, and where the negotiation begins, who takes part.
func propose(tx *transaction.Tx, n licensing.Negotiation, round licensing.Round) (licensing.Negotiation, error) {
	if err := ledger.Put(tx.Ledger, roundKey(n.NegotiationID, n.Rounds), round); err != nil {
		return n, err
	}
	if n.Rounds == 1 {
		if err := takeNegotiationSlot(tx.Ledger, &n); err != nil {
			return n, err
		}
		if err := join(tx.Ledger, negotiations, n.NegotiationID, n.Consumer, n.Provider); err != nil {
			return n, err
		}
	}
	return save(tx, n)
}

// negotiationProbes is how many places a negotiation looks at. Its id describes where it begins, so that negotiations
// that begin at the same time share no key.
const negotiationProbes = 16

// takeNegotiationSlot takes a free place for a negotiation that begins: anything that one party can leave open with
// another is bounded.
func takeNegotiationSlot(l *ledger.Ledger, n *licensing.Negotiation) error {
	if n.Ended() { // at once, as QuickAgree does
		return nil
	}
	start := scatter(n.NegotiationID, licensing.MaxOpenNegotiations)
	for probe := range int64(negotiationProbes) {
		slot := int((start+probe)%licensing.MaxOpenNegotiations) + 1
		_, taken, err := ledger.Get[reference](l, negotiationSlotKey(*n, slot))
		if err != nil {
			return err
		}
		if !taken {
			n.Slot = slot
			return ledger.Put(l, negotiationSlotKey(*n, slot), referTo(n.NegotiationID))
		}
	}
	by, with := n.Began()
	return fault.Field(fault.TooManyOpen, "negotiationId", "%s has begun too many negotiations with %s that have not ended (at most %d): terminate some, or choose another id",
		by, with, licensing.MaxOpenNegotiations)
}

func join(l *ledger.Ledger, kind, id string, parties ...string) error {
	for _, party := range parties {
		if err := ledger.Put(l, takesPartKey(kind, party, id), referTo(id)); err != nil {
			return err
		}
	}
	return nil
}

// acceptOffer accepts the provider's last terms.
func acceptOffer(tx *transaction.Tx, r licensing.AcceptOfferRequest) (licensing.Negotiation, error) {
	return step(tx, r.NegotiationID, r.Accept)
}

// terminateNegotiation ends a negotiation, by either side.
func terminateNegotiation(tx *transaction.Tx, r licensing.TerminateNegotiationRequest) (licensing.Negotiation, error) {
	return step(tx, r.NegotiationID, r.Terminate)
}

// step moves a negotiation by a side that may be an organisation or a resident.
func step(tx *transaction.Tx, negotiationID string, move func(licensing.Negotiation, licensing.Action) (licensing.Negotiation, error)) (licensing.Negotiation, error) {
	act, err := principal(tx, identity.Steward)
	if err != nil {
		return licensing.Negotiation{}, err
	}
	n, err := loadNegotiation(tx.Ledger, negotiationID)
	if err != nil {
		return n, err
	}
	if n, err = move(n, act); err != nil {
		return n, err
	}
	return save(tx, n)
}

// lastRound are the last terms of a negotiation.
func lastRound(l *ledger.Ledger, n licensing.Negotiation) (licensing.Round, error) {
	round, found, err := ledger.Get[licensing.Round](l, roundKey(n.NegotiationID, n.Rounds))
	if err == nil && (!found || !json.Valid(round.Policy)) {
		err = fault.New(fault.Internal, "the terms of negotiation %s are missing", n.NegotiationID)
	}
	return round, err
}

// getNegotiation answers a negotiation with a page of the terms that were sent, newest first.
func getNegotiation(tx *transaction.Tx, r licensing.NegotiationRequest) (licensing.NegotiationView, error) {
	n, err := loadNegotiation(tx.Ledger, r.NegotiationID)
	if err != nil {
		return licensing.NegotiationView{}, err
	}
	view := licensing.NegotiationView{Negotiation: n, Rounds: []licensing.Round{}}
	numbers, bookmark, err := r.Page(n)
	if err != nil {
		return view, err
	}
	keys := make([]ledger.Key, len(numbers))
	for i, number := range numbers {
		keys[i] = roundKey(r.NegotiationID, number)
	}
	rounds, err := ledger.GetMany[licensing.Round](tx.Ledger, keys)
	for _, round := range rounds {
		if round != nil {
			view.Rounds = append(view.Rounds, *round)
		}
	}
	view.Bookmark = bookmark
	return view, err
}

// listNegotiations answers a page of a party's negotiations.
func listNegotiations(tx *transaction.Tx, r licensing.PartyRequest) (answer licensing.NegotiationPage, err error) {
	answer.Negotiations, answer.Bookmark, err = page[licensing.Negotiation](tx.Ledger, takesPart(negotiations, r.Party), r.Listing, negotiationKey)
	return answer, err
}

func loadNegotiation(l *ledger.Ledger, negotiationID string) (licensing.Negotiation, error) {
	return load[licensing.Negotiation](l, negotiationKey(negotiationID), "negotiationId", negotiationID)
}
