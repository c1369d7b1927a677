// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"encoding/xml"
	"strconv"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

type r50Point struct {
	offset int64
	Time   string `xml:"H"`
	Value  string `xml:"V"`
}

// UnmarshalXML also keeps the value's place.
func (p *r50Point) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	type plain r50Point
	p.offset = d.InputOffset()
	return d.DecodeElement((*plain)(p), &start)
}

// readR50 reads Enedis' flow R50: mean powers in W of consumers of segment C5, with the ends of their steps.
func readR50(f *file) error {
	prm, step := "", int64(0)
	return f.elements(func(d *xml.Decoder, start xml.StartElement, _ string, line int) (bool, error) {
		switch start.Name.Local {
		case "Date_Creation":
			return true, f.created(d, start)
		case "Pas_Publication":
			var text string
			if err := d.DecodeElement(&text, &start); err != nil {
				return true, err
			}
			minutes, err := strconv.Atoi(strings.TrimSpace(text))
			if err != nil || minutes <= 0 || minutes > 60 {
				return true, refuse(line, notProfile, "its Pas_Publication is %s", quoted(text))
			}
			step = int64(minutes) * 60
		case "PRM":
			prm = ""
			return false, nil
		case "Id_PRM":
			return true, d.DecodeElement(&prm, &start)
		case "PDC":
			var p r50Point
			if err := d.DecodeElement(&p, &start); err != nil {
				return true, err
			}
			r := row{
				rowKey:  rowKey{point: strings.TrimSpace(prm), direction: settlement.Consumption},
				line:    line,
				step:    step,
				quality: Measured,
			}
			f.at(&r, p.Time)
			r.stamp.end = true
			f.measure(&r, p.Value, point, "w")
			f.put(r)
		default:
			return false, nil
		}
		return true, nil
	})
}
