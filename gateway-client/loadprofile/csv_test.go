// SPDX-License-Identifier: Apache-2.0

package loadprofile_test

import (
	"strings"
	"testing"
)

const r63Head = "Identifiant PRM;Date de début;Date de fin;Grandeur physique;Grandeur métier;Etape métier;Unité;Horodate;" +
	"Valeur;Nature;Pas;Indice de vraisemblance;Etat complémentaire\n"

func TestR63(t *testing.T) {
	row := func(quantity, way, unit, end, value, nature, step string) string {
		return "9;2025-03-13 00:00:00;2025-03-14 00:00:00;" + quantity + ";" + way + ";BRUT;" + unit + ";2025-03-13 " + end + ";" +
			value + ";" + nature + ";" + step + ";0;0\n"
	}
	paris := at("Europe/Paris", 30)
	check(t, map[string]sample{
		"two directions, and qualities": {
			paris,
			[]string{r63Head + row("PA", "CONS", "W", "00:30:00", "4", "B", "PT30M") +
				row(
					"PA",
					"CONS",
					"W",
					"01:00:00",
					"6",
					"E",
					"PT30M",
				) + row("PA", "PROD", "kW", "00:30:00", "8", "C", "PT30M")},
			[]string{
				"9 consumption 2025-03-13T00:00+01 2000 measured",
				"9 consumption 2025-03-13T00:30+01 3000 estimated",
				"9 production 2025-03-13T00:00+01 4000000 edited",
			},
			nil,
		},
		"steps of ten minutes": {paris, []string{r63Head + row("PA", "CONS", "W", "00:10:00", "1", "B", "PT10M") +
			row(
				"PA",
				"CONS",
				"W",
				"00:20:00",
				"1",
				"B",
				"PT10M",
			) + row("PA", "CONS", "W", "00:30:00", "1", "B", "PT10M")},
			[]string{"9 consumption 2025-03-13T00:00+01 500 measured"}, nil},
		"voltages are passed over": {paris, []string{r63Head + row("E", "CONS", "V", "00:30:00", "231", "B", "PT30M") +
			row(
				"PA",
				"CONS",
				"W",
				"00:30:00",
				"4",
				"B",
				"PT30M",
			)}, []string{"9 consumption 2025-03-13T00:00+01 2000 measured"}, nil},
		"a nature that is not known": {
			paris,
			[]string{r63Head + row("PA", "CONS", "W", "00:30:00", "4", "Z", "PT30M")},
			nil,
			[]string{`line 2: a quality that is not known: "Z"`},
		},
		"a step that is none": {
			paris,
			[]string{r63Head + row("PA", "CONS", "W", "00:30:00", "4", "B", "30")},
			nil,
			[]string{"a step that is not known"},
		},
		"JSON": {
			paris,
			[]string{
				`{"header":{"codeFlux":"R63"},"mesures":[{"idPrm":"9","grandeur":[{"grandeurMetier":"PROD","grandeurPhysique":"PA",` +
					`"unite":"W","points":[{"v":"4","d":"2025-03-13 00:30:00","p":"PT30M","n":"B"},{"v":7,"d":"2025-03-13 01:00:00","p":"PT30M","n":"E"}]}]}]}`,
			},
			[]string{
				"9 production 2025-03-13T00:00+01 2000 measured",
				"9 production 2025-03-13T00:30+01 3500 estimated",
			},
			nil,
		},
		"JSON that is cut": {
			paris,
			[]string{`{"header":{"codeFlux":"R63"},"mesures":[{"idPrm":"9","grandeur":[` + "\n"},
			nil,
			[]string{"line 2: the file cannot be read"},
		},
		"registers": {paris, []string{`{"header":{"codeFlux":"R64"},"mesures":[]}`}, nil, []string{"registers"}},
	})
}

const fluviusHead = "Van (datum);Van (tijdstip);Tot (datum);Tot (tijdstip);EAN-code;Meter;Metertype;Register;Volume;Eenheid;Validatiestatus;Omschrijving\n"

