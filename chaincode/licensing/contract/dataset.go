package contract

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/canonical"
	"github.com/smartb-suite/smartb/chaincode/fault"
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
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

// confirmDataset says that the caller's organisation is a dataset's publisher, controller or contact. Confirming again changes nothing.
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

// retireDataset takes a dataset off; what depends on it has no effect any more.
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
