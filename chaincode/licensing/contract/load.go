package contract

import (
	consents "github.com/smartb-suite/smartb/chaincode/consent/contract"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// load reads a record that must exist; field and id name it in the refusal.
func load[T any](l *ledger.Ledger, where ledger.Key, field, id string) (T, error) {
	record, found, err := ledger.Get[T](l, where)
	if err == nil && !found {
		err = fault.Field(fault.NotFound, field, "there is no %s", id)
	}
	return record, err
}

// standingDataset reads a dataset and, of a resident's, its end; nil while there is none.
func standingDataset(l *ledger.Ledger, datasetID string) (licensing.Dataset, *datasetEnd, error) {
	if err := l.Prefetch(datasetKeys(datasetID)...); err != nil {
		return licensing.Dataset{}, nil, err
	}
	dataset, err := load[licensing.Dataset](l, datasetKey(datasetID), "datasetId", datasetID)
	if err != nil || !licensing.IsResident(dataset.Owner) {
		return dataset, nil, err
	}
	end, found, err := ledger.Get[datasetEnd](l, datasetEndKey(datasetID))
	if err != nil || !found {
		return dataset, nil, err
	}
	return dataset, &end, nil
}

// datasetKeys are the keys that standingDataset reads.
func datasetKeys(datasetID string) []ledger.Key {
	if licensing.IsResident(licensing.Author(datasetID)) {
		return []ledger.Key{datasetKey(datasetID), datasetEndKey(datasetID)}
	}
	return []ledger.Key{datasetKey(datasetID)}
}

type datasetEnd struct{ licensing.DatasetEnd }

// of is the dataset with its end.
func (e *datasetEnd) of(d licensing.Dataset) licensing.Dataset {
	if e != nil {
		d.RetiredAt, d.TxID = e.At, e.TxID
	}
	return d
}

// loadDataset reads a dataset, whether it was retired, and who did not confirm it.
func loadDataset(l *ledger.Ledger, datasetID string) (licensing.DatasetView, error) {
	dataset, _, err := standingDataset(l, datasetID)
	if err != nil {
		return licensing.DatasetView{}, err
	}
	views, err := viewDatasets(l, []licensing.Dataset{dataset})
	if err != nil {
		return licensing.DatasetView{Dataset: dataset}, err
	}
	return views[0], nil
}

// viewDatasets reads what stands beside datasets, in two round trips at most.
func viewDatasets(l *ledger.Ledger, datasets []licensing.Dataset) ([]licensing.DatasetView, error) {
	var ahead []ledger.Key
	for _, dataset := range datasets {
		ahead = append(ahead, datasetKeys(dataset.DatasetID)[1:]...)
		for _, msp := range dataset.Parties() {
			ahead = append(ahead, confirmationKey(dataset.DatasetID, msp))
		}
	}
	if err := l.Prefetch(ahead...); err != nil {
		return nil, err
	}
	views := make([]licensing.DatasetView, len(datasets))
	for i, dataset := range datasets {
		var err error
		if views[i], err = viewDataset(l, dataset); err != nil {
			return nil, err
		}
	}
	return views, nil
}

func viewDataset(l *ledger.Ledger, dataset licensing.Dataset) (view licensing.DatasetView, err error) {
	view.Dataset = dataset
	if licensing.Author(dataset.DatasetID) != dataset.Owner {
		return view, fault.Field(fault.EvidenceInvalid, "datasetId", "dataset %s is not that of %s", dataset.DatasetID, dataset.Owner)
	}
	if licensing.IsResident(dataset.Owner) {
		end, found, err := ledger.Get[datasetEnd](l, datasetEndKey(dataset.DatasetID))
		if err != nil {
			return view, err
		}
		if found {
			view.Dataset = end.of(dataset)
			proven, err := claim{dataset.Owner, end.Evidence}.proves(l, "end of "+dataset.DatasetID, end.Said)
			if err != nil {
				return view, err
			}
			view.EndUnproven = !proven
		}
	}
	for _, msp := range dataset.Parties() {
		confirmed, err := confirmed(l, dataset, msp)
		if err != nil {
			return view, err
		}
		if !confirmed {
			view.Unconfirmed = append(view.Unconfirmed, msp)
		}
	}
	return view, nil
}

// confirmed verifies a party's signature on the dataset as it is now.
func confirmed(l *ledger.Ledger, dataset licensing.Dataset, msp string) (bool, error) {
	confirmation, found, err := ledger.Get[licensing.Confirmation](l, confirmationKey(dataset.DatasetID, msp))
	if err != nil || !found || confirmation.By != msp {
		return false, err
	}
	said, err := memberSaid(l, confirmation.Signature, msp, confirmation.At)
	return err == nil && said != nil && confirmation.Said(*said, dataset), err
}

func loadNegotiation(l *ledger.Ledger, negotiationID string) (licensing.Negotiation, error) {
	return load[licensing.Negotiation](l, negotiationKey(negotiationID), "negotiationId", negotiationID)
}

func loadDecision(l *ledger.Ledger, decisionID string) (licensing.Decision, error) {
	return load[licensing.Decision](l, decisionKey(decisionID), "decisionId", decisionID)
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

// viewOffers reads what stands beside offers and verifies their signatures.
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
	said, err := claim{owner, w.Evidence}.said(l)
	return err == nil && (said == nil || !w.Said(*said)), err
}

// ends is the act by which the owner ends something of its own. Besides the speaker's keys it reads the given ones, and of a resident's nothing that somebody
// else could write in the same block.
func ends(tx *transaction.Tx, of string, ahead ...ledger.Key) (licensing.Act, error) {
	if err := tx.Prefetch(ahead...); err != nil {
		return licensing.Act{}, err
	}
	act, err := ending(tx, identity.Steward)
	if err == nil && act.By != of {
		err = fault.New(fault.Forbidden, "only the owner %s may do this; the caller acts for %s", of, act.By)
	}
	return act, err
}

// licenceKeys are the keys of a licence that its id alone tells.
func licenceKeys(agreementID string) []ledger.Key {
	return []ledger.Key{
		agreementKey(agreementID), inForceKey(agreementID), endingKey(agreementID, licensing.Provider), endingKey(agreementID, licensing.Consumer), endKey(agreementID),
	}
}

// loadWords reads of a licence what its sides said: what somebody needs who says something, and of a resident's nothing that somebody else could write.
func loadWords(l *ledger.Ledger, agreementID string, act licensing.Act) (licensing.Licence, error) {
	var licence licensing.Licence
	keys := licenceKeys(agreementID)
	if licensing.IsResident(act.By) {
		keys = []ledger.Key{agreementKey(agreementID), inForceKey(agreementID), endingKey(agreementID, licensing.Provider), endKey(agreementID)}
	}
	if err := l.Prefetch(keys...); err != nil {
		return licence, err
	}
	var err error
	if licence.Agreement, err = load[licensing.Agreement](l, agreementKey(agreementID), "agreementId", agreementID); err != nil {
		return licence, err
	}
	if licence.Terms, err = licence.ReadWithin(l.Steps()); err != nil {
		return licence, err
	}
	provider, consumer := licence.Endings(licensing.Act{At: licence.Timestamp, TxID: licence.TxID})
	if licence.Provider, err = word(l, licence.Agreement, provider); err != nil {
		return licence, err
	}
	if licence.Consumer = consumer; !licensing.IsResident(act.By) {
		if licence.Consumer, err = word(l, licence.Agreement, consumer); err != nil {
			return licence, err
		}
	}
	inForce, found, err := ledger.Get[licensing.InForce](l, inForceKey(agreementID))
	if found {
		licence.InForce = &inForce
	}
	return licence, err
}

// word is what a side said last; begin where a resident said nothing yet. An end by a resident lies under a key of its own.
func word(l *ledger.Ledger, a licensing.Agreement, begin licensing.Ending) (licensing.Ending, error) {
	if !licensing.IsResident(begin.By) {
		return load[licensing.Ending](l, endingKey(a.AgreementID, begin.Side), "agreementId", a.AgreementID)
	}
	found, err := ledger.GetMany[licensing.Ending](l, []ledger.Key{endKey(a.AgreementID), endingKey(a.AgreementID, begin.Side)})
	switch {
	case err != nil:
		return begin, err
	case found[0] != nil:
		if !found[0].Final() { // whoever finds the key denies
			found[0].State = licensing.Retired
		}
		return *found[0], nil
	case found[1] != nil && !found[1].Final():
		return *found[1], nil
	}
	return begin, nil
}

// loadLicence reads a licence with all that decides whether it is in force, in few round trips; where the named purposes stand in its taxonomy is read ahead.
func loadLicence(l *ledger.Ledger, agreementID string, purposes ...string) (licensing.Licence, error) {
	licence, err := loadWords(l, agreementID, licensing.Act{})
	if err != nil {
		return licence, err
	}
	if err := l.Prefetch(beside(licence, purposes)...); err != nil {
		return licence, err
	}
	if licence.Dataset, err = loadDataset(l, licence.Target); err != nil {
		return licence, err
	}
	if licence.OfferID != "" {
		if licence.Withdrawal, err = withdrawalOf(l, licensing.Offer{OfferID: licence.OfferID, Owner: licence.Assigner}); err != nil {
			return licence, err
		}
	}
	if licence.Unproven, err = unproven(l, licence.Agreement, licence.InForce, policyHash(licence.Agreement)); err != nil {
		return licence, err
	}
	licence.EndUnproven, err = endUnproven(l, licence)
	return licence, err
}

// beside are the keys that a licence names.
func beside(licence licensing.Licence, purposes []string) []ledger.Key {
	keys := append(datasetKeys(licence.Target), claimKeys(claim{licence.Assigner, licence.Evidence})...)
	if licence.InForce != nil {
		keys = append(datasetKeys(licence.Target), claimKeys(claim{licence.Assigner, licence.InForce.Provider}, claim{licence.Assignee, licence.InForce.Consumer})...)
	}
	if licence.OfferID != "" {
		keys = append(keys, withdrawalKey(licence.OfferID))
	}
	for _, msp := range licence.Parties {
		keys = append(keys, confirmationKey(licence.Target, msp))
	}
	for _, purpose := range purposes {
		keys = append(keys, consents.LineageKey(licence.PurposesVersion, purpose))
	}
	return keys
}

// policyHash is the odrl.Hash of an agreement's policy; empty where it cannot be read.
func policyHash(a licensing.Agreement) string {
	return hashes.recall(hashOf(string(a.Policy)), func() string {
		policy, err := a.Read()
		if err != nil {
			return ""
		}
		hash, err := odrl.Hash(policy)
		if err != nil {
			return ""
		}
		return hash
	})
}

// endUnproven reports whether an end that bears on the licence lacks its resident's signed request.
func endUnproven(l *ledger.Ledger, licence licensing.Licence) (bool, error) {
	if !licensing.IsResident(licence.Assigner) {
		return false, nil
	}
	if licence.Provider.Final() {
		said, err := claim{licence.Assigner, licence.Provider.Evidence}.said(l)
		if err != nil || said == nil || !licence.Provider.Said(*said, licence.Assigner) {
			return true, err
		}
	}
	if licence.OfferID == "" {
		return false, nil
	}
	return unprovenWithdrawal(l, licence.Withdrawal)
}

// purposes is a version of the taxonomy as policies read it.
func purposes(l *ledger.Ledger, version int) (*odrl.Hierarchy, error) {
	taxonomy, err := consents.Purposes(l, version)
	return licensing.Purposes(taxonomy.Terms), err
}

// lineage is what a version of the taxonomy says of one purpose, which is all that a decision about it needs.
func lineage(l *ledger.Ledger, version int, purpose string) (*odrl.Hierarchy, error) {
	known, found, err := consents.Lineage(l, version, purpose)
	if err != nil || !found {
		return licensing.Purposes(nil), err
	}
	return licensing.Lineage(known), nil
}

// resolve reads the records that references name, in one round trip.
func resolve[T any](l *ledger.Ledger, references []reference, where func(id string) ledger.Key) ([]T, error) {
	keys := make([]ledger.Key, len(references))
	for i, r := range references {
		keys[i] = where(r.ID)
	}
	found, err := ledger.GetMany[T](l, keys)
	if err != nil {
		return nil, err
	}
	records := make([]T, len(found))
	for i, record := range found {
		if record == nil {
			return nil, fault.New(fault.Internal, "the record %s is missing", references[i].ID)
		}
		records[i] = *record
	}
	return records, nil
}
