// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

func newDisputeCommand(app *App) *cobra.Command {
	return noun(app, "dispute", "Disputes of a provisional period", "  smartb dispute list sunny 2025-10 --as city/steward",
		disputeRaise(), disputeResolve(), disputeList())
}

func disputeRaise() verb {
	var request settlement.RaiseDisputeRequest
	return verb{
		use: "raise COMMUNITY MONTH MEMBER", short: "Object to a provisional bill, or appeal (the resident concerned, organiser)", args: cobra.ExactArgs(3),
		transaction: "settlement:RaiseDispute", submit: true,
		long: `raise records an objection within the dispute window. The grid operator decides on readings, the organiser on all else; with --appeal against a rejection of the
same dispute an auditor decides. An accepted dispute leads to a correction run of the days concerned.`,
		example: `  smartb dispute raise sunny 2025-10 6f1e… --reason readings --day 2025-10-26 ` + neighbour + `
  smartb dispute raise sunny 2025-10 6f1e… --reason readings --id 4711 --appeal ` + neighbour,
		request: func(args []string) (any, error) {
			request.CommunityID, request.Period, request.MemberID = args[0], args[1], args[2]
			if request.DisputeID == "" {
				request.DisputeID = randomHex()
			}
			return request, nil
		},
		flags: func(command *cobra.Command) {
			flags := command.Flags()
			flags.StringVar(&request.DisputeID, "id", "", "the dispute's id (default: random)")
			flags.StringVar((*string)(&request.Reason), "reason", "", "readings, allocation, tariff or membership")
			flags.StringSliceVar(&request.Days, "day", nil, "the days concerned, `DATE,…` (default: the whole month)")
			flags.BoolVar(&request.Appeal, "appeal", false, "appeal against the rejection of the dispute --id")
			must(command.MarkFlagRequired("reason"))
		},
	}
}

func disputeResolve() verb {
	var request settlement.ResolveDisputeRequest
	var reject bool
	return verb{
		use: "resolve COMMUNITY MONTH DISPUTE", short: "Accept or reject a dispute (grid operator, organiser, auditor)", args: cobra.ExactArgs(3),
		transaction: "settlement:ResolveDispute", submit: true,
		example: `  smartb dispute resolve sunny 2025-10 4711 --accept --as utility/meter-operator
  smartb dispute resolve sunny 2025-10 4711 --reject --as oversight/auditor`,
		request: func(args []string) (any, error) {
			request.CommunityID, request.Period, request.DisputeID = args[0], args[1], args[2]
			return request, nil
		},
		flags: func(command *cobra.Command) {
			command.Flags().BoolVar(&request.Accept, "accept", false, "the member is right")
			command.Flags().BoolVar(&reject, "reject", false, "the bill is right")
			command.MarkFlagsOneRequired("accept", "reject")
			command.MarkFlagsMutuallyExclusive("accept", "reject")
		},
	}
}

func disputeList() verb {
	var request settlement.ListDisputesRequest
	return verb{
		use: "list COMMUNITY MONTH", short: "List the disputes of a period", args: cobra.ExactArgs(2), transaction: "settlement:ListDisputes",
		example: "  smartb dispute list sunny 2025-10 --as city/steward",
		list:    listing{items: "disputes"},
		request: func(args []string) (any, error) {
			request.CommunityID, request.Period = args[0], args[1]
			return request, nil
		},
		show: decoded(func(d settlement.Disputes) any { return disputeTable(d.Disputes) }),
	}
}

type disputeTable []settlement.Dispute

// Columns names the columns.
func (disputeTable) Columns() []string {
	return []string{"dispute", "member", "reason", "state", "raised", "resolved by", "appeal until"}
}

// Rows returns a row for each dispute.
func (t disputeTable) Rows() (rows [][]any) {
	for _, d := range t {
		until := ""
		if !d.AppealUntil.IsZero() {
			until = d.AppealUntil.Format("2006-01-02")
		}
		rows = append(rows, []any{d.DisputeID, d.MemberID, d.Reason, d.State, d.RaisedAt.Format("2006-01-02"), d.ResolvedBy, until})
	}
	return rows
}
