// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"strconv"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// enedis is the customers' export of a load profile (CSV): an optional description (Identifiant PRM;…), then
// Horodate;Valeur with the end of each step, or Début;Fin;Valeur (en kW).
type enedis struct {
	file *file
	key  rowKey
	unit string
	// step is what the description states, 0 if it does not.
	step        int64
	description []string
	body        columns
	value       string
}

func readEnedis(f *file) error {
	e := &enedis{file: f, unit: "W"}
	for line, record := range f.records(separatorOf(string(f.text[:min(len(f.text), 4096)]))) {
		if err := e.take(line, record); err != nil {
			return err
		}
	}
	return nil
}

func (e *enedis) take(line int, record []string) error {
	first := plain(record[0])
	switch {
	case first == "identifiant prm":
		*e = enedis{file: e.file, unit: "W", description: record}
		return nil
	case first == "horodate" || first == "debut":
		return e.heading(line, record)
	case e.body != nil:
		e.reading(line, record)
		return nil
	case e.description != nil:
		return e.describe(line, record)
	default:
		return nil // a title
	}
}

// heading finds the columns, and the unit that one of them may name.
func (e *enedis) heading(line int, record []string) error {
	e.body, e.value = headings(record), ""
	for name := range e.body {
		if strings.HasPrefix(name, "valeur") {
			e.value = name
		}
	}
	if e.value == "" {
		return refuse(line, notProfile, "it has no column Valeur")
	}
	if _, unit, says := strings.Cut(e.value, "(en "); says {
		e.unit = strings.TrimSuffix(unit, ")")
	}
	return e.checkUnit(line)
}

func (e *enedis) checkUnit(line int) error {
	if unit := strings.ToLower(e.unit); unit != "w" && unit != "kw" {
		return refuse(line, notProfile, "its unit is %q, not W or kW", e.unit)
	}
	return nil
}

// describe reads the line below Identifiant PRM;Type de donnees;…;Pas en minutes.
func (e *enedis) describe(line int, record []string) error {
	of := headings(e.description)
	e.description = nil
	e.key.point = of.of(record, "identifiant prm")
	switch way := plain(of.of(record, "grandeur metier")); way {
	case "consommation", "cons":
		e.key.direction = settlement.Consumption
	case "production", "prod":
		e.key.direction = settlement.Production
	case "":
	default:
		return refuse(line, notProfile, "Grandeur métier is %q", way)
	}
	if what := plain(of.of(record, "type de donnees")); what != "" && !strings.Contains(what, "courbe") {
		return refuse(line, notProfile, "Type de donnees is %q, not a load curve", what)
	}
	if what := plain(of.of(record, "grandeur physique")); what != "" && what != "energie active" &&
		what != "puissance active" {
		return refuse(line, notProfile, "Grandeur physique is %q", what)
	}
	if unit := of.of(record, "unite"); unit != "" {
		e.unit = unit
	}
	if err := e.pas(line, of.of(record, "pas en minutes")); err != nil {
		return err
	}
	return e.checkUnit(line)
}

func (e *enedis) pas(line int, pas string) error {
	if pas == "" {
		return nil
	}
	minutes, err := strconv.Atoi(pas)
	if err != nil || minutes <= 0 || minutes > 60 {
		return refuse(line, notProfile, "its step is %s minutes", quoted(pas))
	}
	e.step = int64(minutes) * 60
	return nil
}

func (e *enedis) reading(line int, record []string) {
	r := row{rowKey: e.key, line: line, quality: Measured, step: e.step}
	if e.body.has("fin") {
		e.file.between(&r, e.body.of(record, "debut"), e.body.of(record, "fin"))
		if e.step != 0 && r.step != e.step && !r.timeless {
			r.fail(inconsonant, "its step is not that of the description")
		}
	} else {
		e.file.at(&r, record[0])
		r.stamp.end = true
		if len(strings.TrimSpace(record[0])) <= len("2006-01-02") {
			r.timeless, r.reason, r.detail = true, badTime, quoted(record[0])
		}
	}
	e.file.measure(&r, e.body.of(record, e.value), comma, e.unit)
	e.file.put(r)
}

// change sets the step right of a row over which the clock changes.
func (f *file) change(r *row, until int64) {
	switch {
	case r.step <= 0 && r.step > -3600 && len(f.set.clock.passes(r.stamp.seconds)) == 2:
		r.step += 3600
		r.stamp.first = true
	case r.step > 3600 && r.step <= 7200 && len(f.set.clock.passes(until-1)) == 0:
		r.step -= 3600
	}
}

// between reads a row's time from its beginning and end. Local ends tell the passes of a repeated hour apart: the first
// pass ends at a time that the clock showed before.
func (f *file) between(r *row, begin, end string) {
	var until row
	f.at(&until, end)
	f.at(r, begin)
	if until.timeless {
		r.reason, r.detail, r.timeless = badTime, quoted(end), true
	}
	if r.timeless {
		return
	}
	r.step = until.stamp.seconds - r.stamp.seconds
	if r.stamp.wall && until.stamp.wall {
		f.change(r, until.stamp.seconds)
	}
	if r.step <= 0 {
		r.fail(badStep, "from "+quoted(begin)+" to "+quoted(end))
	}
}
