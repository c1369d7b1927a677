// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

func meterShow() verb {
	var request settlement.MeterDaysRequest
	return verb{
		use: "show COMMUNITY DATE", short: "Show load profiles of a day (organiser, meter-operator, auditor; residents the own one)", args: cobra.ExactArgs(2), transaction: "settlement:MeterDays",
		long: `show reads the newest version of each member's load profile of a day, and records the read in the members' lists of uses (smartb meter uses).`,
		example: `  smartb meter show sunny 2025-10-26 --as oversight/auditor --output json
  smartb meter show sunny 2025-10-26 --member 6f1e… ` + neighbour,
		request: func(args []string) (any, error) {
			request.CommunityID, request.Day = args[0], args[1]
			return request, nil
		},
		flags: func(command *cobra.Command) {
			command.Flags().StringVar(&request.MemberID, "member", "", "one member only (residents name the own one)")
		},
		reads: reading(func(page settlement.MeterDayPage) (string, []settlement.Read) {
			var reads []settlement.Read
			for _, day := range page.MeterDays {
				reads = append(reads, settlement.Read{MemberID: day.MemberID, What: settlement.ReadMeterDays, Days: []string{day.Day}})
			}
			return request.CommunityID, reads
		}),
		list: listing{items: "meterDays"},
		show: decoded(func(page settlement.MeterDayPage) any { return loadProfileTable(page.MeterDays) }),
	}
}

type loadProfileTable []settlement.MeterDay

// Columns names the columns.
func (loadProfileTable) Columns() []string {
	return []string{"member", "version", "source", "intervals", "kWh", "quality"}
}

// Rows returns a row for each member.
func (t loadProfileTable) Rows() (rows [][]any) {
	for _, day := range t {
		var sum int64
		for _, value := range day.Values {
			sum += value
		}
		quality := "measured"
		if strings.Trim(day.Quality, "M") != "" {
			quality = day.Quality
		}
		rows = append(rows, []any{day.MemberID, day.Version, day.Source, len(day.Values), kWh(sum), quality})
	}
	return rows
}

func meterCoverage() verb {
	return verb{
		use: "coverage COMMUNITY MONTH", short: "Show which meter days and runs a month has (organiser, meter-operator, auditor)", args: cobra.ExactArgs(2), transaction: "settlement:Coverage",
		example: "  smartb meter coverage sunny 2025-10 --as community/organiser",
		request: func(args []string) (any, error) {
			return settlement.CoverageRequest{CommunityID: args[0], Period: args[1]}, nil
		},
		show: decoded(func(c settlement.Coverage) any { return coverageTable(c.Days) }),
	}
}

type coverageTable []settlement.DayCoverage

// Columns names the columns.
func (coverageTable) Columns() []string {
	return []string{"day", "members", "present", "corrected", "run", "stale", "purged", "missing", "changed"}
}

// Rows returns a row for each day.
func (t coverageTable) Rows() (rows [][]any) {
	for _, d := range t {
		rows = append(rows, []any{d.Day, d.Members, d.Present, d.Corrected, d.Run, d.Stale, d.Purged, strings.Join(d.Missing, " "), joined(d.Causes)})
	}
	return rows
}

// joined lists causes.
func joined(causes []settlement.Cause) string {
	var names []string
	for _, cause := range causes {
		names = append(names, string(cause))
	}
	return strings.Join(names, ", ")
}

func meterPurge() verb {
	var sure bool
	return verb{
		use: "purge COMMUNITY DATE", short: "Purge the load profiles of a day after their retention (meter-operator)", args: cobra.ExactArgs(2), transaction: "settlement:PurgeMeterDays", submit: true,
		long: `purge removes the day's meter days and the members' results from all peers, history included. The public run stays: statements that were kept still
verify. The month must be final, and the retention of the members' notices over. The day can be corrected and recomputed no more.`,
		example: "  smartb meter purge sunny 2020-10-26 --yes --as utility/meter-operator",
		flags: func(command *cobra.Command) {
			command.Flags().BoolVar(&sure, "yes", false, "purge; without it nothing is done")
		},
		request: func(args []string) (any, error) {
			if !sure {
				return nil, usagef("a purge cannot be undone: %s of %s could be corrected and recomputed no more; repeat with --yes", args[1], args[0])
			}
			return settlement.PurgeMeterDaysRequest{CommunityID: args[0], Day: args[1]}, nil
		},
	}
}

func meterDifferences() verb {
	var request settlement.DifferencesRequest
	return verb{
		use: "differences COMMUNITY DATE", short: "Show the grid operator's official values beside those of a run", args: cobra.ExactArgs(2), transaction: "settlement:Differences",
		example: "  smartb meter differences sunny 2025-10-26 --as oversight/auditor",
		request: func(args []string) (any, error) {
			request.CommunityID, request.Day = args[0], args[1]
			return request, nil
		},
		flags: func(command *cobra.Command) {
			addNewestRunFlag(command, &request.Run)
			command.Flags().StringVar(&request.MemberID, "member", "", "one member only (residents name the own one)")
		},
		reads: reading(func(d settlement.Differences) (string, []settlement.Read) {
			var reads []settlement.Read
			for _, of := range d.Members {
				reads = append(reads, settlement.Read{MemberID: of.MemberID, What: settlement.ReadDifferences, Days: []string{request.Day}})
			}
			return request.CommunityID, reads
		}),
		list: listing{items: "members"},
		show: decoded(func(d settlement.Differences) any { return differenceTable(d) }),
	}
}

type differenceTable settlement.Differences

// Columns names the columns.
func (differenceTable) Columns() []string {
	return []string{"member", "interval", "official kWh", "ours kWh", "difference kWh"}
}

// Rows returns a row for each interval that differs and the sums by member; without official values there is nothing to compare.
func (t differenceTable) Rows() (rows [][]any) {
	if len(t.Members) == 0 {
		return [][]any{{"no official values are recorded", "", "", "", ""}}
	}
	for _, m := range t.Members {
		for _, i := range m.Intervals {
			rows = append(rows, []any{m.MemberID, i.Interval, kWh(i.Official), kWh(i.Ours), signed(i.Official - i.Ours)})
		}
		rows = append(rows, []any{m.MemberID, "day", kWh(m.Official), kWh(m.Ours), signed(m.Official - m.Ours)})
	}
	return append(rows, []any{"all", "day", kWh(t.Official), kWh(t.Ours), signed(t.Official - t.Ours)})
}
