// SPDX-License-Identifier: Apache-2.0

package loadprofile_test

import (
	"strings"
	"testing"
)

func r4x(created, way, quantity, unit, points string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><Courbe><Entete><Identifiant_Flux>R4x</Identifiant_Flux><Date_Creation>` + created + `</Date_Creation></Entete>
<Corps><Identifiant_PRM>11</Identifiant_PRM><Donnees_Courbe><Granularite>10</Granularite><Unite_Mesure>` + unit + `</Unite_Mesure>
<Grandeur_Metier>` + way + `</Grandeur_Metier><Grandeur_Physique>` + quantity + `</Grandeur_Physique>` + points + `</Donnees_Courbe></Corps></Courbe>`
}

func TestR4x(t *testing.T) {
	paris := at("Europe/Paris", 30)
	point := func(time, value, status string) string {
		return "\n" + `<Donnees_Point_Mesure Horodatage="2025-06-01T` + time + `:00+02:00" Valeur_Point="` + value + `" Statut_Point="` + status + `"/>`
	}
	three := point("00:00", "100", "R") + point("00:10", "100", "H") + point("00:20", "100", "R")
	check(t, map[string]sample{
		"three steps are summed before they are rounded": {
			paris,
			[]string{r4x("2025-07-01T00:00:00+02:00", "PROD", "EA", "kW", three)},
			[]string{"11 production 2025-06-01T00:00+02 50000000 substituted"},
			nil,
		},
		"one of three is missing": {
			paris,
			[]string{r4x("2025-07-01T00:00:00+02:00", "PROD", "EA", "kW", strings.Replace(three, `"100"`, `""`, 1))},
			nil,
			nil,
		},
		"reactive power": {
			paris,
			[]string{r4x("2025-07-01T00:00:00+02:00", "CONS", "ERI", "kWr", three)},
			nil,
			[]string{"no readings"},
		},
		"a status of its own": {
			paris,
			[]string{r4x("2025-07-01T00:00:00+02:00", "CONS", "EA", "kW", strings.Replace(three, `"H"`, `"X"`, 1))},
			nil,
			[]string{`line 5: a quality that is not known: "X"`},
		},
		"a cut document": {
			paris,
			[]string{strings.TrimSuffix(r4x("2025-07-01T00:00:00+02:00", "CONS", "EA", "kW", three), "</Courbe>")},
			nil,
			[]string{"no whole XML document"},
		},
		"kvar": {
			paris,
			[]string{r4x("2025-07-01T00:00:00+02:00", "CONS", "EA", "kvar", three)},
			nil,
			[]string{"a unit that is not known"},
		},
	})
}
