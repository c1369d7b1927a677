// SPDX-License-Identifier: Apache-2.0

package loadprofile_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/smartb-suite/smartb/gateway-client/loadprofile"
)

// book makes a workbook of sheets with rows.
func book(t *testing.T, sheets map[string][][]any) string {
	t.Helper()
	file := excelize.NewFile()
	for name, rows := range sheets {
		_, err := file.NewSheet(name)
		require.NoError(t, err)
		for i, row := range rows {
			cell, err := excelize.CoordinatesToCellName(1, i+1)
			require.NoError(t, err)
			require.NoError(t, file.SetSheetRow(name, cell, &row))
		}
	}
	var body bytes.Buffer
	require.NoError(t, file.Write(&body))
	return body.String()
}

func TestEDA(t *testing.T) {
	report := func(rows ...[]any) map[string][][]any {
		return map[string][][]any{"Energiedaten": append([][]any{
			{
				"MeteringpointID",
				"AT1",
				"MM",
				"AT2",
				"MM",
				"TOTAL",
			}, {"Energy direction", "CONSUMPTION", nil, "GENERATION"},
			{"Period start", "01.06.2025 00:00:00", nil, "01.06.2025 00:15:00"}, {"Metering Interval", "QH", nil, "QH"},
			{
				"Metercode",
				"Gesamtverbrauch lt. Messung [KWH]",
				nil,
				"Gesamte gemeinschaftliche Erzeugung [KWH]",
				nil,
				"Gesamtverbrauch lt. Messung [KWH]",
			},
			{"Spaltensumme / minimale Qualität", 1, "L3"},
		}, rows...)}
	}
	vienna := at("Europe/Vienna", 15)
	check(t, map[string]sample{
		"text and serial dates, qualities, and a point that joins later": {vienna, []string{book(t, report(
			[]any{
				"01.06.2025 00:00",
				0.041,
				"L1",
				0,
			},
			[]any{45809.0104166667, 0.1, "L2", "0,25", "L1"},
			[]any{"01.06.2025 00:30", nil, nil, 1.251, "L3"},
		))},
			[]string{
				"AT1 consumption 2025-06-01T00:00+02 41000 measured",
				"AT1 consumption 2025-06-01T00:15+02 100000 substituted",
				"AT2 production 2025-06-01T00:15+02 250000 measured",
				"AT2 production 2025-06-01T00:30+02 1251000 estimated",
			}, nil},
		"a quality of its own": {
			vienna,
			[]string{book(t, report([]any{"01.06.2025 00:00", 0.041, "L9", 0}))},
			nil,
			[]string{"a quality that is not known"},
		},
		"a row without a time": {
			vienna,
			[]string{book(t, report([]any{"01.06.2025 00:00", 0.041, "L1"}, []any{"morgen", 1, "L1"}))},
			nil,
			[]string{`line 8: not a time: "morgen"`, `line 8: not a time: "morgen"`},
		},
		"the export of a community's software": {
			vienna,
			[]string{book(t, map[string][][]any{"Summery": {{"MeteringpointID"}, {"Metercode"}}})},
			nil,
			[]string{"a community's software"},
		},
	})
}

func TestRESA(t *testing.T) {
	sheet := func(unit, way string) map[string][][]any {
		return map[string][][]any{"Brut Rep": {{nil, "Prélèvement " + unit}, {nil, "541"}, {nil, way}, {},
			{"2026-02-01 12:00:00", 0.00125}, {"2026-02-01 12:15:00", 0.0004}, {"Total", 0.00165}}}
	}
	brussels := at("Europe/Brussels", 15)
	check(t, map[string]sample{
		"the unit of row 1": {brussels, []string{book(t, sheet("MWh", "A+"))},
			[]string{
				"541 consumption 2026-02-01T12:00+01 1250000 measured",
				"541 consumption 2026-02-01T12:15+01 400000 measured",
			}, nil},
		"another unit": {
			brussels,
			[]string{book(t, sheet("kWh", "A-"))},
			[]string{
				"541 production 2026-02-01T12:00+01 1250 measured",
				"541 production 2026-02-01T12:15+01 400 measured",
			},
			nil,
		},
		"no unit": {
			brussels,
			[]string{book(t, sheet("brut", "A+"))},
			nil,
			[]string{"a unit that is not known"},
		},
		"no direction": {
			brussels,
			[]string{book(t, sheet("MWh", "A"))},
			nil,
			[]string{"a direction that is not known"},
		},
		"another reading": {
			named(brussels, "1"),
			[]string{book(t, sheet("MWh", "A+"))},
			nil,
			[]string{"names another metering point"},
		},
	})
}

