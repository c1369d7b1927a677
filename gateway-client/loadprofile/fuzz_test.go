// SPDX-License-Identifier: Apache-2.0

package loadprofile_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client/loadprofile"
)

// fuzz feeds an importer with any bytes. Anything that they are, days are whole, energies can be, and a file that is
// read twice describes what it said once.
func fuzz(f *testing.F, format string, seeds ...string) {
	f.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	require.NoError(f, err)
	s := truth{zone: zone, step: 60, start: time.Date(2025, 10, 26, 0, 0, 0, 0, zone), wh: []int64{1, 2, 3, 4, 5, 6}}
	for name, write := range writers {
		if strings.HasPrefix(strings.ToLower(name), strings.TrimPrefix(format, "enedis-")) {
			f.Add([]byte(join(write(s))))
		}
	}
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	samples, _ := filepath.Glob(
		filepath.Join("..", "..", "..", "shared", "cases", "energy", "formats", "*"),
	) // if they are here
	for _, path := range samples {
		if text, err := os.ReadFile(path); err == nil && len(text) < 20_000 {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		options := loadprofile.Options{Zone: "Europe/Paris", Interval: 30, Format: format, Point: "1"}
		once := fuzzed(t, options, text)
		require.Equal(t, once, fuzzed(t, options, text, text))
		sharing := options
		sharing.Content = loadprofile.Shares
		set, err := loadprofile.New(sharing)
		require.NoError(t, err)
		set.Add("file_2026.txt", strings.NewReader(string(text)))
		shares, _ := set.Shares()
		for _, share := range shares {
			require.True(t, share.PPM >= 0 && share.PPM <= 1_000_000)
		}
		decided := fuzzedDecisions(t, options, text)
		require.Equal(t, decided, fuzzedDecisions(t, options, text, text))
		if !strings.HasPrefix(string(text), "PK") { // the numbers of a workbook are zipped
			values := len(decided)
			for _, day := range once {
				for _, interval := range day.Intervals {
					if interval.Quality != loadprofile.Missing {
						values++
					}
				}
			}
			require.LessOrEqual(t, values, 2*len(number.FindAll(text, -1)), "more values than the file has numbers")
		}
	})
}

// inside is what an error quotes of a file, goWords are words of the program.
var (
	inside  = regexp.MustCompile(`"([^"\\]|\\.)*"`)
	goWords = regexp.MustCompile(`strconv|json: |unmarshal|invalid syntax|Go (struct|value|type)|parsing time|EOF|zip:|XML syntax|<nil>`)
)

var number = regexp.MustCompile(`[0-9]+`)

// fuzzedDecisions are the figures that are read of files, without those that are missing.
func fuzzedDecisions(t *testing.T, options loadprofile.Options, texts ...[]byte) (kept []loadprofile.Decision) {
	options.Content = loadprofile.Decisions
	set, err := loadprofile.New(options)
	require.NoError(t, err)
	for _, text := range texts {
		set.Add("file", strings.NewReader(string(text)))
	}
	decisions, _ := set.Decisions()
	for _, d := range decisions {
		require.True(t, d.End.After(d.Start))
		require.GreaterOrEqual(t, d.Energy, int64(0))
		if !d.Missing {
			kept = append(kept, d)
		}
	}
	return kept
}

func fuzzed(t *testing.T, options loadprofile.Options, texts ...[]byte) []loadprofile.Day {
	set, err := loadprofile.New(options)
	require.NoError(t, err)
	for _, text := range texts {
		set.Add("file", strings.NewReader(string(text)))
	}
	days, refused := set.Days()
	for _, r := range refused {
		require.NotEmpty(t, r.Reason)
		require.NotRegexp(t, goWords, inside.ReplaceAllString(r.Error(), ""))
	}
	community := settlement.Community{
		Terms: settlement.Terms{TimeZone: options.Zone, IntervalMinutes: options.Interval},
	}
	for _, day := range days {
		of, err := community.Day(day.Date)
		require.NoError(t, err)
		require.Len(t, day.Intervals, of.Intervals)
		for _, interval := range day.Intervals {
			require.True(t, interval.Energy >= 0 && interval.Energy <= settlement.MaxEnergy)
			require.True(t, interval.Quality != loadprofile.Missing || interval.Energy == 0)
		}
	}
	return days
}

func FuzzPlain(f *testing.F) { fuzz(f, "plain", "\ufefflocal_start,cons_1_mWh\n,,\n") }

