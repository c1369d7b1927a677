package energy

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
)

// Allocation is the result of allocating a file, as a table in the form that operators publish: local_start, share_<id>_mWh and cover_<id>_mWh per
// consumer, surplus_<id>_mWh per producer, in the order of the input. The cells of an incomplete interval are empty.
type Allocation struct {
	header []string
	rows   [][]string
}

// Columns are the table's column names.
func (a Allocation) Columns() []string { return a.header }

// Records are the table's rows.
func (a Allocation) Records() [][]string { return a.rows }

// Allocate computes every interval of the file with the key, offline: the same engine that the ledger runs.
func Allocate(load *Load, key allocation.Key, rounding allocation.Rounding) (Allocation, error) {
	if len(load.Bad) > 0 {
		return Allocation{}, load.Bad[0]
	}
	allocator, err := allocation.New(key, rounding)
	if err != nil {
		return Allocation{}, err
	}
	run := newRun(load)
	result := Allocation{header: Columns(load), rows: make([][]string, 0, len(load.Start))}
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
	load                    *Load
	consumers, producers    []int // the file's curves in byte order of their ids
	consumption, production []int64
}

func newRun(load *Load) *run {
	return &run{
		load: load, consumers: byID(load.Consumption), producers: byID(load.Production),
		consumption: make([]int64, len(load.Consumption)), production: make([]int64, len(load.Production)),
	}
}

func byID(curves []Curve) []int {
	order := make([]int, len(curves))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(curves[a].ID, curves[b].ID) })
	return order
}

// Columns are the names of the columns that allocating the file gives.
func Columns(load *Load) []string {
	header := []string{"local_start"}
	for _, kind := range []struct {
		name   string
		curves []Curve
	}{{"share", load.Consumption}, {"cover", load.Consumption}, {"surplus", load.Production}} {
		for _, curve := range kind.curves {
			header = append(header, kind.name+"_"+curve.ID+"_mWh")
		}
	}
	return header
}

func (r *run) interval(allocator *allocation.Allocator, row int) ([]string, error) {
	record := make([]string, 1+2*len(r.consumers)+len(r.producers))
	record[0] = r.load.Start[row]
	complete := pick(r.load.Consumption, r.consumers, row, r.consumption)
	if !pick(r.load.Production, r.producers, row, r.production) || !complete {
		return record, nil
	}
	result, err := allocator.Allocate(r.production, r.consumption)
	if err != nil {
		return nil, err
	}
	place(record[1:], r.consumers, result.Share)
	place(record[1+len(r.consumers):], r.consumers, result.Cover)
	place(record[1+2*len(r.consumers):], r.producers, result.Surplus)
	return record, nil
}

// pick copies one row in the order of the ids and reports whether it is complete.
func pick(curves []Curve, order []int, row int, out []int64) bool {
	for i, curve := range order {
		if curves[curve].Missing[row] {
			return false
		}
		out[i] = curves[curve].Values[row]
	}
	return true
}

func place(cells []string, order []int, values []int64) {
	for i, curve := range order {
		cells[curve] = strconv.FormatInt(values[i], 10)
	}
}
