// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"cmp"
	"reflect"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

// Terms are what a community agrees on when it is created.
type Terms struct {
	CommunityID string `json:"communityId"`
	// Name is shown to people.
	Name string `json:"name"`
	// Country is the ISO 3166-1 alpha-2 code.
	Country string `json:"country"`
	// GridOperator is the MSP of the distribution system operator that measures.
	GridOperator string `json:"gridOperator"`
	// Collection is the private collection of this grid operator and this organiser, "meterData" or "meterData-…". It holds the load profiles.
	Collection string `json:"collection"`
	// IntervalMinutes is the interval of measurement (pas de mesure): 15, 30 or 60.
	IntervalMinutes int `json:"intervalMinutes"`
	// TimeZone is the IANA name of the zone that cuts the days, such as Europe/Vienna.
	TimeZone string `json:"timeZone"`
	// Key is the allocation key (clé de répartition).
	Key AllocationKey `json:"key"`
	// Rounding is EXACT, which conserves every mWh, or DSO_AT, which repeats the Austrian grid operator's rounding.
	Rounding allocation.Rounding `json:"rounding"`
	// Tariff is what shared energy costs; without one the members settle energy only.
	Tariff *billing.Tariff `json:"tariff,omitempty"`
	// Plausibility says what becomes of a reading above the member's limit; empty means REJECT.
	Plausibility Plausibility `json:"plausibility,omitempty"`
	// RetentionDays is how long meter days are kept at least, 0 to 7300; then they may be purged.
	RetentionDays int `json:"retentionDays,omitempty"`
	// DisputeDays is how many days members may dispute a period, 0 to 365.
	DisputeDays int `json:"disputeDays"`
	// ValidFrom is the first local day, ISO 8601.
	ValidFrom string `json:"validFrom"`
}

// Community is an energy community as it stands on the ledger.
type Community struct {
	Schema int `json:"schema"`
	Terms
	// Organiser is the MSP that created and runs the community.
	Organiser string `json:"organiser"`
	// Generation is the number of the newest generation of key and tariff; the first one is that of the terms.
	Generation int `json:"generation"`
	// Changes are the generations after the first, in the order of their numbers.
	Changes []Generation `json:"changes,omitempty"`
}

// CreateCommunityRequest creates a community whose organiser is the caller's organisation.
type CreateCommunityRequest struct{ Terms }

// Validate checks the request by itself.
func (r CreateCommunityRequest) Validate() error {
	return request.All(
		request.ID("communityId", r.CommunityID),
		request.Required("name", r.Name), text("name", r.Name),
		request.Matches("country", r.Country, countryPattern, "an ISO 3166-1 alpha-2 code"),
		request.MSP("gridOperator", r.GridOperator),
		request.Matches("collection", r.Collection, collectionPattern, `"meterData" or "meterData-" and a name`),
		r.validateInterval(),
		r.validateTimeZone(),
		r.Key.validate("key", r.Rounding),
		r.Key.national("key", r.Country),
		r.validateTariff(),
		request.OneOf("plausibility", cmp.Or(r.Plausibility, Reject), Reject, Flag),
		request.Within("retentionDays", int64(r.RetentionDays), 0, 7300),
		request.Within("disputeDays", int64(r.DisputeDays), 0, 365),
		date("validFrom", r.ValidFrom),
	)
}

func (t Terms) validateInterval() error {
	switch t.IntervalMinutes {
	case 15, 30, 60:
		return nil
	default:
		return fault.Field(fault.InvalidField, "intervalMinutes", "expected 15, 30 or 60")
	}
}

func (t Terms) validateTimeZone() error {
	if err := request.Required("timeZone", t.TimeZone); err != nil {
		return err
	}
	_, err := location(t.TimeZone)
	return err
}

func (t Terms) validateTariff() error {
	if t.Tariff == nil {
		return nil
	}
	return t.Tariff.Validate("tariff")
}

// Create makes the community of the request for the organiser.
func (r CreateCommunityRequest) Create(organiser string) Community {
	return Community{Schema: SchemaVersion, Terms: r.Terms, Organiser: organiser, Generation: 1}
}

// Repeats reports whether creating the other community again is creating this one again.
func (c Community) Repeats(other Community) bool {
	return c.Organiser == other.Organiser && reflect.DeepEqual(c.Terms, other.Terms)
}

// ListCommunitiesRequest asks for a page of all communities.
type ListCommunitiesRequest struct{ request.Listing }

// Validate checks the request by itself.
func (r ListCommunitiesRequest) Validate() error { return r.Check() }

// CommunityPage is a page of communities in byte order of their ids.
type CommunityPage struct {
	Communities []Community `json:"communities"`
	Bookmark    string      `json:"bookmark,omitempty"`
}

// GetCommunityRequest asks for one community.
type GetCommunityRequest struct {
	CommunityID string `json:"communityId"`
}

// Validate checks the request by itself.
func (r GetCommunityRequest) Validate() error { return request.ID("communityId", r.CommunityID) }
