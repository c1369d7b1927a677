// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// Crowd is how many persons a public figure has at least on each side. By so many persons, too, two public figures
// differ that are not of the same persons. So the difference of two of them is never of fewer.
const Crowd = 10

// PublishFiguresRequest publishes a month's production, consumption and shared energy, or their next correction.
type PublishFiguresRequest struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
	// Correction is 0 for the figures themselves, then 1, 2, …
	Correction int `json:"correction,omitempty"`
}

// Validate checks the request by itself.
func (r PublishFiguresRequest) Validate() error {
	return request.All(
		request.ID("communityId", r.CommunityID), month(r.Period),
		request.Within("correction", int64(r.Correction), 0, 1000),
	)
}

// Figures are what an organiser published of a month, for anybody to read.
type Figures struct {
	Schema int `json:"schema"`
	PublishFiguresRequest
	// Production, Consumption and Shared are in kWh, rounded half up.
	Production  int64 `json:"production"`
	Consumption int64 `json:"consumption"`
	Shared      int64 `json:"shared"`
	// Phase is the newest phase of the period whose runs the figures add up.
	Phase Phase `json:"phase"`
	// Consuming and Producing are the ids of the sets of persons and points that the figures are of.
	Consuming   string    `json:"consuming"`
	Producing   string    `json:"producing"`
	PublishedAt time.Time `json:"publishedAt"`
	PublishedBy string    `json:"publishedBy"`
}

// Contribution is what one member adds to a month's figures.
type Contribution struct {
	// Person is the pseudonym of the member's resident, Point the tag of the metering point.
	Person, Point string
	Direction     Direction
	// Metered and Shared are in mWh.
	Metered, Shared int64
	// Changed is by how much its own readings changed what is metered since the figures were published that are to be
	// corrected.
	Changed int64
	// Agreed is true for a legal person that agreed by its own signature.
	Agreed bool
}

// FigureInputs are all that publishing figures depends on.
type FigureInputs struct {
	Request PublishFiguresRequest
	Phase   Phase
	Members []Contribution
	// Last are the community's newest published figures, Before those that are to be corrected; nil for none.
	Last, Before *Figures
	// Sets are all sets that were ever published and whose persons are in the community's collection, by side and id:
	// also those of other communities. Foreign are the points of all others.
	Sets    map[Direction]map[string]Crowded
	Foreign map[Direction][]map[string]bool
	// Collection is the community's, Salt a private one of the month.
	Collection, Salt string
	// Taken are the points of other communities' sets of the same month.
	Taken map[string]bool
}

// Publication is what publishing figures writes: the figures, and sets that were not published before with their
// private persons, by side.
type Publication struct {
	Figures Figures
	Sets    []FigureSet
	Persons map[Direction]FigurePersons
}

// Publish makes the figures of the month.
func (in FigureInputs) Publish(txID, by string, at time.Time) (Publication, error) {
	p := Publication{Figures: Figures{
		Schema: SchemaVersion, PublishFiguresRequest: in.Request, Phase: in.Phase, PublishedAt: at, PublishedBy: by,
	}}
	consuming, err := in.choose(Consumption)
	if err != nil {
		return p, err
	}
	producing, err := in.choose(Production)
	if err != nil {
		return p, err
	}
	if err := in.free(consuming, producing); err != nil {
		return p, err
	}
	if err := in.corrects(consuming, producing); err != nil {
		return p, err
	}
	var metered, shared int64
	metered, shared = in.add(Consumption, consuming)
	p.Figures.Consumption, p.Figures.Shared = wholeKWh(metered), wholeKWh(shared)
	metered, _ = in.add(Production, producing)
	p.Figures.Production = wholeKWh(metered)
	p.Persons = map[Direction]FigurePersons{}
	for _, side := range []struct {
		direction Direction
		crowd     Crowded
		id        *string
	}{{Consumption, consuming, &p.Figures.Consuming}, {Production, producing, &p.Figures.Producing}} {
		if *side.id = in.lastID(side.direction); side.crowd.Equal(in.Sets[side.direction][*side.id]) {
			continue
		}
		salt, err := deriveSalt(in.Salt, "figures", in.Request.CommunityID, in.Request.Period, string(side.direction))
		if err != nil {
			return p, err
		}
		persons := FigurePersons{salt, side.crowd}
		*side.id, p.Persons[side.direction] = txID, persons
		p.Sets = append(p.Sets, FigureSet{
			Schema: SchemaVersion, SetID: txID, Side: side.direction, CommunityID: in.Request.CommunityID,
			Collection: in.Collection, PersonsSHA256: Hash(persons.Encode()), Points: side.crowd.points(),
		})
	}
	return p, nil
}