func TestFluvius(t *testing.T) {
	row := func(from, to, register, volume, unit, status string) string {
		return strings.Replace(
			from,
			" ",
			";",
			1,
		) + ";" + strings.Replace(
			to,
			" ",
			";",
			1,
		) + `;="541";M;Digitale meter;` + register + ";" + volume + ";" + unit + ";" + status + ";\n"
	}
	brussels := at("Europe/Brussels", 15)
	check(t, map[string]sample{
		"day and night of an interval are added": {brussels, []string{fluviusHead +
			row("02-09-2025 07:00:00", "02-09-2025 07:15:00", "Afname Dag", "0,100", "kWh", "Uitgelezen") +
			row("02-09-2025 07:00:00", "02-09-2025 07:15:00", "Afname Nacht", "0,020", "kWh", "Geschat") +
			row("02-09-2025 07:00:00", "02-09-2025 07:15:00", "Injectie Dag", "0,001", "kWh", "Uitgelezen")},
			[]string{
				"541 consumption 2025-09-02T07:00+02 120000 estimated",
				"541 production 2025-09-02T07:00+02 1000 measured",
			}, nil},
		"the repeated hour alternates": {brussels, []string{fluviusHead +
			row("26-10-2025 02:30:00", "26-10-2025 02:45:00", "Afname Nacht", "0,1", "kWh", "Uitgelezen") +
			row("26-10-2025 02:30:00", "26-10-2025 02:45:00", "Afname Nacht", "0,2", "kWh", "Uitgelezen") +
			row("26-10-2025 02:45:00", "26-10-2025 02:00:00", "Afname Nacht", "0,3", "kWh", "Uitgelezen")},
			[]string{
				"541 consumption 2025-10-26T02:30+02 100000 measured",
				"541 consumption 2025-10-26T02:45+02 300000 measured",
				"541 consumption 2025-10-26T02:30+01 200000 measured",
			}, nil},
		"gas": {
			brussels,
			[]string{
				fluviusHead + row("02-09-2025 07:00:00", "02-09-2025 08:00:00", "Afname", "0,1", "m³", "Uitgelezen") +
					row("02-09-2025 07:00:00", "02-09-2025 07:15:00", "Afname Dag", "0,1", "kWh", "Uitgelezen"),
			},
			[]string{"541 consumption 2025-09-02T07:00+02 100000 measured"},
			nil,
		},
		"a status that contradicts its value": {
			brussels,
			[]string{
				fluviusHead + row(
					"02-09-2025 07:00:00",
					"02-09-2025 07:15:00",
					"Afname Dag",
					"0,1",
					"kWh",
					"Geen verbruik",
				),
			},
			nil,
			[]string{"do not add up"},
		},
		"a status that is not known": {
			brussels,
			[]string{
				fluviusHead + row(
					"02-09-2025 07:00:00",
					"02-09-2025 07:15:00",
					"Afname Dag",
					"0,1",
					"kWh",
					"Misschien",
				),
			},
			nil,
			[]string{"a quality"},
		},
		"a day": {
			brussels,
			[]string{
				fluviusHead + row(
					"02-09-2025 00:00:00",
					"03-09-2025 00:00:00",
					"Afname Dag",
					"9,1",
					"kWh",
					"Uitgelezen",
				),
			},
			nil,
			[]string{"of 1 days"},
		},
		"a register of its own": {
			brussels,
			[]string{
				fluviusHead + row(
					"02-09-2025 07:00:00",
					"02-09-2025 07:15:00",
					"Afname Piek",
					"0,1",
					"kWh",
					"Uitgelezen",
				),
			},
			nil,
			[]string{"a register", "a register"},
		},
	})
}

