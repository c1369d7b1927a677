// SPDX-License-Identifier: Apache-2.0

package loadprofile_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client/loadprofile"
	"github.com/smartb-suite/smartb/internal/vectors"
)

func FuzzCoefficients(f *testing.F) {
	fuzz(f, "coefficients", "ES0000000000000001AA0F;1,000000", "ES0000000000000001AA0F;0001;1,000000\n")
}

func FuzzEDAECMPList(f *testing.F) {
	fuzz(f, "eda-ecmplist", ecmpList("PROD", ecmpPeriod("2026-01-01", "9999-12-31", "50")))
}

// checkShares reads the shares of a file by its name.
func checkShares(t *testing.T, zone, name string, samples map[string]decided) {
	t.Helper()
	for sentence, s := range samples {
		t.Run(sentence, func(t *testing.T) {
			set, err := loadprofile.New(loadprofile.Options{Zone: zone, Interval: 60, Content: loadprofile.Shares})
			require.NoError(t, err)
			set.Add(name, strings.NewReader(s.texts[0]))
			var got []string
			shares, refused := set.Shares()
			for _, share := range shares {
				from, until := "", ""
				if !share.From.IsZero() {
					from = share.From.Format(" 2006-01-02T15-07")
				}
				if !share.Until.IsZero() {
					until = share.Until.Format(" 2006-01-02T15-07")
				}
				got = append(got, fmt.Sprint(share.Point[len(share.Point)-4:], " ", share.Direction, from, until, " ", share.PPM))
			}
			require.Equal(t, s.want, got)
			require.Len(t, refused, len(s.refused), "%v", refused)
			for i, text := range s.refused {
				require.Contains(t, refused[i].Error(), text)
			}
		})
	}
}

func TestCoefficients(t *testing.T) {
	a, b := "ES0000000000000001AA0F", "ES0000000000000002BB0F"
	first, second := " 2026-01-01T00+01 2026-01-01T01+01 ", " 2026-01-01T01+01 2026-01-01T02+01 "
	const few = "not all hours of the year: it has"
	checkShares(t, "Europe/Madrid", "ES0000000000000090AK0FA000_2026.txt", map[string]decided{
		"one for each point": {texts: []string{a + ";0,333333\r\n" + b + ";0,666667"}, want: []string{
			"AA0F consumption 333333", "BB0F consumption 666667",
		}},
		"by hour, and with fewer digits": {
			texts: []string{a + ";0001;0,5" + "00000\n" + b + ";1;0,500000\n" + b + ";0002;1,000000"}, want: []string{
				"AA0F consumption" + first + "500000", "BB0F consumption" + first + "500000", "BB0F consumption" + second + "1000000",
			}, refused: []string{few + " 2 hours, its year has 8760"},
		},
		"an hour whose rows do not add up": {
			texts: []string{a + ";0001;0,999999\n" + a + ";0002;1,000000"}, want: []string{"AA0F consumption" + second + "1000000"},
			refused: []string{few, "line 1: the figures of the file do not add up: those of hour 1 add up to 0,999999, not to 1"},
		},
		"rows that are glued": {
			texts:   []string{a + ";0001;0,500000\n" + b + ";0001;0,500000" + a + ";0002;0,500000\n" + b + ";0002;0,500000\n"},
			refused: []string{few, "line 2: the file cannot be read: the row has 5 cells", "line 3: the figures of the file do not add up"},
		},
		"five decimals":      {texts: []string{a + ";0,33333"}, refused: []string{"line 1: not a coefficient"}},
		"a point twice":      {texts: []string{a + ";0,500000\n" + a + ";0,500000"}, refused: []string{"stands twice"}},
		"an hour 0":          {texts: []string{a + ";0000;1,000000\n" + a + ";0001;1,000000"}, want: []string{"AA0F consumption" + first + "1000000"}, refused: []string{few, "no hour of the year"}},
		"beyond the year":    {texts: []string{a + ";8761;1,000000"}, refused: []string{few, "the year has no hour 8761"}},
		"with and without":   {texts: []string{a + ";1,000000\n" + a + ";0001;1,000000"}, refused: []string{"some of its rows have an hour"}},
		"no shares":          {texts: []string{"local_start,cons_1_mWh\n"}, refused: []string{"no shares: the format plain has readings; smartb loadprofile read"}},
		"a point that is no": {texts: []string{a + ";0,500000\n" + "FR1;0,500000"}, refused: []string{`"FR1" is no CUPS`}},
	})
	checkShares(t, "Europe/Madrid", "coefficients.txt", map[string]decided{
		"no year in the name": {texts: []string{a + ";0001;1,000000"}, refused: []string{"its year is not known"}},
	})
	var year strings.Builder
	for hour := range 8784 {
		fmt.Fprintf(&year, "%s;%04d;1,000000\r\n", a, hour+1)
	}
	set, err := loadprofile.New(loadprofile.Options{Zone: "Europe/Madrid", Interval: 60, Content: loadprofile.Shares})
	require.NoError(t, err)
	set.Add("ES_2028.txt", strings.NewReader(year.String()))
	shares, refused := set.Shares()
	require.Empty(t, refused)
	require.Len(t, shares, 8784)
	require.Equal(t, "2029-01-01T00:00:00+01:00", shares[8783].Until.Format(time.RFC3339))
	check(t, map[string]sample{"are no load profile": {at("Europe/Madrid", 60), []string{a + ";1,000000"}, nil, []string{"smartb shares read prints them"}}})
}

