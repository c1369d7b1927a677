// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// readORES reads the Walloon grid operator's results of sharing by quarter-hour. The reading is the gross figure; the
// others are the grid operator's decisions, which must add up to it.
func readORES(f *file) error {
	var of columns
	consumption := &oresGroups{file: f}
	for line, record := range f.records(separatorOf(string(f.text[:min(len(f.text), 4096)]))) {
		if of == nil {
			of = headings(record)
			continue
		}
		if of.has("production brute") {
			f.oresProduction(of, line, record)
			continue
		}
		consumption.take(of, line, record)
	}
	consumption.flush()
	return nil
}

func (f *file) oresProduction(of columns, line int, record []string) {
	r := row{
		rowKey:  rowKey{point: of.of(record, "ean"), direction: settlement.Production},
		line:    line,
		quality: Measured,
	}
	f.at(&r, of.of(record, "timestamp"))
	f.measure(&r, of.of(record, "production brute"), comma, "kwh")
	shared, left := row{quality: Measured}, row{quality: Measured}
	f.measure(&shared, of.of(record, "production allouee autoconsommee par le partage"), comma, "kwh")
	f.measure(&left, of.of(record, "allo production"), comma, "kwh")
	if shared.reason+left.reason != "" || !shared.value.plus(left.value).equal(r.value) {
		r.fail(inconsonant, "Production brute is not what is shared and what is left together")
	}
	f.put(r)
	for _, part := range []struct {
		figure Figure
		of     row
	}{{Shared, shared}, {Surplus, left}} {
		f.decide(part.figure, r.with(part.of))
	}
}

// with is the row with the value of another one. Anything that is wrong with the row is wrong with it.
func (r row) with(of row) row {
	if r.reason == "" {
		r.value, r.quality = of.value, worse(r.quality, of.quality)
	}
	return r
}

// oresGroups gathers the rows of a quarter-hour, one for each iteration of the sharing.
type oresGroups struct {
	file  *file
	open  map[string]*oresGroup // by point and time
	order []*oresGroup
}

type oresGroup struct {
	row        row
	iterations map[string]bool
	covered    amount
	residual   amount
}

func (g *oresGroups) take(of columns, line int, record []string) {
	name := of.of(record, "ean") + " " + of.of(record, "timestamp")
	iteration := strings.TrimLeft(of.of(record, "iteration"), "0")
	group := g.open[name]
	if group == nil || group.iterations[iteration] { // the same iteration again is the repeated hour
		group = &oresGroup{iterations: map[string]bool{}}
		r := row{
			rowKey:  rowKey{point: of.of(record, "ean"), direction: settlement.Consumption},
			line:    line,
			quality: Measured,
		}
		g.file.at(&r, of.of(record, "timestamp"))
		g.file.measure(&r, of.of(record, "prelevement brut"), comma, "kwh")
		group.row = r
		if g.open == nil {
			g.open = map[string]*oresGroup{}
		}
		g.open[name] = group
		g.order = append(g.order, group)
	}
	if len(group.iterations) == 0 && iteration != "1" {
		group.row.fail(inconsonant, "the first iteration is not there")
	}
	group.iterations[iteration] = true
	var covered, residual row
	g.file.measure(&covered, of.of(record, "prelevement couvert par le partage"), comma, "kwh")
	g.file.measure(&residual, of.of(record, "allo consommation"), comma, "kwh")
	if reason := covered.reason + residual.reason; reason != "" {
		group.row.fail(badCell, covered.detail+residual.detail)
	}
	group.covered = group.covered.plus(covered.value)
	group.residual = residual.value
}

func (g *oresGroups) flush() {
	for _, group := range g.order {
		r := group.row
		if r.quality != Missing && r.reason == "" && !group.covered.plus(group.residual).equal(r.value) {
			r.fail(inconsonant, "Prélèvement brut is not what is covered and what is left together")
		}
		g.file.put(r)
		g.file.decide(Covered, r.with(row{value: group.covered, quality: Measured}))
		g.file.decide(Residual, r.with(row{value: group.residual, quality: Measured}))
	}
}
