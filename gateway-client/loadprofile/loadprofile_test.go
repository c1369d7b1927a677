// SPDX-License-Identifier: Apache-2.0

package loadprofile_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client/loadprofile"
)

// sample is what files say, and what is read of them.
type sample struct {
	options loadprofile.Options
	texts   []string
	// want are the intervals with a value; refused are beginnings of what is refused.
	want, refused []string
}

func at(zone string, minutes int) loadprofile.Options {
	return loadprofile.Options{Zone: zone, Interval: minutes}
}

func (s sample) point(number string) sample {
	s.options.Point = number
	return s
}

func named(options loadprofile.Options, point string) loadprofile.Options {
	options.Point = point
	return options
}

func check(t *testing.T, samples map[string]sample) {
	t.Helper()
	for sentence, s := range samples {
		t.Run(sentence, func(t *testing.T) {
			got, refused := read(t, s.options, s.texts...)
			require.Equal(t, s.want, got)
			require.Len(t, refused, len(s.refused), "%v", refused)
			for i, text := range s.refused {
				require.Contains(t, refused[i].Error()+" "+refused[i].Day, text)
			}
		})
	}
}

// read gives the intervals with a value, and the errors.
func read(t testing.TB, options loadprofile.Options, texts ...string) (rows []string, refused []loadprofile.Refusal) {
	t.Helper()
	set, err := loadprofile.New(options)
	require.NoError(t, err)
	for i, text := range texts {
		set.Add(fmt.Sprintf("file-%d", i+1), strings.NewReader(text))
	}
	days, refused := set.Days()
	for _, day := range days {
		for i, interval := range day.Intervals {
			if interval.Quality != loadprofile.Missing {
				start := day.Start.Add(time.Duration(i*options.Interval) * time.Minute)
				rows = append(
					rows,
					fmt.Sprintf(
						"%s %s %s %d %s",
						day.Point,
						day.Direction,
						start.Format("2006-01-02T15:04-07"),
						interval.Energy,
						interval.Quality,
					),
				)
			}
		}
	}
	return rows, refused
}

// load is a load profile as the French grid operator exports it: ends of steps of so many minutes, and watts.
func load(first string, minutes, n int, watts int) string {
	begin, err := time.Parse(time.RFC3339, first)
	if err != nil {
		panic(err)
	}
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "%s;%d\n", begin.Add(time.Duration(i*minutes)*time.Minute).Format(time.RFC3339), watts)
	}
	return text.String()
}

const enedisHead = "Horodate;Valeur\n"

func sum(rows []string) (total int64) {
	for _, row := range rows {
		var point, direction, start, quality string
		var energy int64
		if _, err := fmt.Sscan(row, &point, &direction, &start, &energy, &quality); err == nil {
			total += energy
		}
	}
	return total
}

func TestFilesOverlap(t *testing.T) {
	options := at("Europe/Paris", 30)
	options.Point = "1"
	first := enedisHead + load(
		"2025-06-01T00:30:00+02:00",
		30,
		48,
		400,
	) + load(
		"2025-06-02T00:30:00+02:00",
		30,
		47,
		400,
	)
	second := enedisHead + load("2025-06-03T00:00:00+02:00", 30, 3, 400)
	for _, files := range [][]string{{first, second}, {second, first}, {first, second, first, second}} {
		rows, refused := read(t, options, files...)
		require.Empty(t, refused)
		require.EqualValues(t, (96+2)*200_000, sum(rows), "the last half-hour of a day comes with the next file")
	}
	gaps := strings.ReplaceAll(first, ";400", ";")
	for _, files := range [][]string{{first, gaps}, {gaps, first}} {
		rows, refused := read(t, options, files...)
		require.Empty(t, refused)
		require.Len(t, rows, 95, "a gap never replaces a value")
	}
	other := strings.Replace(first, ";400", ";500", 1)
	rows, refused := read(t, options, first, other)
	require.Len(t, refused, 1)
	require.Equal(t, "an interval stands twice, with different values", refused[0].Reason)
	require.Equal(t, "2025-06-01", refused[0].Day)
	require.Len(t, rows, 47)
	options.Correct = true
	rows, refused = read(t, options, first, other)
	require.Empty(t, refused)
	require.Contains(t, rows[0], " 250000 ")
	rows, _ = read(t, options, other, first)
	require.Contains(t, rows[0], " 200000 ")
}

