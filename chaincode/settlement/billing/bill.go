// SPDX-License-Identifier: Apache-2.0

package billing

import (
	"cmp"
	"maps"
	"math/big"
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

// perCent turns mWh times micro-euro per kWh into cents: 1e6 mWh is a kWh, 1e4 micro-euro a cent.
var perCent = big.NewInt(10_000_000_000)

// worth is Σ energy_s · price_s in 1e-10 cents.
func worth(energies, prices []int64) *big.Int {
	sum, product := new(big.Int), new(big.Int)
	for s, energy := range energies {
		sum.Add(sum, product.Mul(product.SetInt64(energy), big.NewInt(prices[s])))
	}
	return sum
}

// cents is the sum of the worths, rounded half up once.
func cents(worths []*big.Int) int64 {
	sum := new(big.Int)
	for _, w := range worths {
		sum.Add(sum, w)
	}
	half := new(big.Int).Rsh(perCent, 1)
	return sum.Add(sum, half).Quo(sum, perCent).Int64()
}

// apportion is the largest remainder method: out_i = ⌊total·w_i/Σw⌋, and those with the largest remainders get one more
// until the sum is total. Equal remainders go to the smaller index. Without weights all is zero.
func apportion(total int64, weights []*big.Int) []int64 {
	out, all := make([]int64, len(weights)), new(big.Int)
	for _, w := range weights {
		all.Add(all, w)
	}
	if all.Sign() == 0 {
		return out
	}
	remainders, order, left := make([]*big.Int, len(weights)), make([]int, len(weights)), total
	for i, w := range weights {
		quotient, remainder := new(big.Int).QuoRem(new(big.Int).Mul(big.NewInt(total), w), all, new(big.Int))
		out[i], remainders[i], order[i] = quotient.Int64(), remainder, i
		left -= out[i]
	}
	slices.SortStableFunc(order, func(i, j int) int { return remainders[j].Cmp(remainders[i]) })
	for _, i := range order[:left] {
		out[i]++
	}
	return out
}

// Apportion divides a total by weights with the largest remainder method; equal remainders go to the smaller index.
func Apportion(total int64, weights []int64) []int64 {
	exact := make([]*big.Int, len(weights))
	for i, w := range weights {
		exact[i] = big.NewInt(w)
	}
	return apportion(total, exact)
}

// tax is the VAT on net cents at a rate in basis points, rounded half up.
func tax(net, rate int64) int64 {
	product := new(big.Int).Mul(big.NewInt(net), big.NewInt(rate))
	return product.Add(product, big.NewInt(5000)).Quo(product, big.NewInt(10000)).Int64()
}

func sum(values []int64) (s int64) {
	for _, v := range values {
		s += v
	}
	return s
}
