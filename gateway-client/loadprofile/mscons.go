// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// msconsQualities are the qualifiers of QTY. Values that are not for billing are missing.
var msconsQualities = map[string]Quality{
	"220": Measured, "67": Substituted, "187": Estimated, "Z18": Estimated, "20": Missing, "201": Missing,
}

// msconsMark are the service characters of an interchange: component, element, decimal, release, terminator.
type msconsMark struct{ component, element, decimal, release, terminator byte }

type msconsSegment struct {
	line     int
	elements [][]string
}

func (s msconsSegment) tag() string { return s.of(0, 0) }

// of is a component of an element, empty if it is not there.
func (s msconsSegment) of(element, component int) string {
	if element < len(s.elements) && component < len(s.elements[element]) {
		return s.elements[element][component]
	}
	return ""
}

// mscons is an interchange under way.
type mscons struct {
	file               *file
	form               mark
	messages, segments int
	inMessage          bool
	key                rowKey
	skip               bool
	pending            *row
	version            int64
}

// readMSCONS reads an EDIFACT interchange with messages MSCONS 2.4 or 2.5 with load profiles.
func readMSCONS(f *file) error {
	segments, marks, err := msconsSegments(f.text)
	if err != nil {
		return err
	}
	m := &mscons{file: f, form: point}
	if marks.decimal == ',' {
		m.form = comma
	}
	closed := false
	for _, s := range segments {
		if closed {
			return refuse(s.line, badFile, "a segment stands after UNZ")
		}
		if err := m.take(s); err != nil {
			return err
		}
		closed = s.tag() == "UNZ"
	}
	if !closed {
		return refuse(0, badFile, "the interchange does not end with UNZ")
	}
	return nil
}

// msconsSegments cuts an interchange into segments.
func msconsSegments(text []byte) (segments []msconsSegment, marks msconsMark, err error) {
	marks = msconsMark{':', '+', '.', '?', '\''}
	line := 1
	if bytes.HasPrefix(text, []byte("UNA")) && len(text) > 9 {
		marks = msconsMark{text[3], text[4], text[5], text[6], text[8]}
		text = text[9:]
	}
	for len(text) > 0 {
		trimmed := bytes.TrimLeft(text, "\r\n\t ")
		line += bytes.Count(text[:len(text)-len(trimmed)], []byte("\n"))
		if len(trimmed) == 0 {
			break
		}
		segment, n := msconsSegmentOf(trimmed, marks)
		if n == 0 {
			return nil, marks, refuse(line, badFile, "a segment does not end")
		}
		segment.line = line
		segments = append(segments, segment)
		line += bytes.Count(trimmed[:n], []byte("\n"))
		text = trimmed[n:]
	}
	return segments, marks, nil
}

// msconsSegmentOf cuts the first segment; n is its length with the terminator, 0 if there is none.
func msconsSegmentOf(text []byte, marks msconsMark) (s msconsSegment, n int) {
	element, cell := []string{}, []byte{}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case marks.release:
			if i++; i < len(text) {
				cell = append(cell, text[i])
			}
		case marks.component:
			element, cell = append(element, string(cell)), cell[:0]
		case marks.element:
			s.elements = append(s.elements, append(element, string(cell)))
			element, cell = []string{}, cell[:0]
		case marks.terminator:
			s.elements = append(s.elements, append(element, string(cell)))
			return s, i + 1
		case '\r', '\n':
		default:
			cell = append(cell, c)
		}
	}
	return s, 0
}

func (m *mscons) take(s msconsSegment) error {
	m.segments++
	switch s.tag() {
	case "UNH":
		return m.open(s)
	case "UNT":
		m.flush()
		if want, err := strconv.Atoi(s.of(1, 0)); err != nil || want > m.segments {
			return refuse(
				s.line,
				badFile,
				"UNT counts %s segments, the message has %d: is it cut?",
				quoted(s.of(1, 0)),
				m.segments,
			)
		} else if want < m.segments { // senders count differently, but nothing is missing
			m.file.set.note("%s: UNT counts %d segments, the message has %d", m.file.name, want, m.segments)
		}
		m.inMessage = false
	case "UNZ":
		if want, err := strconv.Atoi(s.of(1, 0)); err != nil || want != m.messages || m.inMessage {
			return refuse(
				s.line,
				badFile,
				"UNZ counts %s messages, the interchange has %d: is it cut?",
				quoted(s.of(1, 0)),
				m.messages,
			)
		}
	default:
		return m.inside(s)
	}
	return nil
}

