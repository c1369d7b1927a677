package contract

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/ledger"
)

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

// keyStanding reads a key with all that the ledger states about it; with held, also what can be lifted.
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
