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
