// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// city is a network of communities whose persons join, leave, move and get further points, month after month, and of
// organisers who try to publish whatever they can.
type city struct {
	communities []*street
	// sets are the public records of the published ones, and persons who is in them, both by collection.
	sets      map[string][]FigureSet
	persons   map[string]map[Direction]map[string]Crowded
	published []seen
	txs       int
}

type street struct {
	id, collection string
	members        []Contribution
	last           *Figures
}

// seen is one public figure as an observer knows it who knows everything but the readings: which persons it is of, with
// which points.
type seen struct {
	what      string
	community string
	// collection holds the community's private data.
	collection string
	month      int
	number     int
	figure     int64
	of         Crowded
	// changed are the persons whose own readings changed since the figure before.
	changed map[string]bool
}

func newCity(t *rapid.T) *city {
	c := &city{sets: map[string][]FigureSet{}, persons: map[string]map[Direction]map[string]Crowded{
		"meterData": {Consumption: {}, Production: {}}, "meterData-other": {Consumption: {}, Production: {}},
	}}
	for i := range rapid.IntRange(1, 3).Draw(t, "communities") {
		s := &street{id: fmt.Sprintf("c%d", i), collection: "meterData"}
		if i == 2 {
			s.collection = "meterData-other"
		}
		c.communities = append(c.communities, s)
		for n := range rapid.IntRange(8, 24).Draw(t, "consumers") {
			s.join(fmt.Sprint(n), fmt.Sprintf("%s-%d", s.id, n), Consumption)
		}
		for n := range rapid.IntRange(8, 14).Draw(t, "producers") {
			s.join(fmt.Sprint(n), fmt.Sprintf("%s-%d", s.id, n), Production)
		}
	}
	return c
}

func (s *street) join(person, point string, side Direction) {
	s.members = append(s.members, Contribution{Person: person, Point: FigurePoint(point), Direction: side})
}

// live lets a few things happen between two months.
func (c *city) live(t *rapid.T) {
	for _, s := range c.communities {
		for range rapid.IntRange(0, 14).Draw(t, "changes") {
			person := fmt.Sprint(rapid.IntRange(0, 40).Draw(t, "person"))
			switch rapid.IntRange(0, 3).Draw(t, "change") {
			case 0: // also a second point of the same person
				s.join(person, fmt.Sprintf("%s-%d", s.id, rapid.IntRange(0, 60).Draw(t, "point")), Consumption)
			case 1: // a point of another community
				s.join(
					person,
					fmt.Sprintf("c%d-%d", rapid.IntRange(0, 2).Draw(t, "of"), rapid.IntRange(0, 30).Draw(t, "point")),
					Production,
				)
			default:
				if len(s.members) > 0 {
					at := rapid.IntRange(0, len(s.members)-1).Draw(t, "leaves")
					s.members = slices.Delete(s.members, at, at+1)
				}
			}
		}
	}
}

