// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"
)

// SignedCall is a signed request that was verified again, as readers compare it with the record that rests on it.
type SignedCall struct {
	// Signer is the key that signed, Subject whose rights it exercised, ID its jti.
	Signer, Subject, ID string
	// Transaction is what it called, Request the JSON object that was signed.
	Transaction, Request string
	// IssuedAt is when it was signed, At when the ledger carried it out.
	IssuedAt, At time.Time
}

func signedFor[T any](s *SignedCall, transaction string) (request T, ok bool) {
	if s == nil || s.Transaction != transaction {
		return request, false
	}
	return request, json.Unmarshal([]byte(s.Request), &request) == nil
}

// Adds is the new key's own signature that AddKey or RotateKey carried.
func (s *SignedCall) Adds() (proof string, ok bool) {
	if r, ok := signedFor[AddKeyRequest](s, "consent:AddKey"); ok {
		return r.Proof, true
	}
	r, ok := signedFor[RotateKeyRequest](s, "consent:RotateKey")
	return r.Proof, ok
}

// EndsKey reports whether the request of a key of the subject ended the key.
func (s *SignedCall) EndsKey(end KeyEnd) bool {
	if r, ok := signedFor[RemoveKeyRequest](s, "consent:RemoveKey"); ok {
		return r.Key == end.Key && end.Type == StepRemoveKey
	}
	_, ok := signedFor[RotateKeyRequest](s, "consent:RotateKey")
	return ok && s.Signer == end.Key && end.Type == StepRotateKey
}

// Completes are the two organisations whose words a CompleteRecovery names.
func (s *SignedCall) Completes() (pair []string, ok bool) {
	r, ok := signedFor[RecoveryRequest](s, "consent:CompleteRecovery")
	return r.Organisations, ok && r.NewKey == s.Signer && len(r.Organisations) == minOrganisations
}

// Names reports whether the subject's request makes the guardian's term.
func (s *SignedCall) Names(g Guardian, office Office) bool {
	r, ok := signedFor[NameGuardianRequest](s, "consent:NameGuardian")
	return ok && r.Guardian == g.Guardian && seconds(r.Until).Equal(office.Until) && r.Epoch == office.Epoch && r.Rotations == office.Rotations &&
		r.Recovered == office.Recovered
}

// Accepts reports whether the guardian's request asks for the term.
func (s *SignedCall) Accepts(g Guardian, office Office) bool {
	r, ok := signedFor[AcceptGuardianshipRequest](s, "consent:AcceptGuardianship")
	return ok && r.Subject == g.Subject && seconds(r.Until).Equal(office.Until) && r.Authority == office.Authority && r.Witness == office.Witness &&
		r.Epoch == office.Epoch
}

// Proofs are the signed requests that the record rests on, in the order of its events; ok is false where an event has none.
func (r Record) Proofs() (proofs []Proof, ok bool) {
	for _, event := range r.Events {
		if event.Evidence == nil {
			return nil, false
		}
		proofs = append(proofs, *event.Evidence)
	}
	return proofs, len(proofs) > 0
}

// Proven reports whether the record describes what the resident signed: by Give, and by Renew after Renew, each of
// which names the one before. all are the signed requests in the order of the events, nil where one does not verify.
func (r Record) Proven(all []*SignedCall) bool {
	if len(all) != len(r.Events) {
		return false
	}
	give, ok := signedFor[GiveRequest](all[0], "consent:Give")
	if !ok || give.ConsentID != r.ConsentID || give.Epoch != r.Epoch || !give.gives(r) || !r.begins(give, all[0]) {
		return false
	}
	last, ok := give.renewed(all)
	return ok && last == renewal{seconds(r.ValidUntil), r.NoticeVersion, r.TaxonomyVersion, r.NoticeSHA256, r.PrivateSHA256} &&
		r.last().ValidUntil.Equal(r.ValidUntil)
}

// renewal is what a renewal changes.
type renewal struct {
	validUntil                     time.Time
	noticeVersion, taxonomyVersion int
	noticeSHA256, privateSHA256    string
}

// renewed is what holds after the Give and the renewals that follow it; ok is false where one does not follow the one before.
func (r GiveRequest) renewed(all []*SignedCall) (last renewal, ok bool) {
	last = renewal{seconds(r.ValidUntil), r.NoticeVersion, r.TaxonomyVersion, r.NoticeSHA256, r.PrivateSHA256}
	for i, signed := range all[1:] {
		renew, ok := signedFor[RenewRequest](signed, "consent:Renew")
		if !ok || renew.ConsentID != r.ConsentID || renew.Follows != all[i].ID || renew.Epoch != r.Epoch {
			return last, false
		}
		private := cmp.Or(renew.PrivateSHA256, last.privateSHA256)
		last = renewal{seconds(renew.ValidUntil), renew.NoticeVersion, renew.TaxonomyVersion, renew.NoticeSHA256, private}
	}
	return last, true
}

// gives reports whether the request has the record's scope.
func (r GiveRequest) gives(record Record) bool {
	return r.NoticeID == record.NoticeID && r.Controller == record.Controller && r.Purpose == record.Purpose && r.LawfulBasis == record.LawfulBasis &&
		r.IncludeNarrower == record.IncludeNarrower && slices.Equal(r.DataCategories, record.DataCategories) &&
		slices.Equal(r.Recipients, record.Recipients) && r.Type == record.Type && r.Object == record.Object
}

// begins reports whether the record begins when the resident signed that it does.
func (r Record) begins(give GiveRequest, signed *SignedCall) bool {
	signedAt := seconds(signed.IssuedAt)
	if at := signed.At; signedAt.After(at) {
		signedAt = seconds(at)
	}
	if give.ValidFrom.IsZero() {
		return r.ValidFrom.Equal(signedAt)
	}
	return r.ValidFrom.Equal(seconds(give.ValidFrom))
}

// Ends reports whether the subject's request brought the end about.
func (s *SignedCall) Ends(end End) bool {
	r, ok := signedFor[DecisionRequest](s, "consent:Withdraw")
	return ok && r.ConsentID == end.ConsentID && (r.Subject == "" || r.Subject == end.Subject)
}

// Cuts reports whether the subject's request brought the cut-off towards the controller about.
func (s *SignedCall) Cuts(cutoff Cutoff, controller string) bool {
	if cutoff.Type == CutErase {
		r, ok := signedFor[EraseRequest](s, "consent:Erase")
		return ok && r.Controller == controller
	}
	r, ok := signedFor[WithdrawAllRequest](s, "consent:WithdrawAll")
	return ok && r.Number == cutoff.Number
}