func FuzzEnedis(f *testing.F) {
	fuzz(f, "enedis", "Identifiant PRM;Unite\n1;W\nHorodate;Valeur\n2025-10-26T02:30:00;5\n2025-10-26T02:00:00;5\n")
}
func FuzzEnedisWorkbook(f *testing.F) { fuzz(f, "enedis-xlsx", "PK\x03\x04") }
func FuzzEnedisR63(f *testing.F)      { fuzz(f, "enedis-r63") }
func FuzzEnedisR63JSON(f *testing.F) {
	fuzz(f, "enedis-r63-json", `{"mesures":[{"grandeur":[{"points":[{"v":"1"}]}]}]}`)
}
func FuzzEnedisDataConnect(f *testing.F) { fuzz(f, "enedis-dataconnect", `{"meter_reading":{}}`) }
func FuzzEnedisR4x(f *testing.F)         { fuzz(f, "enedis-r4x") }
func FuzzEnedisR50(f *testing.F)         { fuzz(f, "enedis-r50", "<R50><PRM><PDC><V>1</V></PDC></PRM></R50>") }
func FuzzEnedisR15(f *testing.F)         { fuzz(f, "enedis-r15", r15("INITIAL", r15Class("3", "HP", "1"))) }
func FuzzGreenButton(f *testing.F)       { fuzz(f, "greenbutton", green(greenType, block("", 1))) }
func FuzzFluvius(f *testing.F)           { fuzz(f, "fluvius") }
func FuzzDatadis(f *testing.F) {
	fuzz(f, "datadis", "cups;fecha;hora;consumo_kWh;metodoObtencion\nES1;2025/10/26;03:00;0,1;Real\n")
}
func FuzzDatadisJSON(f *testing.F) { fuzz(f, "datadis-json", `{"timeCurve":[{"cups":"ES1"}]}`, "[]") }
func FuzzEDA(f *testing.F)         { fuzz(f, "eda", "PK\x03\x04") }
func FuzzEDACSV(f *testing.F)      { fuzz(f, "eda-csv") }
func FuzzEDACRMSG(f *testing.F)    { fuzz(f, "eda-crmsg", "<Energy><EnergyData/></Energy>") }
func FuzzMSCONS(f *testing.F) {
	fuzz(f, "mscons", "UNA:+.? 'UNB+UNOC:3'UNH+1+MSCONS:D:04B:UN:2.4c'UNT+2+1'UNZ+1'")
}
func FuzzLeneda(f *testing.F) { fuzz(f, "leneda") }
func FuzzORES(f *testing.F) {
	fuzz(f, "ores", "Timestamp;EAN;Itération;Prélèvement brut\n2026-02-01 12:00;1;1;1\n")
}
func FuzzRESA(f *testing.F)    { fuzz(f, "resa", "PK\x03\x04") }
func FuzzSibelga(f *testing.F) { fuzz(f, "sibelga") }
func FuzzSibelgaMonth(f *testing.F) {
	fuzz(f, "sibelga-month", sibelgaMonth("1-avr-26;1-mai-26;5;P1;HI;1;2;0;0"))
}
func FuzzSibelgaMonthWorkbook(f *testing.F) { fuzz(f, "sibelga-month-xlsx", "PK\x03\x04") }
func FuzzIDE(f *testing.F) {
	fuzz(f, "ide", "CUPS;FECHA-HORA;INV / VER;CONSUMO Wh;GENERACION Wh;\nES1;2026/03/10 01:00;0;5;6;\n")
}
func FuzzEDistribuzione(f *testing.F) {
	fuzz(f, "e-distribuzione", "Giorno;00:00-00:15\n\"26/10/2025\";\"0,1\";\n")
}
func FuzzP1(f *testing.F) {
	fuzz(f, "p1", "/A\r\n\r\n0-0:1.0.0(260329013000W)\r\n1-0:1.8.1(1.0*kWh)\r\n!0000\r\n")
}

// tests is the text of all tests: a format's fuzz target is beside its tests.
func tests(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	paths, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		all.Write(text)
	}
	return all.String()
}

// TestEveryFormatHasAFuzzTarget keeps the list above whole.
func TestEveryFormatHasAFuzzTarget(t *testing.T) {
	source := tests(t)
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "reference", "formats.md"))
	require.NoError(t, err)
	for _, format := range loadprofile.Formats() {
		require.Contains(t, source, `fuzz(f, "`+format.Name+`"`)
		require.Contains(t, string(page), fmt.Sprintf("\n| `%s` | %s | %s | %s |\n", format.Name, format.Title,
			cmp.Or(format.Holds, loadprofile.Readings), format.Origin))
	}
}
