// SPDX-License-Identifier: Apache-2.0

package billing_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

func TestMoneyIsDividedByLargestRemainders(t *testing.T) {
	require.Equal(t, []int64{34, 33, 33}, billing.Apportion(100, []int64{30, 30, 30}))
	require.Equal(t, []int64{3, 1, 1}, billing.Apportion(5, []int64{50, 25, 25}))
	require.Equal(t, []int64{0, 10}, billing.Apportion(10, []int64{0, 100}))
	require.Equal(t, []int64{0, 0}, billing.Apportion(10, []int64{0, 0}))
}

func flat(id string, kind billing.Kind, price, vat int64) billing.Line {
	return billing.Line{LineID: id, Kind: kind, Bands: []billing.Band{{From: "00:00", Price: price}}, VAT: billing.VAT{Rate: vat}}
}

func account(id string, energy ...int64) billing.Account {
	return billing.Account{ID: id, Role: "business", Energy: energy}
}

func settle(t require.TestingT, books ...billing.Book) billing.Bills {
	for i := range books {
		books[i].Organiser, books[i].GridOperator = "msp:C", "msp:U"
	}
	bills, err := billing.Settle(books...)
	require.NoError(t, err)
	require.Zero(t, total(bills), "all positions together are zero")
	return bills
}

func total(bills billing.Bills) (sum int64) {
	for _, party := range bills.Parties() {
		sum += bills.Position(party)
	}
	return sum
}

const kWh = 1_000_000

func TestABillOfThreeLines(t *testing.T) {
	bills := settle(t, billing.Book{
		Generation: 1,
		Tariff: billing.Tariff{Currency: "EUR", Lines: []billing.Line{
			flat("energy", billing.EnergyPrice, 120_000, 2000), flat("community", billing.CommunityFee, 10_000, 2000), flat("grid", billing.GridFee, 33_333, 2000),
		}},
		Buyers: []billing.Account{account("a", 100*kWh), account("b", 50*kWh)}, Sellers: []billing.Account{account("p", 150*kWh)},
	})
	require.Equal(t, []billing.Item{
		{Counterparty: "msp:C", Energy: 100 * kWh, Generation: 1, Line: "community", Net: 100, Side: "buys", VAT: 20, VATRate: 2000},
		{Counterparty: "pool", Energy: 100 * kWh, Generation: 1, Line: "energy", Net: 1200, Side: "buys", VAT: 240, VATRate: 2000},
		{Counterparty: "msp:U", Energy: 100 * kWh, Generation: 1, Line: "grid", Net: 333, Side: "buys", VAT: 67, VATRate: 2000},
	}, bills["a"])
	require.Equal(t, []billing.Item{{Counterparty: "pool", Energy: 150 * kWh, Generation: 1, Line: "energy", Net: 1800, Side: "sells", VAT: 360, VATRate: 2000}}, bills["p"])
	require.EqualValues(t, 2160, bills.Position("p"))
	require.EqualValues(t, -(1200+240)-(100+20)-(333+67), bills.Position("a"))
	require.EqualValues(t, 150+30, bills.Position("msp:C"))
}

func TestPricesByTimeOfDayAndRolesWithoutVAT(t *testing.T) {
	line := billing.Line{
		LineID: "energy", Kind: billing.EnergyPrice, Bands: []billing.Band{{From: "00:00", Price: 100_000}, {From: "18:00", Price: 200_000}},
		VAT: billing.VAT{Rate: 2000, ByRole: map[string]int64{"household": 0}},
	}
	roof := billing.Account{ID: "roof", Role: "household", Energy: []int64{30 * kWh, 10 * kWh}}
	bills := settle(t, billing.Book{
		Generation: 2, Tariff: billing.Tariff{Currency: "EUR", Lines: []billing.Line{line}},
		Buyers: []billing.Account{account("a", 40*kWh, 20*kWh)}, Sellers: []billing.Account{account("plant", 10*kWh, 10*kWh), roof},
	})
	// The household sells 30·0.10 + 10·0.20 = 5 euro without VAT, the plant 10·0.10 + 10·0.20 = 3 euro with 20 %.
	require.EqualValues(t, 500, bills.Position("roof"))
	require.EqualValues(t, 360, bills.Position("plant"))
	require.EqualValues(t, -860, bills.Position("a"))
}

