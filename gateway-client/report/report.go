// SPDX-License-Identifier: Apache-2.0

// Package report writes the report of a period as one HTML file that opens offline: charts as SVG inside of it, no script, no font, no link to anywhere.
package report

import (
	_ "embed" // for the template
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

// Data is what a report shows.
type Data struct {
	Community settlement.Community
	Period    settlement.Period
	Totals    settlement.PeriodTotals
	// Days are the sums of the billed days, in order.
	Days []Day
	// Bills are those of all parties, in byte order.
	Bills []settlement.Bill
}

// Day is one day's sums in mWh.
type Day struct {
	Date, Run, MerkleRoot     string
	Shared, Residual, Surplus int64
}

// NewDay are the sums of a run.
func NewDay(run settlement.Run, totals settlement.Totals) Day {
	return Day{
		Date: run.Day, Run: string(run.Run), MerkleRoot: run.MerkleRoot, Shared: totals.Shared, Surplus: totals.Surplus,
		Residual: totals.Consumption - totals.SelfConsumed - totals.Shared,
	}
}

//go:embed report.html.tmpl
var page string

var functions = template.FuncMap{
	"kWh":   kWh,
	"money": money,
	"rate":  func(basisPoints int64) string { return decimal(basisPoints, 2) + " %" },
	"short": func(hash string) string { return hash[:min(16, len(hash))] + "…" },
	"gross": func(item billing.Item) int64 { return item.Gross() },
	"part":  part,
	"sum":   func(a, b int64) int64 { return a + b },
}

var parsed = template.Must(template.New("report").Funcs(functions).Parse(page))

// Write writes the report.
func Write(w io.Writer, data Data) error {
	days, err := dayChart(data.Days)
	if err != nil {
		return fmt.Errorf("draw the days: %w", err)
	}
	members, err := memberChart(data.Bills)
	if err != nil {
		return fmt.Errorf("draw the members: %w", err)
	}
	view := struct {
		Data
		DayChart, MemberChart     template.HTML
		Shared, Residual, Surplus int64
		// Positions is the sum of all positions after netting.
		Positions int64
	}{Data: data, DayChart: template.HTML(days), MemberChart: template.HTML(members)} // drawn here, from numbers and checked ids
	for _, day := range data.Days {
		view.Shared += day.Shared
		view.Residual += day.Residual
		view.Surplus += day.Surplus
	}
	for _, bill := range data.Bills {
		view.Positions += bill.Position
	}
	return parsed.Execute(w, view)
}

// kWh writes an energy in kWh with three decimals, rounded half away from zero.
func kWh(mWh int64) string {
	if mWh < 0 {
		return decimal((mWh-500)/1000, 3)
	}
	return decimal((mWh+500)/1000, 3)
}

func money(cents int64) string { return decimal(cents, 2) }

// decimal writes an integer with so many decimals.
func decimal(value int64, places int) string {
	sign := ""
	if value < 0 {
		sign, value = "−", -value
	}
	digits := fmt.Sprintf("%0*d", places+1, value)
	return sign + digits[:len(digits)-places] + "." + digits[len(digits)-places:]
}

// part is a share in percent with one decimal.
func part(of, whole int64) string {
	if whole == 0 {
		return "–"
	}
	return decimal(int64(float64(of)/float64(whole)*1000+0.5), 1) + " %"
}

// label is a party's short name on a chart.
func label(party string) string {
	if name, is := strings.CutPrefix(party, "msp:"); is {
		return name
	}
	return party[:min(8, len(party))]
}