// publish lets the organisers publish the month and corrections of it, in any order.
func (c *city) publish(t *rapid.T, month int) {
	taken := map[string]map[string]bool{}
	before := map[string]*Figures{}
	for range rapid.IntRange(1, 6).Draw(t, "attempts") {
		s := c.communities[rapid.IntRange(0, len(c.communities)-1).Draw(t, "community")]
		in := FigureInputs{
			Request: PublishFiguresRequest{
				CommunityID: s.id, Period: fmt.Sprintf("2025-%02d", month),
			}, Phase: FinalPhase, Last: s.last, Before: before[s.id], Sets: c.persons[s.collection],
			Taken: map[string]bool{}, Foreign: map[Direction][]map[string]bool{}, Collection: s.collection, Salt: "0a",
		}
		for collection, sets := range c.sets {
			for _, set := range sets {
				if collection != s.collection {
					points, err := set.ReadPoints()
					require.NoError(t, err)
					in.Foreign[set.Side] = append(in.Foreign[set.Side], points)
				}
			}
		}
		for other, points := range taken {
			if other != s.id {
				maps.Copy(in.Taken, points)
			}
		}
		changes := rapid.IntRange(0, 30).Draw(t, "changes of readings")
		changed := map[Direction]map[string]bool{Consumption: {}, Production: {}}
		for i, m := range s.members {
			m.Metered, m.Shared, m.Changed, m.Agreed = int64(i+1)*1e9, 1e6, 0, false
			if i%31 < changes && in.Before != nil {
				m.Changed = 5
				changed[m.Direction][m.Person] = true
			}
			in.Members = append(in.Members, m)
		}
		if in.Before != nil {
			in.Request.Correction = in.Before.Correction + 1
		}
		c.txs++
		publication, err := in.Publish(fmt.Sprint("tx", c.txs), "CommunityMSP", time.Unix(0, 0))
		if err != nil {
			require.Equal(t, fault.TooFewPersons, fault.From(err).Code)
			continue
		}
		for _, set := range publication.Sets {
			crowd, err := set.Open(publication.Persons[set.Side].Encode())
			require.NoError(t, err)
			c.sets[s.collection] = append(c.sets[s.collection], set)
			c.persons[s.collection][set.Side][set.SetID] = crowd
		}
		figures := publication.Figures
		s.last, before[s.id] = &figures, &figures
		taken[s.id] = map[string]bool{}
		of := map[string]Crowded{
			"consumption": c.persons[s.collection][Consumption][figures.Consuming],
			"production":  c.persons[s.collection][Production][figures.Producing],
		}
		for _, crowd := range of {
			for _, points := range crowd {
				for _, point := range points {
					taken[s.id][point] = true
				}
			}
		}
		for what, figure := range map[string]int64{"consumption": figures.Consumption, "production": figures.Production} {
			side := map[string]Direction{"consumption": Consumption, "production": Production}[what]
			c.published = append(
				c.published, seen{what, s.id, s.collection, month, figures.Correction, figure, of[what], changed[side]},
			)
		}
	}
}

// isolates counts the persons of whom the difference of two figures may tell, all others taken as the same. Anyone who
// is in both with other points may be the same too; only between two collections, where persons are not known, the
// points tell.
func isolates(a, b seen) int {
	if a.collection != b.collection {
		return apartByPoints(a.of, b.of)
	}
	if a.community == b.community && a.month == b.month { // one corrects the other
		later := a
		if b.number > a.number {
			later = b
		}
		return len(later.changed) + a.of.Distance(b.of)
	}
	return a.of.Distance(b.of)
}

// apartByPoints counts the persons with other points in one of the sets than in the other, and a crowd for sets without
// a point in common.
func apartByPoints(a, b Crowded) (persons int) {
	common := false
	all := map[string]bool{}
	for _, crowd := range []Crowded{a, b} {
		for person, points := range crowd {
			all[person] = true
			common = common || a.hasAny(points) && b.hasAny(points)
		}
	}
	if !common {
		return Crowd
	}
	for person := range all {
		if !slices.Equal(a[person], b[person]) {
			persons++
		}
	}
	return persons
}

// hasAny reports whether one of the points is somebody's in the set.
func (c Crowded) hasAny(points []string) bool {
	for _, of := range c {
		for _, point := range points {
			if slices.Contains(of, point) {
				return true
			}
		}
	}
	return false
}

// TestNoTwoPublishedFiguresTellOfFewerThanTenPersons lets an observer of all published figures take every difference of
// two.
func TestNoTwoPublishedFiguresTellOfFewerThanTenPersons(t *testing.T) {
	published := 0
	rapid.Check(t, func(t *rapid.T) {
		c := newCity(t)
		for month := 1; month <= rapid.IntRange(2, 6).Draw(t, "months"); month++ {
			c.publish(t, month)
			c.live(t)
		}
		published += len(c.published)
		points := map[string]string{}
		for i, a := range c.published {
			require.GreaterOrEqual(t, len(a.of), Crowd)
			for _, b := range c.published[:i] {
				if a.what != b.what {
					continue
				}
				persons := isolates(a, b)
				sameSet := a.of.Equal(b.of) && (a.month != b.month || a.community != b.community)
				require.True(t, sameSet || persons >= Crowd, "%+v and %+v tell of %d persons", a, b, persons)
				if sameSet {
					require.Equal(t, a.community, b.community, "only a community's own figures are of the same persons")
				}
			}
			for person, own := range a.of {
				for _, point := range own {
					key := fmt.Sprint(a.month, a.what, point)
					if other, known := points[key]; known {
						require.Equal(t, a.community, other, "a point of %s is in one published set of a month", person)
					}
					points[key] = a.community
				}
			}
		}
	})
	require.NotZero(t, published, "the histories publish something")
}

