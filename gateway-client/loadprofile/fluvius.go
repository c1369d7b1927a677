// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// fluviusStatuses are Fluvius' words for how a value came to be, in its languages.
var fluviusStatuses = map[string]Quality{
	"uitgelezen": Measured, "read": Measured, "gevalideerd": Measured, "validated": Measured,
	"lu": Measured, "valide": Measured,
	"geschat": Estimated, "estimated": Estimated, "estime": Estimated,
	"geen verbruik": Missing, "no consumption": Missing, "pas de consommation": Missing,
}

// fluviusRegister splits a register such as Afname Nacht into direction and time of day.
func fluviusRegister(name string) (direction settlement.Direction, register string) {
	way, register, both := strings.Cut(plain(name), " ")
	if !both {
		return "", ""
	}
	switch way {
	case "afname", "offtake", "prelevement":
		direction = settlement.Consumption
	case "injectie", "injection":
		direction = settlement.Production
	}
	switch register {
	case "dag", "day", "jour":
		return direction, "day"
	case "nacht", "night", "nuit":
		return direction, "night"
	}
	return "", ""
}

// readFluvius reads the export of quarter-hours in Dutch, English or French, and the old Dutch one. Day and night are
// registers of one point. In the repeated hour the rows of both passes alternate.
func readFluvius(f *file) error {
	var of columns
	for line, record := range f.records(';') {
		if of == nil {
			of = headings(record)
			continue
		}
		unit := strings.ToLower(of.of(record, "eenheid", "unit", "unite"))
		if unit == "m³" || unit == "m3" {
			f.set.note("%s: rows of gas are passed over", f.name)
			continue
		}
		r := row{line: line, quality: Measured}
		r.point = of.of(record, "ean-code", "ean code", "ean", "code ean")
		register := of.of(record, "register", "registre")
		r.direction, r.register = fluviusRegister(register)
		begin := of.of(record, "van (datum)", "from (date)", "van datum", "du (date)", "de (date)") + " " +
			of.of(record, "van (tijdstip)", "from (time)", "van tijdstip", "du (heure)", "de (heure)")
		end := of.of(record, "tot (datum)", "until (date)", "to (date)", "tot datum", "au (date)", "a (date)") + " " +
			of.of(record, "tot (tijdstip)", "until (time)", "to (time)", "tot tijdstip", "au (heure)", "a (heure)")
		f.between(&r, begin, end)
		f.fluviusValue(
			&r,
			of.of(record, "volume"),
			unit,
			of.of(record, "validatiestatus", "validation status", "statut de validation"),
		)
		f.putKnown(r, "a register that is not known", register)
	}
	return nil
}

// putKnown puts a row whose direction a word of the file states. If the word is not known, it could be part of either.
func (f *file) putKnown(r row, reason, word string) {
	if r.direction != "" {
		f.put(r)
		return
	}
	r.fail(reason, quoted(word))
	for _, r.direction = range []settlement.Direction{settlement.Consumption, settlement.Production} {
		f.put(r)
	}
}

func (f *file) fluviusValue(r *row, value, unit, status string) {
	f.measure(r, value, comma, unit)
	if r.power {
		r.fail(badUnit, quoted(unit))
	}
	quality, known := fluviusStatuses[plain(status)]
	switch {
	case !known:
		r.fail(badQuality, quoted(status))
	case quality == Missing && r.quality != Missing:
		r.fail(inconsonant, quoted(value)+" is a value, and its status is "+quoted(status))
	case r.quality != Missing:
		r.quality = quality
	}
}
