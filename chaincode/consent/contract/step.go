package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// refuse answers a request with no. It passes whatever was answered before, and refusing again changes nothing.
func refuse(tx *transaction.Tx, r consent.AnswerRequest) (consent.View, error) {
	act, record, standing, err := answered(tx, r, SpeakerOfRight)
	if err != nil {
		return consent.View{}, err
	}
	if standing.Refusal != nil {
		return record.View(standing, act.At), nil
	}
	if _, err := consent.Next(consent.StepRefuse, record.State(standing, act.At), act.Actor); err != nil {
		return consent.View{}, err
	}
	refusal := consent.NewAnswer(consent.StepRefuse, consent.Refused, "", act, r.ReasonCode)
	standing.Refusal = &refusal
	if err := putEnd(tx.Ledger, refusalKey(act.Subject, r.Request), refusal); err != nil {
		return consent.View{}, err
	}
	return announce(tx, record.View(standing, act.At), "consent.ConsentRefused")
}

// deferAnswer puts the answer to a request off: a yes from before does not count any more.
func deferAnswer(tx *transaction.Tx, r consent.AnswerRequest) (consent.View, error) {
	act, record, standing, err := answered(tx, r, Speaker)
	if err != nil {
		return consent.View{}, err
	}
	if _, err := consent.Next(consent.StepDefer, record.State(standing, act.At), act.Actor); err != nil {
		return consent.View{}, err
	}
	answer := consent.NewAnswer(consent.StepDefer, consent.Deferred, "", act, r.ReasonCode)
	standing.Answer = &answer
	if err := ledger.Put(tx.Ledger, answerKey(act.Subject, r.Request), answer); err != nil {
		return consent.View{}, err
	}
	return announce(tx, record.View(standing, act.At), "consent.ConsentDeferred")
}

// answered reads the request that a resident answers.
func answered(tx *transaction.Tx, r consent.AnswerRequest, speaker func(*transaction.Tx) (consent.Act, error)) (act consent.Act, record consent.Record, standing consent.Standing, err error) {
	if act, err = speaker(tx); err != nil {
		return act, record, standing, err
	}
	if record, err = loadRequest(tx.Ledger, r.Request, "request"); err != nil {
		return act, record, standing, err
	}
	if record.Subject != act.Subject {
		return act, record, standing, fault.Field(fault.Forbidden, "request", "the request is to another subject")
	}
	standing, err = standingOf(tx.Ledger, record)
	return act, record, standing, err
}

// withdraw takes a consent back, in effect in the block that commits it. Besides the resident's own keys it reads what is written once, and it writes a key
// of its own: nobody's act on the same consent stands in its way. Withdrawing again changes nothing.
func withdraw(tx *transaction.Tx, r consent.DecisionRequest) (consent.View, error) {
	signed, err := signedRequest(tx)
	if err != nil {
		return consent.View{}, err
	}
	ref := consent.ConsentRef{Subject: signed.Subject, ConsentID: r.ConsentID}
	if err := tx.Prefetch(append(rightKeys(signed.Subject, signed.Signer), recordKey(ref), endKey(ref, consent.StepWithdraw))...); err != nil {
		return consent.View{}, err
	}
	act, err := speaksOf(tx, r.Subject, SpeakerOfRight)
	if err != nil {
		return consent.View{}, err
	}
	record, err := load(tx.Ledger, consent.ConsentRef{Subject: act.Subject, ConsentID: r.ConsentID})
	if err != nil {
		return consent.View{}, err
	}
	return end(tx, record, consent.StepWithdraw, act, r.ReasonCode, "consent.ConsentWithdrawn")
}

// end writes a party's end of a consent.
func end(tx *transaction.Tx, record consent.Record, step consent.Step, act consent.Act, reason consent.ReasonCode, event string) (consent.View, error) {
	key := endKey(record.Ref(), step)
	existing, err := optional[consent.End](tx.Ledger, key)
	if err != nil {
		return consent.View{}, err
	}
	if existing != nil {
		return record.View(standingWith(*existing), act.At), nil
	}
	made, err := record.NewEnd(step, act, reason)
	if err != nil {
		return consent.View{}, err
	}
	if err := putEnd(tx.Ledger, key, made); err != nil {
		return consent.View{}, err
	}
	return announce(tx, record.View(standingWith(made), act.At), event)
}

// standingWith is what the answer to an end shows: other parties' ends of the same consent are not read for it.
func standingWith(end consent.End) (s consent.Standing) {
	switch end.Type {
	case consent.StepRevoke:
		s.Revoked = &end
	case consent.StepInvalidate:
		s.Invalidated = &end
	default:
		s.Withdrawn = &end
	}
	return s
}

// revoke ends a consent by the controller.
func revoke(tx *transaction.Tx, r consent.DecisionRequest) (consent.View, error) {
	record, err := load(tx.Ledger, ref(r))
	if err != nil {
		return consent.View{}, err
	}
	act, err := steward(tx, record.Controller)
	if err != nil {
		return consent.View{}, err
	}
	return endFrom(tx, record, consent.StepRevoke, act, r.ReasonCode, "consent.ConsentRevoked")
}

func ref(r consent.DecisionRequest) consent.ConsentRef {
	return consent.ConsentRef{Subject: r.Subject, ConsentID: r.ConsentID}
}

// endFrom ends a consent by an organisation, from a state that lets it.
func endFrom(tx *transaction.Tx, record consent.Record, step consent.Step, act consent.Act, reason consent.ReasonCode, event string) (consent.View, error) {
	standing, err := standingOf(tx.Ledger, record)
	if err != nil {
		return consent.View{}, err
	}
	if step == consent.StepRevoke && standing.Revoked == nil || step == consent.StepInvalidate && standing.Invalidated == nil {
		if _, err := consent.Next(step, record.State(standing, act.At), act.Actor); err != nil {
			return consent.View{}, err
		}
	}
	return end(tx, record, step, act, reason, event)
}

// invalidate declares a consent invalid from its beginning.
func invalidate(tx *transaction.Tx, r consent.InvalidateRequest) (consent.View, error) {
	record, err := load(tx.Ledger, consent.ConsentRef{Subject: r.Subject, ConsentID: r.ConsentID})
	if err != nil {
		return consent.View{}, err
	}
	act, err := authority(tx)
	if err != nil {
		return consent.View{}, err
	}
	return endFrom(tx, record, consent.StepInvalidate, act, r.ReasonCode, "consent.ConsentInvalidated")
}
