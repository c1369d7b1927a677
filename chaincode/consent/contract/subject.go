// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"encoding/json"
	"slices"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// getSubject answers who speaks for a subject, and the numbers that its next signed requests name. It names nobody, so anybody may check it: announced
// recoveries are public.
func getSubject(tx *transaction.Tx, r consent.GetSubjectRequest) (consent.SubjectView, error) {
	subject := r.Subject
	if subject == "" {
		signed, err := signedRequest(tx)
		if err != nil {
			return consent.SubjectView{}, fault.Field(fault.MissingField, "subject", "required")
		}
		if subject, err = belongsTo(tx.Ledger, signed); err != nil {
			return consent.SubjectView{}, err
		}
	}
	return subjectView(tx.Ledger, subject)
}

// BelongsTo is the subject that a verified signed request is for, also where it names none.
func BelongsTo(l *ledger.Ledger, signed signedrequest.Signed) (string, error) {
	return belongsTo(l, &signed)
}

// belongsTo is the subject that a signed request means.
func belongsTo(l *ledger.Ledger, signed *signedrequest.Signed) (string, error) {
	if signed.Subject != signed.Signer {
		return signed.Subject, nil
	}
	key, found, err := ledger.Get[consent.Key](l, keyKey(signed.Signer))
	if found {
		return key.Subject, err
	}
	return signed.Signer, err
}

func subjectView(l *ledger.Ledger, subject string) (consent.SubjectView, error) {
	view := consent.SubjectView{Subject: subject, Keys: []consent.KeyView{}, Guardians: []consent.GuardianView{}}
	now, err := l.Now()
	if err != nil {
		return view, err
	}
	if view.Recoveries, err = recoveries(l, subject); err != nil {
		return view, err
	}
	all, err := subjectKeys(l, subject)
	if err != nil {
		return view, err
	}
	for _, key := range all {
		if key != nil {
			view.Keys = append(view.Keys, key.View(now))
		}
	}
	if view.Guardians, err = guardianViews(l, subject); err != nil {
		return view, err
	}
	if view.Objections, err = objections(l, subject); err != nil {
		return view, err
	}
	for count, key := range map[*int]func(int) ledger.Key{
		&view.Epoch:     func(n int) ledger.Key { return withdrawAllKey(subject, n) },
		&view.Rotations: func(n int) ledger.Key { return rotationKey(subject, n) },
		&view.Recovered: func(n int) ledger.Key { return recoveredKey(subject, n) },
	} {
		if *count, err = counted(l, key); err != nil {
			return view, err
		}
	}
	erased, err := optional[consent.Cutoff](l, eraseKey(subject, ""))
	view.Erased = erased != nil
	return view, err
}

// objections are what a subject objects to or restricts now.
func objections(l *ledger.Ledger, subject string) ([]consent.Objection, error) {
	list := []consent.Objection{}
	for _, prefix := range []ledger.Key{objectionKey(subject), restrictionKey(subject)} {
		all, err := ledger.Scan[consent.Objection](l, prefix)
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			if one.Holds() {
				list = append(list, one)
			}
		}
	}
	return list, nil
}

// counted is how many keys of a numbered series there are.
func counted(l *ledger.Ledger, key func(int) ledger.Key) (int, error) {
	for n := 1; ; n++ {
		found, err := optional[json.RawMessage](l, key(n))
		if err != nil || found == nil {
			return n - 1, err
		}
	}
}

// recoveries are a subject's announced recoveries that were neither completed nor cancelled, the next first.
func recoveries(l *ledger.Ledger, subject string) ([]consent.Recovery, error) {
	announced, err := ledger.Scan[consent.Recovery](l, recoveriesOf(subject))
	if err != nil {
		return nil, err
	}
	open := []consent.Recovery{}
	for _, recovery := range announced {
		cancelled, err := optional[consent.RecoveryEnd](l, recoveryEndKey(subject, recovery.NewKey, recovery.Organisations))
		if err != nil {
			return nil, err
		}
		completed, err := optional[consent.Key](l, keyKey(recovery.NewKey))
		if err != nil {
			return nil, err
		}
		if completed != nil {
			continue
		}
		if cancelled != nil {
			continue
		}
		open = append(open, recovery)
	}
	slices.SortFunc(open, func(a, b consent.Recovery) int { return a.Effective.Compare(b.Effective) })
	return open, nil
}
