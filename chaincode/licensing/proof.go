// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// SignatureType is the type of a member's signature on a request of this contract.
const SignatureType = "smartb-licensing+jwt"

// SignedRequest is what a member signs: for which network and transaction a request is, and the request without its signature. It is to a member what the
// signed request is to a resident.
type SignedRequest struct {
	// Audience is the network, the channel and the chaincode.
	Audience    string          `json:"aud"`
	Transaction string          `json:"txn"`
	Request     json.RawMessage `json:"req"`
}

// signs are the transactions whose request a member signs.
var signs = []string{"PublishOffer", "ConfirmDataset", MoveAgree, MoveVerify, MoveFinalize, "QuickAgree"}

// Sign adds the member's signature to the request of a transaction that needs one and does not have it yet; other requests stay as they are. sign makes the
// JWS of a payload of the type.
func Sign(audience, transaction string, request []byte, sign func(typ string, payload any) (string, error)) ([]byte, error) {
	name, ours := strings.CutPrefix(transaction, "licensing:")
	if !ours || !slices.Contains(signs, name) {
		return request, nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(request, &members) != nil || members == nil || members["signature"] != nil {
		return request, nil //nolint:nilerr // the contract refuses what is no request
	}
	signature, err := sign(SignatureType, SignedRequest{audience, transaction, request})
	if err != nil {
		return nil, fmt.Errorf("sign the request of %s: %w", transaction, err)
	}
	if members["signature"], err = json.Marshal(signature); err != nil {
		return nil, err
	}
	return json.Marshal(members)
}

// SignedCall is what a side signed: a request whose signature was verified, and whose signer speaks for the party.
type SignedCall struct {
	Party, Transaction, Request string
}

// asks reads the request if the party signed it for the transaction.
func asks[T any](signedCall SignedCall, party, transaction string) (request T, ok bool) {
	if signedCall.Party != party || signedCall.Transaction != "licensing:"+transaction {
		return request, false
	}
	return request, json.Unmarshal([]byte(signedCall.Request), &request) == nil
}

// ProvenByProvider reports whether a signature is the assigner's word on the agreement, by the named move of exactly
// its terms. Where an offer was accepted unchanged, the offer of the same policy is the word, if the assignee may
// accept it.
func (a Agreement) ProvenByProvider(signedCall SignedCall, move string) bool {
	if a.OfferID != "" {
		return a.offered(signedCall)
	}
	r, ok := asks[AgreeRequest](signedCall, a.Assigner, move)
	return ok && r.Unsigned() == a.Signed()
}

// offered reports whether what was said is the assigner's offer.
func (a Agreement) offered(signedCall SignedCall) bool {
	r, ok := asks[PublishOfferRequest](signedCall, a.Assigner, "PublishOffer")
	if !ok || !r.AutoAgree || r.OfferID != a.OfferID || r.DatasetID != a.Target || r.PurposesVersion != a.PurposesVersion || !takes(r.Takers, a.Assignee) {
		return false
	}
	terms, err := r.Terms(a.Assigner)
	return err == nil && terms.SHA256 == a.PolicySHA256 && terms.For(a.Assignee) == nil
}

// Terms are the offer's terms, from the request alone.
func (r PublishOfferRequest) Terms(owner string) (Terms, error) {
	dataset := Dataset{DatasetContent: DatasetContent{DatasetID: r.DatasetID, Owner: owner}}
	alone := func(string) (odrl.Policy, bool) { return odrl.Policy{}, false }
	return Conditions{Dataset: dataset, OfferID: r.OfferID, PurposesVersion: r.PurposesVersion, Inherited: alone}.normal(r.Policy)
}

// ProvenByConsumer reports whether what was said is the assignee's word on the agreement: that it verified exactly its terms or took the offer.
func (a Agreement) ProvenByConsumer(signedCall SignedCall) bool {
	if a.OfferID == "" {
		r, ok := asks[AgreeRequest](signedCall, a.Assignee, MoveVerify)
		return ok && r.Unsigned() == a.Signed()
	}
	r, ok := asks[QuickAgreeRequest](signedCall, a.Assignee, "QuickAgree")
	return ok && r.Unsigned() == QuickAgreeRequest{
		NegotiationID: a.NegotiationID, AgreementID: a.AgreementID, OfferID: a.OfferID, PolicySHA256: a.PolicySHA256, Supersedes: a.Supersedes,
	}
}

// Proven reports whether what was said is the owner's word on the offer.
func (o Offer) Proven(signedCall SignedCall) bool {
	r, ok := asks[PublishOfferRequest](signedCall, o.Owner, "PublishOffer")
	if !ok || r.OfferID != o.OfferID || r.DatasetID != o.DatasetID {
		return false
	}
	if !o.AutoAgree {
		return !r.AutoAgree
	}
	terms, err := r.Terms(o.Owner)
	return err == nil && terms.SHA256 == o.SHA256 && o.Repeats(r.Publish(Dataset{DatasetContent: DatasetContent{DatasetID: r.DatasetID, Owner: o.Owner}}, terms, Action{}))
}

// Matches reports whether the end is the resident's own word, and whether it describes what the end does.
func (e Termination) Matches(signedCall SignedCall, assigner string) bool {
	var id string
	switch e.State {
	case Retired:
		r, ok := asks[RetireAgreementRequest](signedCall, assigner, "RetireAgreement")
		id = named(r.AgreementID, ok)
	case Superseded:
		r, ok := asks[SupersedeRequest](signedCall, assigner, "Supersede")
		id = named(r.AgreementID, ok && r.By == e.SupersededBy)
	}
	return id == e.AgreementID
}

// Matches reports whether the withdrawal is the resident's own word.
func (w Withdrawal) Matches(signedCall SignedCall) bool {
	r, ok := asks[WithdrawOfferRequest](signedCall, Author(w.OfferID), "WithdrawOffer")
	return ok && r.OfferID == w.OfferID && r.LetFinish == w.LetFinish && slices.Equal(r.Keeps, w.Keeps)
}

// Matches reports whether the end is the resident's own word.
func (e DatasetEnd) Matches(signedCall SignedCall) bool {
	r, ok := asks[RetireDatasetRequest](signedCall, Author(e.DatasetID), "RetireDataset")
	return ok && r.DatasetID == e.DatasetID
}

// Matches reports whether the confirmation is the party's own word on the dataset as it is now.
func (c Confirmation) Matches(signedCall SignedCall, d Dataset) bool {
	r, ok := asks[ConfirmDatasetRequest](signedCall, c.By, "ConfirmDataset")
	return ok && r.Equal(d.Roles())
}

func named(id string, ok bool) string {
	if ok {
		return id
	}
	return ""
}

// Kind is what an end ends.
type Kind string

// ListUnprovenEndsRequest lists the ends of residents' licences, offers or datasets that have no valid signature of the resident.
type ListUnprovenEndsRequest struct {
	Of Kind `json:"of"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListUnprovenEndsRequest) Validate() error {
	return request.All(request.OneOf("of", r.Of, OfLicence, OfOffer, OfDataset), r.Check())
}

// UnprovenEnd is an end that two organisations may have made up. It ends all the same.
type UnprovenEnd struct {
	// ID is that of the licence, offer or dataset.
	ID   string    `json:"id"`
	At   time.Time `json:"at,omitzero"`
	TxID string    `json:"txId,omitempty"`
}

// UnprovenEndPage is a page of them: of each page's ends those that are not proven, so that it may be empty and go on.
type UnprovenEndPage struct {
	Ends     []UnprovenEnd `json:"ends"`
	Bookmark string        `json:"bookmark"`
}
