// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"cmp"
	"reflect"
	"slices"
	"time"

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

// Generation is one version of a community's key and tariff. It begins at a local midnight and lasts until the next one
// begins. (The roster has its generations too. The members of a day follow from their own days, and a run names the
// roster that it used by its hash.)
type Generation struct {
	Number int `json:"number"`
	// From is the local day at whose midnight the generation begins.
	From     string              `json:"from"`
	Key      AllocationKey       `json:"key"`
	Rounding allocation.Rounding `json:"rounding"`
	Tariff   *billing.Tariff     `json:"tariff,omitempty"`
	// FreeOfCharge is true where the members share energy without money.
	FreeOfCharge bool `json:"freeOfCharge,omitempty"`
	// Retroactive is true where From had begun when the change was made: only correction runs use it.
	Retroactive bool `json:"retroactive,omitempty"`
	// ChangedAt is when the change was made.
	ChangedAt time.Time `json:"changedAt"`
}

// first is the generation of the community's terms.
func (c Community) first() Generation {
	return Generation{
		Number: max(1, c.FirstGeneration), From: c.ValidFrom, Key: c.Key, Rounding: c.Rounding, Tariff: c.Tariff, FreeOfCharge: c.FreeOfCharge,
	}
}

// On is the generation in force on the local day: the one that began last. Retroactive ones count for correction runs only.
func (c Community) On(day string, run RunID) Generation {
	current := c.first()
	for _, change := range c.Changes {
		if change.From <= day && change.From >= current.From && (!change.Retroactive || run.Before() != "") {
			current = change
		}
	}
	return current
}

// Numbered returns a generation by its number.
func (c Community) Numbered(number int) (Generation, error) {
	if first := c.first(); number == first.Number {
		return first, nil
	}
	for _, change := range c.Changes {
		if change.Number == number {
			return change, nil
		}
	}
	return Generation{}, fault.New(fault.NotFound, "community %s has no generation %d", c.CommunityID, number)
}

// Today is the local date at the time.
func (c Community) Today(at time.Time) (string, error) {
	zone, err := location(c.TimeZone)
	if err != nil {
		return "", err
	}
	return at.In(zone).Format(dateLayout), nil
}

// ChangeKeyRequest gives a community another key or rounding from a local midnight on.
type ChangeKeyRequest struct {
	CommunityID string              `json:"communityId"`
	From        string              `json:"from"`
	Key         AllocationKey       `json:"key"`
	Rounding    allocation.Rounding `json:"rounding"`
	// Retroactive must be true for a day that has begun: the change then takes effect in correction runs only.
	Retroactive bool `json:"retroactive,omitempty"`
}

// Validate checks the request by itself.
func (r ChangeKeyRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), date("from", r.From), r.Key.validate("key", r.Rounding))
}

// ChangeTariffRequest gives a community another tariff from a local midnight on.
type ChangeTariffRequest struct {
	CommunityID string `json:"communityId"`
	From        string `json:"from"`
	// Tariff is the new tariff, unless FreeOfCharge is true: the members share energy without money from then on.
	Tariff       *billing.Tariff `json:"tariff,omitempty"`
	FreeOfCharge bool            `json:"freeOfCharge,omitempty"`
	// Retroactive must be true for a day that has begun: the change then takes effect in correction runs only.
	Retroactive bool `json:"retroactive,omitempty"`
}

// Validate checks the request by itself.
func (r ChangeTariffRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), date("from", r.From), r.validateTariff())
}

func (r ChangeTariffRequest) validateTariff() error {
	if r.Tariff == nil && !r.FreeOfCharge {
		return fault.Field(fault.MissingField, "tariff", "name a tariff, or say that the community is free of charge: freeOfCharge")
	}
	return Terms{Tariff: r.Tariff, FreeOfCharge: r.FreeOfCharge}.validateTariff()
}

// ChangeKey adds a generation with the request's key; the tariff is that of the generation before. The same change again changes nothing.
func (c Community) ChangeKey(r ChangeKeyRequest, at time.Time) (Community, error) {
	if err := r.Key.national("key", c.Country); err != nil {
		return c, err
	}
	next := c.On(r.From, "correction-1")
	next.Key, next.Rounding, next.Retroactive = r.Key, r.Rounding, r.Retroactive
	return c.change(next, r.From, at)
}

// ChangeTariff adds a generation with the request's tariff; the key is that of the generation before. The same change again changes nothing.
func (c Community) ChangeTariff(r ChangeTariffRequest, at time.Time) (Community, error) {
	next := c.On(r.From, "correction-1")
	next.Tariff, next.FreeOfCharge, next.Retroactive = r.Tariff, r.FreeOfCharge, r.Retroactive
	return c.change(next, r.From, at)
}

const maxGenerations = 100

func (c Community) change(next Generation, from string, at time.Time) (Community, error) {
	today, err := c.Today(at)
	if err != nil {
		return c, err
	}
	next.Number, next.From, next.ChangedAt = c.Generation+1, from, at
	if c.repeats(next) || c.inForce(next) {
		return c, nil
	}
	switch {
	case from < c.ValidFrom:
		return c, fault.Field(fault.InvalidField, "from", "lies before the community's first day, %s", c.ValidFrom)
	case from <= today && !next.Retroactive:
		return c, fault.Field(fault.InvalidField, "from", "%s has begun; a change is never retroactive, except for correction runs, with retroactive", from)
	case from > today && next.Retroactive:
		return c, fault.Field(fault.InvalidField, "retroactive", "%s has not begun; the change is not retroactive", from)
	case c.Generation >= maxGenerations:
		return c, fault.New(fault.OutOfRange, "a community has at most %d generations", maxGenerations)
	}
	c.Changes = append(c.Changes[:len(c.Changes):len(c.Changes)], next)
	c.Generation = next.Number
	return c, nil
}

// inForce reports whether the change would change nothing: the generations that it follows say the same.
func (c Community) inForce(next Generation) bool {
	runs := []RunID{"correction-1"}
	if !next.Retroactive {
		runs = append(runs, Final)
	}
	return !slices.ContainsFunc(runs, func(run RunID) bool {
		current := c.On(next.From, run)
		return !current.sameKey(next) || !current.sameTariff(next)
	})
}

func (g Generation) sameKey(other Generation) bool {
	return g.Rounding == other.Rounding && reflect.DeepEqual(g.Key, other.Key)
}

func (g Generation) sameTariff(other Generation) bool {
	return g.FreeOfCharge == other.FreeOfCharge && reflect.DeepEqual(g.Tariff, other.Tariff)
}

// Unpriced reports whether the generation has no tariff and does not say that it is free of charge.
func (g Generation) Unpriced() bool { return g.Tariff == nil && !g.FreeOfCharge }

// repeats reports whether the newest change states that the same.
func (c Community) repeats(next Generation) bool {
	if len(c.Changes) == 0 {
		return false
	}
	newest := c.Changes[len(c.Changes)-1]
	next.Number, next.ChangedAt = newest.Number, newest.ChangedAt
	return reflect.DeepEqual(newest, next)
}
