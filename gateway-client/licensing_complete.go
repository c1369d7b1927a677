// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/canonical"
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
)

// named are the members of the contract's requests that name something by its author and the author's own id.
var named = []string{"datasetId", "offerId", "negotiationId", "agreementId", "supersedes", "by", "decisionId", "transferId"}

// qualify completes the names in a request of the contract "licensing": a bare id is the caller's own. The ledger never looks up an id alone.
func (c *Client) qualify(name string, request any) (any, error) {
	if !strings.HasPrefix(name, "licensing:") || name == "licensing:Relay" {
		return request, nil
	}
	text, err := encode(request)
	if err != nil {
		return request, nil //nolint:nilerr // the call refuses it
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		return request, nil
	}
	changed := false
	for _, member := range named {
		var id string
		if json.Unmarshal(members[member], &id) != nil || id == "" || strings.Contains(id, "/") {
			continue
		}
		author, err := c.author()
		if err != nil {
			return nil, err
		}
		if members[member], err = json.Marshal(licensing.Ref(author, id)); err != nil {
			return nil, err
		}
		changed = true
	}
	if !changed {
		return json.RawMessage(text), nil
	}
	return members, nil
}

// author is in whose name the client acts: its organisation or the resident.
func (c *Client) author() (string, error) {
	switch {
	case c.resident == nil:
		return c.profile.MSPID, nil
	case c.subject != "":
		return c.subject, nil
	default:
		return c.resident.Thumbprint()
	}
}

// complete fills in what a request about a licence leaves out, and signs it with the member's certificate where the
// contract wants that. Anything that both sides sign of a licence is all that its record will hold.
func (c *Client) complete(ctx context.Context, name string, request any) (any, error) {
	if !strings.HasPrefix(name, "licensing:") {
		return request, nil
	}
	request, err := c.qualify(name, request)
	if err != nil {
		return nil, err
	}
	if fill := fills[name]; fill != nil {
		if request, err = fill(ctx, c, request); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if c.resident != nil {
		return request, nil
	}
	text, err := encode(request)
	if err != nil {
		return request, nil //nolint:nilerr // the call refuses it
	}
	if _, err := canonical.JSON(json.RawMessage(text)); err != nil {
		return request, nil //nolint:nilerr // the contract refuses what has no one form to sign
	}
	signed, err := licensing.Sign(signedrequest.Audience(c.profile.Network, c.profile.Channel), name, text, c.SignMember)
	return json.RawMessage(signed), err
}

// fills are the transactions whose requests the client fills in.
var fills map[string]func(context.Context, *Client, any) (any, error)

func init() { //nolint:gochecknoinits // the table's functions make calls, which read the table
	fills = map[string]func(context.Context, *Client, any) (any, error){
		"licensing:PublishOffer":   filled(fillOffer),
		"licensing:ConfirmDataset": filled(fillConfirmation),
		"licensing:Agree":          filled(fillAgreement), "licensing:VerifyAgreement": filled(fillAgreement), "licensing:FinalizeNegotiation": filled(fillAgreement),
		"licensing:QuickAgree":      filled(fillQuickAgreement),
		"licensing:ResumeAgreement": filled(fillResume),
		"licensing:WithdrawOffer":   filled(fillWithdrawal),
	}
}

// filled reads a request, which may be raw JSON, and fills it in; anything that cannot be read is left for the contract
// to refuse.
func filled[T any](fill func(context.Context, Licensing, *T) error) func(context.Context, *Client, any) (any, error) {
	return func(ctx context.Context, c *Client, request any) (any, error) {
		text, err := encode(request)
		if err != nil {
			return request, nil //nolint:nilerr // the call refuses it
		}
		var typed T
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		if decoder.Decode(&typed) != nil {
			return request, nil
		}
		err = fill(ctx, c.Licensing(), &typed)
		return typed, err
	}
}

func fillOffer(ctx context.Context, l Licensing, r *licensing.PublishOfferRequest) error {
	if !r.AutoAgree || r.PurposesVersion != 0 {
		return nil
	}
	taxonomy, err := l.client.Consent().GetTaxonomy(ctx, consent.GetTaxonomyRequest{})
	r.PurposesVersion = taxonomy.Version
	return err
}

func fillConfirmation(ctx context.Context, l Licensing, r *licensing.ConfirmDatasetRequest) error {
	if r.Publisher != "" {
		return nil
	}
	dataset, err := l.GetDataset(ctx, licensing.DatasetRequest{DatasetID: r.DatasetID})
	r.Roles = dataset.Roles()
	return err
}

func fillAgreement(ctx context.Context, l Licensing, r *licensing.AgreeRequest) error {
	if r.Assigner != "" {
		return nil
	}
	view, err := l.GetNegotiation(ctx, licensing.NegotiationRequest{NegotiationID: r.NegotiationID})
	if err != nil {
		return err
	}
	terms := view.Terms(r.AgreementID)
	if r.PolicySHA256 != "" { // what the caller saw
		terms.PolicySHA256 = r.PolicySHA256
	}
	*r = terms
	return nil
}

func fillQuickAgreement(ctx context.Context, l Licensing, r *licensing.QuickAgreeRequest) error {
	if r.PolicySHA256 != "" {
		return nil
	}
	offer, err := l.GetOffer(ctx, licensing.OfferRequest{OfferID: r.OfferID})
	r.PolicySHA256 = offer.SHA256
	return err
}

func fillResume(ctx context.Context, l Licensing, r *licensing.ResumeAgreementRequest) error {
	if r.Follows != "" {
		return nil
	}
	view, err := l.GetAgreement(ctx, licensing.AgreementRequest{AgreementID: r.AgreementID})
	if err != nil {
		return err
	}
	r.Follows = view.Endings[0].ID
	return nil
}

// fillWithdrawal keeps the licences that are on an offer; an empty list that is not nil keeps none.
func fillWithdrawal(ctx context.Context, l Licensing, r *licensing.WithdrawOfferRequest) error {
	if r.Keeps != nil {
		return nil
	}
	list := licensing.PartyRequest{Party: licensing.Author(r.OfferID)}
	for {
		page, err := l.ListAgreements(ctx, list)
		if err != nil {
			return err
		}
		for _, a := range page.Agreements {
			if a.OfferID == r.OfferID && a.Proven && !slices.Contains([]licensing.LicenceState{licensing.Retired, licensing.Superseded}, a.State) {
				r.Keeps = append(r.Keeps, a.AgreementID)
			}
		}
		if list.Bookmark = page.Bookmark; list.Bookmark == "" {
			return nil
		}
	}
}
