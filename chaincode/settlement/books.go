// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"maps"
	"slices"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

// books add up a period's days by member, and by generation what is billed.
type books struct {
	metered, shared map[string]int64
	direction       map[string]Direction
	currency        string
	generations     map[int]*book
}

// book is one generation under way.
type book struct {
	billing.Book
	buyers, sellers map[string]*billing.Account
	// pairs are energies by slot, buyer and seller.
	pairs []map[[2]string]int64
}

// books add up the days of the period.
func (in PeriodInputs) books() (*books, error) {
	b := &books{metered: map[string]int64{}, shared: map[string]int64{}, direction: map[string]Direction{}, generations: map[int]*book{}}
	for _, day := range in.Totals {
		for _, member := range day.Members {
			b.metered[member.MemberID] += member.Metered
			b.shared[member.MemberID] += member.Shared
			b.direction[member.MemberID] = member.Direction
		}
		generation, err := in.Community.Numbered(day.Generation)
		if err != nil {
			return nil, err
		}
		if generation.Tariff == nil {
			continue
		}
		if b.currency != "" && b.currency != generation.Tariff.Currency {
			return nil, fault.New(fault.IllegalTransition, "%s has tariffs in %s and %s", in.Request.Period, b.currency, generation.Tariff.Currency)
		}
		b.currency = generation.Tariff.Currency
		b.of(in.Community, generation).add(day)
	}
	return b, nil
}

// of is the book of the generation.
func (b *books) of(community Community, generation Generation) *book {
	if known := b.generations[generation.Number]; known != nil {
		return known
	}
	opened := &book{buyers: map[string]*billing.Account{}, sellers: map[string]*billing.Account{}, Book: billing.Book{
		Generation: generation.Number, Tariff: *generation.Tariff, Organiser: organisation + community.Organiser, GridOperator: organisation + community.GridOperator,
	}}
	b.generations[generation.Number] = opened
	return opened
}

func (b *book) add(day DayTotals) {
	var buyers, sellers []string
	for _, member := range day.Members {
		accounts, ids := b.buyers, &buyers
		if member.Direction == Production {
			accounts, ids = b.sellers, &sellers
		}
		*ids = append(*ids, member.MemberID)
		account := accounts[member.MemberID]
		if account == nil {
			account = &billing.Account{ID: member.MemberID, Role: member.Role, Energy: make([]int64, len(member.Billed))}
			accounts[member.MemberID] = account
		}
		for slot, energy := range member.Billed {
			account.Energy[slot] += energy
		}
	}
	for slot, rows := range day.Pairs {
		if slot == len(b.pairs) {
			b.pairs = append(b.pairs, map[[2]string]int64{})
		}
		for i, row := range rows {
			for j, energy := range row {
				b.pairs[slot][[2]string{buyers[i], sellers[j]}] += energy
			}
		}
	}
}

// list are the books in the order of their generations.
func (b *books) list() []billing.Book {
	var list []billing.Book
	for _, number := range slices.Sorted(maps.Keys(b.generations)) {
		open := b.generations[number]
		open.Buyers, open.Sellers = ordered(open.buyers), ordered(open.sellers)
		for _, pairs := range open.pairs {
			table := grid[int64](len(open.Buyers), len(open.Sellers))
			for i, buyer := range open.Buyers {
				for j, seller := range open.Sellers {
					table[i][j] = pairs[[2]string{buyer.ID, seller.ID}]
				}
			}
			open.Pairs = append(open.Pairs, table)
		}
		list = append(list, open.Book)
	}
	return list
}

func ordered(accounts map[string]*billing.Account) []billing.Account {
	list := make([]billing.Account, 0, len(accounts))
	for _, id := range slices.Sorted(maps.Keys(accounts)) {
		list = append(list, *accounts[id])
	}
	return list
}

// bills are those of all parties in byte order; in a correction only the differences to what was billed before.
func (in PeriodInputs) bills(b *books, settled billing.Bills) ([]Bill, error) {
	current := map[string]Bill{}
	for party := range b.direction {
		current[party] = Bill{MemberID: party, Metered: b.metered[party], Shared: b.shared[party], Items: settled[party]}
	}
	for _, party := range settled.Parties() {
		if _, member := current[party]; !member {
			current[party] = Bill{MemberID: party, Items: settled[party]}
		}
	}
	for _, before := range in.Billed {
		bill := current[before.MemberID]
		bill.MemberID = before.MemberID
		bill.Metered -= before.Metered
		bill.Shared -= before.Shared
		bill.Items = billing.Sum(bill.Items, billing.Negative(before.Items))
		current[before.MemberID] = bill
	}
	var bills []Bill
	for _, party := range slices.Sorted(maps.Keys(current)) {
		bill := current[party]
		if in.Request.Phase.Correction() > 0 && len(bill.Items) == 0 && bill.Metered == 0 && bill.Shared == 0 {
			continue
		}
		if err := in.complete(&bill, b.currency); err != nil {
			return nil, err
		}
		bills = append(bills, bill)
	}
	return bills, nil
}

func (in PeriodInputs) complete(bill *Bill, currency string) (err error) {
	bill.Schema, bill.CommunityID, bill.Period = SchemaVersion, in.Community.CommunityID, in.Request.Period
	bill.Correction, bill.Currency = in.Request.Phase.Correction(), currency
	for _, item := range bill.Items {
		bill.Position += item.Gross()
	}
	if bill.Items == nil {
		bill.Items = []billing.Item{}
	}
	bill.Salt, err = in.salt(bill.MemberID)
	return err
}
