// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// minOrganisations is how many independent organisations recover a lost key together.
const minOrganisations = 2

// RecoverKeyRequest states that the organisation verified the person who lost the key and now has another. Two
// different independent organisations have to say the same; the second one's word announces the recovery.
type RecoverKeyRequest struct {
	Subject string `json:"subject"`
	// Proof is the new key's own signature over the subject and a random jti.
	Proof string `json:"proof"`
	// With is the other organisation.
	With string `json:"with"`
	// Controller is the organisation that asks the two for it, if one does; it is none of them.
	Controller string `json:"controller,omitempty"`
	// Signature is the caller's JWS over the VouchPayload.
	Signature string `json:"signature"`
}

// Validate checks the request by itself.
func (r RecoverKeyRequest) Validate() error {
	return request.All(request.Thumbprint("subject", r.Subject), possession("proof", r.Proof), request.MSP("with", r.With),
		request.Optional("controller", r.Controller, request.MSP), signed(r.Signature))
}

// The types of what a member signs for a person (header parameter "typ").
const (
	// VouchType is that of a VouchPayload.
	VouchType = "smartb-vouch+jwt"
	// ApprovalType is that of an ApprovalPayload.
	ApprovalType = "smartb-guardian+jwt"
)

// signed refuses a member's signature that is missing.
func signed(signature string) error {
	if signature == "" {
		return fault.Field(fault.SignatureMissing, "signature", "required")
	}
	return nil
}

// VouchPayload is what a member signs to vouch for a person's new key.
type VouchPayload struct {
	NetworkID string `json:"networkId"`
	Subject   string `json:"subject"`
	NewKey    string `json:"newKey"`
	// With is the other organisation.
	With       string `json:"with"`
	Controller string `json:"controller,omitempty"`
}

// Independent refuses organisations that are not two different ones of the independent, or one that the request names as controller.
func Independent(witnesses []string, controller string, pair ...string) error {
	counted := slices.DeleteFunc(slices.Clone(witnesses), func(msp string) bool { return msp == controller })
	if len(counted) < minOrganisations {
		return fault.New(fault.TooFewOrganisations, "the network has %d independent organisations that may vouch for this person; it takes %d",
			len(counted), minOrganisations)
	}
	for _, msp := range pair {
		if !slices.Contains(counted, msp) {
			return fault.New(fault.Forbidden, "%s is not an independent organisation (governance's witnesses), or the request names it as controller", msp)
		}
	}
	if len(pair) == 2 && pair[0] == pair[1] {
		return fault.Field(fault.InvalidField, "with", "is the same organisation")
	}
	return nil
}

// Vouch is one organisation's word for a recovery; written once.
type Vouch struct {
	Schema     int    `json:"schema"`
	Subject    string `json:"subject"`
	NewKey     string `json:"newKey"`
	MSP        string `json:"msp"`
	Controller string `json:"controller,omitempty"`
	// Signature is the member's JWS over a VouchPayload, which readers verify again.
	Signature string    `json:"signature"`
	At        time.Time `json:"at"`
	TxID      string    `json:"txId"`
}

// Payload is what the organisation signed, with the other one, in a network.
func (v Vouch) Payload(networkID, with string) VouchPayload {
	return VouchPayload{NetworkID: networkID, Subject: v.Subject, NewKey: v.NewKey, With: with, Controller: v.Controller}
}

// Recovery is an announced recovery: one for each new key and pair of organisations, so that none of them blocks or overwrites another's. Written once.
type Recovery struct {
	Schema  int    `json:"schema"`
	Subject string `json:"subject"`
	NewKey  string `json:"newKey"`
	// Organisations vouched, in byte order.
	Organisations []string  `json:"organisations"`
	Controller    string    `json:"controller,omitempty"`
	AnnouncedAt   time.Time `json:"announcedAt"`
	// Effective is from when the new key completes it.
	Effective time.Time `json:"effective"`
	TxID      string    `json:"txId"`
	// Vouches are the organisations' signed words, in their order.
	Vouches []Vouch `json:"vouches"`
	// CancelledBy is the present key that cancelled it: a key of the ledger of its own, shown here.
	CancelledBy string `json:"cancelledBy,omitempty"`
}