func TestProducersWithPricesOfTheirOwnSellBilaterally(t *testing.T) {
	line := flat("energy", billing.EnergyPrice, 100_000, 0)
	line.Producers = map[string]int64{"q": 150_000}
	bills := settle(t, billing.Book{
		Generation: 1, Tariff: billing.Tariff{Currency: "EUR", Lines: []billing.Line{line}},
		Buyers: []billing.Account{account("a", 3*kWh), account("b", 1*kWh)}, Sellers: []billing.Account{account("p", 2*kWh), account("q", 2*kWh)},
		Pairs: [][][]int64{{{2 * kWh, kWh}, {0, kWh}}},
	})
	require.Equal(t, []billing.Item{
		{Counterparty: "a", Energy: kWh, Generation: 1, Line: "energy", Net: 15, Side: "sells"},
		{Counterparty: "b", Energy: kWh, Generation: 1, Line: "energy", Net: 15, Side: "sells"},
	}, bills["q"])
	require.EqualValues(t, -35, bills.Position("a"))
	require.EqualValues(t, 20, bills.Position("p"))
}

func TestWhatIsNotSoldIsNotBought(t *testing.T) {
	_, err := billing.Settle(billing.Book{
		Tariff: billing.Tariff{Currency: "EUR", Lines: []billing.Line{flat("e", billing.EnergyPrice, 1, 0)}},
		Buyers: []billing.Account{account("a", 2)}, Sellers: []billing.Account{account("p", 1)},
	})
	require.ErrorContains(t, err, "2 mWh are bought, 1 mWh are sold")
}

func TestSumsAndDifferencesOfBills(t *testing.T) {
	one := billing.Item{Counterparty: "pool", Energy: 5, Generation: 1, Line: "e", Net: 3, Side: "buys", VAT: 1, VATRate: 2000}
	require.Empty(t, billing.Sum([]billing.Item{one}, billing.Negative([]billing.Item{one})))
	twice := billing.Sum([]billing.Item{one}, []billing.Item{one})
	require.Len(t, twice, 1)
	require.EqualValues(t, 6, twice[0].Net)
	require.EqualValues(t, -8, twice[0].Gross())
}

// drawBook makes a random book of up to three lines, two slots and two VAT rates.
func drawBook(t *rapid.T) billing.Book {
	buyers, sellers := rapid.IntRange(1, 6).Draw(t, "buyers"), rapid.IntRange(1, 5).Draw(t, "sellers")
	price := rapid.Int64Range(0, 1_000_000)
	line := billing.Line{
		LineID: "energy", Kind: billing.EnergyPrice, Bands: []billing.Band{{From: "00:00", Price: price.Draw(t, "price")}, {From: "06:00", Price: price.Draw(t, "price")}},
		VAT: billing.VAT{Rate: rapid.Int64Range(0, 3000).Draw(t, "rate"), ByRole: map[string]int64{"household": 0}},
	}
	if rapid.Bool().Draw(t, "bilateral") {
		line.Producers = map[string]int64{"p0": price.Draw(t, "own price")}
	}
	book := billing.Book{Generation: 1, Organiser: "msp:C", GridOperator: "msp:U", Tariff: billing.Tariff{Currency: "EUR", Lines: []billing.Line{
		line, flat("fee", billing.CommunityFee, price.Draw(t, "fee"), 2000), flat("grid", billing.GridFee, price.Draw(t, "grid"), 1000),
	}}}
	for m := range buyers {
		book.Buyers = append(book.Buyers, account("a"+string(rune('0'+m)), 0, 0))
	}
	for j := range sellers {
		role := rapid.SampledFrom([]string{"business", "household"}).Draw(t, "role")
		book.Sellers = append(book.Sellers, billing.Account{ID: "p" + string(rune('0'+j)), Role: role, Energy: []int64{0, 0}})
	}
	for slot := range 2 {
		energies := rapid.SliceOfN(rapid.Int64Range(0, 1<<40), buyers, buyers).Draw(t, "energies")
		weights := rapid.SliceOfN(rapid.Int64Range(1, 1000), sellers, sellers).Draw(t, "weights")
		var bought int64
		for m, e := range energies {
			book.Buyers[m].Energy[slot] = e
			bought += e
		}
		sold := billing.Apportion(bought, weights)
		for j, e := range sold {
			book.Sellers[j].Energy[slot] = e
		}
		book.Pairs = append(book.Pairs, nil)
		for _, row := range allocation.Distribute(energies, sold) {
			book.Pairs[slot] = append(book.Pairs[slot], append([]int64{}, row...))
		}
	}
	return book
}

