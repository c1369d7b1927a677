// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// The codes of ESPI (NAESB REQ.21) that are read.
const (
	espiWatt     = 38
	espiWattHour = 72
	espiDelta    = 4 // what was used in the interval, no register
)

var (
	espiDirections = map[int]settlement.Direction{
		0: "", 1: settlement.Consumption, 19: settlement.Production, // from the customer to the grid
	}
	espiQualities = map[int]Quality{
		0: Measured, 7: Edited, 8: Estimated, 9: Estimated, 10: Estimated, 11: Estimated, 13: Estimated, 14: Measured,
		17: Measured, 18: Measured, 19: Measured,
	}
)

type (
	espiType struct {
		Behaviour  int   `xml:"accumulationBehaviour"`
		Commodity  int   `xml:"commodity"`
		Qualifier  int   `xml:"dataQualifier"`
		Quality    *int  `xml:"defaultQuality"`
		Direction  int   `xml:"flowDirection"`
		Length     int64 `xml:"intervalLength"`
		Multiplier int   `xml:"powerOfTenMultiplier"`
		UOM        int   `xml:"uom"`
		entry      *espiEntry
	}
	espiReading struct {
		Start     *int64 `xml:"timePeriod>start"`
		Length    int64  `xml:"timePeriod>duration"`
		Value     string `xml:"value"`
		Qualities []int  `xml:"ReadingQuality>quality"`
		offset    int64
	}
	espiBlock struct {
		Readings []espiReading `xml:"IntervalReading"`
		entry    *espiEntry
		kind     *espiType // the one that is before
		line     int
	}
	// espiEntry has an entry's links.
	espiEntry struct {
		self, up string
		related  []string
		meter    bool
	}
	espiFeed struct {
		file    *file
		entries []*espiEntry
		types   []*espiType
		blocks  []*espiBlock
		points  int
	}
)

// UnmarshalXML also keeps the reading's place.
func (r *espiReading) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	type plain espiReading
	r.offset = d.InputOffset()
	return d.DecodeElement((*plain)(r), &start)
}

// readGreenButton reads an Atom feed of ESPI: ReadingTypes, which say unit and direction, and IntervalBlocks with
// readings in Unix time. Blocks find their type by the links of their entries, or else it is the one before them.
func readGreenButton(f *file) error {
	feed := &espiFeed{file: f}
	if err := f.elements(feed.visit); err != nil {
		return err
	}
	switch {
	case len(feed.types) == 0:
		return refuse(0, notProfile, "it has no ReadingType")
	case feed.points > 1:
		return refuse(
			0,
			notProfile,
			"it has %d usage points, whose numbers it does not say; export one at a time",
			feed.points,
		)
	}
	for _, block := range feed.blocks {
		kind := feed.typeOf(block)
		if kind == nil {
			return refuse(block.line, notProfile, "the IntervalBlock does not say which ReadingType it has")
		}
		if reason := kind.unfit(); reason != "" {
			f.refuse(refuse(block.line, notProfile, "%s", reason))
			continue
		}
		for _, reading := range block.Readings {
			kind.put(f, reading)
		}
	}
	return nil
}

func (e *espiFeed) visit(d *xml.Decoder, start xml.StartElement, _ string, line int) (bool, error) {
	if len(e.entries) == 0 || start.Name.Local == "entry" {
		e.entries = append(e.entries, new(espiEntry))
	}
	entry := e.entries[len(e.entries)-1]
	switch start.Name.Local {
	case "link":
		entry.link(start)
	case "UsagePoint":
		e.points++
	case "MeterReading":
		entry.meter = true
	case "ReadingType":
		kind := &espiType{entry: entry}
		e.types = append(e.types, kind)
		return true, d.DecodeElement(kind, &start)
	case "IntervalBlock":
		block := &espiBlock{entry: entry, line: line}
		if len(e.types) > 0 {
			block.kind = e.types[len(e.types)-1]
		}
		e.blocks = append(e.blocks, block)
		return true, d.DecodeElement(block, &start)
	}
	return false, nil
}

func (e *espiEntry) link(start xml.StartElement) {
	var rel, href string
	for _, a := range start.Attr {
		switch a.Name.Local {
		case "rel":
			rel = a.Value
		case "href":
			href = strings.TrimSuffix(a.Value, "/")
		}
	}
	switch rel {
	case "self":
		e.self = href
	case "up":
		e.up = href
	case "related":
		e.related = append(e.related, href)
	}
}

// typeOf finds a block's type.
func (e *espiFeed) typeOf(block *espiBlock) *espiType {
	linked := false
	for _, meter := range e.entries {
		linked = linked || meter.meter && meter.self != ""
		if !meter.meter || meter.self == "" || strings.TrimSuffix(block.entry.up, "/IntervalBlock") != meter.self {
			continue
		}
		for _, kind := range e.types {
			if slices.Contains(meter.related, kind.entry.self) {
				return kind
			}
		}
	}
	if len(e.types) == 1 {
		return e.types[0]
	}
	if linked {
		return nil
	}
	return block.kind
}

// unfit explains why readings of the type are no load profile.
func (t *espiType) unfit() string {
	_, known := espiDirections[t.Direction]
	switch {
	case t.Behaviour != 0 && t.Behaviour != espiDelta:
		return fmt.Sprintf("its accumulationBehaviour is %d: registers are no load profile", t.Behaviour)
	case t.Commodity > 2:
		return fmt.Sprintf("its commodity is %d, not electricity", t.Commodity)
	case t.Qualifier == 8 || t.Qualifier == 9:
		return fmt.Sprintf("its dataQualifier is %d: a highest or lowest value is no load profile", t.Qualifier)
	case !known:
		return fmt.Sprintf("its flowDirection is %d, neither forward (1) nor reverse (19)", t.Direction)
	case t.UOM != espiWatt && t.UOM != espiWattHour:
		return fmt.Sprintf("its unit of measure is %d, neither Wh (72) nor W (38)", t.UOM)
	case t.Multiplier < -12 || t.Multiplier > 9:
		return fmt.Sprintf("its power of ten is %d", t.Multiplier)
	}
	return ""
}

func (t *espiType) put(f *file, of espiReading) {
	r := row{
		rowKey: rowKey{direction: espiDirections[t.Direction]}, line: f.line(of.offset), step: of.Length,
		power: t.UOM == espiWatt, quality: Measured,
	}
	if r.step == 0 {
		r.step = t.Length
	}
	if of.Start == nil || *of.Start < 631152000 || *of.Start >= 4102444800 { // 1990 to 2100
		r.reason, r.detail, r.timeless = badTime, "its timePeriod has no start that can be", true
	} else {
		r.stamp = stamp{seconds: *of.Start}
	}
	if r.step <= 0 && !r.timeless {
		r.fail(badStep, "its timePeriod has no duration")
	}
	t.qualify(&r, of.Qualities)
	text := strings.TrimSpace(of.Value)
	if text == "" {
		r.quality = Missing
		f.put(r)
		return
	}
	var reason string
	if r.value, reason = parse(text, point, 3+t.Multiplier); reason != "" {
		r.fail(badCell, quoted(text)+" is "+reason)
	}
	f.put(r)
}

// qualify reads the qualities of a reading, of which the worst counts.
func (t *espiType) qualify(r *row, codes []int) {
	if len(codes) == 0 && t.Quality != nil {
		codes = []int{*t.Quality}
	}
	for _, code := range codes {
		quality, known := espiQualities[code]
		if !known {
			r.fail(badQuality, fmt.Sprintf("ReadingQuality %d", code))
		}
		r.quality = worse(r.quality, quality)
	}
}
