// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/canonical"
	"github.com/smartb-suite/smartb/chaincode/fault"
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// registerDataset registers data of the caller. Registering the same again changes nothing.
func registerDataset(tx *transaction.Tx, r licensing.RegisterDatasetRequest) (licensing.Dataset, error) {
	act, err := owner(tx, r.Owner)
	if err != nil {
		return licensing.Dataset{}, err
	}
	existing, found, err := ledger.Get[licensing.Dataset](tx.Ledger, datasetKey(r.DatasetID))
	if err != nil {
		return existing, err
	}
	if found {
		return repeated(existing, r.DatasetContent)
	}
	dataset := r.Register(act)
	if err := putOwned(tx.Ledger, datasetKey(r.DatasetID), dataset, r.Owner); err != nil {
		return dataset, err
	}
	if err := enter(tx.Ledger, dataset.Places(), r.DatasetID); err != nil {
		return dataset, err
	}
	return dataset, tx.Announce("licensing.DatasetRegistered", licensing.DatasetAnnouncement{DatasetID: r.DatasetID, Version: r.Version})
}

func repeated(existing licensing.Dataset, content licensing.DatasetContent) (licensing.Dataset, error) {
	before, err := canonical.SHA256(existing.DatasetContent)
	if err != nil {
		return existing, err
	}
	after, err := canonical.SHA256(content)
	if err == nil && before != after {
		err = fault.Field(fault.AlreadyExists, "datasetId", "dataset %s exists with other content", content.DatasetID)
	}
	return existing, err
}

func enter(l *ledger.Ledger, places []licensing.Place, datasetID string) error {
	for _, place := range places {
		if err := ledger.Put(l, placeKey(place, datasetID), referTo(datasetID)); err != nil {
			return err
		}
	}
	return nil
}

// updateDataset publishes the next version of a dataset's description.
func updateDataset(tx *transaction.Tx, r licensing.UpdateDatasetRequest) (licensing.Dataset, error) {
	view, err := loadDataset(tx.Ledger, r.DatasetID)
	before := view.Dataset
	if err != nil {
		return before, err
	}
	act, err := owner(tx, before.Owner)
	if err != nil {
		return before, err
	}
	if r.Version == before.Version {
		return repeated(before, r.DatasetContent)
	}
	after, err := r.Update(before, act)
	if err != nil {
		return before, err
	}
	if err := move(tx.Ledger, before, after); err != nil {
		return after, err
	}
	return after, tx.Announce("licensing.DatasetUpdated", licensing.DatasetAnnouncement{DatasetID: r.DatasetID, Version: r.Version})
}

// confirmDataset states that the caller's organisation is a dataset's publisher, controller or contact. Confirming
// again changes nothing.
func confirmDataset(tx *transaction.Tx, r licensing.ConfirmDatasetRequest) (licensing.DatasetView, error) {
	act, err := organisation(tx, identity.Steward)
	if err != nil {
		return licensing.DatasetView{}, err
	}
	dataset, err := loadDataset(tx.Ledger, r.DatasetID)
	if err != nil {
		return dataset, err
	}
	if err := r.Confirms(dataset.Dataset, act); err != nil || !slices.Contains(dataset.Unconfirmed, act.By) {
		return dataset, err
	}
	if err := verifySignature(tx, act, "ConfirmDataset", r.Unsigned(), r.Signature); err != nil {
		return dataset, err
	}
	confirmation := licensing.Confirmation{
		Schema: licensing.SchemaVersion, DatasetID: r.DatasetID, By: act.By, At: act.At, TxID: act.TxID, Signature: r.Signature,
	}
	if err := ledger.Put(tx.Ledger, confirmationKey(r.DatasetID, act.By), confirmation); err != nil {
		return dataset, err
	}
	dataset.Unconfirmed = slices.DeleteFunc(slices.Clone(dataset.Unconfirmed), func(msp string) bool { return msp == act.By })
	return dataset, tx.Announce("licensing.DatasetConfirmed", licensing.DatasetAnnouncement{DatasetID: r.DatasetID, Version: dataset.Version})
}

