package consent

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

const (
	// MaxKeys is how many present keys a subject has at most.
	MaxKeys = 5
	// maxMakers bounds how many keys made one another: each is looked at when the last one signs.
	maxMakers = 32
	// removalDelay is how long a removal by a younger key waits, recoveryDelay how long a recovery does: until then a present key can cancel it.
	removalDelay  = 7 * 24 * time.Hour
	recoveryDelay = 7 * 24 * time.Hour
)

// Key is one of a subject's keys; written once, by the key's first signed request that is carried out, or by AddKey, RotateKey or CompleteRecovery. A key
// belongs to one subject for ever. The subject's pseudonym is the thumbprint of its first key.
type Key struct {
	Schema int `json:"schema"`
	// Key is the RFC 7638 thumbprint.
	Key     string `json:"key"`
	Subject string `json:"subject"`
	// JWK is the public key, Algorithm the only one that it signs with.
	JWK       json.RawMessage `json:"jwk"`
	Algorithm string          `json:"alg"`
	AddedAt   time.Time       `json:"addedAt"`
	TxID      string          `json:"txId"`
	// AddedBy names the signed request: the key's own first one, AddKey or RotateKey by an older key, or CompleteRecovery.
	AddedBy *Proof `json:"addedBy,omitempty"`
	// Slot is the key's place among those of the subject.
	Slot int `json:"slot"`
	// Recovery is how often keys of the subject were recovered before; the next time removes the key.
	Recovery int `json:"recovery,omitempty"`
	// Makers are the keys that made this one, the last first, each with the time when it made the next.
	Makers []Maker `json:"makers,omitempty"`
}

// Maker is a key that made another.
type Maker struct {
	Key string    `json:"key"`
	At  time.Time `json:"at"`
}

// NewKey is a key with its proof.
type NewKey struct {
	Thumbprint string
	JWK        json.RawMessage
	Algorithm  string
}

// FirstKey is the key of a subject that never signed before.
func FirstKey(k NewKey, act Act) Key {
	return Key{
		Schema: SchemaVersion, Key: k.Thumbprint, Subject: k.Thumbprint, JWK: k.JWK, Algorithm: k.Algorithm, AddedAt: act.At, TxID: act.TxID,
		AddedBy: act.Evidence,
	}
}

// Makes is a key that this key adds, or that replaces it.
func (k Key) Makes(made NewKey, slot int, act Act) (Key, error) {
	if len(k.Makers) >= maxMakers {
		return Key{}, fault.Field(fault.OutOfRange, "proof", "%d keys made one another; let two organisations recover the subject's key", maxMakers)
	}
	at := later(act.At, k.AddedAt.Add(time.Second)) // younger than its maker, whatever the clocks say
	return Key{
		Schema: SchemaVersion, Key: made.Thumbprint, Subject: k.Subject, JWK: made.JWK, Algorithm: made.Algorithm, AddedAt: at, TxID: act.TxID,
		AddedBy: act.Evidence, Slot: slot, Recovery: k.Recovery, Makers: append([]Maker{{k.Key, at}}, k.Makers...),
	}, nil
}

// Older reports whether the key was there before the other.
func (k Key) Older(other Key) bool { return k.AddedAt.Before(other.AddedAt) }

// KeyEnd is the end of a key at once; written once.
type KeyEnd struct {
	Schema  int    `json:"schema"`
	Key     string `json:"key"`
	Subject string `json:"subject"`
	// Type is RemoveKey or RotateKey.
	Type Step `json:"type"`
	// Since ends what the key made since then, too: guardians and keys.
	Since    time.Time `json:"since,omitzero"`
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	TxID     string    `json:"txId"`
	Evidence *Proof    `json:"evidence,omitempty"`
}

// The steps of keys.
const (
	StepRemoveKey Step = "RemoveKey"
	StepRotateKey Step = "RotateKey"
	StepRecover   Step = "Recover"
)

// Removal is a removal that waits, because a younger key asked for it, or because the removed key asked to remove the one that asks. It is lifted by
// Cancelled.
type Removal struct {
	Schema  int    `json:"schema"`
	Key     string `json:"key"`
	Subject string `json:"subject"`
	By      string `json:"by"`
	// Effective is when it takes effect. Mutual is true where the two keys remove each other: then neither speaks until a recovery.
	At        time.Time `json:"at"`
	Effective time.Time `json:"effective"`
	Mutual    bool      `json:"mutual,omitempty"`
	Since     time.Time `json:"since,omitzero"`
	Evidence  *Proof    `json:"evidence,omitempty"`
	TxID      string    `json:"txId"`
	// CancelledBy is the key that cancelled it, Cancelled the signed request.
	CancelledBy string `json:"cancelledBy,omitempty"`
	Cancelled   *Proof `json:"cancelled,omitempty"`
}

