// SPDX-License-Identifier: Apache-2.0

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

// load reads a record that must exist; field and id name it in the error.
func load[T any](l *ledger.Ledger, where ledger.Key, field, id string) (T, error) {
	record, found, err := ledger.Get[T](l, where)
	if err == nil && !found {
		err = fault.Field(fault.NotFound, field, "there is no %s", id)
	}
	return record, err
}

// ends is the act by which the owner ends something of its own. Besides the speaker's keys it reads the given ones, and of a resident's nothing that somebody
// else could write in the same block.
func ends(tx *transaction.Tx, of string, ahead ...ledger.Key) (licensing.Action, error) {
	if err := tx.Prefetch(ahead...); err != nil {
		return licensing.Action{}, err
	}
	act, err := ending(tx, identity.Steward)
	if err == nil && act.By != of {
		err = fault.New(fault.Forbidden, "only the owner %s may do this; the caller acts for %s", of, act.By)
	}
	return act, err
}

// licenceKeys are the keys of a licence that its id alone gives.
func licenceKeys(agreementID string) []ledger.Key {
	return []ledger.Key{
		agreementKey(agreementID), inForceKey(agreementID), terminationKey(agreementID, licensing.Provider), terminationKey(agreementID, licensing.Consumer), endKey(agreementID),
	}
}

// loadWords reads of a licence what its sides said: what somebody needs who states something, and of a resident's
// nothing that somebody else could write.
func loadWords(l *ledger.Ledger, agreementID string, act licensing.Action) (licensing.Licence, error) {
	var licence licensing.Licence
	keys := licenceKeys(agreementID)
	if licensing.IsResident(act.By) {
		keys = []ledger.Key{agreementKey(agreementID), inForceKey(agreementID), terminationKey(agreementID, licensing.Provider), endKey(agreementID)}
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
	provider, consumer := licence.Endings(licensing.Action{At: licence.Timestamp, TxID: licence.TxID})
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

// word is what a side said last; begin where a resident said nothing yet. An end by a resident is under a key of its
// own.
func word(l *ledger.Ledger, a licensing.Agreement, begin licensing.Termination) (licensing.Termination, error) {
	if !licensing.IsResident(begin.By) {
		return load[licensing.Termination](l, terminationKey(a.AgreementID, begin.Side), "agreementId", a.AgreementID)
	}
	found, err := ledger.GetMany[licensing.Termination](l, []ledger.Key{endKey(a.AgreementID), terminationKey(a.AgreementID, begin.Side)})
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

// loadLicence reads a licence with all that decides whether it is in force, in few round trips; where the named
// purposes are in its taxonomy is read ahead.
func loadLicence(l *ledger.Ledger, agreementID string, purposes ...string) (licensing.Licence, error) {
	licence, err := loadWords(l, agreementID, licensing.Action{})
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
		signedCall, err := claim{licence.Assigner, licence.Provider.Evidence}.call(l)
		if err != nil || signedCall == nil || !licence.Provider.Matches(*signedCall, licence.Assigner) {
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

// lineage is what a version of the taxonomy states of one purpose, which is all that a decision about it needs.
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
