// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

func newBillCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:     "bill",
		Short:   "Bills: a party's bill of a month with its proof (smartb period bill shows it)",
		Example: "  smartb bill verify bill.json --as city/steward",
	}
	command.AddCommand(newBillVerifyCommand(app))
	return command
}

func newBillVerifyCommand(app *App) *cobra.Command {
	var record string
	phase := settlement.FinalPhase
	command := &cobra.Command{
		Use:   "verify FILE|-",
		Short: "Verify a bill against the public record of its period, at any peer or offline",
		Long: `verify recomputes the hash of a bill and its path to the Merkle root that the ledger holds. It needs no private data,
so any organisation's peer will do; with --record, a public record that was saved before, it needs no network at all.
A changed digit anywhere is found.`,
		Example: `  smartb bill verify bill.json --phase final --as city/steward
  smartb period show sunny 2025-10 --output json --as city/steward > period.json
  smartb bill verify bill.json --record period.json`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			var statement settlement.BillStatement
			if err := app.readProof(args[0], "bill", &statement); err != nil {
				return err
			}
			public, err := app.publicRecord(record)
			if err != nil {
				return err
			}
			return app.verifyBill(command.Context(), statement, public, phase)
		},
	}
	addRecordFlag(command, &record, "period")
	flags := command.Flags()
	flags.StringVar((*string)(&phase), "phase", string(phase),
		"the phase of the bill's period: provisional, final or preview (corrections are known from the bill)")
	return command
}

// billVerification is the answer of bill verify.
type billVerification struct {
	Verified   bool   `json:"verified"`
	Community  string `json:"communityId"`
	Period     string `json:"period"`
	Phase      string `json:"phase"`
	Member     string `json:"memberId"`
	SharedKWh  string `json:"sharedKWh"`
	Position   string `json:"position"`
	MerkleRoot string `json:"merkleRoot"`
}

func (a *App) verifyBill(
	ctx context.Context,
	statement settlement.BillStatement,
	public json.RawMessage,
	phase settlement.Phase,
) error {
	bill := statement.Bill
	if bill.Correction > 0 {
		phase = settlement.CorrectionPhase(bill.Correction)
	}
	period, err := recorded(public, func() (settlement.Period, error) {
		client, err := a.Client(ctx)
		if err != nil {
			return settlement.Period{}, err
		}
		return client.Settlement().GetPeriod(ctx, settlement.GetPeriodRequest{CommunityID: bill.CommunityID, Period: bill.Period, Phase: phase})
	})
	if err != nil {
		return err
	}
	if period.Period == "" {
		return usagef("--record holds no period; a bill is proven by the record of its period: smartb period show --output json")
	}
	if err := statement.Verify(period); err != nil {
		return unproven(err)
	}
	return a.Render(billVerification{
		true, bill.CommunityID, bill.Period, string(period.Phase), bill.MemberID, signed(bill.Shared), euros(bill.Position, bill.Currency), period.MerkleRoot,
	})
}
