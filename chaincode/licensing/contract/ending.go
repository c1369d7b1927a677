package contract

import (
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// retireAgreement ends a licence for good, by either side alone.
func retireAgreement(tx *transaction.Tx, r licensing.RetireAgreementRequest) (licensing.Ending, error) {
	return say(tx, ending, r.AgreementID, r.Retire)
}

// suspendAgreement suspends a licence.
func suspendAgreement(tx *transaction.Tx, r licensing.SuspendAgreementRequest) (licensing.Ending, error) {
	return say(tx, ending, r.AgreementID, r.Suspend)
}

// resumeAgreement ends the suspension.
func resumeAgreement(tx *transaction.Tx, r licensing.ResumeAgreementRequest) (licensing.Ending, error) {
	return say(tx, principal, r.AgreementID, r.Resume)
}

// supersede ends a licence in favour of another one.
func supersede(tx *transaction.Tx, r licensing.SupersedeRequest) (licensing.Ending, error) {
	return say(tx, principal, r.AgreementID, func(l licensing.Licence, act licensing.Act) (licensing.Ending, error) {
		successor, err := loadLicence(tx.Ledger, r.By)
		if err != nil {
			return licensing.Ending{}, err
		}
		return r.Supersede(l, successor, act)
	})
}

// say writes one side's word on a licence and nothing else: an organisation's key is the side's own, so its own peer is endorsement enough, and no index, which
// the chaincode's policy would bind, is written with it. An end gets the policy of all organisations that run peers and is written once. Of a resident's word
// nothing decides that somebody else could write in the same block: the agreement and the coming into force are written once, the other keys are its own.
func say(
	tx *transaction.Tx, speak func(*transaction.Tx, ...identity.Role) (licensing.Act, error), agreementID string,
	decide func(licensing.Licence, licensing.Act) (licensing.Ending, error),
) (licensing.Ending, error) {
	act, err := speak(tx, identity.Steward)
	if err != nil {
		return licensing.Ending{}, err
	}
	licence, err := loadWords(tx.Ledger, agreementID, act)
	if err != nil {
		return licensing.Ending{}, err
	}
	word, err := decide(licence, act)
	if err != nil || word.TxID != act.TxID { // an equal second end writes nothing
		return word, err
	}
	where := endingKey(agreementID, word.Side)
	switch {
	case word.Final() && licensing.IsResident(act.By):
		err = governance.PutEnd(tx.Ledger, endKey(agreementID), word)
	case word.Final():
		err = governance.PutEnd(tx.Ledger, where, word)
	default:
		err = ledger.Put(tx.Ledger, where, word)
	}
	if err != nil {
		return word, err
	}
	return word, tx.Announce("licensing.LicenceEnded", licensing.EndingAnnouncement{AgreementID: agreementID, Side: word.Side, State: word.State})
}
