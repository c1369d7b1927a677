// SPDX-License-Identifier: Apache-2.0

package loadprofile_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"strings"
)

// plainDay is a day of hours with two points, its rows as the clock shows them.
func plainDay(t *testing.T, day string) []string {
	t.Helper()
	community := settlement.Community{Terms: settlement.Terms{TimeZone: "Europe/Vienna", IntervalMinutes: 60}}
	labels, err := community.Labels(day)
	require.NoError(t, err)
	rows := []string{"local_start,cons_1_mWh,prod_2_mWh"}
	for i, label := range labels {
		rows = append(rows, label+","+strconv.Itoa(i)+",7")
	}
	return rows
}

func TestPlainDaysHaveTheirHours(t *testing.T) {
	for day, hours := range map[string]int{"2025-06-01": 24, "2025-03-30": 23, "2025-10-26": 25} {
		rows, refused := read(t, at("Europe/Vienna", 60), strings.Join(plainDay(t, day), "\n"))
		require.Empty(t, refused)
		require.Len(t, rows, 2*hours)
		require.EqualValues(t, hours*(hours-1)/2+7*hours, sum(rows))
	}
}

func TestABadLineOfAPlainFileSpoilsNoMoreThanItsDay(t *testing.T) {
	two := append(plainDay(t, "2025-06-01"), plainDay(t, "2025-06-02")[1:]...)
	for sentence, row := range map[string]struct {
		change func([]string) []string
		days   int
		reason string
	}{
		"a cell that is no number": {func(r []string) []string { r[5] = "2025-06-01T04:00,x,7"; return r }, 3, "line 6: not an energy: column cons_1_mWh"},
		"a decimal":                {func(r []string) []string { r[5] = "2025-06-01T04:00,1.5,7"; return r }, 3, "expected an integer"},
		"an energy of 10^18":       {func(r []string) []string { r[5] = "2025-06-01T04:00,1000000000000000000,7"; return r }, 3, "not an energy"},
		"an energy of 10^13":       {func(r []string) []string { r[5] = "2025-06-01T04:00,10000000000000,7"; return r }, 3, "more energy"},
		"a missing row":            {func(r []string) []string { return append(r[:5:5], r[6:]...) }, 2, "no row begins at 2025-06-01T04:00"},
		"a row twice":              {func(r []string) []string { return append(append(r[:6:6], r[5]), r[6:]...) }, 2, "line 7: an interval stands twice"},
		"a day that stops early":   {func(r []string) []string { return r[:len(r)-1] }, 2, "no row begins at 2025-06-02T23:00"},
		"a time that is none":      {func(r []string) []string { r[3] = "yesterday,1,7"; return r }, 2, "line 4: not a time"},
		"a row of another length":  {func(r []string) []string { r[5] += ",1"; return r }, 2, "another number of cells"},
	} {
		t.Run(sentence, func(t *testing.T) {
			rows, refused := read(
				t,
				at("Europe/Vienna", 60),
				strings.Join(row.change(append([]string{}, two...)), "\n"),
			)
			require.Len(t, rows, row.days*24)
			require.NotEmpty(t, refused)
			require.Contains(t, refused[0].Error(), row.reason)
		})
	}
	rows, refused := read(
		t,
		at("Europe/Vienna", 60),
		strings.Replace(strings.Join(two, "\n"), "T04:00,4,7", "T04:00,,7", 1),
	)
	require.Empty(t, refused)
	require.Len(t, rows, 4*24-1, "an empty cell is missing")
}

func TestWhatIsNoPlainFile(t *testing.T) {
	for text, reason := range map[string]string{
		"cons_1_mWh\n1\n":                   "no column local_start",
		"local_start,cons_1_mWh,cons_1_mWh": "stands twice",
		"local_start,start,cons_1_mWh\n":    "two columns of starts",
		"local_start,cons__mWh\n":           "no column cons_<id>_mWh",
	} {
		rows, refused := read(t, at("Europe/Vienna", 60), text)
		require.Empty(t, rows)
		require.Contains(t, refused[0].Error(), reason)
	}
}
