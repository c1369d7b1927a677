// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/gateway-client/energy"
)

// ruleFlags are the flags of an allocation key.
type ruleFlags struct {
	key, rounding       string
	tierKey             string
	shares, tiers, same map[string]string
	producerTiers       map[string]string
	keyFiles            []string
	// pointFile holds what belongs to ids that are metering points' numbers.
	pointFile string
}

// pointRules are shares, tiers and pairs by metering point.
type pointRules struct {
	Shares        map[string]int64  `json:"shares"`
	Tiers         map[string]int    `json:"tiers"`
	ProducerTiers map[string]int    `json:"producerTiers"`
	Same          map[string]string `json:"same"`
}

func (f *ruleFlags) add(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&f.key, "key", string(allocation.Prorata), "the allocation `KEY`: "+keyNames())
	flags.StringVar(&f.rounding, "rounding", string(allocation.Exact), "EXACT conserves every mWh, DSO_AT rounds as the Austrian grid operator (prorata only)")
	flags.StringToStringVar(&f.shares, "shares", nil, "the consumers' fixed shares, `id=ppm,…`; unnamed consumers have none (default: all the same)")
	flags.StringToStringVar(&f.tiers, "tiers", nil, "the consumers' tiers, `id=n,…`, for priority")
	flags.StringVar(&f.tierKey, "tier-key", "", "the `KEY` inside a tier of priority (default prorata)")
	flags.StringToStringVar(&f.producerTiers, "producer-tiers", nil, "the producers' tiers, `id=n,…`: they place their energy in this order")
	flags.StringToStringVar(&f.same, "same", nil, "consumption and production point of one connection, `id=id,…`, where they have different ids: it never shares with itself")
	flags.StringVar(&f.pointFile, "points", "", "a JSON `FILE` (- for stdin) with some of shares, tiers, producerTiers and same by id, where ids are metering points' numbers")
	flags.StringSliceVar(&f.keyFiles, "key-file", nil, "shares per interval, `FILE,…` (Horodate;<id>;…, percent): one for dynamic, one per producer for full-dynamic")
}

func keyNames() (names string) {
	for i, key := range allocation.Keys() {
		if i > 0 {
			names += ", "
		}
		names += string(key)
	}
	return names
}

func (f *ruleFlags) rule(app *App) (rule energy.Rule, err error) {
	rule = energy.Rule{Key: allocation.Key(f.key), Rounding: allocation.Rounding(f.rounding), TierKey: allocation.Key(f.tierKey), Same: f.same}
	if rule.Shares, err = numbers[int64]("shares", f.shares); err != nil {
		return rule, err
	}
	if rule.Tiers, err = numbers[int]("tiers", f.tiers); err != nil {
		return rule, err
	}
	if rule.ProducerTiers, err = numbers[int]("producer-tiers", f.producerTiers); err != nil {
		return rule, err
	}
	if err := f.byPoint(app, &rule); err != nil {
		return rule, err
	}
	for _, path := range f.keyFiles {
		table, err := readShares(path)
		if err != nil {
			return rule, err
		}
		rule.PerInterval = append(rule.PerInterval, table)
	}
	return rule, nil
}

// byPoint takes over what the file of --points states.
func (f *ruleFlags) byPoint(app *App, rule *energy.Rule) error {
	if f.pointFile == "" {
		return nil
	}
	if len(rule.Shares)+len(rule.Tiers)+len(rule.ProducerTiers)+len(rule.Same) > 0 {
		return errors.New("--points stands in the place of --shares, --tiers, --producer-tiers and --same")
	}
	points, err := readObject[pointRules](app, "what belongs to metering points", f.pointFile)
	rule.Shares, rule.Tiers, rule.ProducerTiers, rule.Same = points.Shares, points.Tiers, points.ProducerTiers, points.Same
	return err
}

func readShares(path string) (energy.ShareTable, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	table, err := energy.ReadShares(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return table, nil
}

func newEnergyAllocateCommand(app *App) *cobra.Command {
	var flags ruleFlags
	command := &cobra.Command{
		Use:   "allocate FILE|-",
		Short: "Allocate a file of load profiles offline, with the engine that the ledger runs",
		Long: `allocate needs no network. The file has a column local_start (or start) and columns cons_<id>_mWh and prod_<id>_mWh, one row for each interval;
an empty cell is a missing value and leaves the interval's results empty. An id on both sides is one connection: what it consumes of its own production
leaves both sides first, but not with DSO_AT, whose meters net already. The answer has share_<id>_mWh (what is offered) and cover_<id>_mWh (what is
received) for each consumer and surplus_<id>_mWh for each producer, in the order of the input. Ids that are metering points' numbers do not belong into
arguments, which other users of the machine can read: --points takes a file.`,
		Example: `  smartb energy allocate month.csv --key prorata --rounding EXACT --output csv > result.csv
  smartb energy allocate month.csv --key static-rounds --shares 1=500000,2=300000,3=200000
  smartb energy allocate month.csv --key priority --tiers 1=1,2=1,3=2 --output json
  smartb energy sample --month 2025-10 | smartb energy allocate - --rounding DSO_AT`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			load, err := app.load(args[0])
			if err != nil {
				return err
			}
			rule, err := flags.rule(app)
			if err != nil {
				return usagef("%w", err)
			}
			result, err := energy.Allocate(load, rule)
			if errors.Is(err, allocation.ErrUnsupported) || errors.Is(err, allocation.ErrShares) || errors.Is(err, energy.ErrRule) {
				return usagef("%w", err)
			}
			if err != nil {
				return usagef("%s: %w", args[0], err)
			}
			return app.Render(allocationTable{result})
		},
	}
	flags.add(command)
	return command
}

// allocationTable shows an allocation.
type allocationTable struct{ energy.Allocation }

// Rows returns the table's cells.
func (t allocationTable) Rows() (rows [][]any) {
	for _, record := range t.Records() {
		row := make([]any, len(record))
		for i, cell := range record {
			row[i] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

// MarshalJSON writes one object for each interval, with the cells as strings as in the CSV.
func (t allocationTable) MarshalJSON() ([]byte, error) {
	objects := make([]map[string]string, 0, len(t.Records()))
	for _, record := range t.Records() {
		object := make(map[string]string, len(record))
		for i, cell := range record {
			object[t.Columns()[i]] = cell
		}
		objects = append(objects, object)
	}
	return json.Marshal(objects)
}