// figuresOfCrowd are inputs with so many persons on each side.
func figuresOfCrowd(consumers, producers int) FigureInputs {
	in := FigureInputs{
		Request: PublishFiguresRequest{
			CommunityID: "c", Period: "2025-06",
		}, Phase: FinalPhase, Sets: map[Direction]map[string]Crowded{Consumption: {}, Production: {}}, Salt: "0a",
		Collection: "meterData",
	}
	for i := range consumers {
		in.Members = append(
			in.Members,
			Contribution{
				Person: fmt.Sprint(i), Point: FigurePoint(fmt.Sprint("c", i)), Direction: Consumption,
				Metered: 1_400_000, Shared: 499_999,
			},
		)
	}
	for i := range producers {
		in.Members = append(
			in.Members,
			Contribution{
				Person: fmt.Sprint(i), Point: FigurePoint(fmt.Sprint("p", i)), Direction: Production,
				Metered: 2_450_000,
			},
		)
	}
	return in
}

// after are the inputs of the next month, with what was published before.
func (in FigureInputs) after(t *testing.T, p Publication) FigureInputs {
	t.Helper()
	for _, set := range p.Sets {
		crowd, err := set.Open(p.Persons[set.Side].Encode())
		require.NoError(t, err)
		in.Sets[set.Side][set.SetID] = crowd
	}
	in.Last, in.Members = &p.Figures, slices.Clone(in.Members)
	in.Request.Period = "2025-07"
	return in
}

func TestFiguresAreRoundedToTheKWh(t *testing.T) {
	p, err := figuresOfCrowd(10, 10).Publish("tx1", "CommunityMSP", time.Unix(7, 0))
	require.NoError(t, err)
	require.EqualValues(t, 14, p.Figures.Consumption)
	require.EqualValues(t, 5, p.Figures.Shared, "4.99999 kWh")
	require.EqualValues(t, 25, p.Figures.Production, "24.5 kWh")
	require.Len(t, p.Sets, 2)
}

func TestAPersonCountsOnceWhateverItsMembershipsAndPoints(t *testing.T) {
	for sentence, row := range map[string]struct {
		change func(*FigureInputs)
		allows bool
	}{
		"ten consumers and ten producers": {func(*FigureInputs) {}, true},
		"a person with two points":        {func(in *FigureInputs) { in.Members[9].Person = in.Members[8].Person }, false},
		"nine producers":                  {func(in *FigureInputs) { in.Members = in.Members[:19] }, false},
		"nine producers of whom all agreed": {func(in *FigureInputs) {
			in.Members = in.Members[:19]
			for i := range in.Members {
				in.Members[i].Agreed = true
			}
		}, true},
		"nine producers of whom eight agreed": {func(in *FigureInputs) {
			in.Members = in.Members[:19]
			for i := range in.Members {
				in.Members[i].Agreed = i != 14
			}
		}, false},
		"nine consumers who all agreed": {func(in *FigureInputs) {
			in.Members = in.Members[1:]
			for i := range in.Members {
				in.Members[i].Agreed = true
			}
		}, false},
		"no producer": {func(in *FigureInputs) { in.Members = in.Members[:10] }, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			in := figuresOfCrowd(10, 10)
			row.change(&in)
			_, err := in.Publish("tx1", "CommunityMSP", time.Unix(0, 0))
			require.Equal(t, row.allows, err == nil, "%v", err)
			if err != nil {
				require.Equal(t, fault.TooFewPersons, fault.From(err).Code)
			}
		})
	}
}

