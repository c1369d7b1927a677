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
	// Tariff is what shared energy costs. Without one a month is closed only if FreeOfCharge states that nothing is
	// charged.
	Tariff *billing.Tariff `json:"tariff,omitempty"`
	// FreeOfCharge is true where the members share energy without money.
	FreeOfCharge bool `json:"freeOfCharge,omitempty"`
	// Plausibility describes what becomes of a reading above the member's limit; empty means REJECT.
	Plausibility Plausibility `json:"plausibility,omitempty"`
	// DisputeDays is how many days members may dispute a period, 0 to 365.
	DisputeDays int `json:"disputeDays"`
	// ValidFrom is the first local day, ISO 8601.
	ValidFrom string `json:"validFrom"`
}

// Community is an energy community on the ledger.
type Community struct {
	Schema int `json:"schema"`
	Terms
	// Organiser is the MSP that created and runs the community.
	Organiser string `json:"organiser"`
	// Generation is the number of the newest generation of key and tariff; the first one is that of the terms.
	Generation int `json:"generation"`
	// FirstGeneration is the number of the terms' generation, if they were replaced; otherwise it is 1.
	FirstGeneration int `json:"firstGeneration,omitempty"`
	// Changes are the generations after the first, in the order of their numbers.
	Changes []Generation `json:"changes,omitempty"`
}

// CreateCommunityRequest creates a community whose organiser is the caller's organisation.
type CreateCommunityRequest struct{ Terms }

// Validate checks the request by itself.
func (r CreateCommunityRequest) Validate() error { return r.Terms.Validate() }

// Validate checks the terms by themselves.
func (t Terms) Validate() error {
	return request.All(
		request.ID("communityId", t.CommunityID),
		request.Required("name", t.Name), text("name", t.Name),
		request.Matches("country", t.Country, countryPattern, "an ISO 3166-1 alpha-2 code"),
		request.MSP("gridOperator", t.GridOperator),
		request.Matches("collection", t.Collection, collectionPattern, `"meterData" or "meterData-" and a name`),
		t.validateInterval(),
		t.validateTimeZone(),
		t.validatePlace(),
		t.Key.validate("key", t.Rounding),
		t.Key.national("key", t.Country),
		t.validateTariff(),
		request.OneOf("plausibility", cmp.Or(t.Plausibility, Reject), Reject, Flag),
		request.Within("disputeDays", int64(t.DisputeDays), 0, 365),
		date("validFrom", t.ValidFrom),
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
	if t.FreeOfCharge {
		return fault.Field(fault.InvalidField, "freeOfCharge", "a community with a tariff is not free of charge; name one of the two")
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
