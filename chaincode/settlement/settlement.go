// SPDX-License-Identifier: Apache-2.0

// Package settlement measures, certifies and settles the energy that neighbours share: communities, members, meter days, runs and statements. It
// decides; it reads and writes nothing, so that everybody can test it, fuzz it and compute a run again off-chain.
//
// Energies are int64 in mWh (1e-6 kWh). Days are local days of the community. Terms follow French and English usage: opération d'autoconsommation
// collective / community; PMO / organiser; clé de répartition / allocation key; autoconsommé / shared (covered); surplus / surplus.
package settlement

import (
	"regexp"

	"github.com/smartb-suite/smartb/chaincode/request"
)

// SchemaVersion is the version of the stored records' form; it is in every record so that a later chaincode can read an
// older one.
const SchemaVersion = 1

// Limits of a request's members.
const (
	maxText = 200
	maxTier = 1000
	// MaxMeterDays is how many meter days one transaction takes.
	MaxMeterDays = 1000
	// MaxDays is of how many local days: a transaction reads what is stored of each.
	MaxDays = 31
	// MaxEnergy is the largest energy of one interval of one member: 1 GWh.
	MaxEnergy = 1_000_000_000_000
)

var (
	countryPattern    = regexp.MustCompile(`^[A-Z]{2}$`)
	collectionPattern = regexp.MustCompile(`^meterData(-[A-Za-z0-9-]{1,60})?$`)
)

func text(field, value string) error { return request.AtMost(field, value, maxText) }

func date(field, value string) error {
	if err := request.Required(field, value); err != nil {
		return err
	}
	_, err := parseDate(field, value)
	return err
}
