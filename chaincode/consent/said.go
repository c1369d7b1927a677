package consent

import (
	"encoding/json"
	"slices"
	"time"
)

// Said is a signed request that was verified again, as readers compare it with the record that rests on it.
type Said struct {
	// Signer is the key that signed, Subject whose rights it exercised, ID its jti.
	Signer, Subject, ID string
	// Transaction is what it called, Request the JSON object that was signed.
	Transaction, Request string
	// IssuedAt is when it was signed, At when the ledger carried it out.
	IssuedAt, At time.Time
}

func said[T any](s *Said, transaction string) (request T, ok bool) {
	if s == nil || s.Transaction != transaction {
		return request, false
	}
	return request, json.Unmarshal([]byte(s.Request), &request) == nil
}

// Adds is the new key's own signature that AddKey or RotateKey carried.
func (s *Said) Adds() (proof string, ok bool) {
	if r, ok := said[AddKeyRequest](s, "consent:AddKey"); ok {
		return r.Proof, true
	}
	r, ok := said[RotateKeyRequest](s, "consent:RotateKey")
	return r.Proof, ok
}

// Names reports whether the subject's request makes the guardian's term.
func (s *Said) Names(g Guardian, office Office) bool {
	r, ok := said[NameGuardianRequest](s, "consent:NameGuardian")
	return ok && r.Guardian == g.Guardian && seconds(r.Until).Equal(office.Until) && r.Epoch == office.Epoch && r.Rotations == office.Rotations &&
		r.Recovered == office.Recovered
}

// Accepts reports whether the guardian's request asks for the term.
func (s *Said) Accepts(g Guardian, office Office) bool {
	r, ok := said[AcceptGuardianshipRequest](s, "consent:AcceptGuardianship")
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

// Proven reports whether the record says what the resident signed: by Give, and by Renew after Renew, each of which names the one before. all are the
// signed requests in the order of the events, nil where one does not verify.
func (r Record) Proven(all []*Said) bool {
	if len(all) != len(r.Events) {
		return false
	}
	give, ok := said[GiveRequest](all[0], "consent:Give")
	if !ok {
		return false
	}
	first := Record{ConsentID: r.ConsentID, ValidUntil: seconds(give.ValidUntil), NoticeVersion: give.NoticeVersion, NoticeSHA256: give.NoticeSHA256}
	first.TaxonomyVersion, first.PrivateSHA256 = give.TaxonomyVersion, give.PrivateSHA256
	for i, renewal := range all[1:] {
		renew, ok := said[RenewRequest](renewal, "consent:Renew")
		if !ok || renew.ConsentID != r.ConsentID || renew.Follows != all[i].ID || renew.Epoch != give.Epoch {
			return false
		}
		first.ValidUntil, first.NoticeVersion, first.NoticeSHA256 = seconds(renew.ValidUntil), renew.NoticeVersion, renew.NoticeSHA256
		first.TaxonomyVersion = renew.TaxonomyVersion
		if renew.PrivateSHA256 != "" {
			first.PrivateSHA256 = renew.PrivateSHA256
		}
	}
	return give.ConsentID == r.ConsentID && give.Epoch == r.Epoch && give.gives(r) && r.begins(give, all[0]) &&
		first.ValidUntil.Equal(r.ValidUntil) && r.last().ValidUntil.Equal(r.ValidUntil) && first.NoticeVersion == r.NoticeVersion &&
		first.NoticeSHA256 == r.NoticeSHA256 && first.TaxonomyVersion == r.TaxonomyVersion && first.PrivateSHA256 == r.PrivateSHA256
}

// gives reports whether the request has the record's scope.
func (r GiveRequest) gives(record Record) bool {
	return r.NoticeID == record.NoticeID && r.Controller == record.Controller && r.Purpose == record.Purpose && r.LawfulBasis == record.LawfulBasis &&
		r.IncludeNarrower == record.IncludeNarrower && slices.Equal(r.DataCategories, record.DataCategories) &&
		slices.Equal(r.Recipients, record.Recipients) && r.Type == record.Type && r.Object == record.Object
}

// begins reports whether the record begins when the resident signed that it does.
func (r Record) begins(give GiveRequest, signed *Said) bool {
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
func (s *Said) Ends(end End) bool {
	r, ok := said[DecisionRequest](s, "consent:Withdraw")
	return ok && r.ConsentID == end.ConsentID && (r.Subject == "" || r.Subject == end.Subject)
}

// Cuts reports whether the subject's request brought the cut-off towards the controller about.
func (s *Said) Cuts(cutoff Cutoff, controller string) bool {
	if cutoff.Type == CutErase {
		r, ok := said[EraseRequest](s, "consent:Erase")
		return ok && r.Controller == controller
	}
	r, ok := said[WithdrawAllRequest](s, "consent:WithdrawAll")
	return ok && r.Number == cutoff.Number
}
