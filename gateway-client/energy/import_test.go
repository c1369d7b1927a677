package energy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/gateway-client/energy"
)

func paris(minutes int) settlement.Community {
	return settlement.Community{Terms: settlement.Terms{CommunityID: "c", TimeZone: "Europe/Paris", IntervalMinutes: minutes}}
}

// enedis writes a day as the operator exports it: the end of each interval and watts; with or without offsets.
func enedis(t *testing.T, day string, offsets bool) string {
	t.Helper()
	bounds, err := paris(30).Day(day)
	require.NoError(t, err)
	zone, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	var text strings.Builder
	text.WriteString("Horodate;Valeur\n")
	for i := range bounds.Intervals {
		layout := "2006-01-02T15:04:05"
		if offsets {
			layout = time.RFC3339
		}
		fmt.Fprintf(&text, "%s;%d\n", bounds.Start.Add(time.Duration(i+1)*30*time.Minute).In(zone).Format(layout), 100+i)
	}
	return text.String()
}

func TestEnedisFilesGiveEnergiesByTheStartOfTheInterval(t *testing.T) {
	for day, intervals := range map[string]int{"2025-06-01": 48, "2025-03-30": 46, "2025-10-26": 50} {
		for _, offsets := range []bool{true, false} {
			load, err := energy.ReadEnedis(strings.NewReader(enedis(t, day, offsets)), paris(30), "PRM1", settlement.Consumption)
			require.NoError(t, err, "%s, offsets %t", day, offsets)
			require.Len(t, load.Start, intervals)
			require.Equal(t, day+"T00:00", load.Start[0])
			require.Equal(t, "PRM1", load.Consumption[0].ID)
			for i, value := range load.Consumption[0].Values {
				require.EqualValues(t, (100+i)*500, value, "100 W over half an hour are 50 Wh; interval %d of %s", i, day)
				require.False(t, load.Consumption[0].Missing[i])
			}
		}
	}
}

func TestTheLinesBeforeAnEnedisHeaderAreRead(t *testing.T) {
	preamble := "\ufeffIdentifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;Grandeur metier;Etape metier;Unite;Pas en minutes\n" +
		"12345678901234;Courbe de charge;01/06/2025;02/06/2025;Energie active;Production;Comptage Brut;W;30\n"
	load, err := energy.ReadEnedis(strings.NewReader(preamble+enedis(t, "2025-06-01", true)), paris(30), "", settlement.Consumption)
	require.NoError(t, err)
	require.Equal(t, "12345678901234", load.Production[0].ID)
	_, err = energy.ReadEnedis(strings.NewReader(preamble+enedis(t, "2025-06-01", true)), paris(15), "", settlement.Consumption)
	require.ErrorContains(t, err, "its interval is 30 minutes, the community's 15")
}

func TestAGapIsAGap(t *testing.T) {
	text := strings.Replace(enedis(t, "2025-06-01", true), "2025-06-01T12:00:00+02:00;123\n", "", 1)
	text = strings.Replace(text, "2025-06-01T12:30:00+02:00;124", "2025-06-01T12:30:00+02:00;", 1)
	load, err := energy.ReadEnedis(strings.NewReader(text), paris(30), "p", settlement.Consumption)
	require.NoError(t, err)
	require.Len(t, load.Start, 48)
	require.True(t, load.Consumption[0].Missing[23])
	require.True(t, load.Consumption[0].Missing[24])
	require.False(t, load.Consumption[0].Missing[25])
}

func TestEnedisFilesThatAreNone(t *testing.T) {
	for sentence, row := range map[string]struct{ text, message string }{
		"no header":               {"a;b\n", "no header"},
		"no value":                {"Horodate;Valeur\n", "no value"},
		"a negative power":        {"Horodate;Valeur\n2025-06-01T00:30:00+02:00;-5\n", "line 2: .*whole watts"},
		"a time that is none":     {"Horodate;Valeur\nyesterday;5\n", "line 2: .*not a time"},
		"a time that was skipped": {"Horodate;Valeur\n2025-03-30T02:30:00;5\n", "does not exist in Europe/Paris"},
		"between two intervals":   {"Horodate;Valeur\n2025-06-01T00:40:00+02:00;5\n", "do not begin at an interval"},
		"twice":                   {"Horodate;Valeur\n2025-06-01T00:30:00+02:00;5\n2025-06-01T00:30:00+02:00;6\n", "stands twice"},
		"a century":               {"Horodate;Valeur\n2025-06-01T00:30:00+02:00;5\n2125-06-01T00:30:00+02:00;6\n", "more than ten years"},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := energy.ReadEnedis(strings.NewReader(row.text), paris(30), "p", settlement.Consumption)
			require.Error(t, err)
			require.Regexp(t, row.message, err.Error())
		})
	}
}

