package consent

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// rotationDelay is how long the old key can cancel a rotation that it did not sign.
const rotationDelay = 7 * 24 * time.Hour

// Keys tell which key signs for a subject. The subject's pseudonym stays the thumbprint of its first key, so that its consents move with it; a new key
// names the subject in its statements (claim "for").
type Keys struct {
	Schema  int    `json:"schema"`
	Subject string `json:"subject"`
	// Current is the thumbprint of the key in force.
	Current string `json:"current"`
	// Pending is a rotation without the old key.
	Pending *Rotation `json:"pending,omitempty"`
}

// Rotation replaces a lost key: a steward who verified the person and the authority ask for the same new key.
type Rotation struct {
	NewKey    string `json:"newKey"`
	Steward   string `json:"steward,omitempty"`
	Authority string `json:"authority,omitempty"`
	// Effective is when it takes effect, set once both have asked.
	Effective time.Time `json:"effective,omitzero"`
}

// NewKeys are a subject's keys before any rotation.
func NewKeys(subject string) Keys {
	return Keys{Schema: SchemaVersion, Subject: subject, Current: subject}
}

// Holder is the key in force at the time.
func (k Keys) Holder(now time.Time) string {
	if k.Pending != nil && !k.Pending.Effective.IsZero() && !now.Before(k.Pending.Effective) {
		return k.Pending.NewKey
	}
	return k.Current
}

// settled are the keys with a rotation that took effect written down.
func (k Keys) settled(now time.Time) Keys {
	if holder := k.Holder(now); holder != k.Current {
		k.Current, k.Pending = holder, nil
	}
	return k
}

// RotateKeyRequest replaces a subject's key.
type RotateKeyRequest struct {
	// Subject is named by organisations; a resident's statement names its own.
	Subject string `json:"subject,omitempty"`
	// NewKey is the thumbprint of the new key. The key in force itself cancels a pending rotation.
	NewKey string `json:"newKey"`
}

// Validate checks the request by itself.
func (r RotateKeyRequest) Validate() error {
	return request.All(request.Optional("subject", r.Subject, request.Thumbprint), request.Thumbprint("newKey", r.NewKey))
}

// Rotate makes the new keys: at once by the resident; by organisations when both have asked and the delay has passed.
func (r RotateKeyRequest) Rotate(keys Keys, act Act) (Keys, error) {
	keys = keys.settled(act.At)
	if act.Actor == Resident {
		keys.Current, keys.Pending = r.NewKey, nil
		return keys, nil
	}
	if r.NewKey == keys.Current {
		return keys, fault.Field(fault.InvalidField, "newKey", "is the key in force")
	}
	pending := Rotation{NewKey: r.NewKey}
	if keys.Pending != nil && keys.Pending.NewKey == r.NewKey {
		pending = *keys.Pending
	}
	if act.Actor == Controlled {
		pending.Steward = act.By
	} else {
		pending.Authority = act.By
	}
	if pending.Effective.IsZero() && pending.Steward != "" && pending.Authority != "" {
		pending.Effective = act.At.Add(rotationDelay)
	}
	keys.Pending = &pending
	return keys, nil
}
