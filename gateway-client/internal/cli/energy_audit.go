package cli

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/gateway-client/audit"
	"github.com/smartb-suite/smartb/gateway-client/energy"
)

var monthPattern = regexp.MustCompile(`^\d{4}-\d{2}$`)

func newEnergyRecomputeCommand(app *App) *cobra.Command {
	run, phase := settlement.Final, settlement.FinalPhase
	command := &cobra.Command{
		Use:   "recompute COMMUNITY DATE|MONTH",
		Short: "Recompute a day or a month from the load profiles, on this machine (organiser, auditor)",
		Long: `recompute reads the members' load profiles, computes the run (or all runs of the month and its bills) anew on this machine, without what the chaincode stored, and
compares hashes, totals and roots with the ledger. Where a digit differs, the member, the interval and both values are named and the exit code is 1.
The bills of a correction are differences to those before it, which are read from the ledger and proven. The audit is recorded in the members' lists of uses
(smartb meter uses).`,
		Example: `  smartb energy recompute sunny 2025-10-26 --as oversight/auditor
  smartb energy recompute sunny 2025-10 --phase provisional --as oversight/auditor
  smartb energy recompute sunny 2025-10 --phase correction-1 --as oversight/auditor`,
		Args: cobra.ExactArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			month := monthPattern.MatchString(args[1])
			if _, err := time.Parse(time.DateOnly, args[1]); err != nil && !month {
				return usagef("%s is no date like 2025-10-26 and no month like 2025-10", args[1])
			}
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			auditor, err := audit.New(command.Context(), client.Settlement(), args[0])
			if err != nil {
				return err
			}
			if month {
				err = auditor.Period(command.Context(), args[1], phase)
			} else {
				err = auditor.Day(command.Context(), args[1], run)
			}
			if unrecorded := app.recordReads(command.Context(), client, args[0], auditor.Reads()); unrecorded != nil {
				return unrecorded
			}
			if err != nil {
				return err
			}
			if err := app.Render(auditTable{auditor.Report}); err != nil {
				return err
			}
			return audited(auditor.Report)
		},
	}
	addRunFlag(command, &run)
	phaseFlag(&phase)(command)
	return command
}

// audited is the error of an audit that found something.
func audited(report audit.Report) error {
	switch {
	case len(report.Findings) > 0:
		return &checkError{error: fmt.Errorf("%d places differ, the first is %s", len(report.Findings), report.Findings[0]), code: "DIFFERENT", next: "show the findings to the organiser and the grid operator"}
	case len(report.Purged) > 0:
		return &checkError{error: fmt.Errorf("the load profiles of %s were purged after their retention", strings.Join(report.Purged, ", ")), code: "PURGED", next: "recompute other days; a statement or bill that was kept still verifies: smartb energy verify"}
	case len(report.Stale) > 0:
		return &checkError{error: fmt.Errorf("meter days of %s changed after the run", strings.Join(report.Stale, ", ")), code: "STALE", next: "recompute the newest run of a day with --run; of a month, settle the corrections of these days, close it again (one that is final as its next correction) and recompute that phase"}
	}
	return nil
}

type auditTable struct{ audit.Report }

// Columns names the columns.
func (auditTable) Columns() []string {
	return []string{"where", "member", "field", "ledger", "recomputed"}
}

// Rows returns the counts and a row for each finding.
func (t auditTable) Rows() [][]any {
	rows := [][]any{{"recomputed", "", strconv.Itoa(t.Days) + " runs", "", strconv.Itoa(t.Leaves) + " leaves"}, {"findings", "", "", "", len(t.Findings)}}
	for _, f := range t.Findings {
		rows = append(rows, []any{f.Where, f.Member, f.Field, f.Ledger, f.Recomputed})
	}
	return rows
}

func newEnergyCompareCommand(app *App) *cobra.Command {
	var flags ruleFlags
	var keys []string
	command := &cobra.Command{
		Use:   "compare FILE|-",
		Short: "Show what each key would give each member of a file of load profiles, offline",
		Long: `compare allocates the same file by several keys and shows each member's shared energy beside its consumption or production: what a community's assembly
needs for its vote. Shares, tiers and connections are those of smartb energy allocate.`,
		Example: `  smartb energy compare month.csv --keys prorata,static,static-rounds,hybrid
  smartb energy compare month.csv --keys prorata,static --shares 1=500000,2=300000,3=200000 --output csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			load, err := app.load(args[0])
			if err != nil {
				return err
			}
			var rules []energy.Rule
			for _, key := range keys {
				rule, err := flags.rule(app)
				if err != nil {
					return usagef("%w", err)
				}
				rule.Key = allocation.Key(key)
				rules = append(rules, rule)
			}
			comparison, err := energy.Compare(load, rules)
			if err != nil {
				return usagef("%s: %w", args[0], err)
			}
			return app.Render(comparisonTable{comparison})
		},
	}
	flags.add(command)
	must(command.Flags().MarkHidden("key"))
	command.Flags().StringSliceVar(&keys, "keys", []string{"prorata", "static", "static-rounds", "hybrid"}, "the `KEYS` to compare: "+keyNames())
	return command
}

type comparisonTable struct{ energy.Comparison }

// Columns names the columns.
func (t comparisonTable) Columns() []string {
	columns := []string{"point", "direction", "metered kWh"}
	for _, key := range t.Keys {
		columns = append(columns, string(key)+" kWh")
	}
	return columns
}

// Rows returns a row for each member and one for the sum of the consumers.
func (t comparisonTable) Rows() (rows [][]any) {
	all := energy.MemberComparison{ID: "all consumers", Shared: make([]int64, len(t.Keys))}
	for _, member := range t.Consumers {
		rows = append(rows, comparisonRow(member, "consumption"))
		all.Metered += member.Metered
		for k, shared := range member.Shared {
			all.Shared[k] += shared
		}
	}
	for _, member := range t.Producers {
		rows = append(rows, comparisonRow(member, "production"))
	}
	return append(rows, comparisonRow(all, "consumption"))
}

func comparisonRow(member energy.MemberComparison, direction string) []any {
	row := []any{member.ID, direction, kWh(member.Metered)}
	for _, shared := range member.Shared {
		row = append(row, kWh(shared))
	}
	return row
}