func TestTheNextMonthIsOfTheSamePersonsOrOfTenOthers(t *testing.T) {
	first := figuresOfCrowd(12, 12)
	published, err := first.Publish("tx1", "CommunityMSP", time.Unix(0, 0))
	require.NoError(t, err)
	add := func(in *FigureInputs, n int) {
		for i := range n {
			in.Members = append(
				in.Members,
				Contribution{
					Person: fmt.Sprint("new", i), Point: FigurePoint(fmt.Sprint("n", i)),
					Direction: Consumption, Metered: 1e9,
				},
			)
		}
	}

	same := first.after(t, published)
	again, err := same.Publish("tx1", "CommunityMSP", time.Unix(0, 0))
	require.NoError(t, err)
	require.Empty(t, again.Sets, "the set is stored once")

	one := first.after(t, published)
	add(&one, 9)
	kept, err := one.Publish("tx1", "CommunityMSP", time.Unix(0, 0))
	require.NoError(t, err)
	require.Equal(
		t, published.Figures.Consuming, kept.Figures.Consuming, "the nine wait, and their energy is not in the figures",
	)
	require.Equal(t, again.Figures.Consumption, kept.Figures.Consumption)

	ten := first.after(t, published)
	add(&ten, 10)
	grown, err := ten.Publish("tx2", "CommunityMSP", time.Unix(0, 0))
	require.NoError(t, err)
	require.NotEqual(t, published.Figures.Consuming, grown.Figures.Consuming)

	gone := first.after(t, published)
	gone.Members = gone.Members[1:]
	_, err = gone.Publish("tx1", "CommunityMSP", time.Unix(0, 0))
	require.ErrorContains(t, err, "fewer than 10", "who left cannot be in the figures, and without it they tell of it")

	moved := first.after(t, published)
	moved.Members[3].Point = FigurePoint("elsewhere")
	_, err = moved.Publish("tx1", "CommunityMSP", time.Unix(0, 0))
	require.Error(t, err, "another point of the same person")

	other := first.after(t, published)
	other.Last, other.Request.CommunityID = nil, "d"
	_, err = other.Publish("tx1", "CommunityMSP", time.Unix(0, 0))
	require.Error(t, err, "the same persons in another community")

	taken := first.after(t, published)
	taken.Taken = map[string]bool{taken.Members[5].Point: true}
	_, err = taken.Publish("tx1", "CommunityMSP", time.Unix(0, 0))
	require.ErrorContains(t, err, "another community in this month")
}

func TestACorrectionNeedsTenPersonsWhoseOwnReadingsChangedOnEachSide(t *testing.T) {
	first := figuresOfCrowd(12, 12)
	published, err := first.Publish("tx1", "CommunityMSP", time.Unix(0, 0))
	require.NoError(t, err)
	for _, row := range []struct {
		consumers, producers int
		allows               bool
	}{{10, 10, true}, {9, 12, false}, {12, 9, false}, {0, 0, false}, {12, 12, true}} {
		correction := first.after(t, published)
		correction.Before, correction.Request = &published.Figures, PublishFiguresRequest{
			CommunityID: "c", Period: "2025-06", Correction: 1,
		}
		for i := range row.consumers {
			correction.Members[i].Changed = 1
		}
		for i := range row.producers {
			correction.Members[12+i].Changed = -1
		}
		_, err := correction.Publish("tx1", "CommunityMSP", time.Unix(0, 0))
		require.Equal(t, row.allows, err == nil, "%+v: %v", row, err)
	}
	joined := first.after(t, published)
	joined.Before = &published.Figures
	joined.Members = joined.Members[1:]
	for i := range joined.Members {
		joined.Members[i].Changed = 1
	}
	_, err = joined.Publish("tx1", "CommunityMSP", time.Unix(0, 0))
	require.Error(t, err, "other persons than those whose figures were published")
}

func TestFiguresOfAnotherCollectionAreKeptApartByTheirPoints(t *testing.T) {
	in := figuresOfCrowd(12, 12)
	points := map[string]bool{}
	for _, m := range in.Members[:12] {
		points[m.Point] = true
	}
	in.Foreign = map[Direction][]map[string]bool{Consumption: {points}}
	_, err := in.Publish("tx1", "CommunityMSP", time.Unix(0, 0))
	require.ErrorContains(t, err, "another collection", "the same points")
	for i := range 9 {
		delete(points, in.Members[i].Point)
	}
	_, err = in.Publish("tx1", "CommunityMSP", time.Unix(0, 0))
	require.Error(t, err, "nine persons are not in it")
	delete(points, in.Members[9].Point)
	_, err = in.Publish("tx1", "CommunityMSP", time.Unix(0, 0))
	require.NoError(t, err)
}

func TestTheRecordOfASetNamesNobody(t *testing.T) {
	in := figuresOfCrowd(12, 12)
	p, err := in.Publish("tx1", "CommunityMSP", time.Unix(0, 0))
	require.NoError(t, err)
	_, err = p.Sets[0].Open(p.Persons[Production].Encode())
	require.Equal(t, fault.PrivateDataNotHere, fault.From(err).Code, "other persons")
	_, err = p.Sets[0].Open(nil)
	require.Equal(t, fault.PrivateDataNotHere, fault.From(err).Code)
	points, err := p.Sets[0].ReadPoints()
	require.NoError(t, err)
	require.Len(t, points, 12)
	require.True(t, points[in.Members[0].Point])
}