const feed = `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:espi="http://naesb.org/espi">
<entry><content><espi:ReadingType><espi:flowDirection>%d</espi:flowDirection><espi:powerOfTenMultiplier>%d</espi:powerOfTenMultiplier><espi:uom>%d</espi:uom></espi:ReadingType></content></entry>
<entry><content><espi:IntervalBlock><espi:interval><espi:duration>3600</espi:duration><espi:start>1748728800</espi:start></espi:interval>
<espi:IntervalReading><espi:timePeriod><espi:duration>900</espi:duration><espi:start>1748728800</espi:start></espi:timePeriod><espi:value>%d</espi:value></espi:IntervalReading>
<espi:IntervalReading><espi:timePeriod><espi:duration>900</espi:duration><espi:start>1748730600</espi:start></espi:timePeriod><espi:value>7</espi:value></espi:IntervalReading>
</espi:IntervalBlock></content></entry></feed>`

func TestGreenButtonFeeds(t *testing.T) {
	for sentence, row := range map[string]struct {
		flow, multiplier, uom, value int
		want                         int64
	}{
		"watt-hours":             {1, 0, 72, 250, 250_000},
		"kilowatt-hours":         {1, 3, 72, 2, 2_000_000},
		"thousandths":            {1, -3, 72, 250_001, 250_001},
		"mean watts":             {1, 0, 38, 1000, 250_000},
		"what flows to the grid": {19, 0, 72, 1, 1000},
	} {
		t.Run(sentence, func(t *testing.T) {
			load, err := energy.ReadGreenButton(strings.NewReader(fmt.Sprintf(feed, row.flow, row.multiplier, row.uom, row.value)), paris(15), "p", settlement.Consumption)
			require.NoError(t, err)
			curves := load.Consumption
			if row.flow == 19 {
				curves = load.Production
			}
			require.Len(t, load.Start, 96, "1748728800 is midnight in Paris")
			require.Equal(t, row.want, curves[0].Values[0])
			require.True(t, curves[0].Missing[1], "the feed has a gap")
			require.False(t, curves[0].Missing[2])
		})
	}
	for sentence, row := range map[string]struct{ text, message string }{
		"no XML":             {"hello <", "XML"},
		"no reading type":    {"<feed/>", "no ReadingType"},
		"cubic metres":       {fmt.Sprintf(feed, 1, 0, 42, 1), "unit of measure is 42"},
		"too much":           {fmt.Sprintf(feed, 1, 6, 72, 1_000_000_000), "not an energy of an interval"},
		"another interval":   {strings.ReplaceAll(fmt.Sprintf(feed, 1, 0, 72, 1), "<espi:duration>900", "<espi:duration>300"), "300 seconds"},
		"two kinds of value": {strings.Replace(fmt.Sprintf(feed, 1, 0, 72, 1), "</feed>", "<ReadingType><uom>38</uom></ReadingType></feed>", 1), "several kinds"},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := energy.ReadGreenButton(strings.NewReader(row.text), paris(15), "p", settlement.Consumption)
			require.ErrorContains(t, err, row.message)
		})
	}
}

func FuzzImport(f *testing.F) {
	f.Add("Horodate;Valeur\n2025-06-01T00:30:00+02:00;5\n")
	f.Add("Identifiant PRM;Unite\n1;W\nHorodate;Valeur\n2025-10-26T02:30:00;5\n2025-10-26T02:00:00;5\n")
	f.Add(fmt.Sprintf(feed, 1, 0, 72, 1))
	f.Fuzz(func(t *testing.T, text string) {
		for _, read := range []func() (*energy.Load, error){
			func() (*energy.Load, error) {
				return energy.ReadEnedis(strings.NewReader(text), paris(30), "p", settlement.Consumption)
			},
			func() (*energy.Load, error) {
				return energy.ReadGreenButton(strings.NewReader(text), paris(15), "p", settlement.Consumption)
			},
		} {
			load, err := read()
			if err != nil {
				continue
			}
			for _, curve := range append(load.Consumption, load.Production...) {
				require.Len(t, curve.Values, len(load.Start))
				for _, value := range curve.Values {
					require.GreaterOrEqual(t, value, int64(0))
				}
			}
		}
	})
}

func TestComparingKeysAddsUpWhatEachGives(t *testing.T) {
	load := read(t, "local_start,cons_a_mWh,cons_b_mWh,prod_p_mWh\nx,1000,3000,2000\ny,1000,,2000\n")
	rules := []energy.Rule{exact, {Key: allocation.Static, Rounding: allocation.Exact}}
	comparison, err := energy.Compare(load, rules)
	require.NoError(t, err)
	require.Equal(t, energy.Comparison{
		Keys:      []allocation.Key{allocation.Prorata, allocation.Static},
		Consumers: []energy.MemberComparison{{"a", 1000, []int64{500, 1000}}, {"b", 3000, []int64{1500, 1000}}},
		Producers: []energy.MemberComparison{{"p", 2000, []int64{2000, 2000}}},
	}, comparison)
}

