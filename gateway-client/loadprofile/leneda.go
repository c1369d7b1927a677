package loadprofile

import (
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

var lenedaTypes = map[string]Quality{"Actual": Measured, "Estimated": Estimated}

type leneda struct {
	Point scalar `json:"meteringPointCode"`
	OBIS  string `json:"obisCode"`
	Step  string `json:"intervalLength"`
	Unit  string `json:"unit"`
	Items []struct {
		Value      scalar `json:"value"`
		Start      scalar `json:"startedAt"`
		Type       string `json:"type"`
		Version    scalar `json:"version"`
		Calculated bool   `json:"calculated"`
	} `json:"items"`
}

// readLeneda reads a time series of Luxembourg's data platform.
func readLeneda(f *file) error {
	var series leneda
	if err := f.decodeJSON(&series); err != nil {
		return err
	}
	key := rowKey{point: series.Point.text}
	switch series.OBIS {
	case "1-1:1.29.0":
		key.direction = settlement.Consumption
	case "1-1:2.29.0":
		key.direction = settlement.Production
	default:
		return refuse(0, notProfile, "%s is no measured load profile of active energy (1-1:1.29.0, 1-1:2.29.0); "+
			"1-65 are figures of the grid operator", quoted(series.OBIS))
	}
	for _, item := range series.Items {
		r := row{rowKey: key, line: f.line(item.Start.offset), quality: Measured}
		f.at(&r, item.Start.text)
		f.measure(&r, item.Value.text, point, series.Unit)
		if r.quality != Missing {
			r.status(item.Type, lenedaTypes)
			if item.Calculated {
				r.quality = worse(r.quality, Substituted)
			}
		}
		r.version, _ = strconv.ParseInt(item.Version.text, 10, 64) // without a number it has none
		r.period(series.Step)
		f.put(r)
	}
	return nil
}
