package loadprofile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client/loadprofile"
)

// fuzz feeds an importer with any bytes. Whatever they are, days are whole, energies can be, and a file that is read
// twice says what it said once.
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
	})
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
func FuzzIDE(f *testing.F) {
	fuzz(f, "ide", "CUPS;FECHA-HORA;INV / VER;CONSUMO Wh;GENERACION Wh;\nES1;2026/03/10 01:00;0;5;6;\n")
}
func FuzzEDistribuzione(f *testing.F) {
	fuzz(f, "e-distribuzione", "Giorno;00:00-00:15\n\"26/10/2025\";\"0,1\";\n")
}
func FuzzP1(f *testing.F) {
	fuzz(f, "p1", "/A\r\n\r\n0-0:1.0.0(260329013000W)\r\n1-0:1.8.1(1.0*kWh)\r\n!0000\r\n")
}

// TestEveryFormatHasAFuzzTarget keeps the list above whole.
func TestEveryFormatHasAFuzzTarget(t *testing.T) {
	source, err := os.ReadFile("fuzz_test.go")
	require.NoError(t, err)
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "reference", "formats.md"))
	require.NoError(t, err)
	for _, format := range loadprofile.Formats() {
		require.Contains(t, string(source), `fuzz(f, "`+format.Name+`"`)
		require.Contains(t, string(page), "\n| `"+format.Name+"` | "+format.Title+" | ")
		require.Contains(t, string(page), " | "+format.Origin+" |", format.Name)
	}
}
