// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"fmt"
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

// Encode packs the meter day as it is stored. A day that Validate refuses may be packed like another one.
func (d MeterDay) Encode() []byte {
	p := newPacker(packedMeterDay, 160+4*len(d.Values))
	p.id(d.CommunityID)
	p.id(d.MemberID)
	p.text(d.Day)
	p.int(int64(d.Version))
	p.text(d.Source)
	p.text(d.Quality)
	p.hex(d.Salt)
	p.ints(d.Values)
	return p.done()
}

// UnpackMeterDay reads a stored meter day.
func UnpackMeterDay(value []byte) (d MeterDay, err error) {
	u := newUnpacker(value, packedMeterDay)
	d.Schema = SchemaVersion
	d.CommunityID, d.MemberID, d.Day, d.Version = u.id(), u.id(), u.text(), int(u.int())
	d.Source, d.Quality, d.Salt, d.Values = u.text(), u.text(), u.hex(), u.ints()
	if err := u.end(); err != nil {
		return d, fmt.Errorf("read a meter day: %w", err)
	}
	return d, nil
}

// ReadingStatus is what became of a reading.
type ReadingStatus string

const (
	// Accepted means stored by this transaction, or that it would be.
	Accepted ReadingStatus = "ACCEPTED"
	// Flagged means accepted, or stored before, although an interval is implausible; the reason is beside it.
	Flagged ReadingStatus = "FLAGGED"
	// Unchanged means that the same reading was stored before; submitting it again changes nothing.
	Unchanged ReadingStatus = "UNCHANGED"
	// Rejected means not stored; the reason is beside it.
	Rejected ReadingStatus = "REJECTED"
)

// ReadingResult is the outcome of one reading. It is private: only CheckMeterDays answers it.
type ReadingResult struct {
	// Index is the reading's place in the input.
	Index    int           `json:"index"`
	MemberID string        `json:"memberId,omitempty"`
	Day      string        `json:"day,omitempty"`
	Status   ReadingStatus `json:"status"`
	Reason   *fault.Error  `json:"reason,omitempty"`
}

// SubmitMeterDaysAnswer counts what became of the readings. It is in a block, so it names none of them: which were
// rejected, and why, and which are stored but implausible: CheckMeterDays returns it.
type SubmitMeterDaysAnswer struct {
	// Accepted counts what was stored.
	Accepted  int `json:"accepted"`
	Unchanged int `json:"unchanged"`
	Rejected  int `json:"rejected"`
}

// Add counts one result.
func (a *SubmitMeterDaysAnswer) Add(result ReadingResult) {
	switch result.Status {
	case Accepted, Flagged:
		a.Accepted++
	case Unchanged:
		a.Unchanged++
	case Rejected:
		a.Rejected++
	}
}

// CheckMeterDaysRequest asks what becomes of readings, which come by the transient map as for SubmitMeterDays.
type CheckMeterDaysRequest struct {
	CommunityID string `json:"communityId"`
	// Official is true for official shared energies, as for RecordOfficial.
	Official bool `json:"official,omitempty"`
}

// Validate checks the request by itself.
func (r CheckMeterDaysRequest) Validate() error { return request.ID("communityId", r.CommunityID) }

// ReadingResults tell what becomes of each reading: asked before they are submitted, what would, asked later, what did,
// with what was stored as unchanged.
type ReadingResults struct {
	// Readings lists every reading that is not simply accepted or unchanged, in the order of the input.
	Readings []ReadingResult `json:"readings"`
}

// KeyDayCheck states that the shares of a day would be taken.
type KeyDayCheck struct{}

// Plausibility describes what becomes of a reading that exceeds its member's limit.
type Plausibility string

const (
	// Reject refuses the reading.
	Reject Plausibility = "REJECT"
	// Flag stores the reading and reports it.
	Flag Plausibility = "FLAG"
)

// implausible returns the first interval with more energy than the subscribed power gives, limit × interval, and its
// error, which is nil where all fit.
func (r Reading) implausible(community Community, member Member) (int, *fault.Error) {
	if member.LimitWatts == 0 {
		return 0, nil
	}
	limit := member.LimitWatts * int64(community.IntervalMinutes) * 1000 / 60 // 1 W for an hour is 1,000 mWh
	for i, value := range r.Values {
		if value > limit {
			// The value is private; the limit is public.
			return i, interval(fault.Field(fault.Implausible, "values/"+strconv.Itoa(i), "more than %d W over %d minutes, the subscribed power of member %s",
				member.LimitWatts, community.IntervalMinutes, member.MemberID), i)
		}
	}
	return 0, nil
}
