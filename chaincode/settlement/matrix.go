// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"slices"
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
)

// matrix holds a day's energies and results by interval, so that the kernel walks memory in order.
type matrix struct {
	intervals int
	// members are those of the meter days, in their order, and metered where each is.
	members []Member
	metered []column
	// rows are the members' metered energies, consumption and production of an interval side by side.
	consumption, production [][]int64
	missing                 []bool
	results                 []results
	// consumed and produced are what a direction's members metered and shared by interval, the latter without what a connection shares with itself.
	consumed, produced Proportions
	tally              *tally
	// links are the connections that are measured both ways.
	links  []link
	totals Totals
}

// link names a consumer and a producer with the same metering point, by their places on their sides.
type link struct{ consumer, producer int }

// column returns the place of a meter day's member within its direction.
type column struct {
	direction Direction
	index     int
}

// results are the parts shared in one interval.
type results struct{ consumption, production []int64 }

func newMatrix(in Inputs, intervals int) *matrix {
	m := &matrix{intervals: intervals, missing: make([]bool, intervals), members: in.measured()}
	for _, member := range in.Members {
		if member.Direction == Consumption {
			m.totals.Consumers++
		} else {
			m.totals.Producers++
		}
	}
	m.place()
	m.consumption, m.production = grid[int64](intervals, m.count(Consumption)), grid[int64](intervals, m.count(Production))
	for i, day := range in.Days {
		m.fill(m.metered[i], day, m.members[i].Factor)
	}
	if len(in.Days) < len(in.Members) { // a member without a meter day misses every interval
		for i := range m.missing {
			m.missing[i] = true
		}
	}
	return m
}

func (m *matrix) place() {
	m.metered = make([]column, len(m.members))
	next := map[Direction]int{}
	for i, member := range m.members {
		m.metered[i] = column{member.Direction, next[member.Direction]}
		next[member.Direction]++
	}
}

func (m *matrix) count(direction Direction) (n int) {
	for _, c := range m.metered {
		if c.direction == direction {
			n++
		}
	}
	return n
}

func (m *matrix) side(direction Direction) [][]int64 {
	if direction == Consumption {
		return m.consumption
	}
	return m.production
}

func (m *matrix) fill(c column, day MeterDay, factor int64) {
	side := m.side(c.direction)
	for i, value := range day.Values {
		side[i][c.index] = part(value, factor)
		m.missing[i] = m.missing[i] || day.missing(i)
	}
}

// link finds the connections that are measured both ways: their metering point's reference is the same.
func (m *matrix) link() {
	consumers := map[string]int{}
	for i, member := range m.members {
		if m.metered[i].direction == Consumption {
			consumers[member.PointRef] = m.metered[i].index
		}
	}
	for i, member := range m.members {
		consumer, both := consumers[member.PointRef]
		if both && m.metered[i].direction == Production {
			m.links = append(m.links, link{consumer, m.metered[i].index})
		}
	}
}

// net takes off what a connection consumes of its own production: it never shares with itself.
func (m *matrix) net(consumption, production []int64) {
	for _, l := range m.links {
		own := min(consumption[l.consumer], production[l.producer])
		consumption[l.consumer] -= own
		production[l.producer] -= own
		m.totals.SelfConsumed += own
	}
}

// allocate computes every complete interval, the totals of the day and those of its members.
func (m *matrix) allocate(in Inputs) error {
	generation := in.Generation()
	consumers, producers := sides(m.members)
	if generation.Rounding == allocation.Exact { // in DSO_AT the meters net already
		m.link()
	}
	allocator, err := allocation.New(generation.settings(consumers, producers, m.same()))
	if err != nil {
		return fault.Field(fault.InvalidField, "key", "generation %d: %s", generation.Number, err)
	}
	shares, err := in.shares(consumers, producers)
	if err != nil {
		return err
	}
	slots, count, err := in.slots()
	if err != nil {
		return err
	}
	m.tally = newTally(slots, count, len(consumers), len(producers), generation.Tariff != nil && generation.Tariff.Bilateral())
	m.results = make([]results, m.intervals)
	m.consumed, m.produced = newProportions(m.intervals), newProportions(m.intervals)
	cover, shared := grid[int64](m.intervals, len(consumers)), grid[int64](m.intervals, len(producers))
	of := allocation.Interval{Production: make([]int64, len(producers)), Consumption: make([]int64, len(consumers))}
	for i := range m.intervals {
		if m.missing[i] {
			m.totals.Incomplete++
			continue
		}
		copy(of.Consumption, m.consumption[i])
		copy(of.Production, m.production[i])
		m.net(of.Consumption, of.Production)
		shares.give(i, &of)
		result, err := allocator.Allocate(of)
		if err != nil {
			return interval(fault.New(fault.OutOfRange, "interval %s: %s", strconv.Itoa(i), err), i)
		}
		copy(cover[i], result.Cover)
		for j, surplus := range result.Surplus {
			shared[i][j] = of.Production[j] - surplus
		}
		m.results[i] = results{cover[i], shared[i]}
		m.consumed.Metered[i], m.consumed.Shared[i] = sum(of.Consumption), sum(cover[i])
		m.produced.Metered[i], m.produced.Shared[i] = sum(of.Production), sum(shared[i])
		m.add(i, result)
		m.tally.add(i, allocator, of, result)
	}
	return m.totals.check()
}

// same has for each producer the consumer at the same connection, -1 for none; nil if there is no such connection.
func (m *matrix) same() []int {
	if len(m.links) == 0 {
		return nil
	}
	same := slices.Repeat([]int{-1}, m.count(Production))
	for _, l := range m.links {
		same[l.producer] = l.consumer
	}
	return same
}

func (m *matrix) add(i int, result *allocation.Result) {
	m.totals.Production += sum(m.production[i])
	m.totals.Consumption += sum(m.consumption[i])
	m.totals.Shared += sum(result.Cover)
	m.totals.Surplus += sum(result.Surplus)
}

// check refuses totals that JSON readers would not keep exactly. At most 100 intervals of at most 2^53-1 mWh each do not overflow the sums.
func (t Totals) check() error {
	if max(t.Production, t.Consumption, t.SelfConsumed, t.Shared, t.Surplus) > allocation.MaxTotal {
		return fault.New(fault.OutOfRange, "a total of the day exceeds 2^53-1 mWh")
	}
	return nil
}

// pairs are what each meter day's member metered and shared, interval by interval, nil where the interval is incomplete.
func (m *matrix) pairs() [][]*Pair {
	all, values := grid[*Pair](len(m.members), m.intervals), grid[Pair](len(m.members), m.intervals)
	for i, c := range m.metered {
		metered := m.side(c.direction)
		for t, result := range m.results {
			if m.missing[t] {
				continue
			}
			shared := result.consumption
			if c.direction == Production {
				shared = result.production
			}
			values[i][t] = Pair{metered[t][c.index], shared[c.index]}
			all[i][t] = &values[i][t]
		}
	}
	return all
}

func sum(values []int64) (s int64) {
	for _, v := range values {
		s += v
	}
	return s
}

// grid makes rows of n zeros over one block of memory.
func grid[T any](rows, n int) [][]T {
	block := make([]T, rows*n)
	g := make([][]T, rows)
	for i := range g {
		g[i] = block[i*n : (i+1)*n]
	}
	return g
}
