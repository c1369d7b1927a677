// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// refuse answers a request with no. It passes whatever was answered before, and refusing again changes nothing.
func refuse(tx *transaction.Tx, r consent.AnswerRequest) (consent.View, error) {
	act, record, recordState, err := answered(tx, r, SpeakerOfRight)
	if err != nil {
		return consent.View{}, err
	}
	if recordState.Refusal != nil {
		return record.View(recordState, act.At), nil
	}
	if _, err := consent.Next(consent.StepRefuse, record.State(recordState, act.At), act.Actor); err != nil {
		return consent.View{}, err
	}
	refusal := consent.NewAnswer(consent.StepRefuse, consent.Refused, "", act, r.ReasonCode)
	recordState.Refusal = &refusal
	if err := putEnd(tx.Ledger, refusalKey(act.Subject, r.Request), refusal); err != nil {
		return consent.View{}, err
	}
	return announce(tx, record.View(recordState, act.At), "consent.ConsentRefused")
}

// deferAnswer puts the answer to a request off: a yes from before does not count any more.
func deferAnswer(tx *transaction.Tx, r consent.AnswerRequest) (consent.View, error) {
	act, record, recordState, err := answered(tx, r, Speaker)
	if err != nil {
		return consent.View{}, err
	}
	if _, err := consent.Next(consent.StepDefer, record.State(recordState, act.At), act.Actor); err != nil {
		return consent.View{}, err
	}
	answer := consent.NewAnswer(consent.StepDefer, consent.Deferred, "", act, r.ReasonCode)
	recordState.Answer = &answer
	if err := ledger.Put(tx.Ledger, answerKey(act.Subject, r.Request), answer); err != nil {
		return consent.View{}, err
	}
	return announce(tx, record.View(recordState, act.At), "consent.ConsentDeferred")
}

// answered reads the request that a resident answers.
func answered(tx *transaction.Tx, r consent.AnswerRequest, speaker func(*transaction.Tx) (consent.Action, error)) (act consent.Action, record consent.Record, recordState consent.RecordState, err error) {
	if act, err = speaker(tx); err != nil {
		return act, record, recordState, err
	}
	if record, err = loadRequest(tx.Ledger, r.Request, "request"); err != nil {
		return act, record, recordState, err
	}
	if record.Subject != act.Subject {
		return act, record, recordState, fault.Field(fault.Forbidden, "request", "the request is to another subject")
	}
	recordState, err = recordStateOf(tx.Ledger, record)
	return act, record, recordState, err
}

// withdraw takes a consent back, in effect in the block that commits it. Besides the resident's own keys it reads what
// is written once, and it writes a key of its own: nobody's act on the same consent is in its way. Withdrawing again
// changes nothing.
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
func end(tx *transaction.Tx, record consent.Record, step consent.Step, act consent.Action, reason consent.ReasonCode, event string) (consent.View, error) {
	key := endKey(record.Ref(), step)
	existing, err := optional[consent.End](tx.Ledger, key)
	if err != nil {
		return consent.View{}, err
	}
	if existing != nil {
		return record.View(recordStateWith(*existing), act.At), nil
	}
	made, err := record.NewEnd(step, act, reason)
	if err != nil {
		return consent.View{}, err
	}
	if err := putEnd(tx.Ledger, key, made); err != nil {
		return consent.View{}, err
	}
	return announce(tx, record.View(recordStateWith(made), act.At), event)
}

