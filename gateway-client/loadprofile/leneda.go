// SPDX-License-Identifier: Apache-2.0

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

// lenedaFigures are the codes of the grid operator's figures. Energy is shared in layers, whose order is not that of
// their numbers; a figure is the sum of its layers.
var lenedaFigures = map[string]struct {
	figure Figure
	layer  string
}{
	"1-65:1.29.1": {Covered, "1"}, "1-65:1.29.3": {Covered, "2"}, "1-65:1.29.2": {Covered, "3"},
	"1-65:1.29.4": {Covered, "4"}, "1-65:1.29.9": {Residual, ""},
	"1-65:2.29.1": {Shared, "1"}, "1-65:2.29.3": {Shared, "2"}, "1-65:2.29.2": {Shared, "3"},
	"1-65:2.29.4": {Shared, "4"}, "1-65:2.29.9": {Surplus, ""},
}

// readLeneda reads a time series of Luxembourg's data platform.
func readLeneda(f *file) error {
	var series leneda
	if err := f.decodeJSON(&series); err != nil {
		return err
	}
	key := rowKey{point: series.Point.text}
	of, official := lenedaFigures[series.OBIS]
	switch {
	case official:
		key.figure, key.register, f.layered = of.figure, of.layer, true
		if of.layer != "" && f.set.options.Content == Decisions {
			f.set.note("%s has layer %s of %s: give the files of all layers together", f.name, of.layer, of.figure)
		}
	case series.OBIS == "1-1:1.29.0":
		key.direction = settlement.Consumption
	case series.OBIS == "1-1:2.29.0":
		key.direction = settlement.Production
	default:
		return refuse(0, notProfile, "%s is no load profile of active energy (1-1:1.29.0, 1-1:2.29.0) and no figure "+
			"of shared energy (1-65:1.29.1 to 4 and 9, 1-65:2.29.1 to 4 and 9)", quoted(series.OBIS))
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
