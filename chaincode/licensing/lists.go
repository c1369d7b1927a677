package licensing

import (
	"encoding/json"
	"time"

	"github.com/smartb-suite/smartb/chaincode/budget"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// DatasetRequest names a dataset.
type DatasetRequest struct {
	DatasetID string `json:"datasetId"`
}

// Validate checks the request by itself.
func (r DatasetRequest) Validate() error { return ref("datasetId", r.DatasetID) }

// OfferRequest names an offer.
type OfferRequest struct {
	OfferID string `json:"offerId"`
}

// Validate checks the request by itself.
func (r OfferRequest) Validate() error { return ref("offerId", r.OfferID) }

// DecisionRequest names a decision.
type DecisionRequest struct {
	DecisionID string `json:"decisionId"`
}

// Validate checks the request by itself.
func (r DecisionRequest) Validate() error { return checkDecisionID(r.DecisionID) }

// GetTransferRequest names a transfer.
type GetTransferRequest struct {
	TransferID string `json:"transferId"`
}

// Validate checks the request by itself.
func (r GetTransferRequest) Validate() error { return ref("transferId", r.TransferID) }

// ListDatasetsRequest searches datasets by one facet, or lists all.
type ListDatasetsRequest struct {
	Theme   string `json:"theme,omitempty"`
	Keyword string `json:"keyword,omitempty"`
	Owner   string `json:"owner,omitempty"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListDatasetsRequest) Validate() error {
	if r.Theme != "" && r.Keyword+r.Owner != "" || r.Keyword != "" && r.Owner != "" {
		return fault.Field(fault.InvalidField, "theme", "search by one of theme, keyword and owner")
	}
	return request.All(request.Text("theme", r.Theme), request.Text("keyword", r.Keyword), request.Optional("owner", r.Owner, party), r.Check())
}

// Place is the entry of the search index that is asked for; false for all datasets.
func (r ListDatasetsRequest) Place() (Place, bool) {
	for _, place := range []Place{{ByTheme, r.Theme}, {ByKeyword, r.Keyword}, {ByOwner, r.Owner}} {
		if place.Value != "" {
			return place, true
		}
	}
	return Place{}, false
}

// DatasetPage is a page of datasets.
type DatasetPage struct {
	Datasets []DatasetView `json:"datasets"`
	Bookmark string        `json:"bookmark"`
}

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

// PartyRequest lists what a party, an MSP or a resident, takes part in.
type PartyRequest struct {
	Party string `json:"party"`
	request.Listing
}

// Validate checks the request by itself.
func (r PartyRequest) Validate() error { return request.All(party("party", r.Party), r.Check()) }

// NegotiationPage is a page of negotiations.
type NegotiationPage struct {
	Negotiations []Negotiation `json:"negotiations"`
	Bookmark     string        `json:"bookmark"`
}

// NegotiationView is a negotiation with all terms that were sent.
type NegotiationView struct {
	Negotiation
	Rounds []Round `json:"terms"`
}

// Terms is what both sides sign of the licence that the negotiation came to; it has the id of the agreement where that is concluded, and else the given one.
func (v NegotiationView) Terms(agreementID string) AgreeRequest {
	if v.AgreementID != "" {
		agreementID = v.AgreementID
	}
	r := AgreeRequest{
		NegotiationID: v.NegotiationID, AgreementID: agreementID, PolicySHA256: v.TermsSHA256, Assigner: v.Provider, Assignee: v.Consumer, Target: v.DatasetID,
		Supersedes: v.Supersedes,
	}
	if last := len(v.Rounds) - 1; last >= 0 {
		r.PurposesVersion = v.Rounds[last].PurposesVersion
	}
	return r
}

// AgreementPage is a page of licences.
type AgreementPage struct {
	Agreements []AgreementView `json:"agreements"`
	Bookmark   string          `json:"bookmark"`
}

// ListDecisionsRequest lists decisions by exactly one of these, newest first.
type ListDecisionsRequest struct {
	AgreementID string `json:"agreementId,omitempty"`
	DatasetID   string `json:"datasetId,omitempty"`
	Assignee    string `json:"assignee,omitempty"`
	// Subject is the pseudonym of a data subject; a resident's signed request names its own.
	Subject string `json:"subject,omitempty"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListDecisionsRequest) Validate() error {
	named := 0
	for _, value := range []string{r.AgreementID, r.DatasetID, r.Assignee, r.Subject} {
		if value != "" {
			named++
		}
	}
	if named != 1 {
		return fault.Field(fault.MissingField, "agreementId", "name exactly one of agreementId, datasetId, assignee and subject")
	}
	return request.All(
		request.Optional("agreementId", r.AgreementID, ref), request.Optional("datasetId", r.DatasetID, ref),
		request.Optional("assignee", r.Assignee, request.MSP), request.Optional("subject", r.Subject, request.Thumbprint), r.Check(),
	)
}

// DecisionPage is a page of decisions.
type DecisionPage struct {
	Decisions []Decision `json:"decisions"`
	Bookmark  string     `json:"bookmark"`
}

// DeliveryPage is what was served under a decision.
type DeliveryPage struct {
	Deliveries []Delivery `json:"deliveries"`
}

// ListOfAgreementRequest lists what belongs to a licence.
type ListOfAgreementRequest struct {
	AgreementID string `json:"agreementId"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListOfAgreementRequest) Validate() error {
	return request.All(ref("agreementId", r.AgreementID), r.Check())
}

// DutyPage is a page of duties.
type DutyPage struct {
	Duties   []DutyRecord `json:"duties"`
	Bookmark string       `json:"bookmark"`
}

// TransferPage is a page of transfers.
type TransferPage struct {
	Transfers []Transfer `json:"transfers"`
	Bookmark  string     `json:"bookmark"`
}

// FreeTicketsRequest asks for a free ticket of each permission with a limited number of uses.
type FreeTicketsRequest struct {
	AgreementID string `json:"agreementId"`
}

// Validate checks the request by itself.
func (r FreeTicketsRequest) Validate() error { return ref("agreementId", r.AgreementID) }

// Tickets are free ones.
type Tickets struct {
	Tickets []Ticket `json:"tickets"`
	// Exhausted are the permissions of which every use is spent or reserved.
	Exhausted []string `json:"exhausted"`
}

// SimulateRequest asks what a policy or a licence would decide, and why.
type SimulateRequest struct {
	// Policy is any policy, AgreementID a licence: one of them.
	Policy      json.RawMessage `json:"policy,omitempty"`
	AgreementID string          `json:"agreementId,omitempty"`
	// Target and Assignee are needed with Policy only.
	Target   string `json:"target,omitempty"`
	Assignee string `json:"assignee,omitempty"`
	Question
	// At is the time to decide at; the transaction's if absent.
	At time.Time `json:"at,omitzero"`
}

// Validate checks the request by itself.
func (r SimulateRequest) Validate() error {
	if (len(r.Policy) == 0) == (r.AgreementID == "") {
		return fault.Field(fault.MissingField, "policy", "name one of policy and agreementId")
	}
	if r.AgreementID != "" {
		return request.All(ref("agreementId", r.AgreementID), absent("target", r.Target, "agreementId"), absent("assignee", r.Assignee, "agreementId"),
			r.check(), request.Bounded("at", r.At))
	}
	return request.All(checkPolicy(r.Policy), request.Text("target", r.Target), request.Text("assignee", r.Assignee), r.check(), request.Bounded("at", r.At))
}

// Simulation is what would be decided.
type Simulation struct {
	Permit  bool        `json:"permit"`
	Reasons []Reason    `json:"reasons,omitempty"`
	Report  odrl.Report `json:"report"`
}

// Simulate decides about a policy that nobody agreed to. Uses and duties are those of its first moment.
func (r SimulateRequest) Simulate(purposes *odrl.Hierarchy, at time.Time, steps *budget.Steps) (Simulation, error) {
	policy, findings := odrl.ParseWithin(r.Policy, steps)
	if len(findings) > 0 {
		return Simulation{}, refused(findings, steps)
	}
	world := odrl.World{Now: at, Finalized: at, Uses: map[string]odrl.Use{}, Knowledge: odrl.Knowledge{Purposes: purposes, Steps: steps}}
	for i := range policy.Permissions {
		world.Uses[policy.Permissions[i].Key()] = odrl.Use{}
	}
	world.Values = known(r.Assignee, 0)
	report := odrl.Simulate(policy, r.asked(r.Target, r.Assignee), world)
	return Simulation{Permit: report.Permit, Report: report}, steps.Err()
}

// Kind is what an end ends.
type Kind string

// The kinds.
const (
	OfLicence Kind = "licence"
	OfOffer   Kind = "offer"
	OfDataset Kind = "dataset"
)

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
