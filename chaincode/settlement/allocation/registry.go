// SPDX-License-Identifier: Apache-2.0

package allocation

import (
	"maps"
	"slices"
)

// Key names the rule by which production is divided.
type Key string

const (
	// Prorata gives every consumer the same fraction of its consumption (dynamique par défaut): France's legal default (Code de l'énergie, D315-6),
	// also Wallonia, Austria and Luxembourg.
	Prorata Key = "prorata"
	// Static gives fixed shares of the production in one round; anything that a member cannot take is surplus
	// (statique): France, Flanders, Wallonia, Austria, Spain, Germany.
	Static Key = "static"
	// StaticRounds gives out again, by the same fixed shares, what members could not take: Brussels, Flanders "optimal".
	StaticRounds Key = "static-rounds"
	// StaticRelative drops the injecting connection's own share and renormalises the others, for each producer, in one round: Flanders.
	StaticRelative Key = "static-relative"
	// Hybrid is one round of Static, then Prorata on what consumption is left: Brussels.
	Hybrid Key = "hybrid"
	// Dynamic is Static with shares that the organiser gives for each interval (dynamique simple): France.
	Dynamic Key = "dynamic"
	// FullDynamic has shares for each interval, consumer and producer: France.
	FullDynamic Key = "full-dynamic"
	// Priority serves tiers in ascending order, each by a key of its own, from what production is left: Luxembourg.
	Priority Key = "priority"
)

// Tables describes how many tables of shares per interval the organiser gives for a key.
type Tables int

// The numbers of tables.
const (
	// NoTable is for the keys whose shares are fixed, or none.
	NoTable Tables = iota
	// OneTable has the consumers' shares, for all producers.
	OneTable
	// TablePerProducer has the consumers' shares of each producer.
	TablePerProducer
)

// rule is what the suite knows about one allocation key. Everything else that differs from key to key follows from it.
type rule struct {
	// allocate divides what was produced in one interval, into the allocator's result.
	allocate func(a *Allocator, in Interval, produced, consumed int64)
	// bilateral keys decide which producer supplies whom. For the others, each producer places the same fraction.
	bilateral bool
	// tables are the shares per interval that the key needs.
	tables Tables
	// inner keys also divide inside a tier of Priority.
	inner bool
	// producers keys also divide among the production points of a two-sided community.
	producers bool
}

// rules has one row for each allocation key.
var rules = map[Key]rule{
	Prorata: {allocate: (*Allocator).prorata, inner: true, producers: true},
	Static: {allocate: func(a *Allocator, in Interval, produced, _ int64) {
		a.static(a.fixed, in.Consumption, produced)
	}, inner: true, producers: true},
	StaticRounds:   {allocate: (*Allocator).staticRounds, inner: true, producers: true},
	StaticRelative: {allocate: (*Allocator).staticRelative, bilateral: true},
	Hybrid:         {allocate: (*Allocator).hybrid, inner: true, producers: true},
	Dynamic: {allocate: func(a *Allocator, in Interval, produced, _ int64) {
		a.static(in.Shares, in.Consumption, produced)
	}, tables: OneTable},
	FullDynamic: {allocate: (*Allocator).fullDynamic, bilateral: true, tables: TablePerProducer},
	Priority:    {allocate: (*Allocator).priority, producers: true},
}

// Keys are the keys that this package computes, in byte order.
func Keys() []Key { return keysWhere(func(rule) bool { return true }) }

// InnerKeys are the keys that divide inside a tier of Priority.
func InnerKeys() []Key { return keysWhere(func(r rule) bool { return r.inner }) }

// ProducerKeys are the keys that divide among the production points of a two-sided community.
func ProducerKeys() []Key { return keysWhere(func(r rule) bool { return r.producers }) }

func keysWhere(has func(rule) bool) []Key {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(rules)), func(key Key) bool { return !has(rules[key]) })
}

// Bilateral reports whether the key decides which producer supplies whom.
func (k Key) Bilateral() bool { return rules[k].bilateral }

// Tables are the shares per interval that the organiser gives for the key.
func (k Key) Tables() Tables { return rules[k].tables }