func TestPositionsSumToZeroAndEveryTotalIsRoundedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		book := drawBook(t)
		bills := settle(t, book)
		var vat [2]int64
		for _, party := range bills.Parties() {
			for _, item := range bills[party] {
				require.GreaterOrEqual(t, item.Net, int64(0))
				if item.Side == billing.Buys {
					vat[0] += item.VAT
				} else {
					vat[1] += item.VAT
				}
			}
		}
		require.Equal(t, vat[0], vat[1], "VAT is the same on both sides")
		fee := book.Tariff.Lines[1].Bands[0].Price
		var energy int64
		for _, buyer := range book.Buyers {
			energy += buyer.Energy[0] + buyer.Energy[1]
		}
		var charged int64
		for _, item := range bills["msp:C"] {
			charged += item.Net
		}
		exact := new(big.Int).Mul(big.NewInt(energy), big.NewInt(fee))
		exact.Add(exact, big.NewInt(5_000_000_000)).Quo(exact, big.NewInt(10_000_000_000))
		require.Equal(t, exact.Int64(), charged, "the fee's total is rounded half up once")
	})
}

func TestBillsDoNotDependOnTheOrderOfLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		book := drawBook(t)
		before := settle(t, book)
		lines := book.Tariff.Lines
		lines[0], lines[2] = lines[2], lines[0]
		require.Equal(t, before, settle(t, book))
	})
}

func TestTariffsThatAreRefused(t *testing.T) {
	for sentence, row := range map[string]struct {
		change func(*billing.Tariff)
		code   fault.Code
		field  string
	}{
		"no currency":              {func(t *billing.Tariff) { t.Currency = "" }, fault.MissingField, "tariff/currency"},
		"no lines":                 {func(t *billing.Tariff) { t.Lines = nil }, fault.OutOfRange, "tariff/lines"},
		"an unknown kind":          {func(t *billing.Tariff) { t.Lines[0].Kind = "gift" }, fault.InvalidField, "tariff/lines/0/kind"},
		"a line twice":             {func(t *billing.Tariff) { t.Lines = append(t.Lines, t.Lines[0]) }, fault.DuplicateField, "tariff/lines/1/lineId"},
		"no price":                 {func(t *billing.Tariff) { t.Lines[0].Bands = nil }, fault.OutOfRange, "tariff/lines/0/bands"},
		"a negative price":         {func(t *billing.Tariff) { t.Lines[0].Bands[0].Price = -1 }, fault.OutOfRange, "tariff/lines/0/bands/0/price"},
		"a day that begins late":   {func(t *billing.Tariff) { t.Lines[0].Bands[0].From = "01:00" }, fault.InvalidField, "tariff/lines/0/bands/0/from"},
		"a time that is none":      {func(t *billing.Tariff) { t.Lines[0].Bands[0].From = "24:00" }, fault.InvalidField, "tariff/lines/0/bands/0/from"},
		"bands out of order":       {func(t *billing.Tariff) { t.Lines[0].Bands = append(t.Lines[0].Bands, billing.Band{From: "00:00"}) }, fault.InvalidField, "tariff/lines/0/bands/1/from"},
		"more VAT than the price":  {func(t *billing.Tariff) { t.Lines[0].VAT.Rate = 10_001 }, fault.OutOfRange, "tariff/lines/0/vat/rate"},
		"a role with negative VAT": {func(t *billing.Tariff) { t.Lines[0].VAT.ByRole = map[string]int64{"x": -1} }, fault.OutOfRange, "tariff/lines/0/vat/byRole/x"},
		"a fee by producer": {func(t *billing.Tariff) {
			t.Lines[0].Kind, t.Lines[0].Producers = billing.GridFee, map[string]int64{"p": 1}
		},
			fault.InvalidField, "tariff/lines/0/producers"},
	} {
		t.Run(sentence, func(t *testing.T) {
			tariff := billing.Tariff{Currency: "EUR", Lines: []billing.Line{flat("energy", billing.EnergyPrice, 100_000, 2000)}}
			require.NoError(t, tariff.Validate("tariff"))
			row.change(&tariff)
			refusal := fault.From(tariff.Validate("tariff"))
			require.Equal(t, row.code, refusal.Code, refusal.Message)
			require.Equal(t, row.field, refusal.Details["field"])
			require.False(t, strings.Contains(refusal.Message, "%!"))
		})
	}
}

func TestSlots(t *testing.T) {
	slots := []string{"00:00", "06:00", "18:30"}
	for clock, want := range map[string]int{"00:00": 0, "05:45": 0, "06:00": 1, "18:15": 1, "18:30": 2, "23:45": 2} {
		require.Equal(t, want, billing.Slot(slots, clock), clock)
	}
}
