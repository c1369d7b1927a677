// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/ledger"
)

// dropUnproven leaves out the ends of a key and of its makers that do not rest on a signed request of the subject.
func dropUnproven(l *ledger.Ledger, key *consent.KeyState) error {
	proven, err := keyEndProven(l, key.Ended)
	if err != nil {
		return err
	}
	if !proven {
		key.Ended = nil
	}
	for i, end := range key.MakersEnded {
		if proven, err = keyEndProven(l, end); err != nil {
			return err
		}
		if !proven {
			key.MakersEnded[i] = nil
		}
	}
	if proven, err = recoveryProven(l, key.Recovered); err == nil && !proven {
		key.Recovered = nil
	}
	return err
}

// keyEndProven verifies again the signed request that ended a key.
func keyEndProven(l *ledger.Ledger, end *consent.KeyEnd) (bool, error) {
	if end == nil || end.Evidence == nil {
		return false, nil
	}
	signedCall, err := evidence(l, []consent.Proof{*end.Evidence})
	if err != nil || !signedCall[0].EndsKey(*end) {
		return false, err
	}
	return spokeByKey(l, signedCall[0].Signer, end.Subject, signedCall[0].At, false)
}

// recoveryProven verifies again the signed request, and the organisations' words, that recovered a subject's key.
func recoveryProven(l *ledger.Ledger, done *consent.Recovered) (bool, error) {
	if done == nil || done.Evidence == nil {
		return false, nil
	}
	signedCall, err := evidence(l, []consent.Proof{*done.Evidence})
	if err != nil || signedCall[0] == nil || signedCall[0].Subject != done.Subject {
		return false, err
	}
	return recovered(l, signedCall[0])
}

// keyState reads a key with all that the ledger states about it; with held, also what can be lifted.
func keyState(l *ledger.Ledger, thumbprint string, held bool) (recordState consent.KeyState, found bool, err error) {
	if recordState.Key, found, err = ledger.Get[consent.Key](l, keyKey(thumbprint)); err != nil || !found {
		return recordState, false, err
	}
	ahead := []ledger.Key{keyEndKey(thumbprint), recoveredKey(recordState.Subject, recordState.Recovery+1)}
	if held {
		ahead = append(ahead, removalKey(thumbprint), suspensionKey(thumbprint))
	}
	if err := l.Prefetch(ahead...); err != nil {
		return recordState, false, err
	}
	if recordState.Ended, err = optional[consent.KeyEnd](l, keyEndKey(thumbprint)); err != nil {
		return recordState, false, err
	}
	if held {
		if recordState.Removal, err = optional[consent.Removal](l, removalKey(thumbprint)); err != nil {
			return recordState, false, err
		}
		if recordState.Suspended, err = optional[consent.KeySuspensions](l, suspensionKey(thumbprint)); err != nil {
			return recordState, false, err
		}
	}
	if recordState.Recovered, err = optional[consent.Recovered](l, recoveredKey(recordState.Subject, recordState.Recovery+1)); err != nil {
		return recordState, false, err
	}
	recordState.MakersEnded, recordState.MakersRemoved, err = makers(l, recordState.Makers, held)
	return recordState, true, err
}

// makers reads how keys that made something ended.
func makers(l *ledger.Ledger, list []consent.Maker, held bool) ([]*consent.KeyEnd, []*consent.Removal, error) {
	ended, waiting := make([]ledger.Key, len(list)), make([]ledger.Key, len(list))
	for i, maker := range list {
		ended[i], waiting[i] = keyEndKey(maker.Key), removalKey(maker.Key)
	}
	ends, err := ledger.GetMany[consent.KeyEnd](l, ended)
	if err != nil || !held {
		return ends, nil, err
	}
	removals, err := ledger.GetMany[consent.Removal](l, waiting)
	return ends, removals, err
}

// madeBySubject verifies again the signed request that made a key before the time: by an older key of the subject, or by the key itself after a recovery.
func madeBySubject(l *ledger.Ledger, key consent.KeyState, at time.Time, held bool) (bool, error) {
	if key.AddedBy == nil {
		return false, nil
	}
	signedCall, err := evidence(l, []consent.Proof{*key.AddedBy})
	if err != nil || signedCall[0] == nil || signedCall[0].At.After(at) {
		return false, err
	}
	if signedCall[0].Transaction == "consent:CompleteRecovery" {
		if signedCall[0].Signer != key.Key.Key || signedCall[0].Subject != key.Subject {
			return false, nil
		}
		return recovered(l, signedCall[0])
	}
	if !possessed(l, key, signedCall[0]) {
		return false, nil
	}
	return spokeByKey(l, signedCall[0].Signer, key.Subject, signedCall[0].At, held)
}

// possessed reports whether the key itself signed, with the request of another key that added it, that it shall speak for the subject.
func possessed(l *ledger.Ledger, key consent.KeyState, signedCall *consent.SignedCall) bool {
	proof, adds := signedCall.Adds()
	if !adds || signedCall.Signer == key.Key.Key {
		return false
	}
	signed, err := possession(l, proof)
	return err == nil && signed.Thumbprint == key.Key.Key && signed.For == key.Subject && signed.ID == signedCall.ID
}
