// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

func newDutyCommand(app *App) *cobra.Command {
	var claim licensing.ClaimDutyRequest
	var breach licensing.ReportBreachRequest
	var list licensing.ListOfAgreementRequest
	named := func(r *licensing.DutyRequest, args []string) { r.AgreementID, r.Rule = args[0], args[1] }
	return noun(app, "duty", "Duties: what a licence asks for before or after a use", "  smartb duty list CommunityMSP/a-1 --as community/steward",
		verb{
			use: "claim AGREEMENT RULE", short: "Say that a duty was fulfilled (user)", args: cobra.ExactArgs(2), submit: true, transaction: "licensing:ClaimDuty",
			example: "  smartb duty claim CommunityMSP/a-1 /permission/0/duty/0 --reference transfer-17 --as community/steward",
			request: func(args []string) (any, error) {
				named(&claim.DutyRequest, args)
				return claim, nil
			},
			flags: func(command *cobra.Command) {
				command.Flags().StringVar(&claim.Reference, "reference", "", "your `ID`, such as that of a payment")
			},
		},
		verb{
			use: "confirm AGREEMENT RULE", short: "Confirm that a duty is fulfilled (its payee, else the owner)", args: cobra.ExactArgs(2), submit: true, transaction: "licensing:ConfirmDuty",
			example: "  smartb duty confirm CommunityMSP/a-1 /permission/0/duty/0 --as utility/steward",
			request: func(args []string) (any, error) {
				var r licensing.DutyRequest
				named(&r, args)
				return r, nil
			},
		},
		verb{
			use: "breach AGREEMENT RULE", short: "Report that a rule was broken (owner)", args: cobra.ExactArgs(2), submit: true, transaction: "licensing:ReportBreach",
			example: "  smartb duty breach CommunityMSP/a-1 /obligation/0 --reason TERMS_BREACHED --as utility/steward",
			request: func(args []string) (any, error) {
				named(&breach.DutyRequest, args)
				return breach, nil
			},
			flags: func(command *cobra.Command) {
				command.Flags().Func("reason", "a reason's `CODE`; may be repeated", func(code string) error {
					breach.ReasonCode = append(breach.ReasonCode, licensing.ReasonCode(code))
					return nil
				})
			},
		},
		verb{
			use: "list AGREEMENT", short: "List what is known of a licence's duties", args: cobra.ExactArgs(1), transaction: "licensing:ListDuties",
			example: "  smartb duty list CommunityMSP/a-1 --as community/steward",
			request: func(args []string) (any, error) {
				list.AgreementID = args[0]
				return list, nil
			},
			list: listing{items: "duties"},
			show: decoded(func(page licensing.DutyPage) any { return dutyTable(page.Duties) }),
		},
	)
}

type dutyTable []licensing.DutyRecord

// Columns names the columns.
func (dutyTable) Columns() []string { return []string{"rule", "state", "by", "when", "reference"} }

// Rows returns a row for each duty.
func (t dutyTable) Rows() (rows [][]any) {
	for _, d := range t {
		rows = append(rows, []any{d.Rule, d.State, d.By, d.At, d.Reference})
	}
	return rows
}
