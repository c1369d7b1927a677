// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"bytes"
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/canonical"
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// putEnd writes an end: a key that did not exist before, which later only all organisations that run peers can change together.
func putEnd[T any](l *ledger.Ledger, key ledger.Key, record T) error {
	return governance.PutEnd(l, key, record)
}

// evidence reads signed requests in one round trip and verifies each again; nil where one is no evidence.
func evidence(l *ledger.Ledger, proofs []consent.Proof) ([]*consent.SignedCall, error) {
	refs := make([]transaction.EvidenceRef, len(proofs))
	for i, proof := range proofs {
		refs[i] = transaction.EvidenceRef(proof)
	}
	found, err := transaction.LoadEvidences(l, refs)
	if err != nil {
		return nil, err
	}
	all := make([]*consent.SignedCall, len(found))
	for i, one := range found {
		if one != nil {
			all[i] = &consent.SignedCall{
				Signer: one.Signer, Subject: one.Subject, ID: one.ID, Transaction: one.Transaction, Request: one.Request, IssuedAt: one.IssuedAt,
				At: one.At,
			}
		}
	}
	return all, nil
}

// signedBy reports whether a member of the organisation in one of the roles signed the payload, at the time when it was recorded. A signature that does not
// verify is no error.
func signedBy(l *ledger.Ledger, compact, typ, msp string, at time.Time, payload any, roles ...identity.Role) (bool, error) {
	want, err := canonical.JSON(payload)
	if err != nil {
		return false, err
	}
	signature, err := governance.VerifyMember(l, compact, typ, msp, at)
	if err != nil {
		if fault.From(err).Code == fault.Internal {
			return false, err
		}
		return false, nil
	}
	holds := slices.ContainsFunc(roles, func(role identity.Role) bool { return slices.Contains(signature.Roles, role) })
	return holds && bytes.Equal(signature.Payload, want), nil
}

// believe marks the records, and the ends in their standings, that do not rest on what the resident signed.
func believe(l *ledger.Ledger, records []consent.Record, standings []consent.RecordState) error {
	var proofs []consent.Proof
	for i, record := range records {
		own, _ := record.Proofs()
		proofs = append(append(proofs, own...), ofEnds(standings[i])...)
	}
	if _, err := evidence(l, proofs); err != nil { // all in one round trip; below, they are known
		return err
	}
	for i, record := range records {
		proven, err := recordProven(l, record)
		if err != nil {
			return err
		}
		standings[i].Unproven = !proven
		if standings[i].EndUnproven, err = endUnproven(l, record, standings[i]); err != nil {
			return err
		}
	}
	return nil
}

func ofEnds(recordState consent.RecordState) (proofs []consent.Proof) {
	if recordState.Withdrawn != nil && recordState.Withdrawn.Evidence != nil {
		proofs = append(proofs, *recordState.Withdrawn.Evidence)
	}
	for _, cutoff := range []*consent.Cutoff{recordState.All, recordState.Erased, recordState.ErasedHere} {
		if cutoff != nil && cutoff.Evidence != nil {
			proofs = append(proofs, *cutoff.Evidence)
		}
	}
	return proofs
}

func recordProven(l *ledger.Ledger, record consent.Record) (bool, error) {
	proofs, ok := record.Proofs()
	if !ok {
		return false, nil
	}
	signedCall, err := evidence(l, proofs)
	if err != nil || !record.Proven(signedCall) {
		return false, err
	}
	for _, one := range signedCall {
		if spoke, err := spokeFrom(l, one, record.Subject); err != nil || !spoke {
			return false, err
		}
	}
	return true, nil
}

// spokeFrom reports whether what was said was said for the subject by who spoke for it.
func spokeFrom(l *ledger.Ledger, signedCall *consent.SignedCall, subject string) (bool, error) {
	if signedCall.Subject != subject && signedCall.Subject != signedCall.Signer {
		return false, nil
	}
	own := signedCall.Signer
	key, found, err := ledger.Get[consent.Key](l, keyKey(signedCall.Signer))
	if err != nil {
		return false, err
	}
	if found {
		own = key.Subject
	}
	if signedCall.Subject == signedCall.Signer && own != subject {
		return false, nil
	}
	return spokeFor(l, signedCall.Signer, own, subject, signedCall.At)
}

// endUnproven reports whether the subject's end of a record does not rest on a signed request of the subject. It counts all the same.
func endUnproven(l *ledger.Ledger, record consent.Record, recordState consent.RecordState) (bool, error) {
	if end := recordState.Withdrawn; end != nil {
		ok, err := signatureFits(l, record.Subject, end.Evidence, func(s *consent.SignedCall) bool { return s.Ends(*end) })
		if err != nil || !ok {
			return !ok, err
		}
	}
	for _, cut := range []struct {
		cutoff     *consent.Cutoff
		controller string
	}{{recordState.All, ""}, {recordState.Erased, ""}, {recordState.ErasedHere, record.Controller}} {
		if cut.cutoff == nil || cut.cutoff.AssertedBy != "" {
			continue
		}
		fits := func(s *consent.SignedCall) bool { return s.Cuts(*cut.cutoff, cut.controller) }
		if ok, err := signatureFits(l, record.Subject, cut.cutoff.Evidence, fits); err != nil || !ok {
			return !ok, err
		}
	}
	return false, nil
}

// signatureFits reports whether the signed request verifies, fits, and was signed by who spoke for the subject.
func signatureFits(l *ledger.Ledger, subject string, proof *consent.Proof, fits func(*consent.SignedCall) bool) (bool, error) {
	if proof == nil {
		return false, nil
	}
	signedCall, err := evidence(l, []consent.Proof{*proof})
	if err != nil || signedCall[0] == nil || !fits(signedCall[0]) {
		return false, err
	}
	return spokeFrom(l, signedCall[0], subject)
}

// possession reads a new key's own signature for the subject.
func possession(l *ledger.Ledger, compact string) (signedrequest.Possession, error) {
	return signedrequest.VerifyPossession(compact, signedrequest.Audience(l.Network(), l.Channel()))
}
