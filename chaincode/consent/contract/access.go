package contract

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/party"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// organisation is the act of the caller's organisation as the actor, whose right has been checked.
func organisation(tx *transaction.Tx, actor consent.Actor) (consent.Act, error) {
	now, err := tx.Now()
	return consent.Act{Actor: actor, By: tx.Caller.MSP, TxID: tx.TxID(), At: now}, err
}

// steward is the act of the controller's steward.
func steward(tx *transaction.Tx, controller string) (consent.Act, error) {
	if err := tx.Caller.Require(controller, party.Steward); err != nil {
		return consent.Act{}, err
	}
	return organisation(tx, consent.Controlled)
}

// processor is the act of a processor of the controller or of a recipient that the consent names.
func processor(tx *transaction.Tx, record consent.Record) (consent.Act, error) {
	if !tx.Caller.Is(party.Processor, append([]string{record.Controller}, record.Recipients...)...) {
		return consent.Act{}, fault.New(fault.Forbidden, "only the role %s of %s or of a recipient of consent %s may do this; the caller acts for %s as %s",
			party.Processor, record.Controller, record.ConsentID, tx.Caller.MSP, tx.Caller)
	}
	return organisation(tx, consent.Controlled)
}

// isAuthority asks the governance record whose authority counts.
func isAuthority(tx *transaction.Tx) (bool, error) {
	if !tx.Caller.Is(party.Authority, tx.Caller.MSP) {
		return false, nil
	}
	rules, err := governance.Current(tx.Ledger)
	if err != nil {
		return false, err
	}
	return tx.Caller.Is(party.Authority, rules.Authorities...), nil
}

// authority is the act of the data protection authority.
func authority(tx *transaction.Tx) (consent.Act, error) {
	allowed, err := isAuthority(tx)
	if err != nil {
		return consent.Act{}, err
	}
	if !allowed {
		return consent.Act{}, fault.New(fault.Forbidden, "only the role %s of an organisation that the governance record names may do this; the caller acts for %s as %s",
			party.Authority, tx.Caller.MSP, tx.Caller)
	}
	return organisation(tx, consent.Overseer)
}

// stewardOrAuthority lets the controller's steward and the authority read.
func stewardOrAuthority(tx *transaction.Tx, controller string) error {
	if tx.Caller.Is(party.Steward, controller) {
		return nil
	}
	_, err := authority(tx)
	return err
}

// statement is the resident's signed statement.
func statement(tx *transaction.Tx) (*party.Statement, error) {
	if tx.Caller.Statement == nil {
		return nil, fault.New(fault.Forbidden, "only the resident may do this, by a signed statement; the caller acts for %s as %s", tx.Caller.MSP, tx.Caller)
	}
	return tx.Caller.Statement, nil
}

// residentOf is the act of the subject's key or of the record's guardian in office.
func residentOf(tx *transaction.Tx, subject string, guardian *consent.Guardian) (consent.Act, error) {
	signed, err := statement(tx)
	if err != nil {
		return consent.Act{}, err
	}
	if signed.Subject != subject {
		return consent.Act{}, fault.New(fault.Forbidden, "the statement is not for the subject of this consent")
	}
	return resident(tx, signed, func(now time.Time) (bool, error) { return guardian.InOffice(signed.Signer, now), nil })
}

// residentHerself is the act of the subject towards all consents: by the subject's key, or by a guardian in office whom this key named on any consent.
func residentHerself(tx *transaction.Tx) (consent.Act, error) {
	signed, err := statement(tx)
	if err != nil {
		return consent.Act{}, err
	}
	return resident(tx, signed, func(now time.Time) (bool, error) {
		records, err := ledger.Scan[consent.Record](tx.Ledger, recordsOf(signed.Subject))
		return slices.ContainsFunc(records, func(r consent.Record) bool {
			return r.Guardian.InOffice(signed.Signer, now) && r.Guardian.NamedBy == consent.Resident
		}), err
	})
}

// resident is the act of the signer if the key is the subject's, or else if guards lets it.
func resident(tx *transaction.Tx, signed *party.Statement, guards func(now time.Time) (bool, error)) (consent.Act, error) {
	act, err := organisation(tx, consent.Resident)
	if err != nil {
		return act, err
	}
	act.By, act.SignedAt = signed.Signer, signed.IssuedAt.UTC()
	keys, err := keysOf(tx.Ledger, signed.Subject)
	if err != nil || keys.Holder(act.At) == signed.Signer {
		return act, err
	}
	act.Guardian, err = guards(act.At)
	switch {
	case err != nil || act.Guardian:
		return act, err
	case signed.Signer == signed.Subject:
		return act, fault.New(fault.KeyReplaced, "the signing key is not the subject's key any more")
	default:
		return act, fault.New(fault.Forbidden, "the signer is neither the subject nor the guardian in office")
	}
}

func keysOf(l *ledger.Ledger, subject string) (consent.Keys, error) {
	known, err := loadSubject(l, subject)
	return known.KeysOf(subject), err
}
