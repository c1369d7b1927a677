// SPDX-License-Identifier: Apache-2.0

package loadprofile_test

import (
	"fmt"
	"strings"
	"testing"
)

const greenType = `<espi:ReadingType>%s<espi:flowDirection>%d</espi:flowDirection><espi:powerOfTenMultiplier>%d` +
	`</espi:powerOfTenMultiplier><espi:uom>%d</espi:uom></espi:ReadingType>`

func green(parts ...string) string {
	var text strings.Builder
	text.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom" xmlns:espi="http://naesb.org/espi">`)
	for _, part := range parts {
		text.WriteString("\n<entry><content>" + part + "</content></entry>")
	}
	return text.String() + "</feed>"
}

func block(quality string, values ...int) string {
	var text strings.Builder
	text.WriteString("<espi:IntervalBlock>")
	for i, value := range values {
		fmt.Fprintf(&text, "<espi:IntervalReading>%s<espi:timePeriod><espi:duration>900</espi:duration><espi:start>%d"+
			"</espi:start></espi:timePeriod><espi:value>%d</espi:value></espi:IntervalReading>", quality, 1748728800+i*1800, value)
	}
	return text.String() + "</espi:IntervalBlock>"
}

func TestGreenButton(t *testing.T) {
	paris := at("Europe/Paris", 15)
	energy := fmt.Sprintf(greenType, "", 1, 0, 72)
	linked := func(rel, href string) string { return fmt.Sprintf(`<link rel=%q href=%q/>`, rel, href) }
	entry := func(content string, links ...string) string {
		return "\n<entry>" + strings.Join(links, "") + "<content>" + content + "</content></entry>"
	}
	byLinks := strings.Replace(green(), "</feed>", entry("<espi:UsagePoint/>")+
		entry("<espi:MeterReading/>", linked("self", "u/1/m/1"), linked("related", "t/1"))+
		entry("<espi:MeterReading/>", linked("self", "u/1/m/2"), linked("related", "t/2"))+
		entry(energy, linked("self", "t/1"))+entry(fmt.Sprintf(greenType, "", 19, 0, 72), linked("self", "t/2"))+
		entry(block("", 1), linked("up", "u/1/m/1/IntervalBlock"))+
		entry(block("", 2), linked("up", "u/1/m/2/IntervalBlock"))+"</feed>", 1)
	for sentence, row := range map[string]struct {
		flow, power, unit, value int
		want                     string
	}{
		"watt-hours":      {1, 0, 72, 250, "consumption 2025-06-01T00:00+02 250000 measured"},
		"kilowatt-hours":  {1, 3, 72, 2, "consumption 2025-06-01T00:00+02 2000000 measured"},
		"thousandths":     {1, -3, 72, 250001, "consumption 2025-06-01T00:00+02 250001 measured"},
		"less than a mWh": {1, -6, 72, 1500, "consumption 2025-06-01T00:00+02 2 measured"},
		"mean watts":      {1, 0, 38, 1000, "consumption 2025-06-01T00:00+02 250000 measured"},
		"to the grid":     {19, 0, 72, 1, "production 2025-06-01T00:00+02 1000 measured"},
	} {
		check(t, map[string]sample{sentence: sample{
			paris, []string{green(fmt.Sprintf(greenType, "", row.flow, row.power, row.unit), block("", row.value))},
			[]string{"p " + row.want}, nil,
		}.point("p")})
	}
	quality := "<espi:ReadingQuality><espi:quality>%d</espi:quality></espi:ReadingQuality>"
	check(t, map[string]sample{
		"types by links": sample{paris, []string{byLinks}, []string{
			"p consumption 2025-06-01T00:00+02 1000 measured", "p production 2025-06-01T00:00+02 2000 measured",
		}, nil}.point("p"),
		"types by order": sample{
			paris,
			[]string{green(energy, block("", 1), fmt.Sprintf(greenType, "", 19, 0, 72), block("", 2))},
			[]string{
				"p consumption 2025-06-01T00:00+02 1000 measured", "p production 2025-06-01T00:00+02 2000 measured",
			},
			nil,
		}.point(
			"p",
		),
		"an estimate": sample{paris, []string{green(energy, block(fmt.Sprintf(quality, 8), 1))},
			[]string{"p consumption 2025-06-01T00:00+02 1000 estimated"}, nil}.point("p"),
		"a forecast": sample{paris, []string{green(energy, block(fmt.Sprintf(quality, 12), 1))}, nil,
			[]string{"a quality that is not known"}}.point("p"),
		"registers": sample{
			paris,
			[]string{
				green(fmt.Sprintf(greenType, "<espi:accumulationBehaviour>3</espi:accumulationBehaviour>", 1, 0, 72),
					block("", 1)),
			},
			nil,
			[]string{"no readings", "registers are no load profile"},
		}.point(
			"p",
		),
		"gas": sample{
			paris,
			[]string{green(fmt.Sprintf(greenType, "<espi:commodity>7</espi:commodity>", 1, 0, 72), block("", 1))},
			nil,
			[]string{"no readings", "not electricity"},
		}.point(
			"p",
		),
		"cubic metres": sample{paris, []string{green(fmt.Sprintf(greenType, "", 1, 0, 42), block("", 1))}, nil,
			[]string{"no readings", "unit of measure is 42"}}.point("p"),
		"two usage points": sample{
			paris,
			[]string{green("<espi:UsagePoint/>", energy, block("", 1), "<espi:UsagePoint/>")},
			nil,
			[]string{"2 usage points"},
		}.point(
			"p",
		),
		"a negative energy": sample{
			paris,
			[]string{green(energy, block("", -1))},
			nil,
			[]string{"line 3: not an energy"},
		}.point(
			"p",
		),
		"no type": sample{paris, []string{green(block("", 1))}, nil, []string{"no ReadingType"}}.point("p"),
		"no whole document": sample{paris, []string{strings.TrimSuffix(green(energy, block("", 1)), "</feed>")}, nil,
			[]string{"no whole XML document"}}.point("p"),
		"no point": {paris, []string{green(energy, block("", 1))}, nil, []string{"does not name its metering point"}},
		"a day": sample{paris, []string{strings.ReplaceAll(green(energy, block("", 1)), ">900<", ">86400<")}, nil,
			[]string{"this value is of 1 days"}}.point("p"),
		"five minutes": sample{
			paris,
			[]string{strings.ReplaceAll(green(energy, block("", 1)), ">900<", ">300<")},
			nil,
			nil,
		}.point(
			"p",
		),
	})
}
