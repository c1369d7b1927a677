// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// The quality of one interval, one letter each in MeterDay.Quality.
const (
	Measured = 'M'
	Replaced = 'R'
	// Estimated values count like measured ones until a correction comes.
	Estimated = 'E'
	// Missing makes the interval incomplete; its value is 0 and never counts as zero energy.
	Missing = '-'
)

// Reading is one member's local day as the grid operator's client submits it, by the transient map.
type Reading struct {
	MemberID string `json:"memberId"`
	// Day is the local date.
	Day string `json:"day"`
	// Version is 1 for the first reading of the day; a correction is the next version, and the older one stays.
	Version int `json:"version"`
	// Values are the energies of the intervals in mWh, from local midnight on.
	Values []int64 `json:"values"`
	// Quality has one letter per interval (M measured, R replaced, E estimated, - missing); empty means all measured.
	Quality string `json:"quality,omitempty"`
	// Source describes where the values come from, such as a file's name.
	Source string `json:"source,omitempty"`
	// Salt is random, 16 to 64 bytes in lower-case hex, made by the grid operator's client for this reading.
	Salt string `json:"salt"`
}

// MeterDay is a reading as it is stored in the community's private collection, packed by Encode.
type MeterDay struct {
	Schema      int    `json:"schema"`
	CommunityID string `json:"communityId"`
	Reading
}

// Readings are the private input of SubmitMeterDays.
type Readings struct {
	MeterDays []Reading `json:"meterDays"`
}

// Validate checks how many readings there are and of how many days, and that none is given twice. Each is checked by
// itself later, so that a bad one can be reported without spoiling the others.
func (r Readings) Validate() error {
	if len(r.MeterDays) == 0 || len(r.MeterDays) > MaxMeterDays {
		return fault.Field(fault.OutOfRange, "meterDays", "send 1 to %d meter days in a transaction", MaxMeterDays)
	}
	type day struct{ member, date string }
	seen, dates := make(map[day]bool, len(r.MeterDays)), map[string]bool{}
	for i, reading := range r.MeterDays {
		key := day{reading.MemberID, reading.Day}
		if seen[key] {
			return fault.Field(fault.DuplicateField, "meterDays/"+strconv.Itoa(i), "a day of this member stands twice in the transaction")
		}
		seen[key], dates[reading.Day] = true, true
	}
	if len(dates) > MaxDays {
		return fault.Field(fault.OutOfRange, "meterDays", "send meter days of at most %d local days in a transaction, not %d", MaxDays, len(dates))
	}
	return nil
}

// Address checks what names the reading: member, day and version.
func (r Reading) Address() error {
	return request.All(request.ID("memberId", r.MemberID), date("day", r.Day), request.Within("version", int64(r.Version), 1, 1000))
}

// Validate checks the reading by itself.
func (r Reading) Validate() error {
	return request.All(
		r.Address(),
		text("source", r.Source),
		request.Salt("salt", r.Salt),
		r.validateValues(),
		r.validateQuality(),
	)
}

func (r Reading) validateValues() error {
	for i, value := range r.Values {
		if value < 0 || value > MaxEnergy {
			return interval(fault.Field(fault.OutOfRange, "values/"+strconv.Itoa(i), "an energy is from 0 to %d mWh", MaxEnergy), i)
		}
	}
	return nil
}

func (r Reading) validateQuality() error {
	if r.Quality == "" {
		return nil
	}
	if len(r.Quality) != len(r.Values) {
		return fault.Field(fault.WrongIntervalCount, "quality", "%d letters for %d values", len(r.Quality), len(r.Values))
	}
	for i, letter := range r.Quality {
		if !strings.ContainsRune("MRE-", letter) {
			return interval(fault.Field(fault.InvalidField, "quality", "expected the letters M, R, E and -"), i)
		}
		if letter == Missing && r.Values[i] != 0 {
			return interval(fault.Field(fault.InvalidField, "values/"+strconv.Itoa(i), "a missing interval has the value 0"), i)
		}
	}
	return nil
}

func interval(refusal *fault.Error, index int) *fault.Error {
	return refusal.With("interval", strconv.Itoa(index))
}

// Accept checks the reading against its community and member at the transaction's time. ending is that of the member's
// consent, nil if there is none; follows reports whether the version before is stored.
func (r Reading) Accept(community Community, member *Member, ending *consent.Termination, follows bool, now time.Time) (MeterDay, error) {
	accepted := MeterDay{Schema: SchemaVersion, CommunityID: community.CommunityID, Reading: r}
	if err := r.Validate(); err != nil {
		return accepted, err
	}
	if member == nil {
		return accepted, fault.Field(fault.NotFound, "memberId", "no such member in community %s", community.CommunityID)
	}
	if !member.InForce(r.Day) {
		return accepted, fault.Field(fault.IllegalTransition, "day", "member %s is %s from %s to %s and is not measured on %s",
			r.MemberID, member.State, member.From, orOpen(member.To), r.Day)
	}
	day, err := community.Day(r.Day)
	if err != nil {
		return accepted, err
	}
	if err := member.Metered(day, ending); err != nil {
		return accepted, err
	}
	if len(r.Values) != day.Intervals {
		return accepted, fault.Field(fault.WrongIntervalCount, "values", "%s has %d intervals in %s, got %d values", r.Day, day.Intervals, community.TimeZone, len(r.Values))
	}
	if now.Before(day.End) {
		return accepted, fault.Field(fault.InvalidField, "day", "%s has not ended yet", r.Day)
	}
	if r.Version > 1 && !follows {
		return accepted, fault.Field(fault.IllegalTransition, "version", "version %d does not exist yet", r.Version-1)
	}
	if _, refusal := r.implausible(community, *member); refusal != nil && community.Plausibility != Flag {
		return accepted, refusal
	}
	return accepted, nil
}

// Flagged is the reason why an accepted reading is reported by CheckMeterDays, nil for none.
func (r Reading) Flagged(community Community, member *Member) *fault.Error {
	if community.Plausibility != Flag || member == nil {
		return nil
	}
	_, refusal := r.implausible(community, *member)
	return refusal
}

func orOpen(to string) string {
	if to == "" {
		return "open end"
	}
	return to
}

// Repeats reports whether two readings say the same, whatever their salts and sources.
func (r Reading) Repeats(other Reading) bool {
	return r.MemberID == other.MemberID && r.Day == other.Day && r.Version == other.Version &&
		slices.Equal(r.Values, other.Values) && r.quality() == other.quality()
}

func (r Reading) quality() string {
	if r.Quality == "" {
		return strings.Repeat(string(Measured), len(r.Values))
	}
	return r.Quality
}

// missing reports whether the interval has no value.
func (r Reading) missing(interval int) bool {
	return r.Quality != "" && r.Quality[interval] == Missing
}

// SubmitMeterDaysRequest submits meter days of one community; they themselves come by the transient map as Readings.
type SubmitMeterDaysRequest struct {
	CommunityID string `json:"communityId"`
	// Atomic rejects all readings if one is bad; otherwise each is accepted or rejected by itself.
	Atomic bool `json:"atomic,omitempty"`
}

// Validate checks the request by itself.
func (r SubmitMeterDaysRequest) Validate() error { return request.ID("communityId", r.CommunityID) }
