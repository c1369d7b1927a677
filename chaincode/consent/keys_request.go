package consent

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

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

// RotateKeyRequest replaces the signing key by a new one, at once, and ends every guardianship.
type RotateKeyRequest struct {
	// Proof is the new key's own signature over the subject and this request's jti.
	Proof string `json:"proof"`
	// Number counts the subject's rotations from 1; consent:GetSubject tells the next.
	Number int `json:"number"`
}

// Validate checks the request by itself.
func (r RotateKeyRequest) Validate() error {
	return request.All(possession("proof", r.Proof), number("number", r.Number))
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

// KeyRequest names a key of the subject: to suspend it.
type KeyRequest struct {
	Key string `json:"key"`
}

// Validate checks the request by itself.
func (r KeyRequest) Validate() error { return request.Thumbprint("key", r.Key) }

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

// GetSubjectRequest asks for all that decides who speaks for a subject.
type GetSubjectRequest struct {
	// Subject is whose; a resident's signed request may leave the own out.
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
func (k KeyStanding) View(now time.Time) KeyView {
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
