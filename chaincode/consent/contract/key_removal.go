// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// removeKey removes a key of the subject: at once by an older key or itself, else after a delay.
func removeKey(tx *transaction.Tx, r consent.RemoveKeyRequest) (consent.KeyView, error) {
	act, own, target, err := towards(tx, r.Key, decides)
	if err != nil {
		return consent.KeyView{}, err
	}
	end, removal, err := own.Remove(target, own.Removal, r.Since, act)
	if err != nil || end == nil && removal == nil {
		return target.View(act.At), err
	}
	if end != nil {
		target.Ended = end
		err = putEnd(tx.Ledger, keyEndKey(target.Key.Key), end)
	} else {
		target.Removal = removal
		err = ledger.Put(tx.Ledger, removalKey(target.Key.Key), removal)
	}
	if err == nil && removal != nil && removal.Mutual { // the other way round, too: neither of the two takes effect
		against := *own.Removal
		against.Mutual = true
		err = ledger.Put(tx.Ledger, removalKey(own.Key.Key), against)
	}
	if err != nil {
		return consent.KeyView{}, err
	}
	return turned(tx, own, target, act, "consent.KeyRemoved")
}

// towards is the act of the subject's own key towards another of its keys.
func towards(tx *transaction.Tx, thumbprint string, with power) (consent.Action, consent.KeyState, consent.KeyState, error) {
	act, own, err := speak(tx, with)
	if err != nil {
		return act, own, consent.KeyState{}, err
	}
	if thumbprint == own.Key.Key {
		return act, own, own, nil
	}
	target, found, err := keyState(tx.Ledger, thumbprint, true)
	if err == nil && (!found || target.Subject != act.Subject) {
		err = fault.Field(fault.NotFound, "key", "no key of this subject has the thumbprint %s", thumbprint)
	}
	return act, own, target, err
}

// turned notes that a key acted against an older one, and announces what it did.
func turned(tx *transaction.Tx, own, target consent.KeyState, act consent.Action, event string) (consent.KeyView, error) {
	view := target.View(act.At)
	if own.Key.Key != target.Key.Key && target.Older(own.Key) {
		before, err := optional[consent.Turned](tx.Ledger, turnedKey(own.Key.Key))
		if err != nil {
			return view, err
		}
		if before == nil {
			mark := consent.Turned{Schema: consent.SchemaVersion, Key: own.Key.Key, Against: target.Key.Key, At: act.At, Evidence: act.Evidence}
			if err := putEnd(tx.Ledger, turnedKey(own.Key.Key), mark); err != nil {
				return view, err
			}
		}
	}
	return view, tx.Announce(event, consent.KeyAnnouncement{Subject: target.Subject, Key: target.Key.Key})
}

// cancelRemoval cancels a removal that waits.
func cancelRemoval(tx *transaction.Tx, r consent.CancelRemovalRequest) (consent.KeyView, error) {
	act, own, target, err := towards(tx, r.Key, defends)
	if err != nil {
		return consent.KeyView{}, err
	}
	asker := consent.KeyState{}
	if target.Removal != nil {
		if asker, _, err = keyState(tx.Ledger, target.Removal.By, false); err != nil {
			return consent.KeyView{}, err
		}
	}
	cancelled, err := own.Cancel(target, asker.Key, r.Follows, act)
	if err != nil {
		return consent.KeyView{}, err
	}
	target.Removal = &cancelled
	if err := ledger.Put(tx.Ledger, removalKey(target.Key.Key), cancelled); err != nil {
		return consent.KeyView{}, err
	}
	if cancelled.Mutual { // the removal the other way round goes on by itself
		if err := apart(tx.Ledger, cancelled.By, target.Key.Key, act); err != nil {
			return consent.KeyView{}, err
		}
	}
	return target.View(act.At), tx.Announce("consent.KeyRemovalCancelled", consent.KeyAnnouncement{Subject: target.Subject, Key: target.Key.Key})
}

// apart lets the removal of a key by another one wait again, after the other way round was cancelled.
func apart(l *ledger.Ledger, thumbprint, by string, act consent.Action) error {
	removal, err := optional[consent.Removal](l, removalKey(thumbprint))
	if err != nil || !removal.Pending() || removal.By != by {
		return err
	}
	again := *removal
	again.Mutual = false
	return ledger.Put(l, removalKey(thumbprint), again.Restarted(act.At))
}