func ecmpList(mode string, periods ...string) string {
	return `<n:ECMPList xmlns:n="http://www.ebutilities.at/schemata/customerprocesses/ecmplist/01p10"><n:MarketParticipantDirectory DocumentMode="` +
		mode + `"/><n:MPListData><n:MeteringPoint>AT0101</n:MeteringPoint>` + strings.Join(periods, "\n") + "</n:MPListData></n:ECMPList>"
}

func ecmpPeriod(from, to, factor string) string {
	return "<n:MPTimeData><n:DateFrom>" + from + "</n:DateFrom><n:DateTo>" + to + "</n:DateTo><n:EnergyDirection>CONSUMPTION</n:EnergyDirection>" +
		"<n:ECPartFact>" + factor + "</n:ECPartFact></n:MPTimeData>"
}

func TestECMPList(t *testing.T) {
	left := strings.Replace(ecmpPeriod("2026-01-01", "9999-12-31", "100"), "</n:MPTimeData>", "<n:DateDeactivate>2026-02-28</n:DateDeactivate></n:MPTimeData>", 1)
	checkShares(t, "Europe/Vienna", "list.xml", map[string]decided{
		"last days are inclusive": {
			texts: []string{ecmpList("PROD", ecmpPeriod("2026-03-01", "9999-12-31", "60"), ecmpPeriod("2025-06-18", "2026-02-28", "100"))},
			want:  []string{"0101 consumption 2025-06-18T00+02 2026-03-01T00+01 1000000", "0101 consumption 2026-03-01T00+01 600000"},
		},
		"a point that left": {texts: []string{ecmpList("PROD", left)}, want: []string{"0101 consumption 2026-01-01T00+01 2026-03-01T00+01 1000000"}},
		"a part of a percent": {
			texts: []string{ecmpList("PROD", ecmpPeriod("2026-03-01", "9999-12-31", "33.3333"))}, want: []string{"0101 consumption 2026-03-01T00+01 333333"},
		},
		"more than all":  {texts: []string{ecmpList("PROD", ecmpPeriod("2026-03-01", "9999-12-31", "101"))}, refused: []string{"no percentage"}},
		"ends too early": {texts: []string{ecmpList("PROD", ecmpPeriod("2026-03-01", "2026-02-01", "10"))}, refused: []string{"not a time"}},
		"a test":         {texts: []string{ecmpList("SIMU", ecmpPeriod("2026-03-01", "9999-12-31", "10"))}, refused: []string{"a test"}},
	})
}

// TestSharesThatOthersMade reads files of shares whose layouts nobody of this project invented.
func TestSharesThatOthersMade(t *testing.T) {
	folder := vectors.FieldCases(t, "energy/formats")
	read := func(zone, name string) (map[string]int64, []loadprofile.Refusal) {
		set, err := loadprofile.New(loadprofile.Options{Zone: zone, Interval: 60, Content: loadprofile.Shares})
		require.NoError(t, err)
		text, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		set.Add(name, bytes.NewReader(text))
		shares, refused := set.Shares()
		found := map[string]int64{}
		for _, share := range shares {
			until := ""
			if !share.Until.IsZero() {
				until = share.Until.AddDate(0, 0, -1).Format(time.DateOnly)
			}
			found[share.Point+" "+share.From.Format(time.DateOnly)+" "+until] = share.PPM
			found[share.Point+" "+share.From.Format(time.RFC3339)] = share.PPM
		}
		return found, refused
	}
	records := func(name string) [][]string {
		text, err := os.ReadFile(filepath.Join(folder, "right", name))
		require.NoError(t, err)
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		require.NoError(t, err)
		return rows[1:]
	}
	factors, refused := read("Europe/Vienna", "at-eda-ecmplist.xml")
	require.Empty(t, refused)
	for _, r := range records("at-eda-ecmplist.xml.factors.csv") {
		require.Equal(t, r[4]+"0000", fmt.Sprint(factors[r[0]+" "+r[2]+" "+r[3]]), r)
	}
	const year = "ES0000000000000090AK0FA000_2026.txt"
	coefficients, refused := read("Europe/Madrid", year)
	require.Len(t, refused, 1, "three hours are no year")
	for _, r := range records(year + ".csv") {
		ppm, known := coefficients[r[0]+" "+r[1]]
		require.True(t, known, r)
		require.Equal(t, r[2], fmt.Sprint(ppm))
	}
}
