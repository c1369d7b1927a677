// SPDX-License-Identifier: Apache-2.0

// Package billing turns the energy that members shared within a period into money: tariff lines, VAT, bills on both sides and netted positions. It is pure
// and exact: integers in, integers out. Energies are mWh (1e-6 kWh), prices micro-euro per kWh, amounts cents of the tariff's currency. An amount is
// rounded once for each line, seller, VAT rate and generation, and divided so that both sides of every supply name the same cents.
package billing

import (
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// Kind describes what a tariff line charges for and who sells it; the buyers are always the consumers, by the shared
// energy that they received.
type Kind string

const (
	// EnergyPrice pays the producers for the energy itself.
	EnergyPrice Kind = "energy"
	// CommunityFee pays the organiser.
	CommunityFee Kind = "community-fee"
	// GridFee pays the distribution system operator.
	GridFee Kind = "grid-fee"
)

// Tariff is what a community charges for shared energy.
type Tariff struct {
	// Currency is the ISO 4217 code; amounts are in its hundredths.
	Currency string `json:"currency"`
	Lines    []Line `json:"lines"`
}

// Line is one line of a tariff.
type Line struct {
	LineID string `json:"lineId"`
	Kind   Kind   `json:"kind"`
	// Bands are the prices by local time of day, in ascending order from 00:00 on; one band is one price all day.
	Bands []Band `json:"bands"`
	// Producers are the prices of single producers by member. If there are any, every producer of the line sells to every consumer on its own (bilateral
	// supplies); those who are not named sell at Bands. Without, all producers are one seller, the pool.
	Producers map[string]int64 `json:"producers,omitempty"`
	VAT       VAT              `json:"vat"`
}

// Band is the price from a local time of day on.
type Band struct {
	// From is the wall-clock time, HH:MM.
	From string `json:"from"`
	// Price is in micro-euro per kWh.
	Price int64 `json:"price"`
}

// VAT is a line's value added tax in basis points (2000 is 20 %).
type VAT struct {
	Rate int64 `json:"rate"`
	// ByRole are the rates of sellers in a role of their own, such as {"household": 0} for producers who are not liable to VAT.
	ByRole map[string]int64 `json:"byRole,omitempty"`
}

// Pool is the counterparty that all producers of a common price are together, Members the one that all buyers of a fee are.
const (
	Pool    = "pool"
	Members = "members"
)

const (
	maxLines, maxBands, maxProducers = 10, 24, 1000
	// maxPrice is 100 euro per kWh.
	maxPrice   = 100_000_000
	maxVATRate = 10_000
)

var (
	currencyPattern = regexp.MustCompile(`^[A-Z]{3}$`)
	timePattern     = regexp.MustCompile(`^([01][0-9]|2[0-3]):(00|15|30|45)$`)
)

// Validate checks the tariff by itself; field names it in the request.
func (t Tariff) Validate(field string) error {
	if err := request.Matches(field+"/currency", t.Currency, currencyPattern, "an ISO 4217 code"); err != nil {
		return err
	}
	if len(t.Lines) == 0 || len(t.Lines) > maxLines {
		return fault.Field(fault.OutOfRange, field+"/lines", "expected 1 to %d lines", maxLines)
	}
	seen := map[string]bool{}
	for i, line := range t.Lines {
		at := field + "/lines/" + strconv.Itoa(i)
		if seen[line.LineID] {
			return fault.Field(fault.DuplicateField, at+"/lineId", "stands twice in the tariff")
		}
		seen[line.LineID] = true
		if err := line.validate(at); err != nil {
			return err
		}
	}
	return nil
}

func (l Line) validate(field string) error {
	err := request.All(
		request.ID(field+"/lineId", l.LineID),
		request.OneOf(field+"/kind", l.Kind, EnergyPrice, CommunityFee, GridFee),
		request.Within(field+"/vat/rate", l.VAT.Rate, 0, maxVATRate),
	)
	if err != nil {
		return err
	}
	if len(l.Bands) == 0 || len(l.Bands) > maxBands {
		return fault.Field(fault.OutOfRange, field+"/bands", "expected 1 to %d bands", maxBands)
	}
	if err := l.validateBands(field + "/bands/"); err != nil {
		return err
	}
	for _, role := range slices.Sorted(maps.Keys(l.VAT.ByRole)) {
		if err := request.All(request.ID(field+"/vat/byRole", role), request.Within(field+"/vat/byRole/"+role, l.VAT.ByRole[role], 0, maxVATRate)); err != nil {
			return err
		}
	}
	return l.validateProducers(field + "/producers")
}

func (l Line) validateBands(field string) error {
	for i, band := range l.Bands {
		at := field + strconv.Itoa(i)
		if err := request.All(
			request.Matches(at+"/from", band.From, timePattern, "a time of day at a quarter of an hour, such as 22:00"),
			request.Within(at+"/price", band.Price, 0, maxPrice),
		); err != nil {
			return err
		}
		if i == 0 && band.From != "00:00" || i > 0 && band.From <= l.Bands[i-1].From {
			return fault.Field(fault.InvalidField, at+"/from", "bands begin at 00:00 and ascend")
		}
	}
	return nil
}

func (l Line) validateProducers(field string) error {
	if len(l.Producers) == 0 {
		return nil
	}
	if l.Kind != EnergyPrice || len(l.Producers) > maxProducers {
		return fault.Field(fault.InvalidField, field, "up to %d producers have prices of their own, in lines of kind %s", maxProducers, EnergyPrice)
	}
	for _, member := range slices.Sorted(maps.Keys(l.Producers)) {
		if err := request.All(request.ID(field, member), request.Within(field+"/"+member, l.Producers[member], 0, maxPrice)); err != nil {
			return err
		}
	}
	return nil
}

// Bilateral reports whether producers sell on their own in some line.
func (t Tariff) Bilateral() bool {
	return slices.ContainsFunc(t.Lines, func(l Line) bool { return len(l.Producers) > 0 })
}

// Slots are the local times of day from which some line's price may differ, in ascending order from 00:00 on: energies are added up by slot.
func (t Tariff) Slots() []string {
	slots := []string{"00:00"}
	for _, line := range t.Lines {
		for _, band := range line.Bands {
			slots = append(slots, band.From)
		}
	}
	slices.Sort(slots)
	return slices.Compact(slots)
}

// Slot is the index of the slot of a wall-clock time of day (HH:MM).
func Slot(slots []string, clock string) int {
	index, found := slices.BinarySearch(slots, clock)
	if found {
		return index
	}
	return index - 1
}

// prices are the line's prices by slot, those of one producer if it has its own.
func (l Line) prices(slots []string, producer string) []int64 {
	prices := make([]int64, len(slots))
	for s, slot := range slots {
		for _, band := range l.Bands {
			if band.From <= slot {
				prices[s] = band.Price
			}
		}
		if own, named := l.Producers[producer]; named {
			prices[s] = own
		}
	}
	return prices
}

// rate is the VAT rate of a seller in the role.
func (l Line) rate(role string) int64 {
	if rate, named := l.VAT.ByRole[role]; named {
		return rate
	}
	return l.VAT.Rate
}
