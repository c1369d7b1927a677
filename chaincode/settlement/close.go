// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"encoding/hex"
	"maps"
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/merkle"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

// PeriodInputs are all that closing a period depends on.
type PeriodInputs struct {
	Community Community
	Request   ClosePeriodRequest
	// Runs are the newest runs of the days, in order, and Totals their private sums.
	Runs   []Run
	Totals []DayTotals
	// Members are all that were ever confirmed: a bill's record of use names the member's consent.
	Members []Member
	// Earlier are the final period and its corrections, for a correction, and Billed their private bills.
	Earlier []Period
	Billed  []Bill
}

// PeriodOutcome is what closing a period computes: the public record and the private parts.
type PeriodOutcome struct {
	Period  Period
	Summary Summary
	Chunks  []Bills
}

// Whole refuses to bill days without a final run, unless it is a preview. days are those on which somebody is a member.
func (in PeriodInputs) Whole(days []string) error {
	settled := map[string]RunID{}
	for _, run := range in.Runs {
		settled[run.Day] = run.Run
	}
	if len(in.Runs) == 0 {
		return fault.New(fault.PeriodIncomplete, "no day of %s is settled", in.Request.Period)
	}
	if err := in.priced(); err != nil {
		return err
	}
	if in.Request.Phase == Preview {
		return nil
	}
	var open []string
	for _, day := range days {
		if run := settled[day]; run == "" || run == Provisional {
			open = append(open, day)
		}
	}
	if len(open) > 0 {
		return fault.New(fault.PeriodIncomplete, "%d days of %s have no final run, the first is %s", len(open), in.Request.Period, open[0]).With("day", open[0])
	}
	return nil
}

// priced refuses days whose terms are not there any more, and outside of a preview those without a tariff, unless their
// terms say that they are free of charge.
func (in PeriodInputs) priced() error {
	for _, run := range in.Runs {
		generation, err := in.Community.Numbered(run.Generation)
		if err != nil {
			return fault.New(fault.PeriodIncomplete, "%s was settled by terms that were replaced since; settle it again", run.Day).With("day", run.Day)
		}
		if generation.Unpriced() && in.Request.Phase != Preview {
			return fault.Field(fault.TariffMissing, "tariff", "%s has no tariff on %s and does not say that it is free of charge",
				run.CommunityID, run.Day).With("day", run.Day)
		}
	}
	return nil
}

// Repeats reports whether closing gives the existing record again: the same runs were billed.
func (in PeriodInputs) Repeats(existing Period) bool { return slices.Equal(existing.Days, in.days()) }

// days name the runs that are billed; in a correction only those that were not billed before.
func (in PeriodInputs) days() (days []PeriodDay) {
	billed := map[PeriodDay]bool{}
	for _, day := range Billed(in.Earlier) {
		billed[day] = true
	}
	for _, run := range in.Runs {
		if day := (PeriodDay{run.Day, run.Run, run.MerkleRoot}); !billed[day] {
			days = append(days, day)
		}
	}
	return days
}

// Billed are the runs that the final period and its corrections billed last, in the order of their days.
func Billed(periods []Period) (days []PeriodDay) {
	at := map[string]int{}
	for _, period := range periods {
		for _, day := range period.Days {
			if i, known := at[day.Day]; known {
				days[i] = day
				continue
			}
			at[day.Day] = len(days)
			days = append(days, day)
		}
	}
	return days
}

