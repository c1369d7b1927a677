// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"encoding/json"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
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
func FirstKey(k NewKey, act Action) Key {
	return Key{
		Schema: SchemaVersion, Key: k.Thumbprint, Subject: k.Thumbprint, JWK: k.JWK, Algorithm: k.Algorithm, AddedAt: act.At, TxID: act.TxID,
		AddedBy: act.Evidence,
	}
}

// Makes is a key that this key adds, or that replaces it.
func (k Key) Makes(made NewKey, slot int, act Action) (Key, error) {
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

// KeyState is a key with all that the ledger states about it.
type KeyState struct {
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

// Removed is since when the key does not speak any more, nil while it does. With rights, only ends count that are
// written once. Others could take back a removal that waited and took effect, and ask for it again; it keeps nobody
// from ending anything.
func (k KeyState) Removed(now time.Time, right bool) *time.Time {
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
func (k KeyState) removedWith(now time.Time, right bool) *time.Time {
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

// Present refuses a key that was removed and, unless suspended ones may, also one that is suspended. right is as in Removed.
func (k KeyState) Present(now time.Time, right, suspended bool) error {
	if at := k.Removed(now, right); at != nil {
		return fault.New(fault.KeyRemoved, "the signing key was removed or replaced at %s", at.Format(time.RFC3339))
	}
	if !suspended && k.IsSuspended() {
		return fault.New(fault.KeySuspended, "the signing key is suspended; it can end rights, cancel removals, suspend its suspender and ask for recovery")
	}
	return nil
}

// maxPossession bounds the compact form of a new key's own signature.
const maxPossession = 4096

func possession(field, value string) error {
	if value == "" {
		return fault.Field(fault.MissingField, field, "required: the new key's own signature")
	}
	return request.AtMost(field, value, maxPossession)
}

// AddKeyRequest adds a key to those of the subject.
type AddKeyRequest struct {
	// Proof is the new key's own signature over the subject and this request's jti (package gateway-client/signing makes it).
	Proof string `json:"proof"`
}

// Validate checks the request by itself.
func (r AddKeyRequest) Validate() error { return possession("proof", r.Proof) }

// GetSubjectRequest asks for all that decides who speaks for a subject.
type GetSubjectRequest struct {
	// Subject is whose; a resident's signed request may leave its own out.
	Subject string `json:"subject,omitempty"`
}

// Validate checks the request by itself.
func (r GetSubjectRequest) Validate() error {
	return request.Optional("subject", r.Subject, request.Thumbprint)
}

// KeyView is a key as it is answered.
type KeyView struct {
	Key
	Present     bool         `json:"present"`
	Removed     *KeyEnd      `json:"removed,omitempty"`
	Removal     *Removal     `json:"removal,omitempty"`
	Suspensions []Suspension `json:"suspensions,omitempty"`
}

// View is the key as it is answered.
func (k KeyState) View(now time.Time) KeyView {
	view := KeyView{Key: k.Key, Present: k.Removed(now, false) == nil, Removed: k.Ended}
	if k.Removal.Pending() {
		view.Removal = k.Removal
	}
	if k.Suspended != nil {
		view.Suspensions = k.Suspended.List
	}
	return view
}

// SubjectView is who speaks for a subject, and the numbers that its next signed requests name.
type SubjectView struct {
	Subject string `json:"subject"`
	// Recoveries are announced first: until Effective a present key can cancel them.
	Recoveries []Recovery     `json:"recoveries"`
	Keys       []KeyView      `json:"keys"`
	Guardians  []GuardianView `json:"guardians"`
	// Objections are what the subject objects to or restricts.
	Objections []Objection `json:"objections"`
	// Epoch is how often the subject withdrew everything: Give and Renew name it, WithdrawAll the number after it.
	Epoch int `json:"epoch"`
	// Rotations and Recovered count rotations and recoveries.
	Rotations int  `json:"rotations"`
	Recovered int  `json:"recovered"`
	Erased    bool `json:"erased"`
}
