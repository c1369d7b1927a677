// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// recoverKey states for an independent organisation that the person who lost a key now has another. The second
// organisation's word announces it.
func recoverKey(tx *transaction.Tx, r consent.RecoverKeyRequest) (consent.RecoveryAnswer, error) {
	var none consent.RecoveryAnswer
	act, err := independent(tx, r.Controller, r.With)
	if err != nil {
		return none, err
	}
	made, err := newKey(tx.Ledger, r.Proof, r.Subject, "")
	if err != nil {
		return none, err
	}
	answer := consent.RecoveryAnswer{Vouch: consent.Vouch{
		Schema: consent.SchemaVersion, Subject: r.Subject, NewKey: made.Thumbprint, MSP: act.By, Controller: r.Controller, At: act.At, TxID: act.TxID,
		Signature: r.Signature,
	}}
	if ok, err := signedBy(tx.Ledger, r.Signature, consent.VouchType, act.By, act.At, answer.Payload(tx.Network(), r.With), vouchers...); err != nil || !ok {
		return none, unsigned(err)
	}
	before, err := ledger.GetMany[consent.Vouch](tx.Ledger, []ledger.Key{
		vouchKey(r.Subject, made.Thumbprint, act.By), vouchKey(r.Subject, made.Thumbprint, r.With),
	})
	if err != nil {
		return none, err
	}
	if before[0] == nil {
		err = ledger.Put(tx.Ledger, vouchKey(r.Subject, made.Thumbprint, act.By), answer.Vouch)
	} else {
		answer.Vouch = *before[0]
	}
	if err != nil || before[1] == nil {
		return answer, err
	}
	return announced(tx, answer, *before[1], act)
}

// vouchers are the roles in which a member vouches for a person's new key.
var vouchers = []identity.Role{identity.Steward, identity.Authority}

// unsigned refuses a member's signature that does not fit.
func unsigned(err error) error {
	if err != nil {
		return err
	}
	return fault.Field(fault.SignatureMissing, "signature", "it is not the caller's organisation's over this request")
}

// announced writes the recovery that two words make, unless it is there.
func announced(tx *transaction.Tx, answer consent.RecoveryAnswer, other consent.Vouch, act consent.Action) (consent.RecoveryAnswer, error) {
	pair := consent.Pair(answer.MSP, other.MSP)
	existing, err := optional[consent.Recovery](tx.Ledger, recoveryKey(answer.Subject, answer.NewKey, pair))
	if err != nil || existing != nil {
		answer.Recovery = existing
		return answer, err
	}
	word := answer.Vouch
	word.At, word.TxID = act.At, act.TxID
	recovery, err := word.Announce(other)
	if err != nil {
		return answer, err
	}
	answer.Recovery = &recovery
	if err := putEnd(tx.Ledger, recoveryKey(answer.Subject, answer.NewKey, pair), recovery); err != nil {
		return answer, err
	}
	return answer, tx.Announce("consent.RecoveryAnnounced", consent.KeyAnnouncement{Subject: answer.Subject, Key: answer.NewKey})
}

// independent is the act of an independent organisation together with another one.
func independent(tx *transaction.Tx, controller, with string) (consent.Action, error) {
	if !tx.Caller.Is(identity.Steward, tx.Caller.MSP) && !tx.Caller.Is(identity.Authority, tx.Caller.MSP) {
		return consent.Action{}, fault.New(fault.Forbidden, "only the role %s or %s may do this; the caller acts for %s as %s", identity.Steward, identity.Authority,
			tx.Caller.MSP, tx.Caller)
	}
	list, err := witnesses(tx.Ledger)
	if err != nil {
		return consent.Action{}, err
	}
	if err := consent.Independent(list, controller, tx.Caller.MSP, with); err != nil {
		return consent.Action{}, err
	}
	return organisation(tx, consent.Controlled)
}

