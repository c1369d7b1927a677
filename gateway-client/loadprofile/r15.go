// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"encoding/xml"
	"strings"
)

// r15Figures are the classes of measure of collective self-consumption; 1 is a register, 2 a total.
var r15Figures = map[string]Figure{"3": Covered, "4": Residual, "5": Shared, "6": Surplus}

type r15Reading struct {
	Until   string     `xml:"Date_Releve"`
	From    string     `xml:"Date_Releve_Precedent"`
	Status  string     `xml:"Statut_Releve"`
	Classes []r15Class `xml:"Classe_Temporelle_Distributeur"` // Classe_Temporelle repeats them for the supplier
}

type r15Class struct {
	offset int64
	Name   string `xml:"Id_Classe_Temporelle"`
	Class  string `xml:"Classe_Mesure"`
	Unit   string `xml:"Unite_Mesure"`
	Value  string `xml:"Valeur"`
}

// UnmarshalXML also keeps the class's place.
func (c *r15Class) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	type plain r15Class
	c.offset = d.InputOffset()
	return d.DecodeElement((*plain)(c), &start)
}

// readR15 reads Enedis' flow R15: of a point in collective self-consumption, the figures of a period by class of time.
func readR15(f *file) error {
	prm := ""
	return f.elements(func(d *xml.Decoder, start xml.StartElement, _ string, _ int) (bool, error) {
		switch start.Name.Local {
		case "Date_Creation":
			return true, f.created(d, start)
		case "PRM":
			prm = ""
		case "Id_PRM":
			return true, d.DecodeElement(&prm, &start)
		case "Donnees_Releve":
			var reading r15Reading
			if err := d.DecodeElement(&reading, &start); err != nil {
				return true, err
			}
			for _, class := range reading.Classes {
				f.r15Class(strings.TrimSpace(prm), reading, class)
			}
			return true, nil
		}
		return false, nil
	})
}

func (f *file) r15Class(prm string, reading r15Reading, class r15Class) {
	figure, is := r15Figures[strings.TrimSpace(class.Class)]
	if !is {
		return
	}
	r := row{rowKey: rowKey{point: prm, register: class.Name}, line: f.line(class.offset), quality: Measured}
	if reading.Status != "INITIAL" {
		r.fail("a reading that is not INITIAL", "Statut_Releve "+quoted(reading.Status)+"; what it replaces is not known")
	}
	from, one := f.midnight(reading.From)
	until, other := f.midnight(reading.Until)
	if one && other {
		f.period(&r, from, until)
	} else {
		r.timeless = true
		r.fail(badTime, quoted(reading.From)+" to "+quoted(reading.Until))
	}
	f.measure(&r, strings.TrimSpace(class.Value), point, strings.TrimSpace(class.Unit))
	if r.power {
		r.fail(badUnit, quoted(class.Unit))
	}
	f.decide(figure, r)
}

// midnight reads the time of a periodic reading. Enedis writes a midnight as 00:00:00 or as 00:01:00.
func (f *file) midnight(text string) (stamp, bool) {
	text = strings.TrimSpace(text)
	if before, after, is := strings.Cut(text, "T00:01:00"); is {
		text = before + "T00:00:00" + after
	}
	return f.times.read(text)
}