func (m *mscons) open(s msconsSegment) error {
	version := s.of(2, 4)
	if s.of(2, 0) != "MSCONS" || !strings.HasPrefix(version, "2.4") && !strings.HasPrefix(version, "2.5") {
		return refuse(s.line, notKnown, "the message is %s %s, not MSCONS 2.4 or 2.5", s.of(2, 0), version)
	}
	if m.inMessage {
		return refuse(s.line, badFile, "a message begins before the last one ends")
	}
	*m = mscons{file: m.file, form: m.form, messages: m.messages + 1, segments: 1, inMessage: true}
	return nil
}

func (m *mscons) inside(s msconsSegment) error {
	switch s.tag() {
	case "BGM":
		if function := s.of(3, 0); function != "9" && function != "5" && function != "" {
			return refuse(s.line, notProfile, "the message's function is %s: it takes back another", function)
		}
	case "NAD", "LIN":
		m.flush()
		m.skip = true // until PIA describes what is measured
	case "LOC":
		m.flush()
		if s.of(1, 0) == "172" {
			m.key = rowKey{point: s.of(2, 0)}
		}
	case "PIA":
		m.flush()
		return m.product(s)
	case "QTY":
		m.flush()
		m.quantity(s)
	case "DTM":
		m.time(s)
	}
	return nil
}

// product reads an OBIS code such as 1-0:1.29.0.
func (m *mscons) product(s msconsSegment) error {
	_, code, _ := strings.Cut(s.of(2, 0), ":")
	quantity, rest, _ := strings.Cut(code, ".")
	kind, _, _ := strings.Cut(rest, ".")
	m.skip = false
	switch quantity {
	case "1":
		m.key.direction = settlement.Consumption
	case "2":
		m.key.direction = settlement.Production
	default:
		m.skip = true
		m.file.set.note("%s: the quantity %s is no active energy and is passed over", m.file.name, s.of(2, 0))
		return nil
	}
	if kind != "29" && kind != "9" {
		return refuse(s.line, notProfile, "%s is a register, not a load profile", s.of(2, 0))
	}
	return nil
}

func (m *mscons) quantity(s msconsSegment) {
	if m.skip {
		return
	}
	r := row{rowKey: m.key, line: s.line, quality: Measured, version: m.version}
	unit := s.of(1, 2)
	if unit == "" {
		unit = "KWH"
	}
	quality, known := msconsQualities[s.of(1, 0)]
	if !known {
		r.fail(badQuality, "QTY "+quoted(s.of(1, 0)))
	}
	m.file.measure(&r, s.of(1, 1), m.form, unit)
	if r.power {
		r.fail(badUnit, quoted(unit))
	}
	if r.quality != Missing {
		r.quality = quality
	}
	m.pending = &r
}

// time reads the creation of the message, and beginning and end of a quantity.
func (m *mscons) time(s msconsSegment) {
	at, err := time.Parse("200601021504-07", s.of(1, 1))
	bad := err != nil || s.of(1, 2) != "303" || !sane(at)
	if s.of(1, 0) == "137" && !bad {
		m.version = at.Unix()
	}
	if m.pending == nil {
		return
	}
	switch s.of(1, 0) {
	case "163":
		m.pending.stamp.seconds = at.Unix()
	case "164":
		m.pending.step = at.Unix() - m.pending.stamp.seconds
	default:
		return
	}
	if bad {
		m.pending.reason, m.pending.detail, m.pending.timeless = badTime, quoted(s.of(1, 1)), true
	}
}

// flush puts the quantity whose segments are over.
func (m *mscons) flush() {
	if m.pending == nil {
		return
	}
	r := *m.pending
	m.pending = nil
	switch {
	case r.timeless:
	case r.stamp.seconds == 0:
		r.reason, r.detail, r.timeless = badTime, "the quantity has no beginning (DTM+163)", true
	case r.step <= 0:
		r.fail(badStep, "the quantity has no end (DTM+164)")
	}
	m.file.put(r)
}
