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

func addedKey(tx *transaction.Tx, key consent.Key, act consent.Act, event string) (consent.KeyView, error) {
	view := consent.KeyStanding{Key: key}.View(act.At)
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
func subjectKeys(l *ledger.Ledger, subject string) ([consent.MaxKeys]*consent.KeyStanding, error) {
	var all [consent.MaxKeys]*consent.KeyStanding
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
		key, found, err := keyStanding(l, thumbprint, true)
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
func freePlace(l *ledger.Ledger, own consent.KeyStanding, act consent.Act) (int, error) {
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
func towards(tx *transaction.Tx, thumbprint string, with power) (consent.Act, consent.KeyStanding, consent.KeyStanding, error) {
	act, own, err := speak(tx, with)
	if err != nil {
		return act, own, consent.KeyStanding{}, err
	}
	if thumbprint == own.Key.Key {
		return act, own, own, nil
	}
	target, found, err := keyStanding(tx.Ledger, thumbprint, true)
	if err == nil && (!found || target.Subject != act.Subject) {
		err = fault.Field(fault.NotFound, "key", "no key of this subject has the thumbprint %s", thumbprint)
	}
	return act, own, target, err
}

// turned notes that a key acted against an older one, and announces what it did.
func turned(tx *transaction.Tx, own, target consent.KeyStanding, act consent.Act, event string) (consent.KeyView, error) {
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
	asker := consent.KeyStanding{}
	if target.Removal != nil {
		if asker, _, err = keyStanding(tx.Ledger, target.Removal.By, false); err != nil {
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
func apart(l *ledger.Ledger, thumbprint, by string, act consent.Act) error {
	removal, err := optional[consent.Removal](l, removalKey(thumbprint))
	if err != nil || !removal.Pending() || removal.By != by {
		return err
	}
	again := *removal
	again.Mutual = false
	return ledger.Put(l, removalKey(thumbprint), again.Restarted(act.At))
}

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
	suspender, found, err := keyStanding(tx.Ledger, r.Suspender, false)
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