// cancelRecovery cancels an announced recovery by a present key, unless that key acted against an older one.
func cancelRecovery(tx *transaction.Tx, r consent.RecoveryRequest) (consent.Recovery, error) {
	act, own, err := speak(tx, decides)
	if err != nil {
		return consent.Recovery{}, err
	}
	recovery, err := loadRecovery(tx.Ledger, act.Subject, r)
	if err == nil {
		err = neverTurned(tx.Ledger, own.Key)
	}
	if err != nil {
		return recovery, err
	}
	key := recoveryEndKey(act.Subject, r.NewKey, r.Organisations)
	before, err := optional[consent.RecoveryEnd](tx.Ledger, key)
	if err != nil || before != nil {
		recovery.CancelledBy = value(before).By
		return recovery, err
	}
	recovery.CancelledBy = own.Key.Key
	end := consent.RecoveryEnd{Schema: consent.SchemaVersion, By: own.Key.Key, At: act.At, Evidence: act.Evidence, TxID: act.TxID}
	if err := putEnd(tx.Ledger, key, end); err != nil {
		return recovery, err
	}
	return recovery, tx.Announce("consent.RecoveryCancelled", consent.KeyAnnouncement{Subject: act.Subject, Key: r.NewKey})
}

// loadRecovery reads an announced recovery.
func loadRecovery(l *ledger.Ledger, subject string, r consent.RecoveryRequest) (consent.Recovery, error) {
	recovery, found, err := ledger.Get[consent.Recovery](l, recoveryKey(subject, r.NewKey, r.Organisations))
	if err == nil && !found {
		err = fault.Field(fault.NotFound, "newKey", "no such recovery is announced")
	}
	return recovery, err
}

// neverTurned refuses a key that suspended or removed an older one, or was made by one that did.
func neverTurned(l *ledger.Ledger, key consent.Key) error {
	marks := []ledger.Key{turnedKey(key.Key)}
	for _, maker := range key.Makers {
		marks = append(marks, turnedKey(maker.Key))
	}
	turns, err := ledger.GetMany[consent.Turned](l, marks)
	if err != nil {
		return err
	}
	for _, turn := range turns {
		if turn != nil {
			return fault.New(fault.Forbidden, "a key that suspended or removed an older one, or was made by one, cancels no recovery")
		}
	}
	return nil
}

// completeRecovery lets the new key speak for the subject from now on: signed by the new key for the subject. All keys from before are removed, and every
// guardianship ends.
func completeRecovery(tx *transaction.Tx, r consent.RecoveryRequest) (consent.KeyView, error) {
	var none consent.KeyView
	signed, err := signedRequest(tx)
	if err != nil {
		return none, err
	}
	act, err := signature(tx, signed)
	if err != nil {
		return none, err
	}
	if signed.Signer != r.NewKey || signed.Subject == signed.Signer {
		return none, fault.Field(fault.Forbidden, "newKey", "the new key itself completes its recovery, for the subject")
	}
	act.Subject = signed.Subject
	recovery, err := loadRecovery(tx.Ledger, act.Subject, r)
	if err != nil {
		return none, err
	}
	if _, taken, err := ledger.Get[consent.Key](tx.Ledger, keyKey(r.NewKey)); err != nil || taken {
		return none, fault.Field(fault.AlreadyExists, "newKey", "the key belongs to a subject already")
	}
	return complete(tx, r, recovery, act)
}

func complete(tx *transaction.Tx, r consent.RecoveryRequest, recovery consent.Recovery, act consent.Action) (consent.KeyView, error) {
	var none consent.KeyView
	if r.Number == 0 {
		return none, fault.Field(fault.MissingField, "number", "required")
	}
	if err := nextNumber(tx.Ledger, r.Number, func(n int) ledger.Key { return recoveredKey(act.Subject, n) }); err != nil {
		return none, err
	}
	cancelled, err := optional[consent.RecoveryEnd](tx.Ledger, recoveryEndKey(act.Subject, r.NewKey, r.Organisations))
	if err != nil {
		return none, err
	}
	signed := tx.Caller.SignedRequest
	made := consent.NewKey{Thumbprint: signed.Signer, JWK: []byte(signed.JWK), Algorithm: signed.Algorithm}
	key, done, err := recovery.Complete(made, r.Number, cancelled, act)
	if err != nil {
		return none, err
	}
	if err := putEnd(tx.Ledger, recoveredKey(act.Subject, r.Number), done); err != nil {
		return none, err
	}
	return addedKey(tx, key, act, "consent.KeyRecovered")
}