func TestDatadis(t *testing.T) {
	head := "cups;fecha;hora;consumo_kWh;metodoObtencion;energiaVertida_kWh\n"
	madrid := at("Europe/Madrid", 60)
	item := func(time, value string) string {
		return `{"cups":"ES1","date":"2025/06/01","time":"` + time + `","consumptionKWh":` + value + `,"obtainMethod":"Real"}`
	}
	check(t, map[string]sample{
		"labels are ends": {
			madrid,
			[]string{head + "ES1;2025/06/01;01:00;0,1;Real;0\nES1;2025/06/01;24:00;0,2;Estimada;0\n"},
			[]string{
				"ES1 consumption 2025-06-01T00:00+02 100000 measured",
				"ES1 consumption 2025-06-01T23:00+02 200000 estimated",
			},
			nil,
		},
		"quarters are summed": {
			madrid,
			[]string{
				head + "ES1;2025/06/01;00:15;0,1;Real;0\nES1;2025/06/01;00:30;0,1;Real;0\nES1;2025/06/01;00:45;0,1;Real;0\nES1;2025/06/01;01:00;0,1;Real;0\n",
			},
			[]string{"ES1 consumption 2025-06-01T00:00+02 400000 measured"},
			nil,
		},
		"an hour 00:00": {
			madrid,
			[]string{head + "ES1;2025/06/01;00:00;0,1;Real;0\nES1;2025/06/02;01:00;0,1;Real;0\n"},
			[]string{"ES1 consumption 2025-06-02T00:00+02 100000 measured"},
			[]string{"labelled by their ends"},
		},
		"a version 1": {
			madrid,
			[]string{"[" + item("01:00", "0.25") + "," + item("02:00", "null") + "]"},
			[]string{"ES1 consumption 2025-06-01T00:00+02 250000 measured"},
			nil,
		},
		"a version 2": {
			madrid,
			[]string{
				`{"timeCurve":[` + item(
					"01:00",
					"1.5e-1",
				) + `],"distributorError":[{"distributorName":"X","errorDescription":"busy"}]}`,
			},
			[]string{"ES1 consumption 2025-06-01T00:00+02 150000 measured"},
			[]string{"X: busy"},
		},
		"an empty answer": {madrid, []string{`{"timeCurve":[],"distributorError":[]}`}, nil, []string{"no readings"}},
		"the repeated hour once": {
			madrid,
			[]string{
				head + "ES1;2025/10/26;02:00;0,1;Real;0\nES1;2025/10/26;03:00;0,1;Real;0\nES1;2025/10/26;04:00;0,1;Real;0\n",
			},
			nil,
			[]string{"does not say which is meant"},
		},
	})
}

func TestIDE(t *testing.T) {
	head := "CUPS;FECHA-HORA;INV / VER;CONSUMO Wh;GENERACION Wh;\n"
	madrid := at("Europe/Madrid", 60)
	check(t, map[string]sample{
		"ends": {
			madrid,
			[]string{head + "ES1;2026/03/10 01:00;0;5;6;\nES1;2026/03/10 24:00;0;7;;\n"},
			[]string{
				"ES1 consumption 2026-03-10T00:00+01 5000 measured",
				"ES1 consumption 2026-03-10T23:00+01 7000 measured",
				"ES1 production 2026-03-10T00:00+01 6000 measured",
			},
			nil,
		},
		"beginnings": {
			madrid,
			[]string{head + "ES1;2026/03/10 00:00;0;5;6;\n"},
			[]string{
				"ES1 consumption 2026-03-10T00:00+01 5000 measured",
				"ES1 production 2026-03-10T00:00+01 6000 measured",
			},
			nil,
		},
		"neither": {
			madrid,
			[]string{head + "ES1;2026/03/10 14:00;0;5;6;\n"},
			nil,
			[]string{"beginning or end", "beginning or end"},
		},
	})
}

