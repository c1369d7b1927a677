// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"encoding/json"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// Anyone who speaks for a subject is looked up here, for every contract: whether the signer is one of the subject's
// present keys or one of a guardian in office. A signed request only states whose rights it exercises.

// power is what a signed request needs the right to.
type power int

const (
	// opens is all but the others: present keys that are not suspended, and guardians.
	opens power = iota
	// ends is to end something: suspended keys may, too. Of what others write, nothing is read but what is written once.
	ends
	// decides is who speaks for the subject: its own keys that are not suspended.
	decides
	// defends is to suspend a key or to cancel a removal: its own keys, also suspended.
	defends
)

// Speaker is the act of the resident who signed the caller's request, by one of the subject's present keys or by a guardian in office. From here on, the
// request's subject is the one that the signing key belongs to, where it named none.
func Speaker(tx *transaction.Tx) (consent.Action, error) {
	act, _, err := speak(tx, opens)
	return act, err
}

// SpeakerOfRight is Speaker for a request that exercises a right: suspended keys end things, too, and nothing that somebody else could write in the same
// block is read.
func SpeakerOfRight(tx *transaction.Tx) (consent.Action, error) {
	act, _, err := speak(tx, ends)
	return act, err
}

// SpeakerKeys are keys that Speaker reads of every signer, to be read ahead together with others. Anything that the
// ledger states of a key is read for a key that it knows: of most that sign for the first time there is nothing to
// read.
func SpeakerKeys(subject, signer string) []ledger.Key {
	keys := rightKeys(subject, signer)
	if subject != signer {
		keys = append(keys, guardianKey(subject, signer))
	}
	return keys
}

// rightKeys are those of a request that exercises a right.
func rightKeys(subject, signer string) []ledger.Key {
	return []ledger.Key{keyKey(signer), recoveredKey(subject, 1)}
}

// speak is the act of the signer with its power.
func speak(tx *transaction.Tx, with power) (consent.Action, consent.KeyState, error) {
	signed, err := signedRequest(tx)
	if err != nil {
		return consent.Action{}, consent.KeyState{}, err
	}
	act, err := signature(tx, signed)
	if err != nil {
		return act, consent.KeyState{}, err
	}
	ahead := SpeakerKeys(signed.Subject, signed.Signer)
	if with == ends {
		ahead = rightKeys(signed.Subject, signed.Signer)
	}
	if err := tx.Prefetch(ahead...); err != nil {
		return act, consent.KeyState{}, err
	}
	key, found, err := keyState(tx.Ledger, signed.Signer, with != ends)
	if err != nil {
		return act, key, err
	}
	if !found {
		if key, err = firstKey(tx, signed, act); err != nil {
			return act, key, err
		}
	}
	if err := present(tx.Ledger, &key, act.At, with); err != nil {
		return act, key, err
	}
	if signed.Subject == signed.Signer { // whoever names no subject means the one that the key belongs to
		signed.Subject = key.Subject
	}
	act.Subject = signed.Subject
	if key.Subject == signed.Subject {
		return act, key, nil
	}
	act.Guardian = key.Subject
	return act, key, guards(tx, key.Subject, act, with)
}

// present refuses a key that does not speak now. One that ended, that is suspended where that counts, or whose record
// does not rest on what the subject's other keys signed. An end of a key that nobody signed for ends the key, but keeps
// nobody from ending what is the subject's: no two organisations block that.
func present(l *ledger.Ledger, key *consent.KeyState, now time.Time, with power) error {
	if with == ends && key.Removed(now, true) != nil {
		if err := dropUnproven(l, key); err != nil {
			return err
		}
	}
	if err := key.Present(now, with == ends, with == ends || with == defends); err != nil {
		return err
	}
	if key.Key.Key == key.Subject { // a subject's first key proves itself: the subject is its thumbprint
		return nil
	}
	made, err := madeBySubject(l, *key, now, with != ends)
	if err == nil && !made {
		err = fault.New(fault.Forbidden, "the record of the signing key does not rest on what the subject signed")
	}
	return err
}

