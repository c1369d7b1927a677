package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// loadTaxonomy loads the next version of the taxonomy of purposes. Loading the version in force again changes nothing.
func loadTaxonomy(tx *transaction.Tx, r consent.LoadTaxonomyRequest) (consent.TaxonomyHead, error) {
	var none consent.TaxonomyHead
	if _, err := authority(tx); err != nil {
		return none, err
	}
	head, _, err := ledger.Get[consent.TaxonomyHead](tx.Ledger, taxonomyHeadKey)
	if err != nil {
		return none, err
	}
	loaded, err := r.Load(head)
	if err != nil || loaded.Version == head.Version {
		return head, err
	}
	if err := ledger.Put(tx.Ledger, taxonomyKey(loaded.Version), loaded); err != nil {
		return none, err
	}
	for _, lineage := range loaded.Lineages() {
		if err := ledger.Put(tx.Ledger, lineageKey(loaded.Version, lineage.Term), lineage); err != nil {
			return none, err
		}
	}
	if err := ledger.Put(tx.Ledger, taxonomyHeadKey, loaded.Head()); err != nil {
		return none, err
	}
	return loaded.Head(), tx.Announce("consent.TaxonomyLoaded", loaded.Head())
}

// getTaxonomy answers a version of the taxonomy.
func getTaxonomy(tx *transaction.Tx, r consent.GetTaxonomyRequest) (consent.Taxonomy, error) {
	return Purposes(tx.Ledger, r.Version)
}
