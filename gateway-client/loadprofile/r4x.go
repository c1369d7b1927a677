// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"encoding/xml"
	"strconv"
	"strings"
	"time"
)

type r4xPoint struct {
	offset int64
	Time   string `xml:"Horodatage,attr"`
	Value  string `xml:"Valeur_Point,attr"`
	Status string `xml:"Statut_Point,attr"`
}

// UnmarshalXML also keeps the value's place.
func (p *r4xPoint) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	type plain r4xPoint
	p.offset = d.InputOffset()
	return d.DecodeElement((*plain)(p), &start)
}

type r4xCurve struct {
	Step     int64      `xml:"Granularite"`
	Unit     string     `xml:"Unite_Mesure"`
	Way      string     `xml:"Grandeur_Metier"`
	Quantity string     `xml:"Grandeur_Physique"`
	Points   []r4xPoint `xml:"Donnees_Point_Mesure"`
}

// readR4x reads Enedis' flows R4H, R4M and R4Q: mean powers in kW from the beginning of each step. Reactive power and
// voltages are passed over.
func readR4x(f *file) error {
	prm := ""
	return f.elements(func(d *xml.Decoder, start xml.StartElement, _ string, line int) (bool, error) {
		switch start.Name.Local {
		case "Date_Creation":
			return true, f.created(d, start)
		case "Corps":
			prm = ""
		case "Identifiant_PRM":
			return true, d.DecodeElement(&prm, &start)
		case "Donnees_Courbe":
			var curve r4xCurve
			if err := d.DecodeElement(&curve, &start); err != nil {
				return true, err
			}
			return true, f.r4xCurve(strings.TrimSpace(prm), line, curve)
		}
		return false, nil
	})
}

// created reads the time at which a message was made: the version of its readings.
func (f *file) created(d *xml.Decoder, start xml.StartElement) error {
	var text string
	if err := d.DecodeElement(&text, &start); err != nil {
		return err
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateOnly} {
		if at, err := time.Parse(layout, strings.TrimSpace(text)); err == nil && sane(at) {
			f.version = at.Unix()
		}
	}
	return nil
}

func (f *file) r4xCurve(prm string, line int, curve r4xCurve) error {
	if curve.Quantity != "EA" {
		f.set.note("%s: the quantity %s is no active power and is passed over", f.name, curve.Quantity)
		return nil
	}
	way, known := enedisWays[curve.Way]
	if !known {
		return refuse(line, notProfile, "Grandeur_Metier is %s", quoted(curve.Way))
	}
	if unit := strings.ToLower(curve.Unit); unit != "kw" && unit != "w" {
		return refuse(line, badUnit, "%s", quoted(curve.Unit))
	}
	if curve.Step <= 0 || curve.Step > 60 {
		return refuse(line, notProfile, "its Granularite is %s", strconv.FormatInt(curve.Step, 10))
	}
	for _, p := range curve.Points {
		r := row{
			rowKey:  rowKey{point: prm, direction: way},
			line:    f.line(p.offset),
			step:    curve.Step * 60,
			quality: Measured,
		}
		f.at(&r, p.Time)
		f.measure(&r, p.Value, point, curve.Unit)
		if r.quality != Missing {
			r.status(p.Status, enedisStatuses)
		}
		f.put(r)
	}
	return nil
}
