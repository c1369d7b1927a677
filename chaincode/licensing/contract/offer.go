// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"encoding/json"

	consents "github.com/smartb-suite/smartb/chaincode/consent/contract"
	"github.com/smartb-suite/smartb/chaincode/fault"
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// publishOffer offers a dataset under a policy, which is checked. Publishing the same again changes nothing.
func publishOffer(tx *transaction.Tx, r licensing.PublishOfferRequest) (licensing.Offer, error) {
	if err := tx.Prefetch(datasetKey(r.DatasetID), offerKey(r.OfferID)); err != nil {
		return licensing.Offer{}, err
	}
	dataset, err := loadDataset(tx.Ledger, r.DatasetID)
	if err != nil {
		return licensing.Offer{}, err
	}
	act, err := owner(tx, dataset.Owner)
	if err != nil {
		return licensing.Offer{}, err
	}
	if err := dataset.Offered(); err != nil {
		return licensing.Offer{}, err
	}
	if act, err = signed(tx, act, "PublishOffer", r.Unsigned(), r.Signature); err != nil {
		return licensing.Offer{}, err
	}
	terms, err := readTerms(tx.Ledger, r.Policy, dataset.Dataset, r.OfferID)
	if err != nil {
		return licensing.Offer{}, err
	}
	if err := r.Pinned(terms, dataset.Owner); err != nil {
		return licensing.Offer{}, err
	}
	return publish(tx, r.Publish(dataset.Dataset, terms, act))
}

func publish(tx *transaction.Tx, offer licensing.Offer) (licensing.Offer, error) {
	existing, found, err := ledger.Get[licensing.Offer](tx.Ledger, offerKey(offer.OfferID))
	if err != nil {
		return offer, err
	}
	if found {
		if !existing.Repeats(offer) {
			err = fault.Field(fault.AlreadyExists, "offerId", "offer %s exists with other content", offer.OfferID)
		}
		return existing, err
	}
	if err := putOwned(tx.Ledger, offerKey(offer.OfferID), offer, offer.Owner); err != nil {
		return offer, err
	}
	if !licensing.IsResident(offer.Owner) {
		if err := ledger.PutOwned(tx.Ledger, withdrawalKey(offer.OfferID), offer.Standing(), offer.Owner); err != nil {
			return offer, err
		}
	}
	if err := ledger.Put(tx.Ledger, offerOnKey(offer.DatasetID, offer.OfferID), referTo(offer.OfferID)); err != nil {
		return offer, err
	}
	return offer, tx.Announce("licensing.OfferPublished", licensing.OfferAnnouncement{OfferID: offer.OfferID, DatasetID: offer.DatasetID})
}

// readTerms checks a policy as terms on the dataset, in the taxonomy in force.
func readTerms(l *ledger.Ledger, policy json.RawMessage, dataset licensing.Dataset, uid string) (licensing.Terms, error) {
	taxonomy, err := consents.Purposes(l, 0)
	if err != nil {
		return licensing.Terms{}, err
	}
	at, err := l.Now()
	if err != nil {
		return licensing.Terms{}, err
	}
	var failed error
	terms, err := licensing.ReadTerms(policy, licensing.Conditions{
		Dataset: dataset, OfferID: uid, Purposes: licensing.Purposes(taxonomy.Terms), PurposesVersion: taxonomy.Version, Steps: l.Steps(), Now: at,
		Inherited: func(uid string) (odrl.Policy, bool) {
			parent, found, err := inherited(l, uid, dataset.Owner)
			if err != nil {
				failed = err
			}
			return parent, found
		},
	})
	if failed != nil {
		return terms, failed
	}
	return terms, err
}

// inherited finds a policy that terms inherit from: another offer of the same owner.
func inherited(l *ledger.Ledger, offerID, owner string) (odrl.Policy, bool, error) {
	offer, found, err := ledger.Get[licensing.Offer](l, offerKey(offerID))
	if err != nil || !found || offer.Owner != owner {
		return odrl.Policy{}, false, err
	}
	policy, err := offer.ReadWithin(l.Steps())
	return policy, err == nil, err
}

