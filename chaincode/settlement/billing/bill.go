// SPDX-License-Identifier: Apache-2.0

package billing

import (
	"cmp"
	"maps"
	"slices"
)

// Side is the side of a supply on which a party is.
type Side string

// The sides.
const (
	Buys  Side = "buys"
	Sells Side = "sells"
)

// Item is one position of a bill: what a party bought or sold under one line. Its members are in the order of RFC 8785.
// In a correction the numbers are differences and may be negative.
type Item struct {
	// Counterparty is a member, "pool", "members", or "msp:" and an organisation.
	Counterparty string `json:"counterparty"`
	// Energy is in mWh.
	Energy     int64  `json:"energy"`
	Generation int    `json:"generation"`
	Line       string `json:"line"`
	// Net and VAT are in cents; VATRate is in basis points.
	Net     int64 `json:"net"`
	Side    Side  `json:"side"`
	VAT     int64 `json:"vat"`
	VATRate int64 `json:"vatRate"`
}

// Gross is what the item changes in the party's position, in cents: positive for what is sold.
func (i Item) Gross() int64 {
	if i.Side == Buys {
		return -i.Net - i.VAT
	}
	return i.Net + i.VAT
}

func (i Item) compare(other Item) int {
	return cmp.Or(
		cmp.Compare(i.Generation, other.Generation), cmp.Compare(i.Side, other.Side), cmp.Compare(i.Line, other.Line),
		cmp.Compare(i.Counterparty, other.Counterparty), cmp.Compare(i.VATRate, other.VATRate),
	)
}

// Bills are the items by party.
type Bills map[string][]Item

func (b Bills) add(party string, item Item) {
	if item.Energy != 0 || item.Net != 0 || item.VAT != 0 {
		b[party] = append(b[party], item)
	}
}

// Parties are those who have items, in byte order.
func (b Bills) Parties() []string { return slices.Sorted(maps.Keys(b)) }

// Position is the party's netted position in cents: positive is to receive.
func (b Bills) Position(party string) (position int64) {
	for _, item := range b[party] {
		position += item.Gross()
	}
	return position
}

// Sum adds up items of the same kind of several bills of one party, in the order of bills; anything that cancels out is
// left away.
func Sum(bills ...[]Item) []Item {
	all := slices.SortedStableFunc(slices.Values(slices.Concat(bills...)), Item.compare)
	var merged []Item
	for _, item := range all {
		if last := len(merged) - 1; last >= 0 && merged[last].compare(item) == 0 {
			merged[last].Energy += item.Energy
			merged[last].Net += item.Net
			merged[last].VAT += item.VAT
			continue
		}
		merged = append(merged, item)
	}
	return slices.DeleteFunc(merged, func(i Item) bool { return i.Energy == 0 && i.Net == 0 && i.VAT == 0 })
}

// Negative are the items with the opposite sign.
func Negative(items []Item) []Item {
	negative := slices.Clone(items)
	for i := range negative {
		negative[i].Energy, negative[i].Net, negative[i].VAT = -negative[i].Energy, -negative[i].Net, -negative[i].VAT
	}
	return negative
}