func TestSteps(t *testing.T) {
	text := func(parts ...string) []string { return []string{enedisHead + strings.Join(parts, "")} }
	options := at("Europe/Paris", 30)
	options.Point = "1"
	fine := load("2025-06-01T00:10:00+02:00", 10, 144, 400)
	changing := load("2025-06-01T00:30:00+02:00", 30, 16, 400) + load("2025-06-01T08:15:00+02:00", 15, 64, 400)
	back := load("2025-06-01T00:15:00+02:00", 15, 64, 400) + load("2025-06-01T16:30:00+02:00", 30, 16, 400)
	for sentence, row := range map[string]struct {
		texts  []string
		energy int64
		reason string
	}{
		"ten minutes":             {text(fine), 9_600_000, ""},
		"a step that gets finer":  {text(changing), 9_600_000, ""},
		"a step that gets longer": {text(back), 9_600_000, ""},
		"a gap":                   {text(strings.Replace(changing, "2025-06-01T04:00:00+02:00;400\n", "", 1)), 9_400_000, ""},
		"a gap in an interval":    {text(strings.Replace(fine, "2025-06-01T04:10:00+02:00;400\n", "", 1)), 9_400_000, ""},
		"a stray time":            {text(strings.Replace(changing, "T04:00:00", "T03:50:00", 1)), 0, "does not fit the step"},
		"a lone value":            {text(load("2025-06-01T00:30:00+02:00", 30, 1, 400)), 0, "its times do not show it"},
		"an hour":                 {text(load("2025-06-01T01:00:00+02:00", 60, 24, 400)), 0, "its step is longer"},
		"beside the intervals":    {text(load("2025-06-01T00:40:00+02:00", 30, 40, 400)), 0, "does not fit into an interval"},
		"a day":                   {text(load("2025-06-01T00:00:00+02:00", 1440, 3, 400)), 0, "does not show"},
	} {
		t.Run(sentence, func(t *testing.T) {
			rows, refused := read(t, options, row.texts...)
			require.Equal(t, row.energy, sum(rows), "%v", refused)
			require.Equal(t, row.reason != "", len(refused) > 0, "%v", refused)
			if row.reason != "" && sentence != "a day" {
				require.Contains(t, refused[0].Error(), row.reason)
			}
		})
	}
	options.Divide = true
	options.Interval = 15
	rows, refused := read(t, options, enedisHead+"2025-06-01T00:30:00+02:00;1\n2025-06-01T01:00:00+02:00;401\n")
	require.Empty(t, refused)
	require.Equal(t, []string{
		"1 consumption 2025-06-01T00:00+02 250 estimated", "1 consumption 2025-06-01T00:15+02 250 estimated",
		"1 consumption 2025-06-01T00:30+02 100250 estimated", "1 consumption 2025-06-01T00:45+02 100250 estimated",
	}, rows)
}

func TestTheLaterVersionWins(t *testing.T) {
	message := func(created, value, status string) string {
		return r4x(
			created,
			"CONS",
			"EA",
			"kW",
			`<Donnees_Point_Mesure Horodatage="2025-06-01T00:00:00+02:00" Valeur_Point="`+value+`" Statut_Point="`+status+`"/>`,
		)
	}
	early, late := message("2025-07-01T00:00:00+02:00", "1", "R"), message("2025-08-01T00:00:00+02:00", "2", "E")
	options := at("Europe/Paris", 15)
	for _, files := range [][]string{{early, late}, {late, early}} {
		rows, refused := read(t, options, replaceAll(files, "<Granularite>10", "<Granularite>15")...)
		require.Empty(t, refused)
		require.Equal(t, []string{"11 consumption 2025-06-01T00:00+02 500000 estimated"}, rows, "also if it is worse")
	}
	worse := message("2025-07-01T00:00:00+02:00", "2", "E")
	rows, refused := read(t, options, replaceAll([]string{early, worse}, "<Granularite>10", "<Granularite>15")...)
	require.Empty(t, refused)
	require.Equal(
		t,
		[]string{"11 consumption 2025-06-01T00:00+02 250000 measured"},
		rows,
		"a worse quality of the same version loses",
	)
}

func replaceAll(texts []string, old, other string) (replaced []string) {
	for _, text := range texts {
		replaced = append(replaced, strings.ReplaceAll(text, old, other))
	}
	return replaced
}

func TestEncodings(t *testing.T) {
	text := "Identifiant PRM;Grandeur métier;Unité;Pas en minutes\n7;Production;W;30\nHorodate;Valeur\n2025-06-01T12:30:00+02:00;4000\n"
	latin := strings.ReplaceAll(text, "é", "\xe9")
	wide := func(high, low int) string {
		var b strings.Builder
		for _, c := range text {
			pair := [2]byte{}
			pair[high], pair[low] = byte(c>>8), byte(c)
			b.Write(pair[:])
		}
		return b.String()
	}
	for sentence, body := range map[string]string{
		"UTF-8": text, "with a mark": "\ufeff" + text, "Latin-1": latin, "CRLF": strings.ReplaceAll(text, "\n", "\r\n"),
		"UTF-16 LE": "\xff\xfe" + wide(1, 0), "UTF-16 BE": "\xfe\xff" + wide(0, 1), "UTF-16 without a mark": wide(1, 0),
		"quotes": strings.NewReplacer("7;Production", `"7";"Production"`, "T12:30:00+02:00;4000", `T12:30:00+02:00;"4000"`).Replace(text),
	} {
		rows, refused := read(t, at("Europe/Paris", 30), body)
		require.Empty(t, refused, sentence)
		require.Equal(t, []string{"7 production 2025-06-01T12:00+02 2000000 measured"}, rows, sentence)
	}
}

