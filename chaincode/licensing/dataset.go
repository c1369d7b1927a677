// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// AccessService is where data are served (dcat:DataService).
type AccessService struct {
	EndpointURL string `json:"endpointUrl"`
	// Protocol is, for example, https or mqtt.
	Protocol string `json:"protocol"`
}

// Distribution is one form of a dataset (dcat:Distribution).
type Distribution struct {
	Format    string `json:"format"`
	MediaType string `json:"mediaType"`
	// Checksum is the SHA-256 in lower-case hex of data that do not change.
	Checksum      string        `json:"checksum,omitempty"`
	AccessService AccessService `json:"accessService"`
}

// DatasetContent describes data that somebody owns (dcat:Dataset).
type DatasetContent struct {
	DatasetID   string `json:"datasetId"`
	Version     int    `json:"version"`
	Title       string `json:"title"`
	Description string `json:"description"`
	// Publisher is the MSP that answers for the entry.
	Publisher string `json:"publisher"`
	// Owner is an MSP, or the pseudonym of a resident who owns the data.
	Owner    string   `json:"owner"`
	Theme    []string `json:"theme"`
	Keyword  []string `json:"keyword,omitempty"`
	Spatial  string   `json:"spatial,omitempty"`
	Temporal string   `json:"temporal,omitempty"`
	// AccrualPeriodicity is how often data are added, such as an ISO 8601 duration or a term of EU frequencies.
	AccrualPeriodicity string         `json:"accrualPeriodicity,omitempty"`
	ConformsTo         string         `json:"conformsTo,omitempty"`
	Distribution       []Distribution `json:"distribution"`
	// PersonalData states that the data are about natural persons: an access then needs the consent of each, for
	// DataCategories, given to Controller.
	PersonalData   bool     `json:"personalData,omitempty"`
	DataCategories []string `json:"dataCategories,omitempty"`
	Controller     string   `json:"controller,omitempty"`
	// Contact is the MSP that answers questions about the data. Publisher, controller and contact confirm by themselves that they are, where they are not the
	// owner.
	Contact string `json:"contact,omitempty"`
}

// Dataset is a dataset on the ledger, in its newest version.
type Dataset struct {
	Schema int `json:"schema"`
	DatasetContent
	// RetiredAt is when the owner took it off; absent while it is offered.
	RetiredAt time.Time `json:"retiredAt,omitzero"`
	ChangedAt time.Time `json:"changedAt"`
	TxID      string    `json:"txId"`
}

// Parties are the publisher, controller and contact that are not the owner.
func (c DatasetContent) Parties() (parties []string) {
	for _, msp := range []string{c.Publisher, c.Controller, c.Contact} {
		if msp != "" && msp != c.Owner && !slices.Contains(parties, msp) {
			parties = append(parties, msp)
		}
	}
	return parties
}

// Roles is what publisher, controller and contact agree to: what they answer for.
type Roles struct {
	DatasetID      string   `json:"datasetId"`
	Publisher      string   `json:"publisher"`
	Controller     string   `json:"controller,omitempty"`
	Contact        string   `json:"contact,omitempty"`
	PersonalData   bool     `json:"personalData,omitempty"`
	DataCategories []string `json:"dataCategories,omitempty"`
}

// Roles is what the dataset's parties agree to.
func (c DatasetContent) Roles() Roles {
	return Roles{c.DatasetID, c.Publisher, c.Controller, c.Contact, c.PersonalData, c.DataCategories}
}

// ConfirmDatasetRequest is by which a publisher, controller or contact agrees to be it. gateway-client and smartb fill in the roles and sign.
type ConfirmDatasetRequest struct {
	Roles
	// Signature is the steward's over the request without it.
	Signature string `json:"signature,omitempty"`
}

// Validate checks the request by itself.
func (r ConfirmDatasetRequest) Validate() error { return ref("datasetId", r.DatasetID) }

// Unsigned is what the signature is over.
func (r ConfirmDatasetRequest) Unsigned() ConfirmDatasetRequest {
	r.Signature = ""
	return r
}

// Confirms refuses a party that the dataset does not name, and roles that are others now.
func (r ConfirmDatasetRequest) Confirms(d Dataset, act Action) error {
	if !slices.Contains(d.Parties(), act.By) {
		return fault.New(fault.Forbidden, "dataset %s does not name %s as publisher, controller or contact", r.DatasetID, act.By)
	}
	if !r.Equal(d.Roles()) {
		return fault.Field(fault.TermsMismatch, "datasetId", "dataset %s names other parties or data categories now", r.DatasetID)
	}
	return nil
}

// Equal reports whether both say the same.
func (r Roles) Equal(other Roles) bool {
	same := slices.Equal(r.DataCategories, other.DataCategories)
	r.DataCategories, other.DataCategories = nil, nil
	return same && reflect.DeepEqual(r, other)
}

