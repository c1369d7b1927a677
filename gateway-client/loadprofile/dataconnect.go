// SPDX-License-Identifier: Apache-2.0

package loadprofile

import "cmp"

type dataConnect struct {
	Reading struct {
		Point string `json:"usage_point_id"`
		Type  struct {
			Kind      string `json:"measurement_kind"`
			Unit      string `json:"unit"`
			Aggregate string `json:"aggregate"`
			Step      string `json:"interval_length"`
		} `json:"reading_type"`
		Readings []struct {
			Value  scalar `json:"value"`
			Date   scalar `json:"date"`
			Step   string `json:"interval_length"`
			Status string `json:"measure_type"`
		} `json:"interval_reading"`
	} `json:"meter_reading"`
}

// readDataConnect reads an answer of Enedis' Data Connect with a load profile: mean powers and the ends of their steps.
// It does not say whether it was asked for consumption or production.
func readDataConnect(f *file) error {
	var answer dataConnect
	if err := f.decodeJSON(&answer); err != nil {
		return err
	}
	of := answer.Reading.Type
	if of.Kind != "power" || of.Aggregate != "average" {
		return refuse(0, notProfile, "its values are %s of %s, not the average of a power", of.Aggregate, of.Kind)
	}
	for _, reading := range answer.Reading.Readings {
		r := row{rowKey: rowKey{point: answer.Reading.Point}, line: f.line(reading.Date.offset), quality: Measured}
		f.at(&r, reading.Date.text)
		r.stamp.end = true
		f.measure(&r, reading.Value.text, point, of.Unit)
		if r.quality != Missing && reading.Status != "" {
			r.status(reading.Status, enedisStatuses)
		}
		r.period(cmp.Or(reading.Step, of.Step))
		f.put(r)
	}
	return nil
}
