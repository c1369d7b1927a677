// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

func newTransferCommand(app *App) *cobra.Command {
	var request licensing.RequestTransferRequest
	var list licensing.ListOfAgreementRequest
	return noun(app, "transfer", "Transfers: long accesses, such as streams (DSP transfer processes)", "  smartb transfer show CommunityMSP/s-1 --as utility/processor",
		verb{
			use: "request DECISION", short: "Begin a transfer on a decision that permits (processor of the user)", args: cobra.ExactArgs(1), submit: true,
			transaction: "licensing:RequestTransfer", example: "  smartb transfer request 6f1e… --id s-1 --as community/processor",
			request: func(args []string) (any, error) {
				request.DecisionID = args[0]
				if request.TransferID == "" {
					request.TransferID = randomHex()
				}
				return request, nil
			},
			flags: func(command *cobra.Command) {
				command.Flags().StringVar(&request.TransferID, "id", "", "the transfer's id (default: random)")
			},
		},
		transferMove("start", "licensing:StartTransfer", "Start a requested transfer (owner), or go on with a suspended one (either side)"),
		transferMove("suspend", "licensing:SuspendTransfer", "Suspend a transfer (either side)"),
		transferMove("complete", "licensing:CompleteTransfer", "End a transfer that did its work (either side)"),
		transferMove("terminate", "licensing:TerminateTransfer", "End a transfer before its time (either side)"),
		verb{
			use: "show SESSION", short: "Show a transfer and whether it may carry data now", args: cobra.ExactArgs(1), transaction: "licensing:GetTransfer",
			example: "  smartb transfer show CommunityMSP/s-1 --as utility/processor",
			request: func(args []string) (any, error) { return licensing.GetTransferRequest{TransferID: args[0]}, nil },
		},
		verb{
			use: "list AGREEMENT", short: "List a licence's transfers", args: cobra.ExactArgs(1), transaction: "licensing:ListTransfers",
			example: "  smartb transfer list CommunityMSP/a-1 --as utility/processor",
			request: func(args []string) (any, error) {
				list.AgreementID = args[0]
				return list, nil
			},
			list: listing{items: "transfers"},
			show: decoded(func(page licensing.TransferPage) any { return transferTable(page.Transfers) }),
		},
	)
}

func transferMove(name, transaction, short string) verb {
	var request licensing.TransferRequest
	return verb{
		use: name + " SESSION", short: short, args: cobra.ExactArgs(1), submit: true, transaction: transaction, example: "  smartb transfer " + name + " s-1 --as utility/processor",
		request: func(args []string) (any, error) {
			request.TransferID = args[0]
			return request, nil
		},
		flags: endFlags(&request.End),
	}
}

type transferTable []licensing.Transfer

// Columns names the columns.
func (transferTable) Columns() []string {
	return []string{"transfer", "licence", "user", "owner", "state"}
}

// Rows returns a row for each transfer.
func (t transferTable) Rows() (rows [][]any) {
	for _, s := range t {
		rows = append(rows, []any{s.TransferID, s.AgreementID, s.Consumer, s.Provider, s.State})
	}
	return rows
}