// Confirmation is a party's agreement on the ledger, with its signature.
type Confirmation struct {
	Schema    int       `json:"schema"`
	DatasetID string    `json:"datasetId"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
	TxID      string    `json:"txId"`
	Signature string    `json:"signature"`
}

// DatasetView is a dataset as it is answered.
type DatasetView struct {
	Dataset
	// Unconfirmed are those whom the owner named as publisher, controller or contact and who did not agree yet: until then it is neither offered nor accessed.
	Unconfirmed []string `json:"unconfirmed,omitempty"`
	// EndUnproven is true where a resident's retirement has no valid signature: two organisations may have made it up.
	EndUnproven bool `json:"endUnproven,omitempty"`
}

// DatasetEnd is the end of a resident's dataset.
type DatasetEnd struct {
	Schema    int       `json:"schema"`
	DatasetID string    `json:"datasetId"`
	At        time.Time `json:"at"`
	TxID      string    `json:"txId"`
	Evidence  *Evidence `json:"evidence"`
}

// End makes the end.
func (r RetireDatasetRequest) End(act Action) DatasetEnd {
	return DatasetEnd{SchemaVersion, r.DatasetID, act.At, act.TxID, act.Evidence}
}

// RegisterDatasetRequest registers data of the caller.
type RegisterDatasetRequest struct{ DatasetContent }

// Validate checks the request by itself.
func (r RegisterDatasetRequest) Validate() error {
	if r.Version != 1 {
		return fault.Field(fault.InvalidField, "version", "a dataset is registered as version 1")
	}
	return r.check()
}

// UpdateDatasetRequest publishes the next version of a dataset's description.
type UpdateDatasetRequest struct{ DatasetContent }

// Validate checks the request by itself.
func (r UpdateDatasetRequest) Validate() error {
	return request.All(request.Within("version", int64(r.Version), 2, maxVersion), r.check())
}

func (c DatasetContent) check() error {
	return request.All(
		ref("datasetId", c.DatasetID), authored("datasetId", c.DatasetID, c.Owner), request.Optional("contact", c.Contact, request.MSP), request.Named("title", c.Title), request.Required("description", c.Description),
		request.LongText("description", c.Description), request.MSP("publisher", c.Publisher), party("owner", c.Owner), c.checkFacets(),
		request.Text("spatial", c.Spatial), request.Text("temporal", c.Temporal), request.Text("accrualPeriodicity", c.AccrualPeriodicity),
		request.Optional("conformsTo", c.ConformsTo, request.URL), c.checkDistributions(), c.checkPersonal(),
	)
}

func (c DatasetContent) checkFacets() error {
	if len(c.Theme) == 0 {
		return fault.Field(fault.MissingField, "theme", "required")
	}
	return request.All(request.List("theme", c.Theme, request.Named), request.List("keyword", c.Keyword, request.Named))
}

const maxDistributions = 20

func (c DatasetContent) checkDistributions() error {
	if len(c.Distribution) == 0 || len(c.Distribution) > maxDistributions {
		return fault.Field(fault.OutOfRange, "distribution", "expected 1 to %d entries", maxDistributions)
	}
	for i, d := range c.Distribution {
		field := "distribution/" + strconv.Itoa(i)
		if err := request.All(
			request.Named(field+"/format", d.Format), request.Named(field+"/mediaType", d.MediaType), request.Optional(field+"/checksum", d.Checksum, request.SHA256),
			request.URL(field+"/accessService/endpointUrl", d.AccessService.EndpointURL), request.Named(field+"/accessService/protocol", d.AccessService.Protocol),
		); err != nil {
			return err
		}
	}
	return nil
}

func (c DatasetContent) checkPersonal() error {
	if !c.PersonalData {
		if len(c.DataCategories) > 0 {
			return fault.Field(fault.InvalidField, "dataCategories", "goes with personalData only")
		}
		return absent("controller", c.Controller, "data that are not personal")
	}
	if len(c.DataCategories) == 0 {
		return fault.Field(fault.MissingField, "dataCategories", "required for personal data")
	}
	return request.All(request.List("dataCategories", c.DataCategories, request.Term), request.MSP("controller", c.Controller))
}

// Register makes the dataset of the request.
func (r RegisterDatasetRequest) Register(act Action) Dataset { return r.dataset(act) }

func (c DatasetContent) dataset(act Action) Dataset {
	return Dataset{Schema: SchemaVersion, DatasetContent: c, ChangedAt: act.At, TxID: act.TxID}
}

// Update makes the next version of the dataset. Anyone who owns the data and whether and by whom they are personal
// never changes: licences and consents rest on it.
func (r UpdateDatasetRequest) Update(before Dataset, act Action) (Dataset, error) {
	switch {
	case !before.RetiredAt.IsZero():
		return before, fault.Field(fault.IllegalTransition, "datasetId", "dataset %s is retired", r.DatasetID)
	case r.Version != before.Version+1:
		return before, fault.Field(fault.AlreadyExists, "version", "version %d is in force; the next is %d", before.Version, before.Version+1)
	case r.Owner != before.Owner || r.PersonalData != before.PersonalData || r.Controller != before.Controller:
		return before, fault.Field(fault.InvalidField, "owner", "owner, personalData and controller never change; register another dataset")
	}
	return r.dataset(act), nil
}

// RetireDatasetRequest takes a dataset off: no offer, licence or transfer on it has effect any more.
type RetireDatasetRequest struct {
	DatasetID string `json:"datasetId"`
}

// Validate checks the request by itself.
func (r RetireDatasetRequest) Validate() error { return ref("datasetId", r.DatasetID) }

// Retire takes the dataset off.
func (d Dataset) Retire(act Action) Dataset {
	d.RetiredAt, d.TxID = act.At, act.TxID
	return d
}

// Facet is by what datasets are found.
type Facet string

// The facets.
const (
	ByTheme   Facet = "theme"
	ByKeyword Facet = "keyword"
	ByOwner   Facet = "owner"
)

// Place is one entry of the search index.
type Place struct {
	Facet Facet
	Value string
}

// Places are the entries under which the dataset is found.
func (c DatasetContent) Places() []Place {
	places := []Place{{ByOwner, c.Owner}}
	for _, theme := range c.Theme {
		places = append(places, Place{ByTheme, theme})
	}
	for _, keyword := range c.Keyword {
		places = append(places, Place{ByKeyword, keyword})
	}
	return places
}

// DatasetRequest names a dataset.
type DatasetRequest struct {
	DatasetID string `json:"datasetId"`
}

// Validate checks the request by itself.
func (r DatasetRequest) Validate() error { return ref("datasetId", r.DatasetID) }

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
