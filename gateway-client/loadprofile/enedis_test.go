// SPDX-License-Identifier: Apache-2.0

package loadprofile_test

import "testing"

func TestEnedisExports(t *testing.T) {
	paris := at("Europe/Paris", 30)
	head := "Identifiant PRM;Type de donnees;Grandeur physique;Grandeur metier;Unite;Pas en minutes\n"
	check(t, map[string]sample{
		"ends of half-hours, one of them missing": sample{paris, []string{enedisHead +
			"2025-06-01T00:30:00+02:00;101\n2025-06-01T01:00:00+02:00;\n2025-06-01T01:30:00+02:00;7\n"},
			[]string{
				"1 consumption 2025-06-01T00:00+02 50500 measured",
				"1 consumption 2025-06-01T01:00+02 3500 measured",
			}, nil}.point("1"),
		"the repeated hour": sample{paris, []string{enedisHead +
			"2025-10-26T01:30:00;1\n2025-10-26T02:00:00;2\n2025-10-26T02:30:00;3\n2025-10-26T02:00:00;4\n2025-10-26T02:30:00;5\n2025-10-26T03:00:00;6\n"},
			[]string{
				"1 consumption 2025-10-26T01:00+02 500 measured", "1 consumption 2025-10-26T01:30+02 1000 measured",
				"1 consumption 2025-10-26T02:00+02 1500 measured", "1 consumption 2025-10-26T02:30+02 2000 measured",
				"1 consumption 2025-10-26T02:00+01 2500 measured", "1 consumption 2025-10-26T02:30+01 3000 measured",
			}, nil}.point("1"),
		"the repeated hour with the label after it twice": sample{paris, []string{enedisHead +
			"2025-10-26T01:30:00;1\n2025-10-26T02:00:00;2\n2025-10-26T02:30:00;3\n2025-10-26T03:00:00;4\n2025-10-26T02:30:00;5\n2025-10-26T03:00:00;6\n"},
			[]string{
				"1 consumption 2025-10-26T01:00+02 500 measured", "1 consumption 2025-10-26T01:30+02 1000 measured",
				"1 consumption 2025-10-26T02:00+02 1500 measured", "1 consumption 2025-10-26T02:30+02 2000 measured",
				"1 consumption 2025-10-26T02:00+01 2500 measured", "1 consumption 2025-10-26T02:30+01 3000 measured",
			}, nil}.point("1"),
		"an hour that should be repeated and is not": sample{paris, []string{enedisHead +
			"2025-10-26T01:30:00;1\n2025-10-26T02:00:00;2\n2025-10-26T02:30:00;3\n2025-10-26T03:00:00;4\n2025-10-27T00:30:00;5\n2025-10-27T01:00:00;6\n"},
			[]string{
				"1 consumption 2025-10-27T00:00+01 2500 measured",
				"1 consumption 2025-10-27T00:30+01 3000 measured",
			},
			[]string{"does not say which is meant"}}.point("1"),
		"a time that the clock skips": sample{
			paris,
			[]string{enedisHead + "2025-03-30T02:30:00;5\n2025-03-30T03:30:00;5\n2025-03-30T04:00:00;5\n"},
			nil,
			[]string{"the clock skips this time"},
		}.point(
			"1",
		),
		"Début and Fin in kW, over the end of summer time": sample{paris, []string{
			"Début;Fin;Valeur (en kW)\n26/10/2025 02:30:00;26/10/2025 02:00:00;4,030\n26/10/2025 03:00:00;26/10/2025 03:30:00;0,002\n"},
			[]string{
				"1 consumption 2025-10-26T02:30+02 2015000 measured",
				"1 consumption 2025-10-26T03:00+01 1000 measured",
			}, nil}.point("1"),
		"Début and Fin over the skipped hour": sample{
			paris,
			[]string{"Début;Fin;Valeur (en W)\n30/03/2025 01:30:00;30/03/2025 03:00:00;2\n"},
			[]string{"1 consumption 2025-03-30T01:30+01 1000 measured"},
			nil,
		}.point(
			"1",
		),
		"two descriptions in a file": {paris, []string{
			head + "5;Courbe de charge;Energie active;Production;W;30\nHorodate;Valeur\n2025-06-01T00:30:00+02:00;10\n" +
				head + "6;Courbe de charge;Energie active;Consommation;kW;30\nHorodate;Valeur\n2025-06-01T00:30:00+02:00;10\n"},
			[]string{
				"5 production 2025-06-01T00:00+02 5000 measured",
				"6 consumption 2025-06-01T00:00+02 5000000 measured",
			}, nil},
		"a step that the description denies": {
			paris,
			[]string{head + "5;Courbe de charge;Energie active;Production;W;30\nHorodate;Valeur\n" +
				"2025-06-01T00:30:00+02:00;10\n2025-06-01T00:45:00+02:00;10\n"},
			nil,
			[]string{"two readings overlap"},
		},
		"daily energies": {
			paris,
			[]string{head + "5;Energie quotidienne;Energie active;Consommation;W;\nHorodate;Valeur\n2025-06-01;10\n"},
			nil,
			[]string{"not a load curve"},
		},
		"reactive energy": {
			paris,
			[]string{
				head + "5;Courbe de charge;Energie réactive;Consommation;W;30\nHorodate;Valeur\n2025-06-01T00:30:00+02:00;1\n",
			},
			nil,
			[]string{"Grandeur physique"},
		},
		"a unit of its own": {
			paris,
			[]string{
				head + "5;Courbe de charge;Energie active;Consommation;VA;30\nHorodate;Valeur\n2025-06-01T00:30:00+02:00;1\n",
			},
			nil,
			[]string{"its unit is"},
		},
		"dates without a time": sample{
			paris,
			[]string{enedisHead + "2025-06-01;5\n2025-06-02;5\n"},
			nil,
			[]string{"not a time", "line 3: not a time"},
		}.point(
			"1",
		),
		"a bad cell costs its day": sample{
			paris,
			[]string{
				enedisHead + load(
					"2025-06-01T00:30:00+02:00",
					30,
					2,
					2,
				) + "2025-06-01T01:30:00+02:00;-\n" + load(
					"2025-06-02T00:30:00+02:00",
					30,
					2,
					2,
				),
			},
			[]string{
				"1 consumption 2025-06-02T00:00+02 1000 measured",
				"1 consumption 2025-06-02T00:30+02 1000 measured",
			},
			[]string{`line 4: not an energy: "-"`},
		}.point(
			"1",
		),
		"a year that cannot be": sample{
			paris,
			[]string{enedisHead + load("2025-06-01T00:30:00+02:00", 30, 2, 2) + "2125-06-01T00:30:00+02:00;2\n"},
			nil,
			[]string{"not a time"},
		}.point(
			"1",
		),
	})
}