// free refuses sets with a point that is taken in the month.
func (in FigureInputs) free(sets ...Crowded) error {
	for _, set := range sets {
		for _, points := range set {
			if slices.ContainsFunc(points, func(point string) bool { return in.Taken[point] }) {
				return refuseFigures("a metering point of the set is in the published figures of another community in this month")
			}
		}
	}
	return nil
}

// wholeKWh rounds an energy in mWh to the kWh, half up.
func wholeKWh(mWh int64) int64 { return (mWh + 500_000) / 1_000_000 }

func refuseFigures(format string, args ...any) error {
	return fault.New(fault.TooFewPersons, format, args...)
}

// all are the persons on the side.
func (in FigureInputs) all(side Direction) Crowded {
	var members []figureMember
	for _, m := range in.Members {
		if m.Direction == side {
			members = append(members, figureMember{m.Person, m.Point})
		}
	}
	return newCrowd(members)
}

// choose returns the set for the figures of a side: all persons of the month. Where they differ too little from a
// published set, it returns those of the community's last published figures, if all of them are there with their
// points.
func (in FigureInputs) choose(side Direction) (Crowded, error) {
	all := in.all(side)
	refusal := in.allows(side, all)
	if refusal == nil {
		return all, nil
	}
	last, published := in.last(side)
	if !published || !last.within(all) {
		return nil, refusal
	}
	return last, in.allows(side, last)
}

// lastID is the id of the side's set of the community's newest published figures; of a correction, that of the figures
// which are corrected. It is empty for none.
func (in FigureInputs) lastID(side Direction) string {
	figures := in.Last
	if in.Before != nil {
		figures = in.Before
	}
	switch {
	case figures == nil:
		return ""
	case side == Production:
		return figures.Producing
	default:
		return figures.Consuming
	}
}

func (in FigureInputs) last(side Direction) (Crowded, bool) {
	last, found := in.Sets[side][in.lastID(side)]
	return last, found
}

// allows refuses a set that is too small, or too near to a published one.
func (in FigureInputs) allows(side Direction, set Crowded) error {
	agreed := in.agreed(side, set)
	if len(set) == 0 || len(set) < Crowd && !agreed {
		if side == Production {
			return refuseFigures(
				"fewer than %d persons produce, and not all of them are legal persons that agreed", Crowd,
			)
		}
		return refuseFigures("fewer than %d persons consume", Crowd)
	}
	last, published := in.last(side)
	if published && set.Equal(last) {
		return nil
	}
	if in.Before != nil {
		return refuseFigures(
			"the persons or points of the month are not those whose figures were published; these cannot be corrected",
		)
	}
	return in.far(side, set, agreed)
}

// far refuses a set that is too near to a published one.
func (in FigureInputs) far(side Direction, set Crowded, agreed bool) error {
	for _, other := range in.Sets[side] {
		if agreed && set.apart(other) { // their difference concerns only those who agreed
			continue
		}
		if set.Distance(other) < Crowd {
			return refuseFigures(
				"the persons of %s differ from those of published figures by fewer than %d", side, Crowd,
			)
		}
	}
	for _, other := range in.Foreign[side] {
		if persons, shares := set.beside(other); shares && persons < Crowd {
			return refuseFigures("the points of %s are too near to those of published figures of another collection", side)
		}
	}
	return nil
}

