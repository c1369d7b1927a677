// SPDX-License-Identifier: Apache-2.0

package energy

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/gateway-client/internal/document"
)

// Rule is an allocation key with its parameters by metering point.
type Rule struct {
	Key      allocation.Key
	Rounding allocation.Rounding
	// Shares are the consumers' fixed shares in ppm; a consumer that is not named has none. Nil gives all the same.
	Shares map[string]int64
	// Tiers are the consumers' tiers for priority; all are named.
	Tiers map[string]int
	// TierKey divides inside a tier of priority; empty means prorata.
	TierKey allocation.Key
	// ProducerTiers, if given, make the producers place their energy in the order of their tiers; all are named.
	ProducerTiers map[string]int
	// Same names the production point at the connection of a consumption point, beside the points that are on both
	// sides under the same id. A connection never shares with itself: the smaller of both energies leaves both sides
	// first, but not with DSO_AT, whose meters net already.
	Same map[string]string
	// PerInterval are the shares of each interval: one table for dynamic, one for each producer, in the order of the file, for full-dynamic.
	PerInterval []ShareTable
}

// ShareTable has the consumers' shares in ppm of each interval, in the order of the file of load profiles.
type ShareTable []map[string]int64

// ErrRule reports parameters that do not fit the file.
var ErrRule = errors.New("the key does not fit the file")

// settings are the rule for consumers and producers in byte order of their ids.
func (r Rule) settings(consumers, producers []string) (allocation.Settings, error) {
	s := allocation.Settings{Key: r.Key, Rounding: r.Rounding, TierKey: r.TierKey}
	var err error
	if r.ProducerTiers != nil {
		if s.ProducerTiers, err = tiers(r.ProducerTiers, producers, "producer"); err != nil {
			return s, err
		}
	}
	if r.Shares != nil {
		if err := known(r.Shares, consumers, "a share"); err != nil {
			return s, err
		}
		s.Shares = row(r.Shares, consumers)
	}
	if r.Key == allocation.Priority {
		if s.Tiers, err = tiers(r.Tiers, consumers, "consumer"); err != nil {
			return s, err
		}
	}
	s.Same, err = r.connections(consumers, producers)
	return s, err
}

// tiers are those of the points, all of which are named.
func tiers(named map[string]int, ids []string, side string) ([]int, error) {
	if err := known(named, ids, "a tier"); err != nil {
		return nil, err
	}
	list := make([]int, len(ids))
	for i, id := range ids {
		tier, is := named[id]
		if !is {
			return nil, fmt.Errorf("%w: %s %s has no tier", ErrRule, side, id)
		}
		list[i] = tier
	}
	return list, nil
}

// known refuses parameters of points that the file does not have: a misspelt id would silently change the result.
func known[V any](named map[string]V, ids []string, what string) error {
	for _, id := range slices.Sorted(maps.Keys(named)) {
		if !slices.Contains(ids, id) {
			return fmt.Errorf("%w: %s is given for %s, whom the file does not have", ErrRule, what, id)
		}
	}
	return nil
}

func row(shares map[string]int64, ids []string) []int64 {
	values := make([]int64, len(ids))
	for i, id := range ids {
		values[i] = shares[id]
	}
	return values
}

// connected are the connections that are measured both ways: those that Same names, and the points under one id that it
// states nothing of.
func (r Rule) connected(load *Load) (map[string]string, error) {
	if r.Rounding == allocation.OperatorAT {
		if r.Same != nil {
			return nil, fmt.Errorf("%w: connections are named, and the meters of rounding %s net already", ErrRule, allocation.OperatorAT)
		}
		return nil, nil
	}
	same, named := map[string]string{}, map[string]bool{}
	for _, consumer := range slices.Sorted(maps.Keys(r.Same)) {
		producer := r.Same[consumer]
		if named[producer] {
			return nil, fmt.Errorf("%w: two consumers are said to share a connection with producer %s", ErrRule, producer)
		}
		same[consumer], named[producer] = producer, true
	}
	for _, production := range load.Production {
		id := production.ID
		_, elsewhere := same[id]
		if !elsewhere && !named[id] && slices.ContainsFunc(load.Consumption, func(consumption LoadProfile) bool { return consumption.ID == id }) {
			same[id] = id
		}
	}
	if len(same) == 0 {
		return nil, nil
	}
	return same, nil
}

