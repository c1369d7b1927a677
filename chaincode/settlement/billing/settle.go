// SPDX-License-Identifier: Apache-2.0

package billing

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
)

// Account is what one member bought or sold within a period under one generation.
type Account struct {
	ID string
	// Role chooses a seller's VAT rate.
	Role string
	// Energy is in mWh by slot.
	Energy []int64
}

// Book is the energy of one generation within a period. Buyers and sellers are in byte order of their ids, and in every slot what is sold is what is bought.
type Book struct {
	Generation      int
	Tariff          Tariff
	Buyers, Sellers []Account
	// Pairs are the energies by slot, buyer and seller; only bilateral tariffs need them.
	Pairs [][][]int64
	// Organiser and Grid operator are the parties that fees are paid to.
	Organiser, GridOperator string
}

// Settle makes the bills of a period's books. All positions together are zero.
func Settle(books ...Book) (Bills, error) {
	bills := Bills{}
	for _, book := range books {
		if err := book.check(); err != nil {
			return nil, err
		}
		for _, line := range book.Tariff.Lines {
			book.bill(line, bills)
		}
	}
	for party, items := range bills {
		bills[party] = Sum(items)
	}
	return bills, nil
}

func (b Book) check() error {
	for s := range b.Tariff.Slots() {
		var bought, sold int64
		for _, buyer := range b.Buyers {
			bought += buyer.Energy[s]
		}
		for _, seller := range b.Sellers {
			sold += seller.Energy[s]
		}
		if bought != sold {
			return fmt.Errorf("generation %d, slot %d: %d mWh are bought, %d mWh are sold", b.Generation, s, bought, sold)
		}
	}
	return nil
}

func (b Book) bill(line Line, bills Bills) {
	switch {
	case line.Kind == CommunityFee:
		b.fee(line, b.Organiser, bills)
	case line.Kind == GridFee:
		b.fee(line, b.GridOperator, bills)
	case len(line.Producers) > 0:
		for j := range b.Sellers {
			b.bilateral(line, j, bills)
		}
	default:
		b.pool(line, bills)
	}
}

// supply is what one seller (a producer, an organisation or the producers of one VAT rate together) sells under a line.
type supply struct {
	line Line
	rate int64
	// energies are what each buyer bought, by slot; prices are by slot.
	energies [][]int64
	prices   []int64
	seller   string
}

// charge rounds the supply's total once, divides it among the buyers, adds VAT and writes the buyers' items. It returns the items by buyer and
// the sums of energy, net and VAT.
func (b Book) charge(s supply, bills Bills) (items []Item, all Item) {
	worths := make([]*big.Int, len(b.Buyers))
	for m, energies := range s.energies {
		worths[m] = worth(energies, s.prices)
	}
	items = make([]Item, len(b.Buyers))
	for m, net := range apportion(cents(worths), worths) {
		items[m] = Item{
			Counterparty: s.seller, Generation: b.Generation, Line: s.line.LineID, Side: Buys, VATRate: s.rate,
			Energy: sum(s.energies[m]), Net: net, VAT: tax(net, s.rate),
		}
		bills.add(b.Buyers[m].ID, items[m])
		all.Energy += items[m].Energy
		all.Net += net
		all.VAT += items[m].VAT
	}
	all.Generation, all.Line, all.Side, all.VATRate = b.Generation, s.line.LineID, Sells, s.rate
	return items, all
}

func (b Book) fee(line Line, seller string, bills Bills) {
	s := supply{line: line, rate: line.VAT.Rate, prices: line.prices(b.Tariff.Slots(), ""), seller: seller}
	for _, buyer := range b.Buyers {
		s.energies = append(s.energies, buyer.Energy)
	}
	_, all := b.charge(s, bills)
	all.Counterparty = Members
	bills.add(seller, all)
}

func (b Book) bilateral(line Line, j int, bills Bills) {
	seller := b.Sellers[j]
	s := supply{line: line, rate: line.rate(seller.Role), prices: line.prices(b.Tariff.Slots(), seller.ID), seller: seller.ID}
	for m := range b.Buyers {
		energies := make([]int64, len(b.Pairs))
		for slot := range b.Pairs {
			energies[slot] = b.Pairs[slot][m][j]
		}
		s.energies = append(s.energies, energies)
	}
	items, _ := b.charge(s, bills)
	for m, item := range items {
		item.Side, item.Counterparty = Sells, b.Buyers[m].ID
		bills.add(seller.ID, item)
	}
}

// pool sells by the producers of one VAT rate after the other. Every buyer's energy of a slot is divided among the
// rates in proportion to what the producers of each rate sold.
func (b Book) pool(line Line, bills Bills) {
	groups := map[int64][]Account{}
	for _, seller := range b.Sellers {
		groups[line.rate(seller.Role)] = append(groups[line.rate(seller.Role)], seller)
	}
	rates := slices.Sorted(maps.Keys(groups))
	shares := b.byRate(rates, groups)
	for g, rate := range rates {
		_, all := b.charge(supply{line, rate, shares[g], line.prices(b.Tariff.Slots(), ""), Pool}, bills)
		b.credit(groups[rate], all, bills)
	}
}

// byRate are the energies by group, buyer and slot.
func (b Book) byRate(rates []int64, groups map[int64][]Account) [][][]int64 {
	slots := len(b.Tariff.Slots())
	shares := make([][][]int64, len(rates))
	for g := range shares {
		shares[g] = make([][]int64, len(b.Buyers))
		for m := range shares[g] {
			shares[g][m] = make([]int64, slots)
		}
	}
	bought, sold := make([]int64, len(b.Buyers)), make([]int64, len(rates))
	for slot := range slots {
		for m, buyer := range b.Buyers {
			bought[m] = buyer.Energy[slot]
		}
		for g, rate := range rates {
			sold[g] = 0
			for _, seller := range groups[rate] {
				sold[g] += seller.Energy[slot]
			}
		}
		for m, row := range allocation.Distribute(bought, sold) {
			for g, energy := range row {
				shares[g][m][slot] = energy
			}
		}
	}
	return shares
}

// credit divides what a pool's buyers pay among its producers: the net by the energy that each sold, the VAT by the net.
func (b Book) credit(sellers []Account, all Item, bills Bills) {
	energies := make([]int64, len(sellers))
	for j, seller := range sellers {
		energies[j] = sum(seller.Energy)
	}
	nets := Apportion(all.Net, energies)
	vats := Apportion(all.VAT, nets)
	for j, seller := range sellers {
		item := all
		item.Counterparty, item.Energy, item.Net, item.VAT = Pool, energies[j], nets[j], vats[j]
		bills.add(seller.ID, item)
	}
}
