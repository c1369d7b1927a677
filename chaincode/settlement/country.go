// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	_ "embed" // for the table of countries
	"slices"
	"strings"
	"sync"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// countryTable has a line for each country of ISO 3166-1 with its time zones, the most populous one first. It is made of
// iso3166.tab and zone.tab of the IANA time zone database, which are in the public domain.
//
//go:embed countries.txt
var countryTable string

var countries = sync.OnceValue(func() map[string][]string {
	zones := map[string][]string{}
	for line := range strings.Lines(countryTable) {
		fields := strings.Fields(line)
		zones[fields[0]] = fields[1:]
	}
	return zones
})

// ZonesOf are the IANA time zones of a country, the most populous one first; nil for what is no country.
func ZonesOf(country string) []string { return slices.Clone(countries()[country]) }

// validatePlace refuses what is no country, and a time zone of another country.
func (t Terms) validatePlace() error {
	zones, known := countries()[t.Country]
	if !known {
		return fault.Field(fault.InvalidField, "country", "%q is no country of ISO 3166-1; write its two letters, such as AT", t.Country)
	}
	if !slices.Contains(zones, t.TimeZone) {
		return fault.Field(fault.InvalidField, "timeZone", "%s is no time zone of %s; expected %s", t.TimeZone, t.Country, strings.Join(zones, ", "))
	}
	return nil
}
