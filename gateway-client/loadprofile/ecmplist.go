// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"encoding/xml"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

var ecmpDirections = map[string]settlement.Direction{
	"CONSUMPTION": settlement.Consumption,
	"GENERATION":  settlement.Production,
}

type ecmpPoint struct {
	Number  string       `xml:"MeteringPoint"`
	Periods []ecmpPeriod `xml:"MPTimeData"`
}

type ecmpPeriod struct {
	offset     int64
	From       string `xml:"DateFrom"`
	To         string `xml:"DateTo"`
	Direction  string `xml:"EnergyDirection"`
	Factor     string `xml:"ECPartFact"`
	Deactivate string `xml:"DateDeactivate"`
}

// UnmarshalXML also keeps the period's place.
func (p *ecmpPeriod) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	type plain ecmpPeriod
	p.offset = d.InputOffset()
	return d.DecodeElement((*plain)(p), &start)
}

// readECMPList reads the Austrian list of an energy community's metering points with their participation factors. Its
// last days are inclusive.
func readECMPList(f *file) error {
	return f.elements(func(d *xml.Decoder, start xml.StartElement, _ string, line int) (bool, error) {
		switch start.Name.Local {
		case "MarketParticipantDirectory":
			for _, a := range start.Attr {
				if a.Name.Local == "DocumentMode" && a.Value != "PROD" {
					return false, refuse(line, notShares, "its DocumentMode is %s: a test", quoted(a.Value))
				}
			}
		case "MPListData":
			var point ecmpPoint
			if err := d.DecodeElement(&point, &start); err != nil {
				return true, err
			}
			for _, period := range point.Periods {
				f.ecmpPeriod(strings.TrimSpace(point.Number), period)
			}
			return true, nil
		}
		return false, nil
	})
}

func (f *file) ecmpPeriod(number string, p ecmpPeriod) {
	f.shared = true
	line, share := f.line(p.offset), Share{Point: number, Direction: ecmpDirections[strings.TrimSpace(p.Direction)]}
	if reason := validPoint(number); reason != "" {
		f.refuse(refuse(line, badPoint, "%s", reason))
		return
	}
	if share.Direction == "" {
		f.refuse(refuse(line, "a direction that is not known", "%s", quoted(p.Direction)))
		return
	}
	factor, reason := parse(p.Factor, point, 4)
	if reason != "" || factor.part != nil || factor.whole > wholeShare {
		f.refuse(refuse(line, "not a factor", "%s is no percentage from 0 to 100", quoted(p.Factor)))
		return
	}
	share.PPM = factor.whole
	var ok bool
	if share.From, share.Until, ok = p.dates(f.set.clock); !ok {
		f.refuse(refuse(line, badTime, "%s to %s", quoted(p.From), quoted(p.last())))
		return
	}
	f.share(share)
}

// last is the period's last day: it ends earlier where the point was deactivated.
func (p ecmpPeriod) last() string {
	last, deactivated := strings.TrimSpace(p.To), strings.TrimSpace(p.Deactivate)
	if deactivated != "" && (last == "" || deactivated < last) {
		return deactivated
	}
	return last
}

// dates are the period's first instant and the first one after it, which is zero where the period is open.
func (p ecmpPeriod) dates(of clock) (from, until time.Time, ok bool) {
	first, err := time.Parse(time.DateOnly, strings.TrimSpace(p.From))
	if err != nil {
		return from, until, false
	}
	from = of.midnightOf(first)
	if p.last() == "" || strings.HasPrefix(p.last(), "9999-") {
		return from, until, true
	}
	last, err := time.Parse(time.DateOnly, p.last())
	if err != nil || last.Before(first) {
		return from, until, false
	}
	return from, of.midnightOf(last.AddDate(0, 0, 1)), true
}