func TestEnedisWorkbook(t *testing.T) {
	sheet := func(unit string, rows ...[]any) string {
		return book(t, map[string][][]any{"Consommation Horaire": append([][]any{
			{
				"Point Référence Mesure (PRM) : ",
				"61",
			}, {nil, nil, "Plage horaire"}, {nil, nil, "Début", "Fin", "Valeur (en " + unit + ")"},
		}, rows...)})
	}
	paris := at("Europe/Paris", 30)
	check(t, map[string]sample{
		"NA is nothing in the skipped hour": {
			paris,
			[]string{sheet(
				"kW",
				[]any{nil, nil, "29/03/2026 01:30:00", "29/03/2026 02:00:00", "0,8"},
				[]any{
					nil,
					nil,
					"29/03/2026 02:00:00",
					"29/03/2026 02:30:00",
					"NA",
				},
				[]any{nil, nil, "29/03/2026 03:00:00", "29/03/2026 03:30:00", 1.24},
			)},
			[]string{
				"61 consumption 2026-03-29T01:30+01 400000 measured",
				"61 consumption 2026-03-29T03:00+02 620000 measured",
			},
			nil,
		},
		"a value in it": {
			paris,
			[]string{sheet("kW", []any{nil, nil, "29/03/2026 02:00:00", "29/03/2026 02:30:00", 1})},
			nil,
			[]string{"the clock skips"},
		},
		"kWh": {
			paris,
			[]string{sheet("kWh", []any{nil, nil, "29/03/2026 01:00:00", "29/03/2026 01:30:00", 1})},
			nil,
			[]string{"not W or kW"},
		},
	})
}

func TestAFormatOfAnotherKindOfFile(t *testing.T) {
	options := at("Europe/Paris", 30)
	for format, text := range map[string]string{"eda": "hello", "plain": book(t, map[string][][]any{"x": {{1}}})} {
		options.Format = format
		_, refused := read(t, options, text)
		require.Len(t, refused, 1)
		require.Contains(t, refused[0].Error(), "another kind of file")
	}
	options.Format = ""
	_, refused := read(t, options, book(t, map[string][][]any{"x": {{1}}}))
	require.Contains(t, refused[0].Error(), "the format is not known")
	_, err := loadprofile.New(loadprofile.Options{Zone: "Europe/Paris", Interval: 30, Format: "xls"})
	require.ErrorContains(t, err, "there is no format")
}

func TestP1(t *testing.T) {
	// the checksums are those of the telegrams
	telegram := func(time, used, fed, sum string) string {
		return "/A\r\n\r\n0-0:1.0.0(" + time + ")\r\n1-0:1.8.1(" + used + "*kWh)\r\n1-0:2.8.1(" + fed + "*kWh)\r\n!" + sum + "\r\n"
	}
	brussels := named(at("Europe/Brussels", 15), "p")
	whole := func(telegrams ...string) string {
		for i, text := range telegrams {
			body, _, _ := strings.Cut(text, "!")
			telegrams[i] = strings.Replace(text, "!\r\n", "!"+checksum(body+"!")+"\r\n", 1)
		}
		return strings.Join(telegrams, "")
	}
	check(t, map[string]sample{
		"differences of registers": {
			brussels,
			[]string{whole(telegram("260329014500W", "1.000", "5.000", ""), telegram("260329015000W", "1.100", "5", ""),
				telegram("260329030000S", "1.250", "5.001", ""))},
			[]string{
				"p consumption 2026-03-29T01:45+01 250000 measured",
				"p production 2026-03-29T01:45+01 1000 measured",
			},
			nil,
		},
		"a wrong checksum": {
			brussels,
			[]string{
				whole(
					telegram("260301000000W", "1", "1", ""),
					telegram("260301001500W", "2", "2", "0000"),
					telegram("260301003000W", "3", "3", ""),
				),
			},
			nil,
			[]string{"no readings", "line 7: a telegram that cannot be read", "telegrams are missing"},
		},
		"a register goes back": {
			brussels,
			[]string{whole(telegram("260301000000W", "2", "1", ""), telegram("260301001500W", "1", "1", ""))},
			[]string{"p production 2026-03-01T00:00+01 0 measured"},
			[]string{"a register goes back"},
		},
		"a telegram that stops": {
			brussels,
			[]string{strings.TrimSuffix(whole(telegram("260301000000W", "2", "1", "")), "\r\n") + "\r\n/B 0-0:1.0.0("},
			nil,
			[]string{"no readings", "a telegram does not end"},
		},
	})
}

// checksum is CRC-16/ARC, computed another way than the reader does.
func checksum(text string) string {
	sum := uint(0)
	for _, b := range []byte(text) {
		for bit := range 8 {
			low := (sum ^ uint(b)>>bit) & 1
			sum >>= 1
			if low == 1 {
				sum ^= 0xA001
			}
		}
	}
	const hex = "0123456789ABCDEF"
	return string([]byte{hex[sum>>12], hex[sum>>8&15], hex[sum>>4&15], hex[sum&15]})
}
