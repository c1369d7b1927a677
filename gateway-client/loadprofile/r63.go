// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"cmp"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// enedisStatuses are the natures of values in Enedis' flows R63 and R4x and in its API.
var enedisStatuses = map[string]Quality{
	"B": Measured, "R": Measured, "S": Measured, "T": Measured, "F": Measured, "G": Measured,
	"C": Edited, "D": Edited,
	"H": Substituted, "P": Substituted,
	"E": Estimated, "K": Estimated,
}

func (r *row) status(code string, codes map[string]Quality) {
	quality, known := codes[strings.TrimSpace(code)]
	if !known {
		r.fail(badQuality, quoted(code))
		return
	}
	if r.quality != Missing {
		r.quality = quality
	}
}

// enedisWays are the words for directions in Enedis' flows.
var enedisWays = map[string]settlement.Direction{"CONS": settlement.Consumption, "PROD": settlement.Production}

// r63Row makes a row of what both forms of R63 say. Quantities other than the active power PA are passed over.
func (f *file) r63Row(line int, prm, way, quantity, unit, time, value, nature, step string) {
	if quantity != "PA" {
		f.set.note("%s: the quantity %s is no active power and is passed over", f.name, quantity)
		return
	}
	r := row{rowKey: rowKey{point: strings.TrimSpace(prm)}, line: line, quality: Measured}
	f.at(&r, time)
	r.stamp.end = true
	var known bool
	if r.direction, known = enedisWays[way]; !known {
		r.fail("a direction that is not known", quoted(way))
	}
	f.measure(&r, value, sheet, cmp.Or(unit, "?"))
	if r.quality != Missing {
		r.status(nature, enedisStatuses)
	}
	r.period(step)
	f.put(r)
}

func readR63(f *file) error {
	var of columns
	for line, record := range f.records(';') {
		if of == nil {
			of = headings(record)
			if !of.has(
				"identifiant prm",
				"grandeur physique",
				"grandeur metier",
				"unite",
				"horodate",
				"valeur",
				"nature",
				"pas",
			) {
				return refuse(line, notProfile, "it has not the columns of R63")
			}
			continue
		}
		if len(record) < 11 {
			record = append(record, make([]string, 11-len(record))...)
		}
		f.r63Row(
			line,
			of.of(record, "identifiant prm"),
			of.of(record, "grandeur metier"),
			of.of(record, "grandeur physique"),
			of.of(
				record,
				"unite",
			),
			of.of(record, "horodate"),
			of.of(record, "valeur"),
			of.of(record, "nature"),
			of.of(record, "pas"),
		)
	}
	return nil
}

type r63Message struct {
	Header struct {
		Flow string `json:"codeFlux"`
	} `json:"header"`
	Measures []struct {
		PRM        string `json:"idPrm"`
		Quantities []struct {
			Way      string `json:"grandeurMetier"`
			Quantity string `json:"grandeurPhysique"`
			Unit     string `json:"unite"`
			Points   []struct {
				Value  scalar `json:"v"`
				Time   scalar `json:"d"`
				Step   string `json:"p"`
				Nature string `json:"n"`
			} `json:"points"`
		} `json:"grandeur"`
	} `json:"mesures"`
}

func readR63JSON(f *file) error {
	var message r63Message
	if err := f.decodeJSON(&message); err != nil {
		return err
	}
	if message.Header.Flow != "" && message.Header.Flow != "R63" {
		return refuse(0, notProfile, "the flow %s has registers or other figures", message.Header.Flow)
	}
	for _, measure := range message.Measures {
		for _, q := range measure.Quantities {
			for _, p := range q.Points {
				f.r63Row(
					f.line(p.Time.offset),
					measure.PRM,
					q.Way,
					q.Quantity,
					q.Unit,
					p.Time.text,
					p.Value.text,
					p.Nature,
					p.Step,
				)
			}
		}
	}
	return nil
}
