// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
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

// taxonomyHead reads which taxonomy is in force.
func taxonomyHead(l *ledger.Ledger) (consent.TaxonomyHead, error) {
	head, found, err := ledger.Get[consent.TaxonomyHead](l, taxonomyHeadKey)
	if err == nil && !found {
		err = fault.New(fault.TaxonomyMissing, "no taxonomy of purposes is loaded")
	}
	return head, err
}

// taxonomy reads the taxonomy in force.
func taxonomy(l *ledger.Ledger) (consent.Taxonomy, error) {
	head, err := taxonomyHead(l)
	if err != nil {
		return consent.Taxonomy{}, err
	}
	loaded, _, err := ledger.Get[consent.Taxonomy](l, taxonomyKey(head.Version))
	return loaded, err
}

// Purposes is a version of the taxonomy, for 0 the one in force.
func Purposes(l *ledger.Ledger, version int) (consent.Taxonomy, error) {
	if version == 0 {
		return taxonomy(l)
	}
	loaded, found, err := ledger.Get[consent.Taxonomy](l, taxonomyKey(version))
	if err == nil && !found {
		err = fault.Field(fault.NotFound, "version", "no version %d of the taxonomy", version)
	}
	return loaded, err
}

// Lineage is the place of a purpose in a version of the taxonomy; found is false where the version does not have it.
func Lineage(l *ledger.Ledger, version int, purpose string) (consent.Lineage, bool, error) {
	return ledger.Get[consent.Lineage](l, lineageKey(version, purpose))
}

// LineageKey is the key that Lineage reads, to be read ahead together with others.
func LineageKey(version int, purpose string) ledger.Key { return lineageKey(version, purpose) }

// lineages reads the place of the purpose in the versions that decide whether a record covers it as a narrower one.
func lineages(l *ledger.Ledger, records []consent.Record, purpose string) (map[int]consent.Lineage, error) {
	var versions []int
	for _, record := range records {
		if record.IncludeNarrower && record.Purpose != purpose && !slices.Contains(versions, record.TaxonomyVersion) {
			versions = append(versions, record.TaxonomyVersion)
		}
	}
	keys := make([]ledger.Key, len(versions))
	for i, version := range versions {
		keys[i] = lineageKey(version, purpose)
	}
	found, err := ledger.GetMany[consent.Lineage](l, keys)
	if err != nil {
		return nil, err
	}
	known := map[int]consent.Lineage{}
	for i, version := range versions {
		known[version] = value(found[i])
	}
	return known, nil
}