func (r Rule) connections(consumers, producers []string) ([]int, error) {
	if r.Same == nil {
		return nil, nil
	}
	same := slices.Repeat([]int{-1}, len(producers))
	if err := known(r.Same, consumers, "a connection"); err != nil {
		return nil, err
	}
	for i, consumer := range consumers {
		producer, named := r.Same[consumer]
		if !named {
			continue
		}
		j := slices.Index(producers, producer)
		if j < 0 {
			return nil, fmt.Errorf("%w: consumer %s is said to share a connection with producer %s, whom the file does not have", ErrRule, consumer, producer)
		}
		same[j] = i
	}
	return same, nil
}

// interval adds the shares of one interval.
func (r Rule) interval(in *allocation.Interval, index int, consumers []string, producerOrder []int) error {
	tables := r.PerInterval
	switch r.Key.Tables() {
	case allocation.OneTable:
		if len(tables) != 1 {
			return fmt.Errorf("%w: key %s needs one file of shares, got %d", ErrRule, r.Key, len(tables))
		}
	case allocation.TablePerProducer:
		if len(tables) != len(producerOrder) {
			return fmt.Errorf("%w: key %s needs one file of shares for each of the %d producers, got %d", ErrRule, r.Key,
				len(producerOrder), len(tables))
		}
	default:
		return nil
	}
	for _, table := range tables {
		if index >= len(table) {
			return fmt.Errorf("%w: the file of shares has %d intervals", ErrRule, len(table))
		}
		if err := known(table[index], consumers, "a share of intervals"); err != nil {
			return err
		}
	}
	if r.Key.Tables() == allocation.OneTable {
		in.Shares = row(tables[0][index], consumers)
		return nil
	}
	in.Matrix = in.Matrix[:0]
	for _, producer := range producerOrder {
		in.Matrix = append(in.Matrix, row(tables[producer][index], consumers))
	}
	return nil
}

// ReadShares reads a key file as the French grid operator takes it: a column Horodate and one column per consumption
// point, separated by semicolons, percent with a decimal comma. One row for each interval, in the order of the file of
// load profiles.
func ReadShares(r io.Reader) (ShareTable, error) {
	rows := csv.NewReader(r)
	rows.Comma = ';'
	records, err := rows.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("not a key file: %w", document.Table(err))
	}
	if len(records) == 0 || len(records[0]) < 2 || strings.TrimPrefix(records[0][0], "\ufeff") != "Horodate" {
		return nil, errors.New("not a key file: the header is Horodate;<point>;…")
	}
	table := make(ShareTable, 0, len(records)-1)
	for i, record := range records[1:] {
		shares := make(map[string]int64, len(record)-1)
		for j, cell := range record[1:] {
			share, err := percent(cell)
			if err != nil {
				return nil, fmt.Errorf("key file, line %d, point %s: %w", i+2, records[0][j+1], err)
			}
			shares[records[0][j+1]] = share
		}
		table = append(table, shares)
	}
	return table, nil
}

var percentPattern = regexp.MustCompile(`^(\d{1,3})(?:[,.](\d{1,4}))?$`)

// percent reads a percentage with up to four decimals as ppm.
func percent(cell string) (int64, error) {
	match := percentPattern.FindStringSubmatch(strings.TrimSpace(cell))
	if match == nil {
		return 0, fmt.Errorf("%q is not a percentage with at most four decimals, such as 33,3333", cell)
	}
	return strconv.ParseInt(match[1]+(match[2] + "0000")[:4], 10, 64)
}
