// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client/audit"
)

var monthPattern = regexp.MustCompile(`^\d{4}-\d{2}$`)

func newAuditCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:     "audit",
		Short:   "Audit: recompute what the ledger holds",
		Example: "  smartb audit recompute sunny 2025-10 --as oversight/auditor",
	}
	command.AddCommand(newAuditRecomputeCommand(app))
	return command
}

func newAuditRecomputeCommand(app *App) *cobra.Command {
	run, phase := settlement.Final, settlement.FinalPhase
	command := &cobra.Command{
		Use:   "recompute COMMUNITY DATE|MONTH",
		Short: "Recompute a day or a month from the load profiles, on this machine (organiser, auditor)",
		Long: `recompute reads the members' load profiles, computes the run (or all runs of the month and its bills) anew on this
machine, without what the chaincode stored, and compares hashes, totals and roots with the ledger. Where a digit
differs, the member, the interval and both values are named and the exit code is 1. The bills of a correction are
differences to those before it, which are read from the ledger and proven. The audit is recorded in the members' lists
of uses (smartb meter uses).`,
		Example: `  smartb audit recompute sunny 2025-10-26 --as oversight/auditor
  smartb audit recompute sunny 2025-10 --phase provisional --as oversight/auditor
  smartb audit recompute sunny 2025-10 --phase correction-1 --as oversight/auditor`,
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
		return &checkError{error: fmt.Errorf("the load profiles of %s were purged after their retention", strings.Join(report.Purged, ", ")), code: "PURGED", next: "recompute other days; a statement or bill that was kept can still be verified: smartb statement verify, smartb bill verify"}
	case len(report.Stale) > 0:
		return &checkError{
			error: fmt.Errorf("changed after the run: %s", staleDays(report)), code: "STALE",
			next: "recompute the newest run of a day with --run; of a month, settle these days again (smartb run settle MONTH --run correction), " +
				"close it again (one that is final as its next correction) and recompute that phase",
		}
	}
	return nil
}

// staleDays names the days whose runs cannot be recomputed any more, each with what changed.
func staleDays(report audit.Report) string {
	var days []string
	for _, day := range report.Stale {
		days = append(days, day+" ("+joined(report.Causes[day])+")")
	}
	return strings.Join(days, ", ")
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
