package contract

import (
	"encoding/json"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// Who speaks for a subject is looked up here, for every contract: whether the signer is one of the subject's present keys or one of a guardian in office. A
// signed request only says whose rights it exercises.

// power is what a signed request needs the right to.
type power int

const (
	// opens is all but the others: present keys that are not suspended, and guardians.
	opens power = iota
	// ends is to end something: suspended keys may, too. Of what others write, nothing is read but what is written once.
	ends
	// decides is who speaks for the subject: its own keys that are not suspended.
	decides
	// defends is to suspend a key or to cancel a removal: its own keys, also suspended.
	defends
)

// Speaker is the act of the resident who signed the caller's request, by one of the subject's present keys or by a guardian in office. From here on, the
// request's subject is the one that the signing key belongs to, where it named none.
func Speaker(tx *transaction.Tx) (consent.Act, error) {
	act, _, err := speak(tx, opens)
	return act, err
}

// SpeakerOfRight is Speaker for a request that exercises a right: suspended keys end things, too, and nothing that somebody else could write in the same
// block is read.
func SpeakerOfRight(tx *transaction.Tx) (consent.Act, error) {
	act, _, err := speak(tx, ends)
	return act, err
}

// SpeakerKeys are keys that Speaker reads of every signer, to be read ahead together with others. What the ledger says of a key is read for a key that it
// knows: of most that sign for the first time there is nothing to read.
func SpeakerKeys(subject, signer string) []ledger.Key {
	keys := rightKeys(subject, signer)
	if subject != signer {
		keys = append(keys, guardianKey(subject, signer))
	}
	return keys
}

// rightKeys are those of a request that exercises a right.
func rightKeys(subject, signer string) []ledger.Key {
	return []ledger.Key{keyKey(signer), recoveredKey(subject, 1)}
}

// speak is the act of the signer with its power.
func speak(tx *transaction.Tx, with power) (consent.Act, consent.KeyStanding, error) {
	signed, err := signedRequest(tx)
	if err != nil {
		return consent.Act{}, consent.KeyStanding{}, err
	}
	act, err := signature(tx, signed)
	if err != nil {
		return act, consent.KeyStanding{}, err
	}
	ahead := SpeakerKeys(signed.Subject, signed.Signer)
	if with == ends {
		ahead = rightKeys(signed.Subject, signed.Signer)
	}
	if err := tx.Prefetch(ahead...); err != nil {
		return act, consent.KeyStanding{}, err
	}
	key, found, err := keyStanding(tx.Ledger, signed.Signer, with != ends)
	if err != nil {
		return act, key, err
	}
	if !found {
		if key, err = firstKey(tx, signed, act); err != nil {
			return act, key, err
		}
	}
	if err := present(tx.Ledger, &key, act.At, with); err != nil {
		return act, key, err
	}
	if signed.Subject == signed.Signer { // whoever names no subject means the one that the key belongs to
		signed.Subject = key.Subject
	}
	act.Subject = signed.Subject
	if key.Subject == signed.Subject {
		return act, key, nil
	}
	act.Guardian = key.Subject
	return act, key, guards(tx, key.Subject, act, with)
}

// present refuses a key that does not speak now: one that ended, that is suspended where that counts, or whose record does not rest on what the subject's
// other keys signed. An end of a key that nobody signed for ends the key, but keeps nobody from ending what is the subject's: no two organisations block that.
func present(l *ledger.Ledger, key *consent.KeyStanding, now time.Time, with power) error {
	if with == ends && key.Removed(now, true) != nil {
		if err := dropUnproven(l, key); err != nil {
			return err
		}
	}
	if err := key.Present(now, with == ends, with == ends || with == defends); err != nil {
		return err
	}
	if key.Key.Key == key.Subject { // a subject's first key proves itself: the subject is its thumbprint
		return nil
	}
	made, err := madeBySubject(l, *key, now, with != ends)
	if err == nil && !made {
		err = fault.New(fault.Forbidden, "the record of the signing key does not rest on what the subject signed")
	}
	return err
}

// dropUnproven leaves out the ends of a key and of its makers that do not rest on a signed request of the subject.
func dropUnproven(l *ledger.Ledger, key *consent.KeyStanding) error {
	proven, err := keyEndProven(l, key.Ended)
	if err != nil {
		return err
	}
	if !proven {
		key.Ended = nil
	}
	for i, end := range key.MakersEnded {
		if proven, err = keyEndProven(l, end); err != nil {
			return err
		}
		if !proven {
			key.MakersEnded[i] = nil
		}
	}
	if proven, err = recoveryProven(l, key.Recovered); err == nil && !proven {
		key.Recovered = nil
	}
	return err
}

// keyEndProven verifies again the signed request that ended a key.
func keyEndProven(l *ledger.Ledger, end *consent.KeyEnd) (bool, error) {
	if end == nil || end.Evidence == nil {
		return false, nil
	}
	said, err := evidence(l, []consent.Proof{*end.Evidence})
	if err != nil || !said[0].EndsKey(*end) {
		return false, err
	}
	return spokeByKey(l, said[0].Signer, end.Subject, said[0].At, false)
}

// recoveryProven verifies again the signed request, and the organisations' words, that recovered a subject's key.
func recoveryProven(l *ledger.Ledger, done *consent.Recovered) (bool, error) {
	if done == nil || done.Evidence == nil {
		return false, nil
	}
	said, err := evidence(l, []consent.Proof{*done.Evidence})
	if err != nil || said[0] == nil || said[0].Subject != done.Subject {
		return false, err
	}
	return recovered(l, said[0])
}

// signature is the act of who signed, before anything is known about the key.
func signature(tx *transaction.Tx, signed *signedrequest.Signed) (consent.Act, error) {
	act, err := organisation(tx, consent.Resident)
	act.By, act.SignedAt = signed.Signer, signed.IssuedAt.UTC()
	if act.SignedAt.After(act.At) {
		act.SignedAt, act.Raised = act.At, true
	}
	if ref := tx.Evidence(); ref != nil {
		proof := consent.Proof(*ref)
		act.Evidence = &proof
	}
	return act, err
}

// firstKey is the key of a signer that the ledger does not know: it is the first of a subject of its own, from this request on.
func firstKey(tx *transaction.Tx, signed *signedrequest.Signed, act consent.Act) (consent.KeyStanding, error) {
	key := consent.FirstKey(consent.NewKey{Thumbprint: signed.Signer, JWK: json.RawMessage(signed.JWK), Algorithm: signed.Algorithm}, act)
	standing := consent.KeyStanding{Key: key}
	recovered, found, err := ledger.Get[consent.Recovered](tx.Ledger, recoveredKey(signed.Signer, 1))
	if err != nil {
		return standing, err
	}
	if found {
		standing.Recovered = &recovered
		return standing, nil
	}
	return standing, ledger.Put(tx.Ledger, keyKey(signed.Signer), key)
}

// guards refuses a signer who is no guardian in office of the act's subject.
func guards(tx *transaction.Tx, guardian string, act consent.Act, with power) error {
	if with == decides || with == defends {
		return fault.New(fault.Forbidden, "only the subject's own keys decide who speaks for the subject")
	}
	record, found, err := ledger.Get[consent.Guardian](tx.Ledger, guardianKey(act.Subject, guardian))
	if err != nil {
		return err
	}
	if found {
		office, err := officeStanding(tx.Ledger, record, record.Current())
		if err != nil {
			return err
		}
		proven, err := officeProven(tx.Ledger, record, office.Office)
		if err != nil {
			return err
		}
		if proven && office.InOffice(act.At) {
			return nil
		}
	}
	return fault.New(fault.Forbidden, "the signer is neither the subject nor a guardian in office")
}

// keyStanding reads a key with all that the ledger says about it; with held, also what can be lifted.
func keyStanding(l *ledger.Ledger, thumbprint string, held bool) (standing consent.KeyStanding, found bool, err error) {
	if standing.Key, found, err = ledger.Get[consent.Key](l, keyKey(thumbprint)); err != nil || !found {
		return standing, false, err
	}
	ahead := []ledger.Key{keyEndKey(thumbprint), recoveredKey(standing.Subject, standing.Recovery+1)}
	if held {
		ahead = append(ahead, removalKey(thumbprint), suspensionKey(thumbprint))
	}
	if err := l.Prefetch(ahead...); err != nil {
		return standing, false, err
	}
	if standing.Ended, err = optional[consent.KeyEnd](l, keyEndKey(thumbprint)); err != nil {
		return standing, false, err
	}
	if held {
		if standing.Removal, err = optional[consent.Removal](l, removalKey(thumbprint)); err != nil {
			return standing, false, err
		}
		if standing.Suspended, err = optional[consent.KeySuspensions](l, suspensionKey(thumbprint)); err != nil {
			return standing, false, err
		}
	}
	if standing.Recovered, err = optional[consent.Recovered](l, recoveredKey(standing.Subject, standing.Recovery+1)); err != nil {
		return standing, false, err
	}
	standing.MakersEnded, standing.MakersRemoved, err = makers(l, standing.Makers, held)
	return standing, true, err
}

// makers reads how keys that made something ended.
func makers(l *ledger.Ledger, list []consent.Maker, held bool) ([]*consent.KeyEnd, []*consent.Removal, error) {
	ended, waiting := make([]ledger.Key, len(list)), make([]ledger.Key, len(list))
	for i, maker := range list {
		ended[i], waiting[i] = keyEndKey(maker.Key), removalKey(maker.Key)
	}
	ends, err := ledger.GetMany[consent.KeyEnd](l, ended)
	if err != nil || !held {
		return ends, nil, err
	}
	removals, err := ledger.GetMany[consent.Removal](l, waiting)
	return ends, removals, err
}

// optional reads a record that may not be there.
func optional[T any](l *ledger.Ledger, key ledger.Key) (*T, error) {
	records, err := ledger.GetMany[T](l, []ledger.Key{key})
	if err != nil {
		return nil, err
	}
	return records[0], nil
}

// officeStanding reads what ends a guardian's term.
func officeStanding(l *ledger.Ledger, g consent.Guardian, office consent.Office) (standing consent.OfficeStanding, err error) {
	standing.Office = office
	if err := l.Prefetch(
		guardianEndKey(g.Subject, g.Guardian, office.ID), withdrawAllKey(g.Subject, office.Epoch+1), rotationKey(g.Subject, office.Rotations+1),
		recoveredKey(g.Subject, office.Recovered+1), keyKey(g.Subject), approvalKey(g.Subject, g.Guardian, office.ID, office.Authority),
		approvalKey(g.Subject, g.Guardian, office.ID, office.Witness),
	); err != nil {
		return standing, err
	}
	if standing.Ended, err = optional[consent.GuardianEnd](l, guardianEndKey(g.Subject, g.Guardian, office.ID)); err != nil {
		return standing, err
	}
	if standing.All, err = optional[consent.Cutoff](l, withdrawAllKey(g.Subject, office.Epoch+1)); err != nil {
		return standing, err
	}
	if standing.Rotated, err = optional[consent.Rotation](l, rotationKey(g.Subject, office.Rotations+1)); err != nil {
		return standing, err
	}
	if standing.Recovered, err = optional[consent.Recovered](l, recoveredKey(g.Subject, office.Recovered+1)); err != nil {
		return standing, err
	}
	if office.Authority != "" {
		if standing.OwnKey, err = optional[consent.Key](l, keyKey(g.Subject)); err != nil {
			return standing, err
		}
		for i, msp := range []string{office.Authority, office.Witness} {
			if standing.Approved[i], err = optional[consent.Approval](l, approvalKey(g.Subject, g.Guardian, office.ID, msp)); err != nil {
				return standing, err
			}
		}
	}
	standing.MakersEnded, standing.MakersRemoved, err = makers(l, office.Makers, true)
	return standing, err
}

// officeProven verifies again the signed request that made a guardian's term.
func officeProven(l *ledger.Ledger, g consent.Guardian, office consent.Office) (bool, error) {
	if office.Evidence == nil {
		return false, nil
	}
	said, err := evidence(l, []consent.Proof{*office.Evidence})
	if err != nil || said[0] == nil {
		return false, err
	}
	if office.Authority != "" {
		if !said[0].Accepts(g, office) {
			return false, nil
		}
		return approved(l, g, office)
	}
	if !said[0].Names(g, office) {
		return false, nil
	}
	return spokeByKey(l, said[0].Signer, g.Subject, said[0].At, true)
}

// approved verifies again the approvals of the two organisations that a term names.
func approved(l *ledger.Ledger, g consent.Guardian, office consent.Office) (bool, error) {
	request := consent.ApproveGuardianRequest{Subject: g.Subject, Guardian: g.Guardian, ID: office.ID}
	for i, msp := range []string{office.Authority, office.Witness} {
		approval, err := optional[consent.Approval](l, approvalKey(g.Subject, g.Guardian, office.ID, msp))
		if err != nil || approval == nil {
			return false, err
		}
		if ok, err := signedBy(l, approval.Signature, consent.ApprovalType, msp, approval.At, request.Payload(l.Network()), approvers[i]); err != nil || !ok {
			return false, err
		}
	}
	return office.Authority != office.Witness, nil
}

// Spoke reports whether the signer of a signed request spoke for its subject when the ledger carried it out, at the time: keys and guardians that came, went
// or were removed later change nothing.
func Spoke(l *ledger.Ledger, signed signedrequest.Signed, at time.Time) (bool, error) {
	subject := signed.Subject
	key, found, err := keyStanding(l, signed.Signer, true)
	if err != nil {
		return false, err
	}
	own := signed.Signer
	if found {
		own = key.Subject
	}
	if subject == signed.Signer {
		subject = own
	}
	return spokeFor(l, signed.Signer, own, subject, at)
}

// spokeFor reports whether the signer, a key of the subject own, spoke for a subject at the time.
func spokeFor(l *ledger.Ledger, signer, own, subject string, at time.Time) (bool, error) {
	spoke, err := spokeByKey(l, signer, own, at, true)
	if err != nil || !spoke || own == subject {
		return spoke, err
	}
	record, found, err := ledger.Get[consent.Guardian](l, guardianKey(subject, own))
	if err != nil || !found {
		return false, err
	}
	for _, office := range record.Offices {
		standing, err := officeStanding(l, record, office)
		if err != nil {
			return false, err
		}
		if !standing.WasInOffice(at) {
			continue
		}
		if proven, err := officeProven(l, record, office); err != nil || proven {
			return proven, err
		}
	}
	return false, nil
}

// spokeByKey reports whether the signer was one of the subject's own keys at the time; with held, also by what can be lifted.
func spokeByKey(l *ledger.Ledger, signer, subject string, at time.Time, held bool) (bool, error) {
	key, found, err := keyStanding(l, signer, held)
	if err != nil {
		return false, err
	}
	if found {
		if removed := key.Removed(at, !held); key.Subject != subject || removed != nil && removed.Before(at) { // a rotation ends the key that signs it
			return false, nil
		}
	}
	if signer == subject { // a subject's first key proves itself: the subject is its thumbprint
		return true, nil
	}
	if !found {
		return false, nil
	}
	return madeBySubject(l, key, at, held)
}

// recovered verifies again the words of the two organisations that gave a subject another key.
func recovered(l *ledger.Ledger, said *consent.Said) (bool, error) {
	pair, ok := said.Completes()
	if !ok {
		return false, nil
	}
	recovery, err := optional[consent.Recovery](l, recoveryKey(said.Subject, said.Signer, pair))
	if err != nil || recovery == nil || !recovery.Recovers(said.Subject, said.Signer, said.At) {
		return false, err
	}
	for i, vouch := range recovery.Vouches {
		payload := vouch.Payload(l.Network(), recovery.Vouches[1-i].MSP)
		if ok, err := signedBy(l, vouch.Signature, consent.VouchType, vouch.MSP, vouch.At, payload, vouchers...); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// madeBySubject verifies again the signed request that made a key before the time: by an older key of the subject, or by the key itself after a recovery.
func madeBySubject(l *ledger.Ledger, key consent.KeyStanding, at time.Time, held bool) (bool, error) {
	if key.AddedBy == nil {
		return false, nil
	}
	said, err := evidence(l, []consent.Proof{*key.AddedBy})
	if err != nil || said[0] == nil || said[0].At.After(at) {
		return false, err
	}
	if said[0].Transaction == "consent:CompleteRecovery" {
		if said[0].Signer != key.Key.Key || said[0].Subject != key.Subject {
			return false, nil
		}
		return recovered(l, said[0])
	}
	if !possessed(l, key, said[0]) {
		return false, nil
	}
	return spokeByKey(l, said[0].Signer, key.Subject, said[0].At, held)
}

// possessed reports whether the key itself signed, with the request of another key that added it, that it shall speak for the subject.
func possessed(l *ledger.Ledger, key consent.KeyStanding, said *consent.Said) bool {
	proof, adds := said.Adds()
	if !adds || said.Signer == key.Key.Key {
		return false
	}
	signed, err := possession(l, proof)
	return err == nil && signed.Thumbprint == key.Key.Key && signed.For == key.Subject && signed.ID == said.ID
}
