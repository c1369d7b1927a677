// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// kind describes where readings of a kind are stored, and by which event they are announced.
type kind struct {
	chunk     func(community string, chunk settlement.ChunkID) ledger.Key
	manifest  func(community, day, txID string) ledger.Key
	manifests func(community, day string) ledger.Key
	event     string
}

var (
	metered  = kind{meterDaysKey, manifestKey, manifestsOf, "settlement.MeterDaysSubmitted"}
	official = kind{officialKey, officialManifestKey, officialManifestsOf, "settlement.OfficialRecorded"}
)

// file queues what the transaction stores of a local day, and the manifest that certifies it.
func (k kind) file(tx *transaction.Tx, community settlement.Community, day string, days []settlement.MeterDay) error {
	manifest, chunks := settlement.File(community.CommunityID, day, tx.TxID(), days)
	for i, chunk := range chunks {
		if _, err := ledger.PutPrivate(tx.Ledger, community.Collection, k.chunk(community.CommunityID, manifest.Chunk(i)), chunk); err != nil {
			return err
		}
	}
	return ledger.Put(tx.Ledger, k.manifest(community.CommunityID, day, tx.TxID()), manifest)
}

// filed are the entries of all that is stored of a local day.
func (k kind) filed(tx *transaction.Tx, community, day string) ([]settlement.ManifestEntry, error) {
	manifests, err := ledger.Scan[settlement.Manifest](tx.Ledger, k.manifests(community, day))
	return settlement.Entries(manifests), err
}

// open reads what the entries certify, each chunk once.
func (k kind) open(tx *transaction.Tx, community settlement.Community, entries []settlement.ManifestEntry) ([]settlement.MeterDay, error) {
	places := map[settlement.ChunkID]int{}
	var keys []ledger.Key
	for _, entry := range entries {
		if _, known := places[entry.Place.Chunk]; !known {
			places[entry.Place.Chunk] = len(keys)
			keys = append(keys, k.chunk(community.CommunityID, entry.Place.Chunk))
		}
	}
	values, err := ledger.GetManyPrivate(tx.Ledger, community.Collection, keys)
	if err != nil {
		return nil, err
	}
	chunks := make([]settlement.Records, len(values))
	for i, value := range values {
		chunks[i] = settlement.ReadRecords(value)
	}
	days := make([]settlement.MeterDay, len(entries))
	for i, entry := range entries {
		if days[i], err = entry.Open(chunks[places[entry.Place.Chunk]]); err != nil {
			return nil, err
		}
	}
	return days, nil
}

// purge queues the purge of all versions of the day.
func (k kind) purge(tx *transaction.Tx, community settlement.Community, day string) error {
	manifests, err := ledger.Scan[settlement.Manifest](tx.Ledger, k.manifests(community.CommunityID, day))
	if err != nil {
		return err
	}
	for _, manifest := range manifests {
		for i := range manifest.Chunks {
			if err := ledger.PurgePrivate(tx.Ledger, community.Collection, k.chunk(community.CommunityID, manifest.Chunk(i))); err != nil {
				return err
			}
		}
	}
	return nil
}
