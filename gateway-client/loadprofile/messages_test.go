// SPDX-License-Identifier: Apache-2.0

package loadprofile_test

import (
	"strings"
	"testing"
)

func TestMSCONS(t *testing.T) {
	message := func(body string, count string) string {
		return "UNA:+.? '\nUNB+UNOC:3+1:500+2:500+260601:0806+REF1++TL'\nUNH+1+MSCONS:D:04B:UN:2.4c'\nBGM+7+MSG1+9'\nDTM+137:202606010806?+00:303'\n" +
			"NAD+DP'\nLOC+172+DE1'\nLIN+1'\n" + body + "UNT+" + count + "+1'\nUNZ+1+REF1'\n"
	}
	quantity := func(code, value string) string {
		return "QTY+" + code + ":" + value + "'\nDTM+163:202605312200?+00:303'\nDTM+164:202605312215?+00:303'\n"
	}
	berlin := at("Europe/Berlin", 15)
	product := "PIA+5+1-0?:1.29.0:SRW'\n"
	check(t, map[string]sample{
		"measured": {
			berlin,
			[]string{message(product+quantity("220", "0.125"), "11")},
			[]string{"DE1 consumption 2026-06-01T00:00+02 125000 measured"},
			nil,
		},
		"substituted": {
			berlin,
			[]string{message(product+quantity("67", "0.125"), "11")},
			[]string{"DE1 consumption 2026-06-01T00:00+02 125000 substituted"},
			nil,
		},
		"not for billing": {berlin, []string{message(product+quantity("201", "0.125"), "11")}, nil, nil},
		"to the grid": {
			berlin,
			[]string{message("PIA+5+1-0?:2.29.0:SRW'\n"+quantity("220", "1:KWH"), "11")},
			[]string{"DE1 production 2026-06-01T00:00+02 1000000 measured"},
			nil,
		},
		"a decimal comma": {
			berlin,
			[]string{strings.Replace(message(product+quantity("220", "0,125"), "11"), "UNA:+.", "UNA:+,", 1)},
			[]string{"DE1 consumption 2026-06-01T00:00+02 125000 measured"},
			nil,
		},
		"a qualifier of its own": {
			berlin,
			[]string{message(product+quantity("Z99", "0.125"), "11")},
			nil,
			[]string{`QTY "Z99"`},
		},
		"a register": {
			berlin,
			[]string{message("PIA+5+1-0?:1.8.0:SRW'\n"+quantity("220", "0.125"), "11")},
			nil,
			[]string{"is a register"},
		},
		"reactive energy": {
			berlin,
			[]string{message("PIA+5+1-0?:3.29.0:SRW'\n"+quantity("220", "0.125"), "11")},
			nil,
			[]string{"no readings"},
		},
		"a message that is cut": {
			berlin,
			[]string{message(product+quantity("220", "0.125"), "14")},
			nil,
			[]string{"is it cut?"},
		},
		"an interchange that is": {
			berlin,
			[]string{strings.TrimSuffix(message(product, "8"), "UNZ+1+REF1'\n")},
			nil,
			[]string{"does not end with UNZ"},
		},
		"a segment that is": {
			berlin,
			[]string{strings.TrimSuffix(message(product, "8"), "'\n")},
			nil,
			[]string{"a segment does not end"},
		},
		"a reversal": {
			berlin,
			[]string{strings.Replace(message(product+quantity("220", "0.125"), "11"), "MSG1+9", "MSG1+1", 1)},
			nil,
			[]string{"it takes back another"},
		},
		"another kind of message": {
			berlin,
			[]string{strings.Replace(message(product+quantity("220", "0.125"), "11"), "UN:2.4c", "UN:1.0", 1)},
			nil,
			[]string{"not MSCONS 2.4"},
		},
		"a quantity without an end": {
			berlin,
			[]string{message(product+"QTY+220:1'\nDTM+163:202605312200?+00:303'\n", "10")},
			nil,
			[]string{"has no end"},
		},
		"a quantity without a time": {
			berlin,
			[]string{message(product+"QTY+220:1'\n", "9")},
			nil,
			[]string{"has no beginning"},
		},
	})
}

