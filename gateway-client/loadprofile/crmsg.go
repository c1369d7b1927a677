// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"encoding/xml"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// crmsgCodes are the meter codes of readings.
var crmsgCodes = map[string]settlement.Direction{
	"1-1:1.9.0 G.01": settlement.Consumption,
	"1-1:2.9.0 G.01": settlement.Production,
}

// The meter codes of the grid operator's figures. Anything that a consumer was given, what a producer's share in the
// community made (by its factor), and what was left over of it. Old messages have the surplus of all that was produced.
const (
	crmsgCovered = "1-1:2.9.0 G.03"
	crmsgOffered = "1-1:2.9.0 G.01T"
	crmsgRest    = "1-1:2.9.0 P.01T"
	crmsgOldRest = "1-1:2.9.0 P.01"
)

type crmsgEnergy struct {
	Length string `xml:"MeteringIntervall"`
	Number int    `xml:"NumberOfMeteringIntervall"`
	Data   []struct {
		Code   string       `xml:"MeterCode,attr"`
		Unit   string       `xml:"UOM,attr"`
		Values []crmsgValue `xml:"EP"`
	} `xml:"EnergyData"`
}

type crmsgValue struct {
	offset int64
	From   string `xml:"DTF"`
	Until  string `xml:"DTT"`
	Method string `xml:"MM"`
	Value  string `xml:"BQ"`
}

// UnmarshalXML also keeps the value's place.
func (v *crmsgValue) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	type plain crmsgValue
	v.offset = d.InputOffset()
	return d.DecodeElement((*plain)(v), &start)
}

// readCRMSG reads the Austrian ConsumptionRecord 01p41 and 01p30 of an energy community.
func readCRMSG(f *file) error {
	number := ""
	return f.elements(func(d *xml.Decoder, start xml.StartElement, _ string, line int) (bool, error) {
		switch start.Name.Local {
		case "MarketParticipantDirectory":
			for _, a := range start.Attr {
				if a.Name.Local == "DocumentMode" && a.Value != "PROD" {
					return false, refuse(line, notProfile, "its DocumentMode is %s: a test", a.Value)
				}
			}
		case "DocumentCreationDateTime":
			return true, f.created(d, start)
		case "ProcessDirectory":
			number = ""
		case "MeteringPoint":
			return true, d.DecodeElement(&number, &start)
		case "Energy":
			var energy crmsgEnergy
			if err := d.DecodeElement(&energy, &start); err != nil {
				return true, err
			}
			return true, f.crmsgEnergy(strings.TrimSpace(number), line, energy)
		}
		return false, nil
	})
}

func (f *file) crmsgEnergy(number string, line int, energy crmsgEnergy) error {
	step, known := map[string]int64{"QH": 900, "H": 3600}[energy.Length]
	if !known {
		return refuse(line, notProfile, "its MeteringIntervall is %s, not QH or H", quoted(energy.Length))
	}
	count := 0
	for _, data := range energy.Data {
		count += len(data.Values)
	}
	if energy.Number != 0 && energy.Number != count {
		return refuse(line, badFile, "it counts %d values and has %d: is it cut?", energy.Number, count)
	}
	rows := map[string][]row{}
	for _, data := range energy.Data {
		code := strings.Join(strings.Fields(data.Code), " ")
		for _, v := range data.Values {
			rows[code] = append(rows[code], f.crmsgValue(number, data.Unit, step, v))
		}
	}
	for code, direction := range crmsgCodes {
		for _, r := range rows[code] {
			r.direction = direction
			f.put(r)
		}
	}
	f.crmsgFigures(rows)
	return nil
}

// crmsgFigures puts the grid operator's figures. Anything that was shared is the difference of what was offered and
// what was left over at the same time.
func (f *file) crmsgFigures(rows map[string][]row) {
	for _, r := range rows[crmsgCovered] {
		f.decide(Covered, r)
	}
	rest := rows[crmsgRest]
	if len(rest) == 0 {
		rest = rows[crmsgOldRest]
	}
	left := map[stamp][]row{} // several where local times repeat
	for _, r := range rest {
		f.decide(Surplus, r)
		left[r.stamp] = append(left[r.stamp], r)
	}
	if len(rows[crmsgRest]) == 0 {
		return
	}
	for _, r := range rows[crmsgOffered] {
		others := left[r.stamp]
		if len(others) == 0 {
			r.fail(inconsonant, "G.01T has this time and P.01T does not")
			f.decide(Shared, r)
			continue
		}
		f.decide(Shared, r.less(others[0]))
		left[r.stamp] = others[1:]
	}
}

func (f *file) crmsgValue(number, unit string, step int64, v crmsgValue) row {
	r := row{rowKey: rowKey{point: number}, line: f.line(v.offset), step: step, quality: Measured}
	f.at(&r, v.From)
	if v.Until != "" {
		var until row
		f.at(&until, v.Until)
		if until.timeless || until.stamp.wall != r.stamp.wall {
			r.fail(badTime, quoted(v.Until))
		} else if !r.stamp.wall && until.stamp.seconds-r.stamp.seconds != step {
			r.fail(inconsonant, "from "+quoted(v.From)+" to "+quoted(v.Until)+" is not the message's interval")
		}
	}
	f.measure(&r, v.Value, point, unit)
	if r.power {
		r.fail(badUnit, quoted(unit))
	}
	if v.Method != "" && r.quality != Missing {
		r.status(v.Method, edaMethods)
	}
	return r
}
