// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

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

// Suspend suspends the target by the key at once; changed is false where it did already. A suspended key suspends its suspender only.
func (k KeyState) Suspend(target KeyState, act Action) (suspended KeySuspensions, changed bool, err error) {
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
func (k KeyState) Lift(target KeyState, suspender Key, follows string) (KeySuspensions, error) {
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

// IsSuspended reports whether the key is suspended by another, or for removing one that removes it.
func (k KeyState) IsSuspended() bool {
	return k.Suspended != nil && len(k.Suspended.List) > 0 || k.Removal.Pending() && k.Removal.Mutual
}

// LiftSuspensionRequest lifts a suspension.
type LiftSuspensionRequest struct {
	Key string `json:"key"`
	// Suspender is the key that suspended it, Follows the jti of the signed request by which it did.
	Suspender string `json:"suspender"`
	Follows   string `json:"follows"`
}

// Validate checks the request by itself.
func (r LiftSuspensionRequest) Validate() error {
	return request.All(request.Thumbprint("key", r.Key), request.Thumbprint("suspender", r.Suspender), signedRequestID("follows", r.Follows))
}

// KeyRequest names a key of the subject: to suspend it.
type KeyRequest struct {
	Key string `json:"key"`
}

// Validate checks the request by itself.
func (r KeyRequest) Validate() error { return request.Thumbprint("key", r.Key) }
