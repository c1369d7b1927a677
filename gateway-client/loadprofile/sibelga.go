package loadprofile

import "github.com/smartb-suite/smartb/chaincode/settlement"

// sibelgaKinds are the kinds of volume of the Brussels grid operator: what is shared and what is not are added.
var sibelgaKinds = map[string]settlement.Direction{
	"consommation partagee": settlement.Consumption, "consommation reseau": settlement.Consumption,
	"injection partagee": settlement.Production, "injection reseau": settlement.Production,
}

func readSibelga(f *file) error {
	var of columns
	for line, record := range f.records(';') {
		if of == nil {
			of = headings(record)
			continue
		}
		r := row{line: line, quality: Measured}
		r.point = of.of(record, "ean")
		kind := of.of(record, "type de volume")
		r.register = plain(kind)
		r.direction = sibelgaKinds[r.register]
		f.at(&r, of.of(record, "date debut"))
		f.measure(&r, of.of(record, "volume (kwh)"), comma, "kwh")
		f.putKnown(r, "a kind of volume that is not known", kind)
	}
	return nil
}