func TestWhatIsNoFileOfAKnownFormat(t *testing.T) {
	for body, reason := range map[string]string{
		"":                            "the format is not known",
		"hello\n":                     "the format is not known",
		"PK\x03\x04 vbaProject.bin":   "it is a workbook with macros",
		"PK\x03\x04":                  "it is no workbook",
		"\xd0\xcf\x11\xe0":            "save it as XLSX",
		"a\x00\x00\x00\x00\x00\xff":   "it is no text",
		"date,price\n2025-06-01,12\n": "the format is not known",
		"<R171 xmlns=\"x\"><prmId>1</prmId></R171>": "registers",
		strings.Repeat("a", loadprofile.MaxFile+1):  "larger than 64 MiB",
		"Horodate;Valeur\nIdentifiant PRM;Unite\n":  "no readings",
	} {
		rows, refused := read(t, at("Europe/Paris", 30), body)
		require.Empty(t, rows)
		require.Len(t, refused, 1)
		require.Contains(t, refused[0].Error(), reason)
	}
	for _, options := range []loadprofile.Options{
		{Zone: "Europe/Nowhere", Interval: 15}, {Zone: "Europe/Paris", Interval: 20}, {Zone: "Europe/Paris", Interval: 15, Format: "x"},
		{Zone: "Europe/Paris", Interval: 15, Point: "5,41E+17"},
	} {
		_, err := loadprofile.New(options)
		require.Error(t, err)
	}
}

func TestFlagsThatContradictAFile(t *testing.T) {
	text := "Identifiant PRM;Grandeur metier;Unite;Pas en minutes\n7;Production;W;30\nHorodate;Valeur\n2025-06-01T12:30:00+02:00;4000\n"
	options := at("Europe/Paris", 30)
	options.Point = "8"
	_, refused := read(t, options, text)
	require.Contains(t, refused[0].Error(), "names another metering point")
	options.Point, options.Direction = "7", settlement.Consumption
	_, refused = read(t, options, text)
	require.Contains(t, refused[0].Error(), "another direction")
	options.Direction = settlement.Production
	rows, refused := read(t, options, text)
	require.Empty(t, refused)
	require.Len(t, rows, 1)
	_, refused = read(t, at("Europe/Paris", 30), "Horodate;Valeur\n"+load("2025-06-01T12:30:00+02:00", 30, 2, 1))
	require.Contains(t, refused[0].Error(), "does not name its metering point")
	_, refused = read(t, at("Europe/Paris", 30), strings.Replace(text, "\n7;", "\n5,41449E+17;", 1))
	require.Contains(t, refused[0].Error(), "rounded by a spreadsheet")
}

func TestNumbers(t *testing.T) {
	text := func(value string) string {
		return "cups;fecha;hora;consumo_kWh;metodoObtencion\nES1;2025/06/01;01:00;" + value + ";Real\n"
	}
	for value, want := range map[string]int64{
		"0,123": 123_000, "1.250,5": 1_250_500_000, "1 250,5": 1_250_500_000, "1\u00a0250,500": 1_250_500_000, "0.125": 125_000, "12.5": 12_500_000,
		"0,0000004": 0, "0,0000005": 1, "3": 3_000_000, "0,30000000000000004": 300_000, "01,5": 1_500_000,
	} {
		rows, refused := read(t, at("Europe/Madrid", 60), text(value))
		require.Empty(t, refused, value)
		require.Equal(t, want, sum(rows), value)
	}
	for value, reason := range map[string]string{
		"1.250": "decimal point or a point between thousands", "-1": "not a number", "1,2,3": "not a number", "1e3": "not a number", "1,": "not a number", ",5": "not a number",
		"NaN": "not a number", "+5": "not a number", "12 34,5": "not a number", "99999999999999999999": "more than", "9999999": "more energy than an interval can have",
		"0x10": "not a number", "1.2.3": "not a number", "١": "not a number",
	} {
		rows, refused := read(t, at("Europe/Madrid", 60), text(value))
		require.Empty(t, rows, value)
		require.Len(t, refused, 1, value)
		require.Contains(t, refused[0].Error(), reason, value)
	}
}
