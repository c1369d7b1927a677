// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
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

func (r *Removal) effective(now time.Time) bool {
	return r.Pending() && !r.Mutual && !now.Before(r.Effective)
}

// again refuses a removal of a key that another one removes already.
func (r Removal) again(by string) error {
	if r.By == by {
		return nil
	}
	return fault.Field(fault.IllegalTransition, "key", "key %s removes it already", r.By)
}

// Restarted is the removal with its delay from the time on.
func (r Removal) Restarted(at time.Time) Removal {
	r.Effective = at.Add(removalDelay)
	return r
}

// reaches reports whether a removal ends what was made at the time.
func reaches(since, made time.Time) bool { return !since.IsZero() && !made.Before(since) }

// Remove removes the target by the key: at once by an older key or itself, else after a delay. Where the target asked to remove the key, neither speaks
// until a recovery. Only one of end and removal is set, none where nothing changes.
func (k KeyState) Remove(target KeyState, against *Removal, since time.Time, act Action) (end *KeyEnd, removal *Removal, err error) {
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

// Turned states that a key suspended or removed an older one, by which it and the keys that it made cancel no recovery;
// written once.
type Turned struct {
	Schema   int       `json:"schema"`
	Key      string    `json:"key"`
	Against  string    `json:"against"`
	At       time.Time `json:"at"`
	Evidence *Proof    `json:"evidence,omitempty"`
}

// Rotation states that a subject replaced a key for the n-th time, which ends its guardianships; written once.
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

// Cancel cancels the removal of the target: by the target itself, or by an unsuspended key older than the one that asked, asker.
func (k KeyState) Cancel(target KeyState, asker Key, follows string, act Action) (Removal, error) {
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

// RemoveKeyRequest removes a key of the subject: at once if the signing key is older or the same, else after 7 days.
type RemoveKeyRequest struct {
	// Key is the thumbprint of the key to remove.
	Key string `json:"key"`
	// Since ends the guardians and keys that the removed key made since then, too. consent:GetSubject lists them, to be read before anybody signs.
	Since time.Time `json:"since,omitzero"`
}

// Validate checks the request by itself.
func (r RemoveKeyRequest) Validate() error {
	return request.All(request.Thumbprint("key", r.Key), request.Bounded("since", r.Since))
}

// Reaches reports whether the removal ends what the keys made, too.
func (r RemoveKeyRequest) Reaches(makers []Maker) bool {
	return slices.ContainsFunc(makers, func(m Maker) bool { return m.Key == r.Key && reaches(r.Since, m.At) })
}

// CancelRemovalRequest cancels a removal that waits.
type CancelRemovalRequest struct {
	Key string `json:"key"`
	// Follows is the jti of the signed request that asked for the removal.
	Follows string `json:"follows"`
}

// Validate checks the request by itself.
func (r CancelRemovalRequest) Validate() error {
	return request.All(request.Thumbprint("key", r.Key), signedRequestID("follows", r.Follows))
}

// RotateKeyRequest replaces the signing key by a new one, at once, and ends every guardianship.
type RotateKeyRequest struct {
	// Proof is the new key's own signature over the subject and this request's jti.
	Proof string `json:"proof"`
	// Number counts the subject's rotations from 1; consent:GetSubject reports the next.
	Number int `json:"number"`
}

// Validate checks the request by itself.
func (r RotateKeyRequest) Validate() error {
	return request.All(possession("proof", r.Proof), number("number", r.Number))
}
