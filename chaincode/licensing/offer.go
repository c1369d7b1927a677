// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

var currencyPattern = regexp.MustCompile(`^[A-Z]{3}$`)

// Price is what a licence costs. It is information for people; anything that must be paid before a use is a duty of the
// policy.
type Price struct {
	// MicroUnits is the amount in millionths of the currency.
	MicroUnits int64 `json:"microUnits"`
	// Currency is the ISO 4217 code.
	Currency string `json:"currency"`
	// Per states for what, such as licence, month or use.
	Per string `json:"per"`
}

const maxPrice = 1_000_000_000_000_000

func (p *Price) check() error {
	if p == nil {
		return nil
	}
	return request.All(
		request.Within("price/microUnits", p.MicroUnits, 0, maxPrice), request.Named("price/per", p.Per),
		request.Matches("price/currency", p.Currency, currencyPattern, "an ISO 4217 code such as EUR"),
	)
}

// PublishOfferRequest offers a dataset of the caller under a policy.
type PublishOfferRequest struct {
	OfferID   string `json:"offerId"`
	DatasetID string `json:"datasetId"`
	// Policy is an ODRL offer in JSON-LD. Its target and assigner may be left out: they are the dataset and its owner. Numbers that are no integers are
	// written as strings.
	Policy json.RawMessage `json:"policy"`
	Price  *Price          `json:"price,omitempty"`
	// AutoAgree lets the takers conclude the agreement by themselves, by QuickAgree: the signature on the offer is the owner's on each such licence.
	AutoAgree bool `json:"autoAgree,omitempty"`
	// Takers are the MSPs that may take the offer unchanged, or "any" alone; required with AutoAgree.
	Takers []string `json:"takers,omitempty"`
	// PurposesVersion is the version of the purposes that the terms are read by, the one in force; required with AutoAgree, and filled in by gateway-client and
	// smartb.
	PurposesVersion int `json:"purposesVersion,omitempty"`
	// Signature is the steward's over the request without it; absent in a resident's signed request.
	Signature string `json:"signature,omitempty"`
}

// Unsigned is what the signature is over.
func (r PublishOfferRequest) Unsigned() PublishOfferRequest {
	r.Signature = ""
	return r
}

// AnyTaker is the taker of an offer that everybody may take.
const AnyTaker = "any"

func takes(takers []string, msp string) bool {
	return slices.Contains(takers, msp) || slices.Equal(takers, []string{AnyTaker})
}

// Validate checks the request by itself; the policy is read when the dataset is known.
func (r PublishOfferRequest) Validate() error {
	return request.All(
		ref("offerId", r.OfferID), ref("datasetId", r.DatasetID), authored("offerId", r.OfferID, Author(r.DatasetID)), checkPolicy(r.Policy), r.Price.check(),
		r.checkTakers(),
	)
}

func (r PublishOfferRequest) checkTakers() error {
	switch {
	case !r.AutoAgree && len(r.Takers) > 0:
		return fault.Field(fault.InvalidField, "takers", "goes with autoAgree only")
	case r.AutoAgree && len(r.Takers) == 0:
		return fault.Field(fault.MissingField, "takers", "say who may take the offer as it stands: MSPs, or any")
	case r.AutoAgree && r.PurposesVersion == 0:
		return fault.Field(fault.MissingField, "purposesVersion", "required with autoAgree")
	}
	return request.All(request.Distinct("takers", r.Takers, request.MSP), request.Within("purposesVersion", int64(r.PurposesVersion), 0, maxVersion))
}

// Pinned refuses an offer to be taken unchanged whose terms the owner's request alone does not give: they are the
// owner's word on every licence.
func (r PublishOfferRequest) Pinned(terms Terms, owner string) error {
	if r.PurposesVersion != 0 && r.PurposesVersion != terms.PurposesVersion {
		return fault.Field(fault.InvalidField, "purposesVersion", "version %d of the purposes is in force", terms.PurposesVersion)
	}
	if !r.AutoAgree {
		return nil
	}
	for _, taker := range r.Takers {
		if taker != AnyTaker && terms.For(taker) != nil {
			return fault.Field(fault.InvalidField, "takers", "%s can never take the offer: the policy's assignee is another one", taker)
		}
	}
	alone, err := r.Terms(owner)
	if err != nil || alone.SHA256 != terms.SHA256 {
		return fault.Field(fault.InvalidField, "policy", "an offer that is taken as it stands inherits nothing; write it out")
	}
	return nil
}

// Offer is a policy of a dataset's owner. It never changes.
type Offer struct {
	Schema    int    `json:"schema"`
	OfferID   string `json:"offerId"`
	DatasetID string `json:"datasetId"`
	// Owner is the dataset's.
	Owner string `json:"owner"`
	Terms
	Price       *Price    `json:"price,omitempty"`
	AutoAgree   bool      `json:"autoAgree"`
	Takers      []string  `json:"takers,omitempty"`
	PublishedAt time.Time `json:"publishedAt"`
	TxID        string    `json:"txId"`
	// Evidence is the owner's signature on it.
	Evidence *Evidence `json:"evidence"`
}

