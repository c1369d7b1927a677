package settlement

import (
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
)

// matrix holds a day's energies and results by interval, so that the kernel walks memory in order.
type matrix struct {
	intervals, incomplete int
	// consumers and producers count the members in force, with or without a meter day.
	consumers, producers int
	metered              []column
	// rows are the members' metered energies, consumption and production of an interval side by side.
	consumption, production [][]int64
	missing                 []bool
	results                 []results
	// links are the connections that are measured both ways.
	links  []link
	totals Totals
}

// link names a consumer and a producer with the same metering point, by their places on their sides.
type link struct{ consumer, producer int }

// column says where a meter day's member stands within its direction.
type column struct {
	direction Direction
	index     int
}

// results are the parts shared in one interval.
type results struct{ consumption, production []int64 }

func newMatrix(in Inputs, intervals int) *matrix {
	m := &matrix{intervals: intervals, missing: make([]bool, intervals)}
	members := make(map[string]Member, len(in.Members))
	for _, member := range in.Members {
		members[member.MemberID] = member
		if member.Direction == Consumption {
			m.consumers++
		} else {
			m.producers++
		}
	}
	m.place(in.Days, members)
	m.consumption, m.production = grid(intervals, m.count(Consumption)), grid(intervals, m.count(Production))
	for i, day := range in.Days {
		m.fill(m.metered[i], day, members[day.MemberID].Factor)
	}
	if len(in.Days) < len(in.Members) { // a member without a meter day misses every interval
		for i := range m.missing {
			m.missing[i] = true
		}
	}
	return m
}

func (m *matrix) place(days []MeterDay, members map[string]Member) {
	next := map[Direction]int{}
	for _, day := range days {
		direction := members[day.MemberID].Direction
		m.metered = append(m.metered, column{direction, next[direction]})
		next[direction]++
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
		side[i][c.index] = value * factor / 100 // at most MaxEnergy·100, far below 2^63
		m.missing[i] = m.missing[i] || day.missing(i)
	}
}

// link finds the connections that are measured both ways: their metering point's reference is the same.
func (m *matrix) link(members []Member) {
	consumers := map[string]int{}
	for i, member := range members {
		if m.metered[i].direction == Consumption {
			consumers[member.PointRef] = m.metered[i].index
		}
	}
	for i, member := range members {
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

// allocate computes every complete interval and the totals of the day. members are those of the meter days, in their order.
func (m *matrix) allocate(community Community, members []Member) error {
	allocator, err := community.allocator()
	if err != nil {
		return err
	}
	m.results = make([]results, m.intervals)
	if community.Rounding == allocation.Exact { // in DSO_AT the meters net already
		m.link(members)
	}
	cover, shared := grid(m.intervals, m.count(Consumption)), grid(m.intervals, m.count(Production))
	consumption, production := make([]int64, m.count(Consumption)), make([]int64, m.count(Production))
	for i := range m.intervals {
		if m.missing[i] {
			m.incomplete++
			continue
		}
		copy(consumption, m.consumption[i])
		copy(production, m.production[i])
		m.net(consumption, production)
		result, err := allocator.Allocate(allocation.Interval{Production: production, Consumption: consumption})
		if err != nil {
			return interval(fault.New(fault.OutOfRange, "interval %s: %s", strconv.Itoa(i), err), i)
		}
		copy(cover[i], result.Cover)
		for j, surplus := range result.Surplus {
			shared[i][j] = production[j] - surplus
		}
		m.results[i] = results{cover[i], shared[i]}
		m.add(i, result)
	}
	return m.totals.check()
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

// pairs returns what the i-th meter day's member metered and shared, interval by interval.
func (m *matrix) pairs(i int) []*Pair {
	c := m.metered[i]
	metered := m.side(c.direction)
	pairs, values := make([]*Pair, m.intervals), make([]Pair, m.intervals)
	for t := range pairs {
		if m.missing[t] {
			continue
		}
		part := m.results[t].consumption
		if c.direction == Production {
			part = m.results[t].production
		}
		values[t] = Pair{metered[t][c.index], part[c.index]}
		pairs[t] = &values[t]
	}
	return pairs
}

func sum(values []int64) (s int64) {
	for _, v := range values {
		s += v
	}
	return s
}

// grid makes rows of n zeros over one block of memory.
func grid(rows, n int) [][]int64 {
	block := make([]int64, rows*n)
	g := make([][]int64, rows)
	for i := range g {
		g[i] = block[i*n : (i+1)*n]
	}
	return g
}
