// SPDX-License-Identifier: Apache-2.0

package billing

import (
	"math/big"
	"slices"
)

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
