package licensing

import (
	"encoding/json"

	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
)

// Said is what a resident signed: a statement whose signature was verified, and whose signer speaks for the subject.
type Said struct {
	Subject, Transaction, Request string
}

// Proves reports whether the statement is the assigner's word on the agreement: Agree of exactly these terms, or PublishOffer of a policy that says the same
// and that everybody may take. A resident has no private collection to keep a grant in; the stored statement takes its place.
func (a Agreement) Proves(said Said, dataset Dataset) bool {
	if said.Subject != a.Assigner {
		return false
	}
	switch said.Transaction {
	case "licensing:" + MoveAgree:
		var r AgreeRequest
		return json.Unmarshal([]byte(said.Request), &r) == nil &&
			r == AgreeRequest{NegotiationID: a.NegotiationID, AgreementID: a.AgreementID, PolicySHA256: a.PolicySHA256}
	case "licensing:PublishOffer":
		var r PublishOfferRequest
		if json.Unmarshal([]byte(said.Request), &r) != nil || !r.AutoAgree || r.DatasetID != a.Target {
			return false
		}
		alone := func(string) (odrl.Policy, bool) { return odrl.Policy{}, false }
		terms, err := Conditions{Dataset: dataset, OfferID: r.OfferID, PurposesVersion: a.PurposesVersion, Inherited: alone}.normal(r.Policy)
		return err == nil && terms.SHA256 == a.PolicySHA256
	}
	return false
}
