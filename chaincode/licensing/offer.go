package licensing

import (
	"encoding/json"
	"regexp"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

var currencyPattern = regexp.MustCompile(`^[A-Z]{3}$`)

// Price is what a licence costs. It is information for people; what must be paid before a use is a duty of the policy.
type Price struct {
	// MicroUnits is the amount in millionths of the currency.
	MicroUnits int64 `json:"microUnits"`
	// Currency is the ISO 4217 code.
	Currency string `json:"currency"`
	// Per says for what, such as licence, month or use.
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
	// AutoAgree lets every consumer conclude the agreement by itself, by QuickAgree.
	AutoAgree bool `json:"autoAgree,omitempty"`
}

// Validate checks the request by itself; the policy is read when the dataset is known.
func (r PublishOfferRequest) Validate() error {
	return request.All(request.ID("offerId", r.OfferID), request.ID("datasetId", r.DatasetID), checkPolicy(r.Policy), r.Price.check())
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
	PublishedAt time.Time `json:"publishedAt"`
	TxID        string    `json:"txId"`
	// Proof is the statement by which a resident published it.
	Proof string `json:"proof,omitempty"`
}

// Publish makes the offer of checked terms.
func (r PublishOfferRequest) Publish(dataset Dataset, terms Terms, act Act) Offer {
	return Offer{
		Schema: SchemaVersion, OfferID: r.OfferID, DatasetID: r.DatasetID, Owner: dataset.Owner, Terms: terms, Price: r.Price, AutoAgree: r.AutoAgree,
		PublishedAt: act.At, TxID: act.TxID, Proof: act.Proof,
	}
}

// Repeats reports whether publishing the terms again would make the same offer.
func (o Offer) Repeats(other Offer) bool {
	same := o.Price == nil && other.Price == nil || o.Price != nil && other.Price != nil && *o.Price == *other.Price
	return same && o.DatasetID == other.DatasetID && o.SHA256 == other.SHA256 && o.AutoAgree == other.AutoAgree
}

// WithdrawOfferRequest ends an offer.
type WithdrawOfferRequest struct {
	OfferID string `json:"offerId"`
	// LetFinish lets negotiations that began with the offer go on to an agreement.
	LetFinish bool `json:"letFinish,omitempty"`
}

// Validate checks the request by itself.
func (r WithdrawOfferRequest) Validate() error { return request.ID("offerId", r.OfferID) }

// Withdrawal is the end of an offer. It has a key of its own, which exists from the publication on and only the owner's peer can change.
type Withdrawal struct {
	Schema    int    `json:"schema"`
	OfferID   string `json:"offerId"`
	LetFinish bool   `json:"letFinish,omitempty"`
	// At is when the offer was withdrawn; absent while it stands.
	At   time.Time `json:"at,omitzero"`
	TxID string    `json:"txId"`
}

// Standing is the withdrawal of an offer that nobody withdrew.
func (o Offer) Standing() Withdrawal {
	return Withdrawal{Schema: SchemaVersion, OfferID: o.OfferID, TxID: o.TxID}
}

// Withdrawn reports whether the offer was withdrawn.
func (w Withdrawal) Withdrawn() bool { return !w.At.IsZero() }

// Withdraw makes the withdrawal.
func (r WithdrawOfferRequest) Withdraw(act Act) Withdrawal {
	return Withdrawal{Schema: SchemaVersion, OfferID: r.OfferID, LetFinish: r.LetFinish, At: act.At, TxID: act.TxID}
}

// Open refuses an offer that was withdrawn; running is true for a negotiation that began before, which may go on if the owner said so.
func (o OfferView) Open(running bool) error {
	if !o.Withdrawal.Withdrawn() || running && o.Withdrawal.LetFinish {
		return nil
	}
	return fault.Field(fault.OfferWithdrawn, "offerId", "offer %s was withdrawn at %s", o.OfferID, o.Withdrawal.At.Format(time.RFC3339))
}

// Offered refuses a dataset that is retired.
func (d Dataset) Offered() error {
	if d.RetiredAt.IsZero() {
		return nil
	}
	return fault.Field(fault.DatasetRetired, "datasetId", "dataset %s was retired at %s", d.DatasetID, d.RetiredAt.Format(time.RFC3339))
}

// OfferView is an offer as it is answered.
type OfferView struct {
	Offer
	Withdrawal Withdrawal `json:"withdrawal"`
}