// Announce is the recovery that two words make.
func (v Vouch) Announce(other Vouch) (Recovery, error) {
	if v.Controller != other.Controller {
		return Recovery{}, fault.Field(fault.InvalidField, "controller", "%s named %q", other.MSP, other.Controller)
	}
	vouches := []Vouch{v, other}
	if other.MSP < v.MSP {
		vouches = []Vouch{other, v}
	}
	return Recovery{
		Schema: SchemaVersion, Subject: v.Subject, NewKey: v.NewKey, Organisations: Pair(v.MSP, other.MSP), Controller: v.Controller, AnnouncedAt: v.At,
		Effective: v.At.Add(recoveryDelay), TxID: v.TxID, Vouches: vouches,
	}, nil
}

// Recovers reports whether the recovery gives the subject the key at the time, by the words of two different organisations, whose signatures the caller
// verifies.
func (r Recovery) Recovers(subject, newKey string, at time.Time) bool {
	if r.Subject != subject || r.NewKey != newKey || len(r.Vouches) != minOrganisations || at.Before(r.Effective) {
		return false
	}
	for i, vouch := range r.Vouches {
		if vouch.MSP != r.Organisations[i] || vouch.Subject != subject || vouch.NewKey != newKey || r.Effective.Before(vouch.At.Add(recoveryDelay)) {
			return false
		}
	}
	return r.Organisations[0] != r.Organisations[1]
}

// Pair are two organisations in byte order.
func Pair(a, b string) []string {
	pair := []string{a, b}
	slices.Sort(pair)
	return pair
}

// RecoveryRequest names an announced recovery, to cancel or complete it.
type RecoveryRequest struct {
	NewKey        string   `json:"newKey"`
	Organisations []string `json:"organisations"`
	// Number counts the subject's recoveries from 1, to complete one; consent:GetSubject reports the next.
	Number int `json:"number,omitempty"`
}

// Validate checks the request by itself.
func (r RecoveryRequest) Validate() error {
	if len(r.Organisations) != minOrganisations || !slices.IsSorted(r.Organisations) {
		return fault.Field(fault.InvalidField, "organisations", "name the %d organisations that vouched, in byte order", minOrganisations)
	}
	return request.All(request.Thumbprint("newKey", r.NewKey), request.MSP("organisations/0", r.Organisations[0]),
		request.MSP("organisations/1", r.Organisations[1]), request.Within("number", int64(r.Number), 0, maxNumber))
}

// RecoveryEnd is the cancellation of a recovery; written once.
type RecoveryEnd struct {
	Schema   int       `json:"schema"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Evidence *Proof    `json:"evidence,omitempty"`
	TxID     string    `json:"txId"`
}

// Recovered states that a subject's key was recovered for the n-th time, which removes all keys from before and ends
// guardianships; written once.
type Recovered struct {
	Schema        int       `json:"schema"`
	Subject       string    `json:"subject"`
	Number        int       `json:"number"`
	NewKey        string    `json:"newKey"`
	Organisations []string  `json:"organisations"`
	At            time.Time `json:"at"`
	Evidence      *Proof    `json:"evidence,omitempty"`
	TxID          string    `json:"txId"`
}

// Complete makes the recovered key.
func (r Recovery) Complete(made NewKey, number int, cancelled *RecoveryEnd, act Action) (Key, Recovered, error) {
	switch {
	case cancelled != nil:
		return Key{}, Recovered{}, fault.New(fault.IllegalTransition, "the recovery was cancelled by key %s", cancelled.By)
	case act.At.Before(r.Effective):
		return Key{}, Recovered{}, fault.New(fault.IllegalTransition, "the recovery waits until %s", r.Effective.Format(time.RFC3339))
	}
	key := Key{
		Schema: SchemaVersion, Key: made.Thumbprint, Subject: r.Subject, JWK: made.JWK, Algorithm: made.Algorithm, AddedAt: act.At, TxID: act.TxID,
		AddedBy: act.Evidence, Recovery: number,
	}
	return key, Recovered{SchemaVersion, r.Subject, number, r.NewKey, r.Organisations, act.At, act.Evidence, act.TxID}, nil
}

// RecoveryAnswer is an organisation's word and, once two have given theirs, the announced recovery.
type RecoveryAnswer struct {
	Vouch
	Recovery *Recovery `json:"recovery,omitempty"`
}
