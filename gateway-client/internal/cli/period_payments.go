// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client/payments"
)

func newPeriodPaymentsCommand(app *App) *cobra.Command {
	phase := settlement.FinalPhase
	var accounts, file, execution string
	command := &cobra.Command{
		Use:   "payments COMMUNITY MONTH",
		Short: "Write the netted payments as ISO 20022 pain.001, and list what is to be paid in (organiser)",
		Long: `payments reads the netted positions, joins them with names and accounts from a local file (nothing of it goes to the ledger), and writes a credit transfer
initiation pain.001.001.09 for who receives. The answer lists all payments, the requests to who pays among them. The accounts file is one JSON object
{"community":{"name","iban","bic"},"parties":{"<member>":{"name","iban","bic"}}}; parties with one account are netted. Such a payment is settled when
smartb period paid confirmed each of its parties. Transfers are written of final bills and corrections only; the list shows what others would come to.`,
		Example: `  smartb period payments sunny 2025-10 --accounts accounts.json --pain001 transfers.xml --as community/organiser
  smartb period payments sunny 2025-10 --accounts accounts.json --output csv --as community/organiser > requests.csv`,
		Args: cobra.ExactArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			if file != "" && (phase == settlement.Preview || phase == settlement.ProvisionalPhase) {
				return usagef("the %s bills bind nobody: finalize the period before transfers are written", phase)
			}
			of := settlement.GetPeriodRequest{CommunityID: args[0], Period: args[1], Phase: phase}
			batch, err := app.payments(command.Context(), of, accounts)
			if err != nil {
				return err
			}
			if file != "" {
				if err := writePain001(batch, file, execution); err != nil {
					return err
				}
				app.Notef("%d transfers of %s written to %s", len(batch.Transfers), euros(payments.Total(batch.Transfers), batch.Currency), file)
			}
			return app.Render(paymentTable{batch})
		},
	}
	phaseFlag(&phase)(command)
	command.Flags().StringVar(&accounts, "accounts", "", "the local `FILE` with names and accounts")
	command.Flags().StringVar(&file, "pain001", "", "write the transfers to this `FILE`")
	command.Flags().StringVar(&execution, "execute", "", "the `DATE` on which the bank is to execute them (default: tomorrow)")
	must(command.MarkFlagRequired("accounts"))
	return command
}

func (a *App) payments(ctx context.Context, of settlement.GetPeriodRequest, file string) (payments.Batch, error) {
	open, err := os.Open(file)
	if err != nil {
		return payments.Batch{}, usagef("the accounts cannot be read: %w", err)
	}
	defer open.Close()
	accounts, err := payments.ReadAccounts(open)
	if err != nil {
		return payments.Batch{}, usagef("%s: %w", file, err)
	}
	client, err := a.Client(ctx)
	if err != nil {
		return payments.Batch{}, err
	}
	positions, err := client.Settlement().AllPositions(ctx, of)
	if err != nil {
		return payments.Batch{}, err
	}
	batch, err := payments.Net(of, positions, accounts)
	if err != nil {
		return batch, usagef("%s: %w", file, err)
	}
	return batch, nil
}

func writePain001(batch payments.Batch, path, execution string) error {
	now := time.Now()
	day := now.AddDate(0, 0, 1)
	if execution != "" {
		var err error
		if day, err = time.Parse(time.DateOnly, execution); err != nil {
			return usagef("--execute takes a date like 2025-11-04, not %q", execution)
		}
		if execution < now.Format(time.DateOnly) {
			return usagef("--execute %s is over", execution)
		}
	}
	file, err := createPrivate(path) // names and accounts
	if err != nil {
		return usagef("the payments cannot be written: %w", err)
	}
	if err := batch.WritePain001(file, now, day); err != nil {
		_ = file.Close() // the first error is the one to tell
		return usagef("%w", err)
	}
	return file.Close()
}

type paymentTable struct{ payments.Batch }

// Columns names the columns.
func (paymentTable) Columns() []string {
	return []string{"reference", "direction", "name", "account", "amount", "parties"}
}

// Rows returns a row for each payment.
func (t paymentTable) Rows() [][]any {
	return append(t.rows("transfer", t.Transfers), t.rows("request", t.Requests)...)
}

func (t paymentTable) rows(direction string, list []payments.Payment) (rows [][]any) {
	for _, p := range list {
		rows = append(rows, []any{p.Reference, direction, p.Account.Name, p.Account.IBAN, euros(p.Cents, t.Currency), strings.Join(p.Parties, " ")})
	}
	return rows
}