// signature is the act of who signed, before anything is known about the key.
func signature(tx *transaction.Tx, signed *signedrequest.Signed) (consent.Action, error) {
	act, err := organisation(tx, consent.Resident)
	act.By, act.SignedAt = signed.Signer, signed.IssuedAt.UTC()
	if act.SignedAt.After(act.At) {
		act.SignedAt, act.Raised = act.At, true
	}
	if ref := tx.Evidence(); ref != nil {
		proof := consent.Proof(*ref)
		act.Evidence = &proof
	}
	return act, err
}

// firstKey is the key of a signer that the ledger does not know: it is the first of a subject of its own, from this request on.
func firstKey(tx *transaction.Tx, signed *signedrequest.Signed, act consent.Action) (consent.KeyState, error) {
	key := consent.FirstKey(consent.NewKey{Thumbprint: signed.Signer, JWK: json.RawMessage(signed.JWK), Algorithm: signed.Algorithm}, act)
	recordState := consent.KeyState{Key: key}
	recovered, found, err := ledger.Get[consent.Recovered](tx.Ledger, recoveredKey(signed.Signer, 1))
	if err != nil {
		return recordState, err
	}
	if found {
		recordState.Recovered = &recovered
		return recordState, nil
	}
	return recordState, ledger.Put(tx.Ledger, keyKey(signed.Signer), key)
}

// optional reads a record that may not be there.
func optional[T any](l *ledger.Ledger, key ledger.Key) (*T, error) {
	records, err := ledger.GetMany[T](l, []ledger.Key{key})
	if err != nil {
		return nil, err
	}
	return records[0], nil
}

// Spoke reports whether the signer of a signed request spoke for its subject when the ledger carried it out, at the
// time. Keys and guardians that came, went or were removed later change nothing.
func Spoke(l *ledger.Ledger, signed signedrequest.Signed, at time.Time) (bool, error) {
	subject := signed.Subject
	key, found, err := keyState(l, signed.Signer, true)
	if err != nil {
		return false, err
	}
	own := signed.Signer
	if found {
		own = key.Subject
	}
	if subject == signed.Signer {
		subject = own
	}
	return spokeFor(l, signed.Signer, own, subject, at)
}

// spokeFor reports whether the signer, a key of the subject own, spoke for a subject at the time.
func spokeFor(l *ledger.Ledger, signer, own, subject string, at time.Time) (bool, error) {
	spoke, err := spokeByKey(l, signer, own, at, true)
	if err != nil || !spoke || own == subject {
		return spoke, err
	}
	record, found, err := ledger.Get[consent.Guardian](l, guardianKey(subject, own))
	if err != nil || !found {
		return false, err
	}
	for _, office := range record.Offices {
		recordState, err := officeState(l, record, office)
		if err != nil {
			return false, err
		}
		if !recordState.WasInOffice(at) {
			continue
		}
		if proven, err := officeProven(l, record, office); err != nil || proven {
			return proven, err
		}
	}
	return false, nil
}

// spokeByKey reports whether the signer was one of the subject's own keys at the time; with held, also by what can be lifted.
func spokeByKey(l *ledger.Ledger, signer, subject string, at time.Time, held bool) (bool, error) {
	key, found, err := keyState(l, signer, held)
	if err != nil {
		return false, err
	}
	if found {
		if removed := key.Removed(at, !held); key.Subject != subject || removed != nil && removed.Before(at) { // a rotation ends the key that signs it
			return false, nil
		}
	}
	if signer == subject { // a subject's first key proves itself: the subject is its thumbprint
		return true, nil
	}
	if !found {
		return false, nil
	}
	return madeBySubject(l, key, at, held)
}

// recovered verifies again the words of the two organisations that gave a subject another key.
func recovered(l *ledger.Ledger, signedCall *consent.SignedCall) (bool, error) {
	pair, ok := signedCall.Completes()
	if !ok {
		return false, nil
	}
	recovery, err := optional[consent.Recovery](l, recoveryKey(signedCall.Subject, signedCall.Signer, pair))
	if err != nil || recovery == nil || !recovery.Recovers(signedCall.Subject, signedCall.Signer, signedCall.At) {
		return false, err
	}
	for i, vouch := range recovery.Vouches {
		payload := vouch.Payload(l.Network(), recovery.Vouches[1-i].MSP)
		if ok, err := signedBy(l, vouch.Signature, consent.VouchType, vouch.MSP, vouch.At, payload, vouchers...); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}
