// SPDX-License-Identifier: Apache-2.0

package transaction

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
)

// EvidenceRef names the signed request that a record rests on. The signed request is under a key of its own, and every
// reader verifies it again: what endorsers say of it proves nothing.
type EvidenceRef struct {
	// Signer is the thumbprint of the key that signed, ID the signed request's jti.
	Signer string `json:"signer"`
	ID     string `json:"id"`
	// SHA256 is the hash of the signed request in compact form, in lower-case hex.
	SHA256 string `json:"sha256"`
}

// signedRequest is a resident's signed request that was carried out. Its key keeps it from being carried out again, and its text is the evidence.
type signedRequest struct {
	Schema int `json:"schema"`
	// Transaction is what it called.
	Transaction string `json:"transaction"`
	// At is the time of the transaction that carried it out.
	At time.Time `json:"at"`
	// JWS is its compact form.
	JWS string `json:"jws"`
}

// EvidenceKey holds a signed request; written once by every transaction that a resident calls.
func EvidenceKey(ref EvidenceRef) ledger.Key {
	return ledger.Key{Type: "transaction.signedRequest", Attributes: []string{ref.Signer, ref.ID}}
}

// Evidence names the signed request that the call carries; nil where a member calls.
func (tx *Tx) Evidence() *EvidenceRef {
	signed := tx.Caller.SignedRequest
	if signed == nil {
		return nil
	}
	sum := sha256.Sum256([]byte(signed.Compact))
	return &EvidenceRef{Signer: signed.Signer, ID: signed.ID, SHA256: hex.EncodeToString(sum[:])}
}

// Evidenced is a signed request that was verified again, with the time of the transaction that carried it out.
type Evidenced struct {
	signedrequest.Signed
	At time.Time
}

// LoadEvidence reads and verifies a signed request again; EVIDENCE_INVALID where it is missing, another one or not signed for this network.
func LoadEvidence(l *ledger.Ledger, ref EvidenceRef) (Evidenced, error) {
	all, err := LoadEvidences(l, []EvidenceRef{ref})
	if err != nil {
		return Evidenced{}, err
	}
	if all[0] == nil {
		return Evidenced{}, fault.New(fault.EvidenceInvalid, "the signed request %s is missing, another one, or not signed for this network", ref.ID)
	}
	return *all[0], nil
}

// LoadEvidences reads several signed requests in one round trip and verifies each again; nil where one is no evidence.
func LoadEvidences(l *ledger.Ledger, refs []EvidenceRef) ([]*Evidenced, error) {
	keys := make([]ledger.Key, len(refs))
	for i, ref := range refs {
		keys[i] = EvidenceKey(ref)
	}
	found, err := ledger.GetMany[signedRequest](l, keys)
	if err != nil {
		return nil, err
	}
	all := make([]*Evidenced, len(refs))
	for i, stored := range found {
		if stored != nil {
			all[i] = stored.verify(l, refs[i])
		}
	}
	return all, nil
}

func (s signedRequest) verify(l *ledger.Ledger, ref EvidenceRef) *Evidenced {
	if sum := sha256.Sum256([]byte(s.JWS)); hex.EncodeToString(sum[:]) != ref.SHA256 {
		return nil
	}
	signed, err := signedrequest.VerifyAgain(s.JWS, signedrequest.Audience(l.Network(), l.Channel()))
	if err != nil || signed.Signer != ref.Signer || signed.ID != ref.ID {
		return nil
	}
	return &Evidenced{signed, s.At}
}

// spend refuses a signed request that was carried out before and stores this one with the transaction's other writes. Of two at the same time, one is
// invalidated for having read the other's key.
func spend(tx *Tx) error {
	ref := tx.Evidence()
	if ref == nil {
		return nil
	}
	_, found, err := ledger.Get[signedRequest](tx.Ledger, EvidenceKey(*ref))
	if err != nil {
		return err
	}
	if found {
		return fault.Field(fault.SignedRequestReplayed, "signedRequest", "the signed request %s was carried out already", ref.ID)
	}
	now, err := tx.Now()
	if err != nil {
		return err
	}
	signed := tx.Caller.SignedRequest
	return ledger.Put(tx.Ledger, EvidenceKey(*ref), signedRequest{Schema: 1, Transaction: signed.Transaction, At: now, JWS: signed.Compact})
}
