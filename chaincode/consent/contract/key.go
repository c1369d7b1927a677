// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"encoding/json"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// addKey adds a key to those of the subject; it leaves guardians as they are.
func addKey(tx *transaction.Tx, r consent.AddKeyRequest) (consent.KeyView, error) {
	act, own, err := speak(tx, decides)
	if err != nil {
		return consent.KeyView{}, err
	}
	made, err := newKey(tx.Ledger, r.Proof, act.Subject, act.Named())
	if err != nil {
		return consent.KeyView{}, err
	}
	place, err := freePlace(tx.Ledger, own, act)
	if err != nil {
		return consent.KeyView{}, err
	}
	key, err := own.Makes(made, place, act)
	if err != nil {
		return consent.KeyView{}, err
	}
	return addedKey(tx, key, act, "consent.KeyAdded")
}

func addedKey(tx *transaction.Tx, key consent.Key, act consent.Action, event string) (consent.KeyView, error) {
	view := consent.KeyState{Key: key}.View(act.At)
	if err := ledger.Put(tx.Ledger, keyKey(key.Key), key); err != nil {
		return view, err
	}
	if err := ledger.Put(tx.Ledger, slotKey(key.Subject, key.Slot), slot{consent.SchemaVersion, key.Key}); err != nil {
		return view, err
	}
	return view, tx.Announce(event, consent.KeyAnnouncement{Subject: key.Subject, Key: key.Key})
}

// newKey reads a new key's own signature over the subject and the signed request, and refuses a key that belongs to a subject already.
func newKey(l *ledger.Ledger, proof, subject, id string) (consent.NewKey, error) {
	signed, err := possession(l, proof)
	if err != nil {
		return consent.NewKey{}, err
	}
	if signed.For != subject || id != "" && signed.ID != id {
		return consent.NewKey{}, fault.Field(fault.SignedRequestForged, "proof", "the new key signed for another subject or request")
	}
	_, taken, err := ledger.Get[consent.Key](l, keyKey(signed.Thumbprint))
	if err == nil && (taken || signed.Thumbprint == subject) {
		err = fault.Field(fault.AlreadyExists, "proof", "the key belongs to a subject already; make another")
	}
	return consent.NewKey{Thumbprint: signed.Thumbprint, JWK: json.RawMessage(signed.JWK), Algorithm: signed.Algorithm}, err
}

// subjectKeys reads the keys at the subject's places, by exact names: its first key and those that were added.
func subjectKeys(l *ledger.Ledger, subject string) ([consent.MaxKeys]*consent.KeyState, error) {
	var all [consent.MaxKeys]*consent.KeyState
	places := make([]ledger.Key, consent.MaxKeys)
	for i := range places {
		places[i] = slotKey(subject, i)
	}
	slots, err := ledger.GetMany[slot](l, places)
	if err != nil {
		return all, err
	}
	for i, taken := range slots {
		thumbprint := subject
		if taken != nil {
			thumbprint = taken.Key
		} else if i > 0 {
			continue
		}
		key, found, err := keyState(l, thumbprint, true)
		if err != nil {
			return all, err
		}
		if found && key.Subject == subject {
			all[i] = &key
		}
	}
	return all, nil
}

// freePlace is a place that no present key of the subject has.
func freePlace(l *ledger.Ledger, own consent.KeyState, act consent.Action) (int, error) {
	all, err := subjectKeys(l, act.Subject)
	if err != nil {
		return 0, err
	}
	for i, key := range all {
		first := i == 0 && own.Key.Key == act.Subject // also where its own first request adds the key
		if !first && (key == nil || key.Removed(act.At, false) != nil) {
			return i, nil
		}
	}
	return 0, fault.New(fault.OutOfRange, "a subject has at most %d keys; remove one first", consent.MaxKeys)
}

// rotateKey replaces the signing key by a new one, and ends every guardianship.
func rotateKey(tx *transaction.Tx, r consent.RotateKeyRequest) (consent.KeyView, error) {
	act, own, err := speak(tx, decides)
	if err != nil {
		return consent.KeyView{}, err
	}
	made, err := newKey(tx.Ledger, r.Proof, act.Subject, act.Named())
	if err != nil {
		return consent.KeyView{}, err
	}
	if err := nextNumber(tx.Ledger, r.Number, func(n int) ledger.Key { return rotationKey(act.Subject, n) }); err != nil {
		return consent.KeyView{}, err
	}
	key, err := own.Makes(made, own.Slot, act)
	if err != nil {
		return consent.KeyView{}, err
	}
	end := consent.KeyEnd{
		Schema: consent.SchemaVersion, Key: own.Key.Key, Subject: act.Subject, Type: consent.StepRotateKey, At: act.At, By: act.By, TxID: act.TxID,
		Evidence: act.Evidence,
	}
	if err := putEnd(tx.Ledger, keyEndKey(own.Key.Key), end); err != nil {
		return consent.KeyView{}, err
	}
	rotation := consent.Rotation{
		Schema: consent.SchemaVersion, Subject: act.Subject, Number: r.Number, OldKey: own.Key.Key, NewKey: key.Key, At: act.At, Evidence: act.Evidence,
		TxID: act.TxID,
	}
	if err := putEnd(tx.Ledger, rotationKey(act.Subject, r.Number), rotation); err != nil {
		return consent.KeyView{}, err
	}
	return addedKey(tx, key, act, "consent.KeyRotated")
}

// nextNumber refuses a number of what recurs that is taken, or that leaves one out.
func nextNumber(l *ledger.Ledger, number int, key func(int) ledger.Key) error {
	keys := []ledger.Key{key(number)}
	if number > 1 {
		keys = append(keys, key(number-1))
	}
	found, err := ledger.GetMany[json.RawMessage](l, keys)
	if err != nil {
		return err
	}
	if found[0] != nil {
		return fault.Field(fault.SignedRequestStale, "number", "%d is taken; name the next (consent:GetSubject)", number)
	}
	if number > 1 && found[1] == nil {
		return fault.Field(fault.OutOfRange, "number", "%d has not been yet", number-1)
	}
	return nil
}
