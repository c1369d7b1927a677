// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// suspendKey suspends a key of the subject at once.
func suspendKey(tx *transaction.Tx, r consent.KeyRequest) (consent.KeyView, error) {
	act, own, target, err := towards(tx, r.Key, defends)
	if err != nil {
		return consent.KeyView{}, err
	}
	suspended, changed, err := own.Suspend(target, act)
	if err != nil || !changed {
		return target.View(act.At), err
	}
	target.Suspended = &suspended
	if err := ledger.Put(tx.Ledger, suspensionKey(target.Key.Key), suspended); err != nil {
		return consent.KeyView{}, err
	}
	return turned(tx, own, target, act, "consent.KeySuspended")
}

// liftSuspension lifts a suspension.
func liftSuspension(tx *transaction.Tx, r consent.LiftSuspensionRequest) (consent.KeyView, error) {
	act, own, target, err := towards(tx, r.Key, decides)
	if err != nil {
		return consent.KeyView{}, err
	}
	suspender, found, err := keyState(tx.Ledger, r.Suspender, false)
	if err != nil {
		return consent.KeyView{}, err
	}
	if !found {
		return consent.KeyView{}, fault.Field(fault.NotFound, "suspender", "no key has this thumbprint")
	}
	lifted, err := own.Lift(target, suspender.Key, r.Follows)
	if err != nil {
		return consent.KeyView{}, err
	}
	target.Suspended = &lifted
	if err := ledger.Put(tx.Ledger, suspensionKey(target.Key.Key), lifted); err != nil {
		return consent.KeyView{}, err
	}
	return target.View(act.At), tx.Announce("consent.KeySuspensionLifted", consent.KeyAnnouncement{Subject: target.Subject, Key: target.Key.Key})
}