// Publish makes the offer of checked terms.
func (r PublishOfferRequest) Publish(dataset Dataset, terms Terms, act Action) Offer {
	return Offer{
		Schema: SchemaVersion, OfferID: r.OfferID, DatasetID: r.DatasetID, Owner: dataset.Owner, Terms: terms, Price: r.Price, AutoAgree: r.AutoAgree,
		Takers: r.Takers, PublishedAt: act.At, TxID: act.TxID, Evidence: act.Evidence,
	}
}

// Repeats reports whether publishing the terms again would make the same offer.
func (o Offer) Repeats(other Offer) bool {
	same := o.Price == nil && other.Price == nil || o.Price != nil && other.Price != nil && *o.Price == *other.Price
	return same && o.DatasetID == other.DatasetID && o.SHA256 == other.SHA256 && o.AutoAgree == other.AutoAgree && slices.Equal(o.Takers, other.Takers)
}

// WithdrawOfferRequest ends an offer.
type WithdrawOfferRequest struct {
	OfferID string `json:"offerId"`
	// LetFinish lets negotiations that began with the offer go on to an agreement.
	LetFinish bool `json:"letFinish,omitempty"`
	// Keeps are the licences on an offer that was taken unchanged which go on; all others on it end. The owner's word
	// on the offer ends with it, and this list describes for which licences it was given: whoever takes the offer
	// later, under whatever date, has none.
	Keeps []string `json:"keeps,omitzero"`
}

// maxKept bounds what a withdrawal keeps.
const maxKept = 1000

// Validate checks the request by itself.
func (r WithdrawOfferRequest) Validate() error {
	if len(r.Keeps) > maxKept {
		return fault.Field(fault.OutOfRange, "keeps", "at most %d licences", maxKept)
	}
	return request.All(ref("offerId", r.OfferID), request.Distinct("keeps", r.Keeps, ref))
}

// Withdrawal is the end of an offer. That of an organisation's offer has a key which exists from the publication on and only the owner's peer can change;
// that of a resident's is written once. Nobody can take either back.
type Withdrawal struct {
	Schema    int      `json:"schema"`
	OfferID   string   `json:"offerId"`
	LetFinish bool     `json:"letFinish,omitempty"`
	Keeps     []string `json:"keeps,omitempty"`
	// At is when the offer was withdrawn; absent while it is in force.
	At   time.Time `json:"at,omitzero"`
	TxID string    `json:"txId"`
	// Evidence is the resident's signed request.
	Evidence *Evidence `json:"evidence,omitempty"`
}

// Standing is the withdrawal of an offer that nobody withdrew.
func (o Offer) Standing() Withdrawal {
	return Withdrawal{Schema: SchemaVersion, OfferID: o.OfferID, TxID: o.TxID}
}

// Withdrawn reports whether the offer was withdrawn.
func (w Withdrawal) Withdrawn() bool { return !w.At.IsZero() }

// Ends reports whether the withdrawal ends a licence on the offer.
func (w Withdrawal) Ends(agreementID string) bool {
	return w.Withdrawn() && !slices.Contains(w.Keeps, agreementID)
}

// Withdraw makes the withdrawal.
func (r WithdrawOfferRequest) Withdraw(act Action) Withdrawal {
	return Withdrawal{Schema: SchemaVersion, OfferID: r.OfferID, LetFinish: r.LetFinish, Keeps: r.Keeps, At: act.At, TxID: act.TxID, Evidence: act.Evidence}
}

// Open refuses an offer that was withdrawn; running is true for a negotiation that began before, which may go on if the owner said so.
func (o OfferView) Open(running bool) error {
	if !o.Withdrawal.Withdrawn() || running && o.Withdrawal.LetFinish {
		return nil
	}
	return fault.Field(fault.OfferWithdrawn, "offerId", "offer %s was withdrawn at %s", o.OfferID, o.Withdrawal.At.Format(time.RFC3339))
}

// Offered refuses a dataset that is retired, or that somebody is named in who did not agree to it.
func (d DatasetView) Offered() error {
	if len(d.Unconfirmed) > 0 {
		return fault.Field(fault.EvidenceInvalid, "datasetId", "dataset %s names %s, who did not confirm it", d.DatasetID, strings.Join(d.Unconfirmed, ", "))
	}
	if d.RetiredAt.IsZero() {
		return nil
	}
	return fault.Field(fault.DatasetRetired, "datasetId", "dataset %s was retired at %s", d.DatasetID, d.RetiredAt.Format(time.RFC3339))
}

// OfferView is an offer as it is answered.
type OfferView struct {
	Offer
	Withdrawal Withdrawal `json:"withdrawal"`
	// Unproven explains why the owner's signature on it does not fit; empty where it does.
	Unproven string `json:"unproven,omitempty"`
	// EndUnproven is true where the withdrawal has no valid signature of its resident: two organisations may have made it up.
	EndUnproven bool `json:"endUnproven,omitempty"`
}

// OfferRequest names an offer.
type OfferRequest struct {
	OfferID string `json:"offerId"`
}

// Validate checks the request by itself.
func (r OfferRequest) Validate() error { return ref("offerId", r.OfferID) }

// ListOffersRequest lists the offers on a dataset.
type ListOffersRequest struct {
	DatasetID string `json:"datasetId"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListOffersRequest) Validate() error {
	return request.All(ref("datasetId", r.DatasetID), r.Check())
}

// OfferPage is a page of offers.
type OfferPage struct {
	Offers   []OfferView `json:"offers"`
	Bookmark string      `json:"bookmark"`
}