// move writes the new version and its places in the search index.
func move(l *ledger.Ledger, before, after licensing.Dataset) error {
	old, now := before.Places(), after.Places()
	for _, place := range old {
		if !slices.Contains(now, place) {
			if err := ledger.Delete(l, placeKey(place, before.DatasetID)); err != nil {
				return err
			}
		}
	}
	now = slices.DeleteFunc(now, func(place licensing.Place) bool { return slices.Contains(old, place) })
	if err := enter(l, now, after.DatasetID); err != nil {
		return err
	}
	return ledger.Put(l, datasetKey(after.DatasetID), after)
}

// retireDataset takes a dataset off; anything that depends on it has no effect any more.
func retireDataset(tx *transaction.Tx, r licensing.RetireDatasetRequest) (licensing.Dataset, error) {
	act, err := ends(tx, licensing.Author(r.DatasetID), datasetKey(r.DatasetID), datasetEndKey(r.DatasetID))
	if err != nil {
		return licensing.Dataset{}, err
	}
	dataset, ended, err := standingDataset(tx.Ledger, r.DatasetID)
	if err != nil || ended != nil || !dataset.RetiredAt.IsZero() {
		return ended.of(dataset), err
	}
	retired := dataset.Retire(act)
	if licensing.IsResident(dataset.Owner) {
		err = governance.PutEnd(tx.Ledger, datasetEndKey(r.DatasetID), r.End(act))
	} else {
		err = governance.PutEnd(tx.Ledger, datasetKey(r.DatasetID), retired)
	}
	if err != nil {
		return retired, err
	}
	return retired, tx.Announce("licensing.DatasetRetired", licensing.DatasetAnnouncement{DatasetID: r.DatasetID, Version: dataset.Version})
}

// getDataset answers a dataset.
func getDataset(tx *transaction.Tx, r licensing.DatasetRequest) (licensing.DatasetView, error) {
	return loadDataset(tx.Ledger, r.DatasetID)
}

// listDatasets answers a page of datasets, all or those under a theme, a keyword or an owner.
func listDatasets(tx *transaction.Tx, r licensing.ListDatasetsRequest) (licensing.DatasetPage, error) {
	return datasets(tx.Ledger, r)
}

func datasets(l *ledger.Ledger, r licensing.ListDatasetsRequest) (answer licensing.DatasetPage, err error) {
	var listed []licensing.Dataset
	if place, found := r.Place(); found {
		listed, answer.Bookmark, err = page[licensing.Dataset](l, placesOf(place), r.Listing, datasetKey)
	} else {
		listed, answer.Bookmark, err = ledger.Page[licensing.Dataset](l, allDatasets, r.Size(), r.Bookmark)
	}
	if err != nil {
		return answer, err
	}
	answer.Datasets, err = viewDatasets(l, listed)
	return answer, err
}

// catalogue answers a page of datasets with the offers on them, as DCAT-AP in JSON-LD.
func catalogue(tx *transaction.Tx, r licensing.ListDatasetsRequest) (licensing.Catalogue, error) {
	listed, err := datasets(tx.Ledger, r)
	if err != nil {
		return licensing.Catalogue{}, err
	}
	offers := make([][]licensing.OfferView, len(listed.Datasets))
	for i, dataset := range listed.Datasets {
		if offers[i], _, err = offersPage(tx.Ledger, licensing.ListOffersRequest{DatasetID: dataset.DatasetID, Listing: firstOffers}); err != nil {
			return licensing.Catalogue{}, err
		}
	}
	return licensing.NewCatalogue(tx.Channel(), listed, offers), nil
}

// firstOffers bounds the offers that the catalogue shows beside a dataset.
var firstOffers = request.Listing{PageSize: 20}

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

// viewDatasets reads what is beside datasets, in two round trips at most.
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
			proven, err := claim{dataset.Owner, end.Evidence}.proves(l, "end of "+dataset.DatasetID, end.Matches)
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
	signedCall, err := memberCall(l, confirmation.Signature, msp, confirmation.At)
	return err == nil && signedCall != nil && confirmation.Matches(*signedCall, dataset), err
}
