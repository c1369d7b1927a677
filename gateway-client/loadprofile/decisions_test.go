// SPDX-License-Identifier: Apache-2.0

package loadprofile_test

import (
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

// TestDecisionsThatOthersMade reads the grid operators' figures of files whose layouts nobody of this project invented.
func TestDecisionsThatOthersMade(t *testing.T) {
	folder := vectors.FieldCases(t, "energy/formats")
	entries, err := os.ReadDir(filepath.Join(folder, "right"))
	require.NoError(t, err)
	count := 0
	for _, entry := range entries {
		name, official := strings.CutSuffix(entry.Name(), ".official.csv")
		if !official {
			continue
		}
		count++
		t.Run(name, func(t *testing.T) {
			options := at(zones[name[:2]], map[string]int{"fr": 30, "es": 60}[name[:2]])
			if options.Interval == 0 {
				options.Interval = 15
			}
			got, refused := readDecisions(t, options, filepath.Join(folder, name))
			require.Empty(t, refused)
			require.Equal(t, rightDecisions(t, filepath.Join(folder, "right", entry.Name())), got)
		})
	}
	require.GreaterOrEqual(t, count, 13)
}

// rightDecisions are the energies of a table by point, figure and time.
func rightDecisions(t *testing.T, path string) map[string]string {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	records, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	values := map[string]string{}
	for _, r := range records[1:] {
		start, err := time.Parse(time.RFC3339, r[2])
		require.NoError(t, err)
		end, err := time.Parse(time.RFC3339, r[3])
		require.NoError(t, err)
		values[fmt.Sprint(r[0], " ", r[1], " ", start.Unix(), " ", end.Unix())] = r[4]
	}
	return values
}

func readDecisions(
	t *testing.T,
	options loadprofile.Options,
	paths ...string,
) (map[string]string, []loadprofile.Refusal) {
	t.Helper()
	options.Content = loadprofile.Decisions
	set, err := loadprofile.New(options)
	require.NoError(t, err)
	for _, path := range paths {
		file, err := os.Open(path)
		require.NoError(t, err)
		set.Add(filepath.Base(path), file)
		require.NoError(t, file.Close())
	}
	decisions, refused := set.Decisions()
	values := map[string]string{}
	for _, d := range decisions {
		if !d.Missing {
			name := fmt.Sprint(d.Point, " ", d.Figure, " ", d.Start.Unix(), " ", d.End.Unix())
			values[name] = fmt.Sprint(d.Energy)
		}
	}
	return values, refused
}

// decided is what files say of a grid operator's figures, and what is read of them.
type decided struct {
	options loadprofile.Options
	texts   []string
	// want are the figures with a value; refused are parts of what is refused.
	want, refused []string
}

func checkDecisions(t *testing.T, samples map[string]decided) {
	t.Helper()
	for sentence, s := range samples {
		t.Run(sentence, func(t *testing.T) {
			s.options.Content = loadprofile.Decisions
			set, err := loadprofile.New(s.options)
			require.NoError(t, err)
			for i, text := range s.texts {
				set.Add(fmt.Sprintf("file-%d", i+1), strings.NewReader(text))
			}
			var got []string
			decisions, refused := set.Decisions()
			for _, d := range decisions {
				if !d.Missing {
					const minute = "2006-01-02T15:04-07"
					got = append(got, fmt.Sprint(d.Point, " ", d.Figure, " ", d.Start.Format(minute), " ", d.End.Format(minute),
						" ", d.Energy))
				}
			}
			require.Equal(t, s.want, got)
			require.Len(t, refused, len(s.refused), "%v", refused)
			for i, text := range s.refused {
				require.Contains(t, refused[i].Error()+" "+refused[i].Day, text)
			}
		})
	}
}

// r15 is a message with a reading of a month.
func r15(status string, classes ...string) string {
	return `<R15><En_Tete_Flux><Identifiant_Flux>R15</Identifiant_Flux><Date_Creation>2026-04-02T05:01:28+02:00</Date_Creation>` +
		"</En_Tete_Flux>\n<PRM><Id_PRM>7</Id_PRM><Donnees_Releve><Date_Releve>2026-04-01T00:01:00+02:00</Date_Releve><Statut_Releve>" +
		status + "</Statut_Releve><Date_Releve_Precedent>2026-03-01T00:00:00+01:00</Date_Releve_Precedent>\n" +
		strings.Join(classes, "\n") + "</Donnees_Releve></PRM></R15>"
}

func r15Class(class, time, value string) string {
	return "<Classe_Temporelle_Distributeur><Id_Classe_Temporelle>" + time + "</Id_Classe_Temporelle><Classe_Mesure>" + class +
		"</Classe_Mesure><Unite_Mesure>kWh</Unite_Mesure><Sens_Mesure>0</Sens_Mesure><Valeur>" + value +
		"</Valeur></Classe_Temporelle_Distributeur>"
}

func TestR15(t *testing.T) {
	paris := at("Europe/Paris", 30)
	whole := r15("INITIAL", r15Class("1", "HP", "10400"), r15Class("3", "HP", "60"), r15Class("3", "HC", "35"),
		r15Class("4", "HP", "140"), r15Class("2", "BASE", "310"))
	month := " 2026-03-01T00:00+01 2026-04-01T00:00+02 "
	later := strings.NewReplacer("2026-04-02T05", "2026-05-02T05", ">35<", ">36<").Replace(whole)
	supplier := strings.ReplaceAll(r15Class("3", "BASE", "95"), "_Distributeur", "")
	checkDecisions(t, map[string]decided{
		"classes of time are added, registers and totals are not": {
			paris, []string{whole}, []string{"7 covered" + month + "95000000", "7 residual" + month + "140000000"}, nil,
		},
		"the interval does not matter": {
			at("Europe/Paris", 60), []string{whole},
			[]string{"7 covered" + month + "95000000", "7 residual" + month + "140000000"}, nil,
		},
		"a file twice":          {paris, []string{whole, whole}, []string{"7 covered" + month + "95000000", "7 residual" + month + "140000000"}, nil},
		"the later message":     {paris, []string{later, whole}, []string{"7 covered" + month + "96000000", "7 residual" + month + "140000000"}, nil},
		"production":            {paris, []string{r15("INITIAL", r15Class("5", "HP", "1"), r15Class("6", "HP", "2"))}, []string{"7 shared" + month + "1000000", "7 surplus" + month + "2000000"}, nil},
		"the supplier's repeat": {paris, []string{r15("INITIAL", r15Class("3", "HP", "95"), supplier)}, []string{"7 covered" + month + "95000000"}, nil},
		"a reading that takes back another": {
			paris, []string{r15("ANNULATION", r15Class("3", "HP", "95"))}, nil, []string{`a reading that is not INITIAL: Statut_Releve "ANNULATION"`},
		},
		"a bad cell costs the figure": {
			paris, []string{r15("INITIAL", r15Class("3", "HP", "6O"), r15Class("3", "HC", "35"), r15Class("4", "HP", "140"))},
			[]string{"7 residual" + month + "140000000"}, []string{`line 3: not an energy: "6O"`},
		},
		"no period before": {
			paris, []string{strings.ReplaceAll(r15("INITIAL", r15Class("3", "HP", "95")), "2026-03-01T00:00:00+01:00", "")},
			nil, []string{"not a time"},
		},
		"a period that ends before it begins": {
			paris, []string{strings.ReplaceAll(r15("INITIAL", r15Class("3", "HP", "95")), "2026-03-01", "2026-04-03")},
			nil, []string{"ends before it begins"},
		},
		"registers alone": {paris, []string{r15("INITIAL", r15Class("1", "HP", "10400"))}, nil, []string{"no decisions of the grid operator: it has none"}},
		"another month that overlaps": {
			paris, []string{whole, strings.Replace(later, "2026-03-01", "2026-03-15", 1)}, nil,
			[]string{"two readings overlap", "two readings overlap", "two readings overlap", "two readings overlap"},
		},
	})
	check(t, map[string]sample{"is no load profile": {paris, []string{whole}, nil, []string{"smartb official read prints them"}}})
}

func sibelgaMonth(rows ...string) string {
	return "FromDate (Inclu);ToDate (Exclu);EAN;Partage;Registre;Volume Partagé (kWh);Volume Complémentaire (kWh);" +
		"Injection Partagée (kWh);Injection Résiduelle (kWh);Gridfee € HTVA\n" + strings.Join(rows, "\n")
}

func TestSibelgaMonth(t *testing.T) {
	brussels := at("Europe/Brussels", 15)
	april := " 2026-04-01T00:00+02 2026-05-01T00:00+02 "
	high, low := "1-avr-26;1-mai-26;5;P1;HI;60,12345678;40,5;0;0;3", "1-avr-26;1-mai-26;5;P1;LOW;30;10,25;0;0;1"
	sheet := map[string][][]any{"Volumes": {
		{"Rapport"}, {"FromDate (Inclu)", "ToDate (Exclu)", "EAN", "Registre", "Volume Partagé (kWh)", "Volume Complémentaire (kWh)",
			"Injection Partagée (kWh)", "Injection Résiduelle (kWh)"},
		{46113, 46143, "5", "HI", 60.5, 1.25, 0, 0},
	}}
	checkDecisions(t, map[string]decided{
		"registers are added and rounded once": {
			brussels, []string{sibelgaMonth(high, low)}, []string{"5 covered" + april + "90123457", "5 residual" + april + "50750000"}, nil,
		},
		"a producer": {
			brussels, []string{sibelgaMonth("01/04/2026;01/05/2026;6;P1;HI;0;0;70,5;20;0")},
			[]string{"6 shared" + april + "70500000", "6 surplus" + april + "20000000"}, nil,
		},
		"nothing at all": {
			brussels, []string{sibelgaMonth("1-avr-26;1-mai-26;5;P1;HI;0;0;0;0;0")},
			[]string{"5 covered" + april + "0", "5 residual" + april + "0", "5 shared" + april + "0", "5 surplus" + april + "0"}, nil,
		},
		"serial dates of a workbook": {
			brussels, []string{book(t, sheet)}, []string{"5 covered" + april + "60500000", "5 residual" + april + "1250000"}, nil,
		},
		"a bad cell costs its figure": {
			brussels, []string{sibelgaMonth(strings.Replace(high, "40,5", "-", 1), low)},
			[]string{"5 covered" + april + "90123457"}, []string{`line 2: not an energy: "-"`},
		},
		"a register twice with other values": {
			brussels, []string{sibelgaMonth(high, strings.Replace(low, "LOW", "HI", 1))}, nil,
			[]string{"stands twice", "stands twice"},
		},
		"a register of another period": {
			brussels, []string{sibelgaMonth(high, strings.Replace(low, "1-mai", "15-avr", 1))}, nil, []string{"overlap", "overlap"},
		},
		"an unknown month": {
			brussels, []string{sibelgaMonth(strings.Replace(high, "avr", "apr", 1))}, nil,
			[]string{"not a time", "not a time", "not a time", "not a time"},
		},
		"no column of a volume": {
			brussels, []string{strings.Replace(sibelgaMonth(high), "Injection Partagée", "Injection", 1)}, nil,
			[]string{"it has no column injection partagee (kwh)"},
		},
	})
}

func TestSibelgaDecisions(t *testing.T) {
	head := "Date Début;EAN;Type de volume;Volume (kWh)\n"
	noon := " 2026-04-01T12:00+02 2026-04-01T12:15+02 "
	checkDecisions(t, map[string]decided{
		"only what the file has": {
			at("Europe/Brussels", 15), []string{head + "01/04/2026 12:00;5;Consommation Partagée;0,125\n01/04/2026 12:00;6;Injection Réseau;0,040\n01/04/2026 12:15;7;Injection Réseau;\n"},
			[]string{"5 covered" + noon + "125000", "6 surplus" + noon + "40000"}, nil,
		},
		"a kind that could be any": {
			at("Europe/Brussels", 15), []string{head + "01/04/2026 12:00;5;Consommation Partagée;0,125\n01/04/2026 12:15;5;Autre;0,1\n"},
			nil, []string{"kind of volume", "kind of volume", "kind of volume", "kind of volume"},
		},
	})
}

func TestLenedaDecisions(t *testing.T) {
	luxembourg := at("Europe/Luxembourg", 15)
	series := func(code string, values ...string) string {
		var items []string
		for i, value := range values {
			items = append(items, fmt.Sprintf(`{"value":%s,"startedAt":"2026-03-01T11:%02d:00Z","type":"Actual","version":1}`, value, 15*i))
		}
		return `{"meteringPointCode":"LU1","obisCode":"` + code + `","intervalLength":"PT15M","unit":"kW","items":[` + strings.Join(items, ",") + `]}`
	}
	first, second := " 2026-03-01T12:00+01 2026-03-01T12:15+01 ", " 2026-03-01T12:15+01 2026-03-01T12:30+01 "
	checkDecisions(t, map[string]decided{
		"layers of all files are added": {
			luxembourg, []string{series("1-65:1.29.1", "0.8", "0.4"), series("1-65:1.29.3", "0.2", "0")},
			[]string{"LU1 covered" + first + "250000", "LU1 covered" + second + "100000"}, nil,
		},
		"a layer that is not there yet": {
			luxembourg, []string{series("1-65:1.29.1", "0.8", "0.4"), series("1-65:1.29.2", "0.2")},
			[]string{"LU1 covered" + first + "250000"}, nil,
		},
		"what remains": {
			luxembourg, []string{series("1-65:1.29.9", "4"), series("1-65:2.29.9", "8"), series("1-65:2.29.4", "1")},
			[]string{"LU1 residual" + first + "1000000", "LU1 shared" + first + "250000", "LU1 surplus" + first + "2000000"}, nil,
		},
		"a reading":    {luxembourg, []string{series("1-1:1.29.0", "4")}, nil, []string{"no decisions of the grid operator"}},
		"another code": {luxembourg, []string{series("1-65:1.29.5", "4")}, nil, []string{"no figure of shared energy"}},
	})
}

func TestEDADecisions(t *testing.T) {
	vienna := at("Europe/Vienna", 15)
	noon := " 2026-01-01T12:00+01 2026-01-01T12:15+01 "
	report := func(codes, cells []any) string {
		points, ways, lengths := []any{"MeteringPointId"}, []any{"Energydirection"}, []any{"Metering Interval"}
		for _, code := range codes {
			point, way := "AT2", "GENERATION"
			if strings.HasPrefix(code.(string), "Eigen") || strings.HasPrefix(code.(string), "Anteil") {
				point, way = "AT1", "CONSUMPTION"
			}
			points, ways, lengths = append(points, point), append(ways, way), append(lengths, "QH")
		}
		return book(t, map[string][][]any{"Energiedaten": {points, ways, lengths, append([]any{"MeterCode"}, codes...),
			append([]any{"01.01.2026 12:00"}, cells...)}})
	}
	const covered, offered = "Eigendeckung gemeinschaftliche Erzeugung [KWH]", "Anteil gemeinschaftliche Erzeugung [KWH]"
	const all, share = "Gesamte gemeinschaftliche Erzeugung [KWH]", "Erzeugung lt. Messung entsprechend dem Teilnahmefaktor und EC-ID [KWH]"
	const oldRest, rest = "Gesamt/Überschusserzeugung, Gemeinschaftsüberschuss [KWH]", "Restüberschuss bei EG und je ZP [KWH]"
	checkDecisions(t, map[string]decided{
		"an old report": {
			vienna, []string{report([]any{covered, offered, oldRest, all}, []any{0.2, 0.3, 0.8, 1})},
			[]string{"AT1 covered" + noon + "200000", "AT2 surplus" + noon + "800000"}, nil,
		},
		"what is left over by factor, not of all": {
			vienna, []string{report([]any{all, share, oldRest, rest}, []any{1.5, 0.75, 0.9, 0.25})},
			[]string{"AT2 shared" + noon + "500000", "AT2 surplus" + noon + "250000"}, nil,
		},
		"what is left over is not known": {
			vienna, []string{report([]any{share, oldRest, rest}, []any{0.75, 0.9, nil})}, nil, nil,
		},
		"more is left over than there is": {
			vienna, []string{report([]any{share, rest}, []any{0.75, 0.76})},
			[]string{"AT2 surplus" + noon + "760000"}, []string{"more than what there is"},
		},
		"readings alone": {vienna, []string{report([]any{all}, []any{1})}, nil, []string{"no column of it has Eigendeckung"}},
	})
}

func TestCRMSGDecisions(t *testing.T) {
	message := func(codes ...string) string {
		var data strings.Builder
		for i := 0; i < len(codes); i += 2 {
			data.WriteString(`<n:EnergyData MeterCode="` + codes[i] + `" UOM="KWH"><n:EP><n:DTF>2026-03-29T03:00:00+02:00</n:DTF><n:BQ>` +
				codes[i+1] + "</n:BQ></n:EP></n:EnergyData>\n")
		}
		return `<n:ConsumptionRecord xmlns:n="http://www.ebutilities.at/schemata/customerprocesses/consumptionrecord/01p30">` +
			`<n:MarketParticipantDirectory DocumentMode="PROD"/><n:ProcessDirectory><n:MeteringPoint>AT1</n:MeteringPoint><n:DeliveryPoint>RC1` +
			"</n:DeliveryPoint><n:Energy><n:MeteringIntervall>QH</n:MeteringIntervall>" + data.String() +
			"</n:Energy></n:ProcessDirectory></n:ConsumptionRecord>"
	}
	vienna, three := at("Europe/Vienna", 15), " 2026-03-29T03:00+02 2026-03-29T03:15+02 "
	checkDecisions(t, map[string]decided{
		"a consumer": {
			vienna, []string{message("1-1:1.9.0 G.01", "0.3", "1-1:2.9.0 G.02", "0.2", "1-1:2.9.0 G.03", "0.11")},
			[]string{"AT1 covered" + three + "110000"}, nil,
		},
		"a producer": {
			vienna, []string{message("1-1:2.9.0 G.01", "0.4", "1-1:2.9.0 G.01T", "0.2", "1-1:2.9.0 P.01T", "0.09")},
			[]string{"AT1 shared" + three + "110000", "AT1 surplus" + three + "90000"}, nil,
		},
		"a producer, before factors": {
			vienna, []string{message("1-1:2.9.0 G.01", "0.4", "1-1:2.9.0 P.01", "0.09")},
			[]string{"AT1 surplus" + three + "90000"}, nil,
		},
		"readings alone": {vienna, []string{message("1-1:1.9.0 G.01", "0.3")}, nil, []string{"no decisions"}},
	})
}

func TestResultsOfWalloonSharing(t *testing.T) {
	brussels, noon := at("Europe/Brussels", 15), " 2026-02-01T12:00+01 2026-02-01T12:15+01 "
	consumption := "Timestamp;EAN;Itération;Prélèvement brut;Prélèvement couvert par le partage;Allo Consommation\n"
	production := "Timestamp;EAN;Production brute;Production allouée autoconsommée par le partage;Allo Production\n"
	sheet := func(a, b any) [][]any {
		return [][]any{{nil, "Prélèvement MWh", "Injection MWh"}, {nil, "5", "6"}, {nil, "A+", "A-"}, {}, {"2026-02-01 12:00:00", a, b}, {"2026-02-01 12:15:00"}, {"Total", a, b}}
	}
	resa := map[string][][]any{
		"Brut Rep": sheet(0.003, 0.005), "Partagé Rep": sheet(0.001, 0.001), "Net Rep": sheet(0.002, 0.004),
	}
	checkDecisions(t, map[string]decided{
		"iterations are added, the last says what is left": {
			brussels, []string{consumption + "2026-02-01 12:00;5;1;1,0;0,5;0,5\n2026-02-01 12:00;5;2;1,0;0,2;0,3\n2026-02-01 12:15;5;1;;;\n"},
			[]string{"5 covered" + noon + "700000", "5 residual" + noon + "300000"}, nil,
		},
		"figures that do not add up": {
			brussels, []string{consumption + "2026-02-01 12:00;5;1;1,0;0,5;0,4\n2026-02-01 12:15;5;1;;;\n"}, nil, []string{"do not add up", "do not add up"},
		},
		"a producer": {
			brussels, []string{production + "2026-02-01 12:00;6;1,0;0,8;0,2\n2026-02-01 12:15;6;;;\n"},
			[]string{"6 shared" + noon + "800000", "6 surplus" + noon + "200000"}, nil,
		},
		"the unit of a sheet": {
			brussels, []string{book(t, resa)}, []string{
				"5 covered" + noon + "1000000", "5 residual" + noon + "2000000", "6 shared" + noon + "1000000", "6 surplus" + noon + "4000000",
			}, nil,
		},
	})
}

func TestDatadisDecisions(t *testing.T) {
	madrid, two := at("Europe/Madrid", 60), " 2025-07-01T13:00+02 2025-07-01T14:00+02 "
	head := "cups;fecha;hora;consumo_kWh;metodoObtencion;energiaVertida_kWh;energiaGenerada_kWh;energiaAutoconsumida_kWh\n"
	checkDecisions(t, map[string]decided{
		"hours without production say nothing": {
			madrid, []string{head + "ES1;2025/07/01;01:00;0,3;Real;0;0;0\nES1;2025/07/01;14:00;0;Real;1,25;2;0,75\n"},
			[]string{"ES1 covered" + two + "750000", "ES1 surplus" + two + "1250000"}, nil,
		},
		"an hour in which all was used": {
			madrid, []string{head + "ES1;2025/07/01;14:00;0;Real;0;2;2\n"},
			[]string{"ES1 covered" + two + "2000000", "ES1 surplus" + two + "0"}, nil,
		},
		"no production": {madrid, []string{head + "ES1;2025/07/01;14:00;1;Real;0;0;0\n"}, nil, []string{"no decisions"}},
		"an answer of the interface": {
			madrid, []string{`[{"cups":"ES1","date":"2025/07/01","time":"14:00","consumptionKWh":0,"obtainMethod":"Real",` +
				`"surplusEnergyKWh":1.25,"generationEnergyKWh":2,"selfConsumptionEnergyKWh":null}]`},
			[]string{"ES1 surplus" + two + "1250000"}, nil,
		},
	})
}