// withdrawOffer ends an offer. Withdrawing it again changes nothing.
func withdrawOffer(tx *transaction.Tx, r licensing.WithdrawOfferRequest) (licensing.OfferView, error) {
	act, err := ends(tx, licensing.Author(r.OfferID), offerKey(r.OfferID), withdrawalKey(r.OfferID))
	if err != nil {
		return licensing.OfferView{}, err
	}
	offer, err := standingOffer(tx.Ledger, r.OfferID)
	if err != nil || offer.Withdrawal.Withdrawn() {
		return offer, err
	}
	offer.Withdrawal = r.Withdraw(act)
	if err := governance.PutEnd(tx.Ledger, withdrawalKey(r.OfferID), offer.Withdrawal); err != nil {
		return offer, err
	}
	return offer, tx.Announce("licensing.OfferWithdrawn", licensing.OfferAnnouncement{OfferID: r.OfferID, DatasetID: offer.DatasetID})
}

// getOffer answers an offer.
func getOffer(tx *transaction.Tx, r licensing.OfferRequest) (licensing.OfferView, error) {
	return loadOffer(tx.Ledger, r.OfferID)
}

// listOffers answers a page of the offers on a dataset.
func listOffers(tx *transaction.Tx, r licensing.ListOffersRequest) (licensing.OfferPage, error) {
	offers, bookmark, err := offersPage(tx.Ledger, r)
	return licensing.OfferPage{Offers: offers, Bookmark: bookmark}, err
}

func offersPage(l *ledger.Ledger, r licensing.ListOffersRequest) ([]licensing.OfferView, string, error) {
	references, bookmark, err := ledger.Page[reference](l, offersOn(r.DatasetID), r.Size(), r.Bookmark)
	if err != nil {
		return nil, "", err
	}
	offers, err := resolve[licensing.Offer](l, references, offerKey)
	if err != nil {
		return nil, "", err
	}
	views, err := viewOffers(l, offers)
	return views, bookmark, err
}

// standingOffer reads an offer and whether it was withdrawn.
func standingOffer(l *ledger.Ledger, offerID string) (view licensing.OfferView, err error) {
	if err = l.Prefetch(offerKey(offerID), withdrawalKey(offerID)); err != nil {
		return view, err
	}
	if view.Offer, err = load[licensing.Offer](l, offerKey(offerID), "offerId", offerID); err != nil {
		return view, err
	}
	view.Withdrawal, err = withdrawalOf(l, view.Offer)
	return view, err
}

// withdrawalOf reads whether an offer was withdrawn; that of a resident's offer exists only then.
func withdrawalOf(l *ledger.Ledger, offer licensing.Offer) (licensing.Withdrawal, error) {
	withdrawal, found, err := ledger.Get[licensing.Withdrawal](l, withdrawalKey(offer.OfferID))
	switch {
	case err != nil || found:
		return withdrawal, err
	case !licensing.IsResident(offer.Owner):
		return withdrawal, fault.Field(fault.NotFound, "offerId", "there is no withdrawal of %s", offer.OfferID)
	default:
		return offer.Standing(), nil
	}
}

// loadOffer reads an offer, whether it was withdrawn, and whether its owner signed it.
func loadOffer(l *ledger.Ledger, offerID string) (licensing.OfferView, error) {
	view, err := standingOffer(l, offerID)
	if err != nil {
		return view, err
	}
	views, err := viewOffers(l, []licensing.Offer{view.Offer})
	if err != nil {
		return view, err
	}
	return views[0], nil
}

// viewOffers reads what is beside offers and verifies their signatures.
func viewOffers(l *ledger.Ledger, offers []licensing.Offer) ([]licensing.OfferView, error) {
	var ahead []ledger.Key
	for _, offer := range offers {
		ahead = append(append(ahead, withdrawalKey(offer.OfferID)), claimKeys(claim{offer.Owner, offer.Evidence})...)
	}
	if err := l.Prefetch(ahead...); err != nil {
		return nil, err
	}
	views := make([]licensing.OfferView, len(offers))
	for i, offer := range offers {
		view := licensing.OfferView{Offer: offer}
		var err error
		if view.Withdrawal, err = withdrawalOf(l, offer); err != nil {
			return nil, err
		}
		if view.Unproven, err = unprovenOffer(l, offer); err != nil {
			return nil, err
		}
		if view.EndUnproven, err = unprovenWithdrawal(l, view.Withdrawal); err != nil {
			return nil, err
		}
		views[i] = view
	}
	return views, nil
}

// unprovenWithdrawal reports whether a resident's offer was withdrawn without the resident's signed request.
func unprovenWithdrawal(l *ledger.Ledger, w licensing.Withdrawal) (bool, error) {
	owner := licensing.Author(w.OfferID)
	if !w.Withdrawn() || !licensing.IsResident(owner) {
		return false, nil
	}
	signedCall, err := claim{owner, w.Evidence}.call(l)
	return err == nil && (signedCall == nil || !w.Matches(*signedCall)), err
}
