// SPDX-License-Identifier: Apache-2.0

package energy

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
)

// Allocation is the result of allocating a file, as a table in the form that grid operators publish. Its columns are
// local_start, share_<id>_mWh and cover_<id>_mWh per consumer, surplus_<id>_mWh per producer, in the order of the
// input. The cells of an incomplete interval are empty.
type Allocation struct {
	header []string
	rows   [][]string
	// net is the file without what connections consume of their own production.
	net *Load
}

// Columns are the table's column names.
func (a Allocation) Columns() []string { return a.header }

// Records are the table's rows.
func (a Allocation) Records() [][]string { return a.rows }

// Allocate computes every interval of the file by the rule, offline: the same engine that the ledger runs.
func Allocate(load *Load, rule Rule) (Allocation, error) {
	if len(load.Bad) > 0 {
		return Allocation{}, load.Bad[0]
	}
	var err error
	if rule.Same, err = rule.connected(load); err != nil {
		return Allocation{}, err
	}
	run := newRun(load.netted(rule.Same), rule)
	settings, err := rule.settings(run.consumerIDs, ids(load.Production, run.producers))
	if err != nil {
		return Allocation{}, err
	}
	allocator, err := allocation.New(settings)
	if err != nil {
		return Allocation{}, err
	}
	result := Allocation{header: Columns(load), net: run.load, rows: make([][]string, 0, len(load.Start))}
	for row := range load.Start {
		record, err := run.interval(allocator, row)
		if err != nil {
			return Allocation{}, fmt.Errorf("line %d: %w", load.lines[row], err)
		}
		result.rows = append(result.rows, record)
	}
	return result, nil
}

// run is one file under allocation. The engine wants its members in byte order of their ids, the file has them in any.
type run struct {
	load                 *Load
	rule                 Rule
	consumers, producers []int // the file's load profiles in byte order of their ids
	consumerIDs          []string
	in                   allocation.Interval
}

func newRun(load *Load, rule Rule) *run {
	r := &run{load: load, rule: rule, consumers: byID(load.Consumption), producers: byID(load.Production)}
	r.consumerIDs = ids(load.Consumption, r.consumers)
	r.in.Consumption, r.in.Production = make([]int64, len(load.Consumption)), make([]int64, len(load.Production))
	return r
}

func ids(loadProfiles []LoadProfile, order []int) []string {
	names := make([]string, len(order))
	for i, curve := range order {
		names[i] = loadProfiles[curve].ID
	}
	return names
}

func byID(loadProfiles []LoadProfile) []int {
	order := make([]int, len(loadProfiles))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(loadProfiles[a].ID, loadProfiles[b].ID) })
	return order
}

// Columns are the names of the columns that allocating the file gives.
func Columns(load *Load) []string {
	header := []string{"local_start"}
	for _, kind := range []struct {
		name         string
		loadProfiles []LoadProfile
	}{{"share", load.Consumption}, {"cover", load.Consumption}, {"surplus", load.Production}} {
		for _, curve := range kind.loadProfiles {
			header = append(header, kind.name+"_"+curve.ID+"_mWh")
		}
	}
	return header
}

func (r *run) interval(allocator *allocation.Allocator, row int) ([]string, error) {
	record := make([]string, 1+2*len(r.consumers)+len(r.producers))
	record[0] = r.load.Start[row]
	complete := pick(r.load.Consumption, r.consumers, row, r.in.Consumption)
	if !pick(r.load.Production, r.producers, row, r.in.Production) || !complete {
		return record, nil
	}
	if err := r.rule.interval(&r.in, row, r.consumerIDs, r.producers); err != nil {
		return nil, err
	}
	result, err := allocator.Allocate(r.in)
	if err != nil {
		return nil, err
	}
	place(record[1:], r.consumers, result.Share)
	place(record[1+len(r.consumers):], r.consumers, result.Cover)
	place(record[1+2*len(r.consumers):], r.producers, result.Surplus)
	return record, nil
}

// pick copies one row in the order of the ids and reports whether it is complete.
func pick(loadProfiles []LoadProfile, order []int, row int, out []int64) bool {
	for i, curve := range order {
		if loadProfiles[curve].Missing[row] {
			return false
		}
		out[i] = loadProfiles[curve].Values[row]
	}
	return true
}

func place(cells []string, order []int, values []int64) {
	for i, curve := range order {
		cells[curve] = strconv.FormatInt(values[i], 10)
	}
}

// cell reads a cell that place wrote.
func cell(text string) int64 {
	value, _ := strconv.ParseInt(text, 10, 64) // written by strconv
	return value
}