// recordStateWith is what the answer to an end shows: other parties' ends of the same consent are not read for it.
func recordStateWith(end consent.End) (s consent.RecordState) {
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
func endFrom(tx *transaction.Tx, record consent.Record, step consent.Step, act consent.Action, reason consent.ReasonCode, event string) (consent.View, error) {
	recordState, err := recordStateOf(tx.Ledger, record)
	if err != nil {
		return consent.View{}, err
	}
	if step == consent.StepRevoke && recordState.Revoked == nil || step == consent.StepInvalidate && recordState.Invalidated == nil {
		if _, err := consent.Next(step, record.State(recordState, act.At), act.Actor); err != nil {
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

// acknowledgeStop states that the caller's organisation stopped processing after a consent ended. Saying it again
// changes nothing.
func acknowledgeStop(tx *transaction.Tx, r consent.AcknowledgeStopRequest) (consent.Acknowledgement, error) {
	var none consent.Acknowledgement
	record, err := load(tx.Ledger, consent.ConsentRef(r))
	if err != nil {
		return none, err
	}
	act, err := processor(tx, record)
	if err != nil {
		return none, err
	}
	existing, found, err := ledger.Get[consent.Acknowledgement](tx.Ledger, stopKey(consent.ConsentRef(r), act.By))
	if err != nil || found {
		return existing, err
	}
	recordState, err := recordStateOf(tx.Ledger, record)
	if err != nil {
		return none, err
	}
	acknowledged, err := record.Acknowledge(recordState, act)
	if err != nil {
		return none, err
	}
	if err := ledger.Put(tx.Ledger, stopKey(consent.ConsentRef(r), act.By), acknowledged); err != nil {
		return none, err
	}
	return acknowledged, tx.Announce("consent.StopAcknowledged", consent.StopAnnouncement{Subject: r.Subject, ConsentID: r.ConsentID, MSP: act.By})
}

// listUnacknowledged answers who has not acknowledged a stop. A stop by WithdrawAll writes nothing to the consents, so the page is made from the
// consents themselves, across all notices of the controller.
func listUnacknowledged(tx *transaction.Tx, r consent.ListUnacknowledgedRequest) (consent.UnacknowledgedPage, error) {
	var none consent.UnacknowledgedPage
	if err := stewardOrAuthority(tx, r.Controller); err != nil {
		return none, err
	}
	members, err := tx.ChannelMembers()
	if err != nil {
		return none, err
	}
	walk, err := newWalk(tx.Ledger, r.Controller, "", "")
	if err != nil {
		return none, err
	}
	missing, bookmark, err := fill(tx.Ledger, walk, r.Listing, func(list []consent.View) ([]consent.Unacknowledged, error) {
		list = slices.DeleteFunc(list, func(view consent.View) bool { return !view.State.Stopped() || !view.WasGiven() })
		return unacknowledged(tx.Ledger, list, members)
	})
	return consent.UnacknowledgedPage{Consents: missing, Bookmark: bookmark}, err
}

// unacknowledged keeps the consents for which an organisation of the channel has not acknowledged.
func unacknowledged(l *ledger.Ledger, list []consent.View, members []string) ([]consent.Unacknowledged, error) {
	var keys []ledger.Key
	for _, view := range list {
		for _, msp := range view.Parties(members) {
			keys = append(keys, stopKey(view.Ref(), msp))
		}
	}
	found, err := ledger.GetMany[consent.Acknowledgement](l, keys)
	if err != nil {
		return nil, err
	}
	open := []consent.Unacknowledged{}
	for _, view := range list {
		entry := consent.Unacknowledged{Subject: view.Subject, ConsentID: view.ConsentID, State: view.State}
		for _, msp := range view.Parties(members) {
			if found[0] == nil {
				entry.Missing = append(entry.Missing, msp)
			}
			found = found[1:]
		}
		if len(entry.Missing) > 0 {
			open = append(open, entry)
		}
	}
	return open, nil
}

// withdrawAll takes every consent back that the subject has given, by one key whatever their number. The n-th time writes the n-th key; writing it again
// changes nothing.
func withdrawAll(tx *transaction.Tx, r consent.WithdrawAllRequest) (consent.SubjectAnswer, error) {
	act, err := withdrawer(tx, r)
	if err != nil {
		return consent.SubjectAnswer{}, err
	}
	if r.Number > 1 {
		before, err := optional[consent.Cutoff](tx.Ledger, withdrawAllKey(act.Subject, r.Number-1))
		if err != nil {
			return consent.SubjectAnswer{}, err
		}
		if err := r.Next(before); err != nil {
			return consent.SubjectAnswer{}, err
		}
	}
	made := consent.NewCutoff(consent.CutWithdrawAll, r.Number, act)
	if act.Actor != consent.Resident {
		made.AssertedBy = act.By
	}
	return cut(tx, act.Subject, "", withdrawAllKey(act.Subject, r.Number), made, "consent.ConsentsWithdrawn")
}

// withdrawer returns who takes all consents back: the resident, or an organisation that asserts the resident's wish.
// The latter needs a network with too few independent organisations to recover a lost key.
func withdrawer(tx *transaction.Tx, r consent.WithdrawAllRequest) (consent.Action, error) {
	if tx.Caller.SignedRequest != nil {
		return speaksOf(tx, r.Subject, SpeakerOfRight)
	}
	if err := tx.Caller.RequireRole(identity.Steward); err != nil {
		return consent.Action{}, err
	}
	if r.Subject == "" {
		return consent.Action{}, fault.Field(fault.MissingField, "subject", "required")
	}
	witnesses, err := witnesses(tx.Ledger)
	if err != nil {
		return consent.Action{}, err
	}
	if consent.Independent(witnesses, "") == nil {
		return consent.Action{}, fault.New(fault.Forbidden, "only the resident may do this; a lost key can be recovered (consent:RecoverKey)")
	}
	act, err := organisation(tx, consent.Controlled)
	act.Subject = r.Subject
	return act, err
}

func witnesses(l *ledger.Ledger) ([]string, error) {
	rules, err := governance.Current(l)
	return rules.Witnesses, err
}

// cut writes an end of all consents of the subject, towards all or one controller, unless it is there.
func cut(tx *transaction.Tx, subject, controller string, key ledger.Key, made consent.Cutoff, event string) (consent.SubjectAnswer, error) {
	answer := consent.SubjectAnswer{Subject: subject, Controller: controller, Cutoff: made}
	existing, err := optional[consent.Cutoff](tx.Ledger, key)
	if err != nil {
		return answer, err
	}
	if existing != nil {
		answer.Cutoff = *existing
		return answer, nil
	}
	if err := putEnd(tx.Ledger, key, consent.Erasure{Subject: subject, Controller: controller, Cutoff: made}); err != nil {
		return answer, err
	}
	return answer, tx.Announce(event, consent.SubjectAnnouncement{Subject: subject, Controller: controller})
}

// object exercises the right to object or to restrict, or takes it back.
func object(tx *transaction.Tx, r consent.ObjectRequest) (consent.ObjectAnswer, error) {
	speaker := SpeakerOfRight
	if r.Lift {
		speaker = Speaker
	}
	act, err := speaker(tx)
	if err != nil {
		return consent.ObjectAnswer{}, err
	}
	key, err := rightKey(tx.Ledger, act.Subject, r)
	if err != nil {
		return consent.ObjectAnswer{}, err
	}
	existing, err := optional[consent.Mark](tx.Ledger, key)
	if err != nil {
		return consent.ObjectAnswer{}, err
	}
	made, changed, err := r.Object(existing, act)
	answer := consent.ObjectAnswer{Subject: act.Subject, ObjectRequest: r, Mark: made}
	if err != nil || !changed {
		return answer, err
	}
	if err := ledger.Put(tx.Ledger, key, consent.Objection{Subject: act.Subject, Right: r.Right, NoticeID: r.NoticeID, Controller: r.Controller, Mark: made}); err != nil {
		return answer, err
	}
	event := "consent.ProcessingObjected"
	if r.Lift {
		event = "consent.ObjectionLifted"
	}
	return answer, tx.Announce(event, consent.SubjectAnnouncement{Subject: act.Subject, Controller: r.Controller})
}

// rightKey is where an objection or restriction is; the notice that is objected to must exist.
func rightKey(l *ledger.Ledger, subject string, r consent.ObjectRequest) (ledger.Key, error) {
	if r.Right == consent.RightToRestrict {
		return restrictionKey(subject, r.Controller), nil
	}
	_, err := loadNotice(l, r.NoticeID, 1)
	return objectionKey(subject, r.NoticeID), err
}