// Close computes the bills of the period. resultsID names the place of the private bills.
func (in PeriodInputs) Close(resultsID string, at time.Time) (PeriodOutcome, error) {
	days := in.days()
	if len(days) == 0 {
		return PeriodOutcome{}, fault.New(fault.IllegalTransition, "no day of %s has a run that is not billed yet", in.Request.Period)
	}
	books, err := in.books()
	if err != nil {
		return PeriodOutcome{}, err
	}
	settled, err := billing.Settle(books.list()...)
	if err != nil { // it names sums of energies
		return PeriodOutcome{}, fault.New(fault.Internal, "the books of %s do not balance", in.Request.Period)
	}
	bills, err := in.bills(books, settled)
	if err != nil {
		return PeriodOutcome{}, err
	}
	outcome := PeriodOutcome{}
	if outcome.Summary, err = in.summary(books, bills); err != nil {
		return outcome, err
	}
	for part := range slices.Chunk(bills, LeavesPerChunk) {
		outcome.Chunks = append(outcome.Chunks, Bills{Schema: SchemaVersion, Bills: part})
	}
	outcome.Period, err = in.period(books.currency, outcome.Summary)
	outcome.Period.Days, outcome.Period.ResultsID, outcome.Period.ClosedAt = days, resultsID, at
	outcome.Period.DisputeUntil = at.AddDate(0, 0, in.Community.DisputeDays)
	if err != nil {
		return outcome, err
	}
	uses, err := outcome.Summary.uses(outcome.Period.useOf(outcome.Period.Trace(in.Community)))
	if err != nil {
		return outcome, err
	}
	outcome.Period.Uses = len(uses)
	outcome.Period.UsesRoot, err = usesRoot(uses)
	return outcome, err
}

func (in PeriodInputs) summary(books *books, bills []Bill) (Summary, error) {
	var summary Summary
	var hashes [][]byte
	var positions int64
	consents := consentsOf(in.Members)
	for _, bill := range bills {
		positions += bill.Position
		summary.Billed.add(bill, books.direction[bill.MemberID])
		leaf, err := bill.Canonical()
		if err != nil {
			return summary, err
		}
		hashes = append(hashes, merkle.HashLeaf(leaf))
		summary.Members, summary.Consents = append(summary.Members, bill.MemberID), append(summary.Consents, consents[bill.MemberID])
	}
	if positions != 0 {
		return summary, fault.New(fault.Internal, "the positions of %s do not add up to zero", in.Request.Period)
	}
	for _, direction := range books.direction {
		if direction == Consumption {
			summary.Billed.Consumers++
		} else {
			summary.Billed.Producers++
		}
	}
	if err := summary.Billed.check(); err != nil {
		return summary, err
	}
	summary.LeafHashes = merkle.Encode(hashes)
	var err error
	summary.Salt, err = in.salt("summary")
	return summary, err
}

// salt derives a salt of the period from one that those who hold the load profiles know.
func (in PeriodInputs) salt(of string) (string, error) {
	return deriveSalt(in.Totals[0].Salt, in.Community.CommunityID, in.Request.Period, string(in.Request.Phase), of)
}

func (in PeriodInputs) period(currency string, summary Summary) (Period, error) {
	hashes, err := merkle.Decode(summary.LeafHashes)
	if err != nil {
		return Period{}, err
	}
	root, err := merkle.Root(hashes)
	return Period{
		Schema: SchemaVersion, CommunityID: in.Community.CommunityID, Period: in.Request.Period, Phase: in.Request.Phase, Currency: currency,
		MerkleRoot: hex.EncodeToString(root), Leaves: len(hashes),
	}, err
}

func (t *PeriodTotals) add(bill Bill, direction Direction) {
	switch direction {
	case Consumption:
		t.Consumption += bill.Metered
		t.Shared += bill.Shared
	case Production:
		t.Production += bill.Metered
	}
	for _, item := range bill.Items {
		if item.Side == billing.Sells {
			t.Net += item.Net
			t.VAT += item.VAT
		}
	}
}

// check refuses totals that JSON readers would not keep exactly.
func (t PeriodTotals) check() error {
	for _, total := range []int64{t.Production, t.Consumption, t.Shared, t.Net, t.VAT} {
		if max(total, -total) > allocation.MaxTotal {
			return fault.New(fault.OutOfRange, "a total of the period exceeds 2^53-1")
		}
	}
	return nil
}

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