// agreed reports whether all persons of the set are producers that are legal persons and agreed.
func (in FigureInputs) agreed(side Direction, set Crowded) bool {
	if side != Production {
		return false
	}
	agreed := map[string]bool{}
	for _, m := range in.Members {
		if m.Direction == side {
			before, known := agreed[m.Person]
			agreed[m.Person] = m.Agreed && (before || !known)
		}
	}
	for person := range set {
		if !agreed[person] {
			return false
		}
	}
	return true
}

// corrects refuses a correction for which its own readings of too few persons changed, on either side.
func (in FigureInputs) corrects(consuming, producing Crowded) error {
	if in.Before == nil {
		return nil
	}
	for _, side := range []struct {
		direction Direction
		set       Crowded
	}{{Consumption, consuming}, {Production, producing}} {
		changed := map[string]int64{}
		for _, m := range in.Members {
			if m.Direction == side.direction && slices.Contains(side.set[m.Person], m.Point) {
				changed[m.Person] += m.Changed
			}
		}
		maps.DeleteFunc(changed, func(_ string, by int64) bool { return by == 0 })
		if len(changed) < Crowd {
			return refuseFigures(
				"new readings of fewer than %d persons changed the metered %s", Crowd, side.direction,
			)
		}
	}
	return nil
}

// add adds up what the set's persons metered at their points, and what of it was shared.
func (in FigureInputs) add(side Direction, set Crowded) (metered, shared int64) {
	for _, m := range in.Members {
		if m.Direction == side && slices.Contains(set[m.Person], m.Point) {
			metered += m.Metered
			shared += m.Shared
		}
	}
	return metered, shared
}

// FigureBehind is who and what is behind a member: the resident's pseudonym and the tag of the metering point.
type FigureBehind struct{ Subject, Point string }

// Contributions add up the newest runs of a month by member. behind are those behind the members, agreed the producers
// that agreed; before are the sums of the runs that the figures to be corrected added up, by day.
func Contributions(
	totals, before map[string]DayTotals, behind map[string]FigureBehind, agreed map[string]bool,
) ([]Contribution, error) {
	sums := map[string]*Contribution{}
	for day, now := range totals {
		earlier := map[string]int64{}
		for _, member := range before[day].Members {
			earlier[member.MemberID] = member.Metered
		}
		for _, of := range now.Members {
			sum := sums[of.MemberID]
			if sum == nil {
				behind, found := behind[of.MemberID]
				if !found {
					return nil, fault.New(
						fault.PrivateDataNotHere, "this peer does not hold the private parts of all members",
					)
				}
				sum = &Contribution{
					Person: behind.Subject, Point: behind.Point, Direction: of.Direction,
					Agreed: agreed[of.MemberID],
				}
				sums[of.MemberID] = sum
			}
			sum.Metered += of.Metered
			sum.Shared += of.Shared
			if metered, both := earlier[of.MemberID]; both {
				sum.Changed += of.Metered - metered
			}
		}
	}
	contributions := make([]Contribution, 0, len(sums))
	for _, member := range slices.Sorted(maps.Keys(sums)) {
		contributions = append(contributions, *sums[member])
	}
	return contributions, nil
}

// Repeats reports whether the figures were published by the same request.
func (f Figures) Repeats(r PublishFiguresRequest) bool { return f.PublishFiguresRequest == r }

// NewestFigures are those with the largest number, nil for none.
func NewestFigures(figures []Figures) *Figures {
	if len(figures) == 0 {
		return nil
	}
	newest := slices.MaxFunc(figures, func(a, b Figures) int { return cmp.Compare(a.Correction, b.Correction) })
	return &newest
}

// ListFiguresRequest asks for a page of what a community published of a month.
type ListFiguresRequest struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListFiguresRequest) Validate() error {
	return request.All(request.ID("communityId", r.CommunityID), month(r.Period), r.Check())
}

// FiguresList are a page of the published figures of a month and their corrections.
type FiguresList struct {
	Figures  []Figures `json:"figures"`
	Bookmark string    `json:"bookmark,omitempty"`
}

// FiguresAnnouncement reports which month figures were published.
type FiguresAnnouncement struct {
	CommunityID string `json:"communityId"`
	Period      string `json:"period"`
	Correction  int    `json:"correction,omitempty"`
}