func TestAConnectionNeverSharesWithItself(t *testing.T) {
	load := read(t, "local_start,cons_a_mWh,cons_b_mWh,prod_a_mWh,prod_p_mWh\nx,1000,3000,1500,700\ny,1000,1000,,500\n")
	static := energy.Rule{Key: allocation.Static, Rounding: allocation.Exact, Shares: map[string]int64{"a": 500_000, "b": 500_000}}
	connected := exact
	connected.Same = map[string]string{"b": "p"}
	operator := energy.Rule{Key: allocation.Prorata, Rounding: allocation.OperatorAT}
	for sentence, row := range map[string]struct {
		rule                 energy.Rule
		consumers, producers []int64
	}{
		"the same id on both sides": {exact, []int64{0, 1200}, []int64{500, 700}},
		"by fixed shares":           {static, []int64{0, 600}, []int64{250, 350}},
		"named as one connection":   {connected, []int64{0, 500}, []int64{500, 0}},
		"the operator's meters net": {operator, []int64{550, 1650}, []int64{1500, 700}},
	} {
		t.Run(sentence, func(t *testing.T) {
			comparison, err := energy.Compare(load, []energy.Rule{row.rule})
			require.NoError(t, err)
			for i, want := range row.consumers {
				require.Equal(t, []int64{want}, comparison.Consumers[i].Shared, comparison.Consumers[i].ID)
			}
			for j, want := range row.producers {
				require.Equal(t, []int64{want}, comparison.Producers[j].Shared, comparison.Producers[j].ID)
			}
			require.EqualValues(t, 1000, comparison.Consumers[0].Metered, "what was metered stays")
		})
	}
	elsewhere := exact
	elsewhere.Same = map[string]string{"b": "a"}
	comparison, err := energy.Compare(load, []energy.Rule{elsewhere})
	require.NoError(t, err)
	require.Equal(t, []int64{280}, comparison.Consumers[0].Shared, "the production of a is at the connection of b, so a is a consumer like any other")
	twice, net := exact, operator
	twice.Same, net.Same = map[string]string{"a": "p", "b": "p"}, map[string]string{"a": "a"}
	for sentence, rule := range map[string]energy.Rule{"one producer at two connections": twice, "meters that net already": net} {
		_, err := energy.Compare(load, []energy.Rule{rule})
		require.ErrorIs(t, err, energy.ErrRule, sentence)
	}
}

func TestDeliveriesAreOfAMonthAtMost(t *testing.T) {
	readings := func(members, days int) (all []settlement.Reading) {
		for day := range days {
			for range members {
				all = append(all, settlement.Reading{Day: time.Date(2025, 1, 1+day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)})
			}
		}
		return all
	}
	for sentence, row := range map[string]struct {
		all  []settlement.Reading
		want []int
	}{
		"nothing":                        {nil, nil},
		"a year of one member":           {readings(1, 70), []int{31, 31, 8}},
		"a month of a neighbourhood":     {readings(9, 31), []int{100, 100, 79}},
		"two months of two":              {readings(2, 59), []int{62, 56}},
		"a day of more than fit":         {readings(250, 1), []int{100, 100, 50}},
		"a day that is cut and the next": {readings(150, 2), []int{100, 100, 100}},
	} {
		t.Run(sentence, func(t *testing.T) {
			var sizes []int
			var again []settlement.Reading
			for part := range energy.Deliveries(row.all, 100) {
				sizes, again = append(sizes, len(part)), append(again, part...)
			}
			require.Equal(t, row.want, sizes)
			require.Equal(t, row.all, again)
		})
	}
}

func TestACorrectionIsTheNextVersionWhereItSaysSomethingElse(t *testing.T) {
	reading := func(member, day string, version int, value int64) settlement.Reading {
		return settlement.Reading{MemberID: member, Day: day, Version: version, Values: []int64{value}}
	}
	stored := []settlement.MeterDay{{Reading: reading("a", "2025-06-01", 3, 10)}, {Reading: reading("b", "2025-06-01", 1, 20)}}
	for sentence, row := range map[string]struct {
		reading settlement.Reading
		want    int
	}{
		"another value":               {reading("a", "2025-06-01", 1, 11), 4},
		"the same value":              {reading("a", "2025-06-01", 1, 10), 3},
		"the same of a first version": {reading("b", "2025-06-01", 1, 20), 1},
		"a day that is not stored":    {reading("a", "2025-06-02", 1, 10), 1},
		"a member without a day":      {reading("c", "2025-06-01", 1, 10), 1},
	} {
		t.Run(sentence, func(t *testing.T) {
			readings := []settlement.Reading{row.reading}
			energy.Correct(readings, stored)
			require.Equal(t, row.want, readings[0].Version)
		})
	}
	estimated := reading("b", "2025-06-01", 1, 20)
	estimated.Quality = "E"
	readings := []settlement.Reading{estimated}
	energy.Correct(readings, stored)
	require.Equal(t, 2, readings[0].Version, "another quality is something else")
}
