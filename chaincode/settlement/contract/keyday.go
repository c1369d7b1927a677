// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// submitKeyDay stores the shares of every interval of a day. The same key again changes nothing; another one is the next version.
func submitKeyDay(tx *transaction.Tx, r settlement.SubmitKeyDayRequest) (settlement.KeyDayRecord, error) {
	community, err := organised(tx, r.CommunityID)
	if err != nil {
		return settlement.KeyDayRecord{}, err
	}
	record, err := takeKeyDay(tx, community)
	return record, unnamed(err, queryKeyDay)
}

// checkKeyDay reports whether the shares of a day would be taken: the error of SubmitKeyDay names nothing in them.
func checkKeyDay(tx *transaction.Tx, r settlement.SubmitKeyDayRequest) (settlement.KeyDayCheck, error) {
	community, err := organised(tx, r.CommunityID)
	if err != nil {
		return settlement.KeyDayCheck{}, err
	}
	if _, err := takeKeyDay(tx, community); err != nil {
		return settlement.KeyDayCheck{}, err
	}
	return settlement.KeyDayCheck{}, nil
}

func takeKeyDay(tx *transaction.Tx, community settlement.Community) (settlement.KeyDayRecord, error) {
	key, err := transaction.Private[settlement.KeyDay](tx, privateKeyDay)
	if err != nil {
		return settlement.KeyDayRecord{}, err
	}
	if err := key.Accept(community); err != nil {
		return settlement.KeyDayRecord{}, err
	}
	return storeKeyDay(tx, community, key)
}

func storeKeyDay(tx *transaction.Tx, community settlement.Community, key settlement.KeyDay) (settlement.KeyDayRecord, error) {
	record := settlement.KeyDayRecord{
		Schema: settlement.SchemaVersion, CommunityID: community.CommunityID, Day: key.Day, Version: key.Version, SHA256: settlement.Hash(key.Encode()),
	}
	existing, found, err := ledger.Get[settlement.KeyDayRecord](tx.Ledger, keyRecordKey(community.CommunityID, key.Day))
	if err != nil || found && existing == record {
		return record, err
	}
	if key.Version != existing.Version+1 {
		return record, fault.Field(fault.AlreadyExists, "version", "the next version of the key of %s is %d", key.Day, existing.Version+1)
	}
	if err := known(tx, community.CommunityID, key.Named(), nil); err != nil {
		return record, err
	}
	purge, purged, err := ledger.Get[settlement.Purge](tx.Ledger, purgeKey(community.CommunityID, key.Day))
	if err != nil {
		return record, err
	}
	if purged {
		return record, purge.Refusal()
	}
	if _, err := ledger.PutPrivate(tx.Ledger, community.Collection, keyDayKey(community.CommunityID, key.Day, key.Version), key); err != nil {
		return record, err
	}
	if err := ledger.Put(tx.Ledger, keyRecordKey(community.CommunityID, key.Day), record); err != nil {
		return record, err
	}
	return record, tx.Announce("settlement.KeyDaySubmitted", record)
}

// gatherKeyDay reads the newest key of the day, where the community's key has shares by interval.
func gatherKeyDay(tx *transaction.Tx, inputs *settlement.Inputs) (err error) {
	if !inputs.Generation().Key.PerInterval() {
		return nil
	}
	if inputs.KeyDay, err = newestKeyDay(tx, inputs.Community, inputs.Request.Day); err == nil && inputs.KeyDay != nil {
		inputs.KeyDaySHA256 = settlement.Hash(inputs.KeyDay.Encode())
	}
	return err
}

// newestKeyDay reads the newest key of the day, checked against its public record; nil if there is none.
func newestKeyDay(tx *transaction.Tx, community settlement.Community, day string) (*settlement.KeyDay, error) {
	record, found, err := ledger.Get[settlement.KeyDayRecord](tx.Ledger, keyRecordKey(community.CommunityID, day))
	if err != nil || !found {
		return nil, err
	}
	key, err := private(tx, community.Collection, keyDayKey(community.CommunityID, day, record.Version), record.Open)
	return &key, err
}