// Pending reports whether the removal was asked for and not cancelled.
func (r *Removal) Pending() bool { return r != nil && r.CancelledBy == "" }

// Suspension is what one key suspended another by.
type Suspension struct {
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Evidence *Proof    `json:"evidence,omitempty"`
	TxID     string    `json:"txId"`
}

// KeySuspensions are those of a key; each can be lifted.
type KeySuspensions struct {
	Schema  int          `json:"schema"`
	Key     string       `json:"key"`
	Subject string       `json:"subject"`
	List    []Suspension `json:"list"`
}

// By reports whether the key is among those that suspended it.
func (s *KeySuspensions) By(key string) bool {
	return s != nil && slices.ContainsFunc(s.List, func(one Suspension) bool { return one.By == key })
}

// KeyStanding is a key with all that the ledger says about it.
type KeyStanding struct {
	Key
	// Ended, Removal and Suspended are the key's; Recovered is the recovery that removed all keys of its time.
	Ended     *KeyEnd
	Removal   *Removal
	Suspended *KeySuspensions
	Recovered *Recovered
	// MakersEnded and MakersRemoved are those of the key's makers, in their order.
	MakersEnded   []*KeyEnd
	MakersRemoved []*Removal
}

// Removed is since when the key does not speak any more, nil while it does. With rights only ends are looked at that are written once: a removal that
// waited and took effect, which others could take back and ask for again, keeps nobody from ending anything.
func (k KeyStanding) Removed(now time.Time, right bool) *time.Time {
	if k.Ended != nil {
		return &k.Ended.At
	}
	if k.Recovered != nil {
		return &k.Recovered.At
	}
	if at := k.removedWith(now, right); at != nil {
		return at
	}
	if !right && k.Removal.effective(now) {
		return &k.Removal.Effective
	}
	return nil
}

// removedWith is since when the key ended with one of its makers.
func (k KeyStanding) removedWith(now time.Time, right bool) *time.Time {
	for i, end := range k.MakersEnded {
		if end != nil && reaches(end.Since, k.Makers[i].At) {
			return &end.At
		}
	}
	if right {
		return nil
	}
	for i, removal := range k.MakersRemoved {
		if removal.effective(now) && reaches(removal.Since, k.Makers[i].At) {
			return &removal.Effective
		}
	}
	return nil
}

// reaches reports whether a removal ends what was made at the time.
func reaches(since, made time.Time) bool { return !since.IsZero() && !made.Before(since) }

func (r *Removal) effective(now time.Time) bool {
	return r.Pending() && !r.Mutual && !now.Before(r.Effective)
}

// IsSuspended reports whether the key is suspended by another, or for removing one that removes it.
func (k KeyStanding) IsSuspended() bool {
	return k.Suspended != nil && len(k.Suspended.List) > 0 || k.Removal.Pending() && k.Removal.Mutual
}

// Present refuses a key that was removed and, unless suspended ones may, also one that is suspended. right is as in Removed.
func (k KeyStanding) Present(now time.Time, right, suspended bool) error {
	if at := k.Removed(now, right); at != nil {
		return fault.New(fault.KeyRemoved, "the signing key was removed or replaced at %s", at.Format(time.RFC3339))
	}
	if !suspended && k.IsSuspended() {
		return fault.New(fault.KeySuspended, "the signing key is suspended; it can end rights, cancel removals, suspend its suspender and ask for recovery")
	}
	return nil
}

// Remove removes the target by the key: at once by an older key or itself, else after a delay. Where the target asked to remove the key, neither speaks
// until a recovery. Only one of end and removal is set, none where nothing changes.
func (k KeyStanding) Remove(target KeyStanding, against *Removal, since time.Time, act Act) (end *KeyEnd, removal *Removal, err error) {
	if target.Ended != nil {
		return nil, nil, nil
	}
	mutual := k.Key.Key != target.Key.Key && against.Pending() && against.By == target.Key.Key
	atOnce := k.Key.Key == target.Key.Key || k.Older(target.Key)
	if target.Removal.effective(act.At) && target.Removal.By == k.Key.Key || atOnce && !mutual {
		return &KeyEnd{SchemaVersion, target.Key.Key, target.Subject, StepRemoveKey, since, act.At, act.By, act.TxID, act.Evidence}, nil, nil
	}
	if waiting := target.Removal; waiting.Pending() && (waiting.Mutual || !mutual) {
		return nil, nil, waiting.again(k.Key.Key)
	}
	return nil, &Removal{
		Schema: SchemaVersion, Key: target.Key.Key, Subject: target.Subject, By: k.Key.Key, At: act.At, Effective: act.At.Add(removalDelay), Mutual: mutual,
		Since: since, Evidence: act.Evidence, TxID: act.TxID,
	}, nil
}