func TestLeneda(t *testing.T) {
	series := func(code, unit, items string) string {
		return `{"meteringPointCode":"LU1","obisCode":"` + code + `","intervalLength":"PT15M","unit":"` + unit + `","items":[` + items + `]}`
	}
	item := `{"value":1.2,"startedAt":"2024-07-01T01:00:00Z","type":"Actual","version":1,"calculated":false}`
	later := strings.NewReplacer("1.2", "2.4", `"version":1`, `"version":2`).Replace(item)
	luxembourg := at("Europe/Luxembourg", 15)
	check(t, map[string]sample{
		"kilowatts": {
			luxembourg,
			[]string{series("1-1:2.29.0", "kW", item)},
			[]string{"LU1 production 2024-07-01T03:00+02 300000 measured"},
			nil,
		},
		"the later version": {
			luxembourg,
			[]string{series("1-1:1.29.0", "kW", later+","+item)},
			[]string{"LU1 consumption 2024-07-01T03:00+02 600000 measured"},
			nil,
		},
		"calculated": {
			luxembourg,
			[]string{series("1-1:1.29.0", "kWh", strings.Replace(item, "false", "true", 1))},
			[]string{"LU1 consumption 2024-07-01T03:00+02 1200000 substituted"},
			nil,
		},
		"a type of its own": {
			luxembourg,
			[]string{series("1-1:1.29.0", "kW", strings.Replace(item, "Actual", "Guess", 1))},
			nil,
			[]string{"a quality"},
		},
		"the grid operator's figures": {
			luxembourg,
			[]string{series("1-65:1.29.1", "kW", item)},
			nil,
			[]string{"figures of the grid operator"},
		},
		"a member twice": {
			luxembourg,
			[]string{strings.Replace(series("1-1:1.29.0", "kW", item), `"unit"`, `"unit":"W","unit"`, 1)},
			nil,
			[]string{"the file cannot be read"},
		},
	})
}

func TestDataConnect(t *testing.T) {
	answer := `{"meter_reading":{"usage_point_id":"7","reading_type":{"measurement_kind":"power","unit":"W","aggregate":"average"},"interval_reading":[` +
		`{"value":"540","date":"2024-06-01 00:30:00","interval_length":"PT30M","measure_type":"B"}]}}`
	check(t, map[string]sample{
		"mean watts": {
			at("Europe/Paris", 30),
			[]string{answer},
			[]string{"7 consumption 2024-06-01T00:00+02 270000 measured"},
			nil,
		},
		"daily energies": {
			at("Europe/Paris", 30),
			[]string{strings.Replace(answer, `"power"`, `"energy"`, 1)},
			nil,
			[]string{"not the average of a power"},
		},
	})
}

func TestR50(t *testing.T) {
	message := `<R50><En_Tete_Flux><Identifiant_Flux>R50</Identifiant_Flux><Date_Creation>2026-03-02</Date_Creation><Pas_Publication>30</Pas_Publication></En_Tete_Flux>
<PRM><Id_PRM>21</Id_PRM><Donnees_Releve><PDC><H>2026-03-01T00:30:00+01:00</H><V>734</V><IV>1</IV></PDC><PDC><H>2026-03-01T01:00:00+01:00</H></PDC></Donnees_Releve></PRM>
<PRM><Id_PRM>22</Id_PRM><Donnees_Releve><PDC><H>2026-03-01T00:30:00+01:00</H><V>1</V></PDC></Donnees_Releve></PRM></R50>`
	check(t, map[string]sample{
		"several points": {
			at("Europe/Paris", 30),
			[]string{message},
			[]string{
				"21 consumption 2026-03-01T00:00+01 367000 measured",
				"22 consumption 2026-03-01T00:00+01 500 measured",
			},
			nil,
		},
		"a step of a day": {
			at("Europe/Paris", 30),
			[]string{strings.Replace(message, ">30<", ">1440<", 1)},
			nil,
			[]string{"Pas_Publication"},
		},
	})
}

func TestCRMSG(t *testing.T) {
	message := func(mode, code, count string) string {
		return `<n:ConsumptionRecord xmlns:n="http://www.ebutilities.at/schemata/customerprocesses/consumptionrecord/01p41"><n:MarketParticipantDirectory DocumentMode="` + mode + `"/>` +
			`<n:ProcessDirectory><n:MeteringPoint>AT1</n:MeteringPoint><n:Energy><n:MeteringIntervall>QH</n:MeteringIntervall><n:NumberOfMeteringIntervall>` + count + `</n:NumberOfMeteringIntervall>` +
			`<n:EnergyData MeterCode="` + code + `" UOM="KWH"><n:EP><n:DTF>2026-03-29T01:45:00+01:00</n:DTF><n:DTT>2026-03-29T03:00:00+02:00</n:DTT><n:MM>L2</n:MM><n:BQ>0.013</n:BQ></n:EP></n:EnergyData>` +
			`</n:Energy></n:ProcessDirectory></n:ConsumptionRecord>`
	}
	vienna := at("Europe/Vienna", 15)
	check(t, map[string]sample{
		"a reading": {
			vienna,
			[]string{message("PROD", "1-1:1.9.0 G.01", "1")},
			[]string{"AT1 consumption 2026-03-29T01:45+01 13000 substituted"},
			nil,
		},
		"the grid operator's figures": {
			vienna,
			[]string{message("PROD", "1-1:2.9.0 G.03", "1")},
			nil,
			[]string{"no readings"},
		},
		"a test": {vienna, []string{message("SIMU", "1-1:1.9.0 G.01", "1")}, nil, []string{"a test"}},
		"a message that is cut": {
			vienna,
			[]string{message("PROD", "1-1:1.9.0 G.01", "2")},
			nil,
			[]string{"is it cut?"},
		},
		"another interval": {
			vienna,
			[]string{strings.Replace(message("PROD", "1-1:1.9.0 G.01", "1"), "T03:00", "T04:00", 1)},
			nil,
			[]string{"is not the message's interval"},
		},
	})
}