func TestORES(t *testing.T) {
	head := "\ufeffTimestamp;EAN;Itération;Coefficient;Prélèvement brut;Production mise à disposition par le partage;Prélèvement couvert par le partage;Surplus de production;Allo Consommation\n"
	brussels := at("Europe/Brussels", 15)
	more := "2026-02-01 12:15:00;541;1;1;0,5;0;0;0;0,5\n"
	check(t, map[string]sample{
		"iterations are one reading": {
			brussels,
			[]string{
				head + "2026-02-01 12:00:00;541;1;0,6;1 250,5;600;600;0;650,5\n2026-02-01 12:00:00;541;2;0,6;650,5;200;200;0;450,5\n" + more,
			},
			[]string{
				"541 consumption 2026-02-01T12:00+01 1250500000 measured",
				"541 consumption 2026-02-01T12:15+01 500000 measured",
			},
			nil,
		},
		"figures that do not add up": {
			brussels,
			[]string{head + "2026-02-01 12:00:00;541;1;0,6;1250;600;600;0;651\n" + more},
			nil,
			[]string{"line 2: the figures of the file do not add up"},
		},
		"production that does not": {
			brussels,
			[]string{
				"Timestamp;EAN;Production brute;Coefficient;Production allouée au partage;Production allouée autoconsommée par le partage;Production non allouée au partage;Allo Production\n" +
					"2026-02-01 12:00;541;1;1;1;0,8;0;0,3\n2026-02-01 12:15;541;1;1;1;0,8;0;0,2\n",
			},
			nil,
			[]string{"do not add up"},
		},
	})
}

func TestSibelga(t *testing.T) {
	head := "Date Début;EAN;Type de volume;Volume (kWh)\n"
	check(t, map[string]sample{
		"shared and not shared are added": {
			at("Europe/Brussels", 15),
			[]string{
				head + "01/02/2026 12:00;541;Consommation Partagée;0,1\n01/02/2026 12:00;541;Consommation Réseau;0,2\n01/02/2026 12:15;541;Consommation Réseau;0,3\n",
			},
			[]string{
				"541 consumption 2026-02-01T12:00+01 300000 measured",
				"541 consumption 2026-02-01T12:15+01 300000 measured",
			},
			nil,
		},
		"a kind of its own": {
			at("Europe/Brussels", 15),
			[]string{head + "01/02/2026 12:00;541;Autre;0,1\n"},
			nil,
			[]string{"a kind of volume", "a kind of volume"},
		},
	})
}

func TestEDistribuzione(t *testing.T) {
	heading, cells := "Giorno", ""
	for i := range 96 {
		label := func(n int) string {
			return string(
				[]byte{'0' + byte(n/40), '0' + byte(n/4%10), ':', '0' + byte(n%4*15/10), '0' + byte(n%4*15%10)},
			)
		}
		heading += ";" + label(i) + "-" + label((i+1)%96)
		cells += `"0,001";`
	}
	rome := at("Europe/Rome", 60)
	spring := strings.Replace(
		cells,
		strings.Repeat(`"0,001";`, 12),
		strings.Repeat(`"0,001";`, 8)+strings.Repeat(`"";`, 4),
		1,
	)
	day := func(date, cells string) string { return heading + "\n\"" + date + `";` + cells + "\n" }
	short, refused := read(t, named(rome, "p"), day("01/02/2026", strings.Replace(cells, `"0,001"`, `""`, 1)))
	if len(short) != 23 || len(refused) != 0 || sum(short) != 23*4000 {
		t.Errorf("an empty cell leaves its hour out and shifts nothing: %d hours, %v", len(short), refused)
	}
	spring1, refused := read(t, named(rome, "p"), day("29/03/2026", spring))
	if len(spring1) != 23 || len(refused) != 0 {
		t.Errorf("the hour that the clock skips is empty: %d hours, %v", len(spring1), refused)
	}
	check(t, map[string]sample{
		"the repeated hour has one column": sample{
			rome,
			[]string{day("25/10/2026", cells)},
			nil,
			[]string{"does not say which is meant"},
		}.point(
			"p",
		),
		"a value in the skipped hour": sample{
			rome,
			[]string{day("29/03/2026", cells)},
			nil,
			[]string{"the clock skips"},
		}.point(
			"p",
		),
		"too few cells": sample{
			rome,
			[]string{day("01/02/2026", `"0,001";`)},
			nil,
			[]string{"another number of cells"},
		}.point(
			"p",
		),
	})
}
