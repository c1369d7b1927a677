// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

var datadisMethods = map[string]Quality{
	"real":      Measured,
	"estimada":  Estimated,
	"estimado":  Estimated,
	"estimated": Estimated,
}

// datadisRow is a value with the local date and the label of its hour or quarter, which is its end. 01:00 is the first
// hour of the day, 24:00 the last.
type datadisRow struct {
	line                            int
	cups, date, hour, value, method string
	// generated, surplus and covered are the distributor's figures of shared production. All are 0 for points and hours
	// without any, which states nothing.
	generated, surplus, covered string
}

// putDatadis puts the rows of a file, which are all of hours or all of quarters.
func (f *file) putDatadis(rows []datadisRow, form mark) {
	step := datadisStep(rows)
	for _, d := range rows {
		r := row{
			rowKey:  rowKey{point: d.cups, direction: settlement.Consumption},
			line:    d.line,
			step:    step,
			quality: Measured,
		}
		label, ok := labelOf(d.hour)
		day, err := time.Parse("2006/01/02", d.date)
		switch {
		case err != nil || !sane(day):
			r.timeless, r.reason, r.detail = true, badTime, quoted(d.date+" "+d.hour)
		case !ok || label%step != 0 || label == 0:
			r.stamp = stamp{seconds: day.Unix() + 43200, wall: true}
			r.fail(badTime, quoted(d.hour)+"; hours are labelled by their ends, from 01:00 or 00:15 to 24:00")
		default:
			r.stamp = stamp{seconds: day.Unix() + label - step, wall: true}
		}
		f.measure(&r, d.value, form, "kwh")
		if quality, known := datadisMethods[plain(d.method)]; !known {
			r.fail(badQuality, quoted(d.method))
		} else if r.quality != Missing {
			r.quality = quality
		}
		f.put(r)
		f.datadisFigures(d, r, form)
	}
}

func (f *file) datadisFigures(d datadisRow, of row, form mark) {
	shares := false
	figures := map[Figure]row{}
	for name, text := range map[Figure]string{"": d.generated, Surplus: d.surplus, Covered: d.covered} {
		r := row{rowKey: rowKey{point: of.point}, line: of.line, step: of.step, stamp: of.stamp, quality: Measured}
		f.measure(&r, text, form, "kwh")
		shares = shares || r.reason != "" || !r.value.zero()
		if of.timeless {
			r.timeless, r.reason, r.detail = true, of.reason, of.detail
		}
		figures[name] = r
	}
	if shares {
		f.decide(Surplus, figures[Surplus])
		f.decide(Covered, figures[Covered])
	}
}

// datadisStep is a quarter if any label is no whole hour.
func datadisStep(rows []datadisRow) int64 {
	step := int64(3600)
	for _, d := range rows {
		if _, minutes, _ := strings.Cut(d.hour, ":"); minutes != "00" && minutes != "" {
			step = 900
		}
	}
	return step
}

// labelOf is the number of seconds of a time from 00:00 to 24:00.
func labelOf(text string) (int64, bool) {
	if text == "24:00" {
		return 86400, true
	}
	at, err := time.Parse("15:04", text)
	return int64(at.Hour()*3600 + at.Minute()*60), err == nil
}

func readDatadis(f *file) error {
	var of columns
	var rows []datadisRow
	for line, record := range f.records(';') {
		if of == nil {
			of = headings(record)
			continue
		}
		rows = append(rows, datadisRow{
			line, of.of(record, "cups"), of.of(record, "fecha"), of.of(record, "hora"),
			of.of(record, "consumo_kwh"), of.of(record, "metodoobtencion"), of.of(record, "energiagenerada_kwh"),
			of.of(record, "energiavertida_kwh"), of.of(record, "energiaautoconsumida_kwh"),
		})
	}
	f.putDatadis(rows, comma)
	return nil
}

type datadisItem struct {
	CUPS   scalar `json:"cups"`
	Date   string `json:"date"`
	Time   string `json:"time"`
	Value  scalar `json:"consumptionKWh"`
	Method string `json:"obtainMethod"`

	Generated scalar `json:"generationEnergyKWh"`
	Surplus   scalar `json:"surplusEnergyKWh"`
	Covered   scalar `json:"selfConsumptionEnergyKWh"`
}

// readDatadisJSON reads the answers of both versions of Datadis' API.
func readDatadisJSON(f *file) error {
	var items []datadisItem
	if strings.HasPrefix(strings.TrimSpace(string(f.text[:min(len(f.text), 100)])), "{") {
		var answer struct {
			Items  []datadisItem `json:"timeCurve"`
			Errors []struct {
				Name string `json:"distributorName"`
				Text string `json:"errorDescription"`
			} `json:"distributorError"`
		}
		if err := f.decodeJSON(&answer); err != nil {
			return err
		}
		for _, e := range answer.Errors {
			f.refuse(refuse(0, "the distributor answered with an error", "%s: %s", e.Name, e.Text))
		}
		items = answer.Items
	} else if err := f.decodeJSON(&items); err != nil {
		return err
	}
	rows := make([]datadisRow, len(items))
	for i, item := range items {
		rows[i] = datadisRow{
			f.line(item.CUPS.offset),
			item.CUPS.text,
			item.Date,
			item.Time,
			item.Value.text,
			item.Method,
			item.Generated.text,
			item.Surplus.text,
			item.Covered.text,
		}
	}
	f.putDatadis(rows, point)
	return nil
}