// again refuses a removal of a key that another one removes already.
func (r Removal) again(by string) error {
	if r.By == by {
		return nil
	}
	return fault.Field(fault.IllegalTransition, "key", "key %s removes it already", r.By)
}

// Cancel cancels the removal of the target: by the target itself, or by an unsuspended key older than the one that asked, asker.
func (k KeyStanding) Cancel(target KeyStanding, asker Key, follows string, act Act) (Removal, error) {
	removal := target.Removal
	switch {
	case !removal.Pending() || removal.effective(act.At):
		return Removal{}, fault.Field(fault.NotFound, "key", "no removal of this key waits")
	case removal.Evidence != nil && removal.Evidence.ID != follows:
		return Removal{}, fault.Field(fault.SignedRequestStale, "follows", "the removal was signed as %s", removal.Evidence.ID)
	case k.Key.Key != target.Key.Key && (k.IsSuspended() || !k.Older(asker)):
		return Removal{}, fault.New(fault.Forbidden, "only the removed key, or an unsuspended key older than the one that removes it, cancels a removal")
	}
	cancelled := *removal
	cancelled.CancelledBy, cancelled.Cancelled = k.Key.Key, act.Evidence
	return cancelled, nil
}

// Suspend suspends the target by the key at once; changed is false where it did already. A suspended key suspends its suspender only.
func (k KeyStanding) Suspend(target KeyStanding, act Act) (suspended KeySuspensions, changed bool, err error) {
	removes := k.Removal.Pending() && k.Removal.By == target.Key.Key
	if k.IsSuspended() && !k.Suspended.By(target.Key.Key) && !removes {
		return suspended, false, fault.New(fault.KeySuspended, "a suspended key suspends nobody but its suspender")
	}
	suspended = KeySuspensions{Schema: SchemaVersion, Key: target.Key.Key, Subject: target.Subject}
	if target.Suspended != nil {
		suspended.List = slices.Clone(target.Suspended.List)
	}
	if target.Suspended.By(k.Key.Key) {
		return suspended, false, nil
	}
	suspended.List = append(suspended.List, Suspension{k.Key.Key, act.At, act.Evidence, act.TxID})
	return suspended, true, nil
}

// Lift lifts the target's suspension by the suspender: by the suspender itself or by an unsuspended key older than it.
func (k KeyStanding) Lift(target KeyStanding, suspender Key, follows string) (KeySuspensions, error) {
	lifted := KeySuspensions{Schema: SchemaVersion, Key: target.Key.Key, Subject: target.Subject, List: []Suspension{}}
	if !target.Suspended.By(suspender.Key) {
		return lifted, fault.Field(fault.NotFound, "suspender", "this key has not suspended the other")
	}
	if k.Key.Key != suspender.Key && !k.Older(suspender) {
		return lifted, fault.New(fault.Forbidden, "only the suspender, or an unsuspended key older than it, lifts a suspension")
	}
	for _, one := range target.Suspended.List {
		switch {
		case one.By != suspender.Key:
			lifted.List = append(lifted.List, one)
		case one.Evidence != nil && one.Evidence.ID != follows:
			return lifted, fault.Field(fault.SignedRequestStale, "follows", "the suspension was signed as %s", one.Evidence.ID)
		}
	}
	return lifted, nil
}

// Turned says that a key suspended or removed an older one, by which it and the keys that it made cancel no recovery; written once.
type Turned struct {
	Schema   int       `json:"schema"`
	Key      string    `json:"key"`
	Against  string    `json:"against"`
	At       time.Time `json:"at"`
	Evidence *Proof    `json:"evidence,omitempty"`
}

// Rotation says that a subject replaced a key for the n-th time, which ends its guardianships; written once.
type Rotation struct {
	Schema   int       `json:"schema"`
	Subject  string    `json:"subject"`
	Number   int       `json:"number"`
	OldKey   string    `json:"oldKey"`
	NewKey   string    `json:"newKey"`
	At       time.Time `json:"at"`
	Evidence *Proof    `json:"evidence,omitempty"`
	TxID     string    `json:"txId"`
}

// Restarted is the removal with its delay from the time on.
func (r Removal) Restarted(at time.Time) Removal {
	r.Effective = at.Add(removalDelay)
	return r
}
