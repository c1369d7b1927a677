package energy

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// ReadEnedis reads a load curve as the French operator exports it: a header Horodate;Valeur, then the end of each interval and the mean power in watts.
// Stamps carry an offset (2025-10-26T00:30:00+02:00); without one the hour that the clock repeats stands twice, in order. The lines that the operator
// writes before the header (Identifiant PRM;…) are read for the point and the direction, which the caller's arguments otherwise give. An empty value and
// a stamp that is not there are gaps.
func ReadEnedis(r io.Reader, community settlement.Community, point string, direction settlement.Direction) (*Load, error) {
	rows := csv.NewReader(bufio.NewReader(r))
	rows.Comma, rows.FieldsPerRecord, rows.LazyQuotes = ';', -1, true
	file := enedis{community: community, point: point, direction: direction, values: series{}}
	for {
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFormat, err)
		}
		line, _ := rows.FieldPos(0)
		if err := file.take(record); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
	if !file.body {
		return nil, fmt.Errorf("%w: it has no header Horodate;Valeur", ErrFormat)
	}
	if file.point == "" {
		return nil, fmt.Errorf("%w: it does not name its metering point", ErrFormat)
	}
	return file.values.load(community, file.point, file.direction)
}

// enedis is a file under way.
type enedis struct {
	community settlement.Community
	point     string
	direction settlement.Direction
	preamble  []string
	body      bool
	values    series
	last      time.Time
}

func (e *enedis) take(record []string) error {
	record[0] = strings.TrimPrefix(record[0], "\ufeff")
	switch {
	case e.body:
		return e.value(record)
	case record[0] == "Horodate":
		e.body = true
	case record[0] == "Identifiant PRM":
		e.preamble = append([]string{}, record...)
	case e.preamble != nil:
		return e.describe(record)
	}
	return nil
}

// describe reads the line below "Identifiant PRM;…;Grandeur metier;…;Pas en minutes".
func (e *enedis) describe(record []string) error {
	for i, name := range e.preamble {
		if i >= len(record) {
			break
		}
		if err := e.fact(name, record[i]); err != nil {
			return err
		}
	}
	e.preamble = nil
	return nil
}

// fact takes one column of the description.
func (e *enedis) fact(name, value string) error {
	switch name {
	case "Identifiant PRM":
		e.point = cmp.Or(e.point, value)
	case "Grandeur metier", "Grandeur métier":
		if value == "Production" {
			e.direction = settlement.Production
		}
	case "Pas en minutes":
		if value != "" && value != strconv.Itoa(e.community.IntervalMinutes) {
			return fmt.Errorf("%w: its interval is %s minutes, the community's %d", ErrFormat, value, e.community.IntervalMinutes)
		}
	case "Unite", "Unité":
		if value != "W" {
			return fmt.Errorf("%w: its unit is %q, not W", ErrFormat, value)
		}
	}
	return nil
}

func (e *enedis) value(record []string) error {
	if len(record) < 2 {
		return fmt.Errorf("%w: expected Horodate;Valeur", ErrFormat)
	}
	end, err := e.stamp(strings.TrimSpace(record[0]))
	if err != nil {
		return err
	}
	e.last = end
	text := strings.TrimSpace(record[1])
	if text == "" {
		return nil
	}
	watts, err := strconv.ParseInt(text, 10, 64)
	if err != nil || watts < 0 || watts > settlement.MaxEnergy/1000 {
		return fmt.Errorf("%w: %q is not a power in whole watts", ErrFormat, text)
	}
	return e.values.put(end.Add(-time.Duration(e.community.IntervalMinutes)*time.Minute), perInterval(watts, e.community.IntervalMinutes))
}

// stamp reads the end of an interval.
func (e *enedis) stamp(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04-07:00"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if clock, err := time.Parse(layout, text); err == nil {
			return e.community.Instant(clock, e.last)
		}
	}
	return time.Time{}, fmt.Errorf("%w: %q is not a time like 2025-10-26T00:30:00+02:00", ErrFormat, text)
}
