// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
)

func newPeriodCommand(app *App) *cobra.Command {
	command := noun(app, "period", "Periods: the bills of a month, from preview to final", "  smartb period close sunny 2025-10 --as community/organiser",
		periodClose(), periodFinalize(), periodShow(), periodTotals(), periodPublish(), periodFigures(), periodAgree(), periodBill(), periodPositions())
	command.AddCommand(newPeriodPaymentsCommand(app), newPeriodPaidCommand(app))
	return command
}

func periodClose() verb {
	phase := settlement.ProvisionalPhase
	return verb{
		use: "close COMMUNITY MONTH", short: "Bill a month (organiser)", args: cobra.ExactArgs(2), transaction: "settlement:ClosePeriod", submit: true,
		long: `close adds up the runs of the month's days, applies the tariff, rounds every total once, and stores every party's bill privately and a public record with
the Merkle root of all bills. provisional needs a final run of every day and opens the dispute window; preview takes what is there; correction-1,
correction-2, … are differences to a final period.`,
		example: `  smartb period close sunny 2025-10 --phase preview --as community/organiser
  smartb period close sunny 2025-10 --as community/organiser
  smartb period close sunny 2025-10 --phase correction-1 --as community/organiser`,
		request: func(args []string) (any, error) {
			return settlement.ClosePeriodRequest{CommunityID: args[0], Period: args[1], Phase: phase}, nil
		},
		flags: phaseFlag(&phase),
		after: noteStale,
	}
}

// noteStale reports what changed after the runs that are billed: the ledger closes without it.
func noteStale(ctx context.Context, app *App, client *gateway.Client, args []string) {
	coverage, err := client.Settlement().Coverage(ctx, settlement.CoverageRequest{CommunityID: args[0], Period: args[1]})
	if err != nil {
		app.Notef("whether something changed after the runs could not be read: %s", err)
		return
	}
	if changed := changedDays(coverage.Days); changed != "" {
		app.Notef("changed after the runs that are billed: %s; settle these days again (smartb run settle %s %s --run correction), and bill anew", changed, args[0], args[1])
	}
}

// changedDays names the days that changed after their newest run, each with what changed.
func changedDays(days []settlement.DayCoverage) string {
	var changed []string
	for _, day := range days {
		if day.Stale {
			changed = append(changed, day.Day+" ("+joined(day.Causes)+")")
		}
	}
	return strings.Join(changed, ", ")
}

// phaseFlag adds the flag --phase.
func phaseFlag(phase *settlement.Phase) func(*cobra.Command) {
	return func(command *cobra.Command) {
		command.Flags().StringVar((*string)(phase), "phase", string(*phase), "preview, provisional, final or correction-1, correction-2, …")
	}
}

func periodFinalize() verb {
	return verb{
		use: "finalize COMMUNITY MONTH", short: "Make a provisional period final after its dispute window (organiser)", args: cobra.ExactArgs(2),
		transaction: "settlement:FinalizePeriod", submit: true,
		long: `finalize ends the dispute window: what is final never changes, later findings are corrections. Open disputes, accepted ones that no correction followed, and
runs that are newer than the bills hold it up.`,
		example: "  smartb period finalize sunny 2025-10 --as community/organiser",
		request: func(args []string) (any, error) {
			return settlement.FinalizePeriodRequest{CommunityID: args[0], Period: args[1]}, nil
		},
		after: noteStale,
	}
}

func periodShow() verb {
	phase := settlement.FinalPhase
	return verb{
		use: "show COMMUNITY MONTH", short: "Show the public record of a period", args: cobra.ExactArgs(2), transaction: "settlement:GetPeriod",
		example: "  smartb period show sunny 2025-10 --phase provisional --as city/steward",
		request: func(args []string) (any, error) {
			return settlement.GetPeriodRequest{CommunityID: args[0], Period: args[1], Phase: phase}, nil
		},
		flags: phaseFlag(&phase),
	}
}

func periodTotals() verb {
	phase := settlement.FinalPhase
	return verb{
		use: "totals COMMUNITY MONTH", short: "Show the private totals of a period (organiser, auditor)", args: cobra.ExactArgs(2), transaction: "settlement:PeriodTotals",
		example: "  smartb period totals sunny 2025-10 --as community/organiser",
		request: func(args []string) (any, error) {
			return settlement.GetPeriodRequest{CommunityID: args[0], Period: args[1], Phase: phase}, nil
		},
		flags: phaseFlag(&phase),
		show:  decoded(func(t settlement.PhaseTotals) any { return periodTotalTable(t) }),
	}
}

type periodTotalTable settlement.PhaseTotals

// Columns names the columns.
func (periodTotalTable) Columns() []string {
	return []string{"consumers", "producers", "produced kWh", "consumed kWh", "shared kWh", "net", "VAT"}
}

// Rows returns the one row.
func (t periodTotalTable) Rows() [][]any {
	return [][]any{{t.Consumers, t.Producers, signed(t.Production), signed(t.Consumption), signed(t.Shared), euros(t.Net, ""), euros(t.VAT, "")}}
}

func periodPublish() verb {
	var correction int
	return verb{
		use: "publish COMMUNITY MONTH", short: "Publish a final month's production, consumption and shared energy (organiser)", args: cobra.ExactArgs(2),
		transaction: "settlement:PublishFigures", submit: true,
		long: `publish writes three figures in kWh for anybody to read, once per month. They never tell of fewer than 10 persons: at least 10 consume and 10 produce (fewer
producers, if each is a legal person that agreed by its own signature), and the persons are those of the community's last published figures, or differ from
those of all published figures by at least 10. While fewer than 10 are new, the figures are of the persons as they were.
A correction takes 10 persons on each side whose own readings changed.`,
		example: `  smartb period publish sunny 2025-10 --as community/organiser
  smartb period publish sunny 2025-10 --correction 1 --as community/organiser`,
		request: func(args []string) (any, error) {
			return settlement.PublishFiguresRequest{CommunityID: args[0], Period: args[1], Correction: correction}, nil
		},
		flags: func(command *cobra.Command) {
			command.Flags().IntVar(&correction, "correction", 0, "the `NUMBER` of the correction of published figures")
		},
		show: decoded(func(f settlement.Figures) any { return figureTable{f} }),
	}
}

func periodFigures() verb {
	return verb{
		use: "figures COMMUNITY MONTH", short: "Show what was published of a month", args: cobra.ExactArgs(2), transaction: "settlement:ListFigures",
		example: "  smartb period figures sunny 2025-10 --as city/steward",
		request: func(args []string) (any, error) {
			return settlement.ListFiguresRequest{CommunityID: args[0], Period: args[1]}, nil
		},
		list: listing{items: "figures"},
		show: decoded(func(l settlement.FiguresList) any { return figureTable(l.Figures) }),
	}
}

func periodAgree() verb {
	var ends bool
	return verb{
		use: "agree COMMUNITY MEMBER REGISTER-NUMBER", short: "Agree as a legal person that figures of fewer than 10 producers are published",
		args: cobra.ExactArgs(3), transaction: "settlement:AgreeToFigures", submit: true,
		long: `agree is for producers that are legal persons: with few of them, a month's production tells of each. Each signs for itself by the key of its membership;
--end ends the agreement, and nothing more is published. Published figures stay.`,
		example: `  smartb period agree sunny 6f1e… 'FN 123456a' ` + neighbour + `
  smartb period agree sunny 6f1e… 'FN 123456a' --end ` + neighbour,
		request: func(args []string) (any, error) {
			return settlement.AgreeToFiguresRequest{CommunityID: args[0], MemberID: args[1], RegisterNumber: args[2], Agreed: !ends}, nil
		},
		flags: func(command *cobra.Command) {
			command.Flags().BoolVar(&ends, "end", false, "end the agreement")
		},
	}
}

type figureTable []settlement.Figures

// Columns names the columns.
func (figureTable) Columns() []string {
	return []string{"month", "correction", "produced kWh", "consumed kWh", "shared kWh", "published by", "published at"}
}

// Rows returns a row for each publication.
func (t figureTable) Rows() (rows [][]any) {
	for _, f := range t {
		rows = append(rows, []any{f.Period, f.Correction, f.Production, f.Consumption, f.Shared, f.PublishedBy, f.PublishedAt})
	}
	return rows
}

func periodBill() verb {
	phase := settlement.FinalPhase
	return verb{
		use: "bill COMMUNITY MONTH MEMBER", short: "Show a party's bill (organiser, auditor, the resident concerned)", args: cobra.ExactArgs(3), transaction: "settlement:Bill",
		long: `bill reads what a member shared, bought and sold. As JSON it carries the proof that it belongs to the public period: smartb bill verify checks it at any
peer. The bills of organisations are named msp:CommunityMSP and the like.`,
		example: `  smartb period bill sunny 2025-10 6f1e… --as oversight/auditor --output json > bill.json
  smartb period bill sunny 2025-10 msp:UtilityMSP --as utility/meter-operator`,
		request: func(args []string) (any, error) {
			return settlement.BillRequest{CommunityID: args[0], Period: args[1], MemberID: args[2], Phase: phase}, nil
		},
		flags: phaseFlag(&phase),
		reads: reading(func(s settlement.BillStatement) (string, []settlement.Read) {
			return s.Bill.CommunityID, []settlement.Read{{MemberID: s.Bill.MemberID, What: settlement.ReadBill, Period: s.Bill.Period}}
		}),
		show: decoded(func(s settlement.BillStatement) any { return billTable(s.Bill) }),
	}
}

type billTable settlement.Bill

// Columns names the columns.
func (billTable) Columns() []string {
	return []string{"line", "side", "with", "generation", "kWh", "net", "VAT %", "VAT"}
}

// Rows returns a row for each item and one for the position.
func (b billTable) Rows() (rows [][]any) {
	for _, item := range b.Items {
		rows = append(rows, []any{
			item.Line, item.Side, item.Counterparty, item.Generation, signed(item.Energy), euros(item.Net, b.Currency), percent(item.VATRate), euros(item.VAT, b.Currency),
		})
	}
	return append(rows, []any{"position", "", "", "", signed(b.Shared), euros(b.Position, b.Currency), "", ""})
}

func percent(basisPoints int64) string { return euros(basisPoints, "%") }

// signed writes an energy, or a difference of energies, in kWh.
func signed(mWh int64) string {
	if mWh < 0 {
		return "-" + kWh(-mWh)
	}
	return kWh(mWh)
}

func periodPositions() verb {
	phase := settlement.FinalPhase
	return verb{
		use: "positions COMMUNITY MONTH", short: "Show who receives and who pays what after netting (organiser, auditor)", args: cobra.ExactArgs(2), transaction: "settlement:Positions",
		example: "  smartb period positions sunny 2025-10 --as community/organiser --output csv",
		request: func(args []string) (any, error) {
			return settlement.PositionsRequest{CommunityID: args[0], Period: args[1], Phase: phase}, nil
		},
		flags: phaseFlag(&phase),
		list:  listing{items: "positions"},
		show:  decoded(func(p settlement.Positions) any { return positionTable(p) }),
	}
}

type positionTable settlement.Positions

// Columns names the columns.
func (positionTable) Columns() []string { return []string{"party", "position", "paid"} }

// Rows returns a row for each party.
func (t positionTable) Rows() (rows [][]any) {
	for _, p := range t.Positions {
		paid := ""
		if !p.PaidAt.IsZero() {
			paid = p.PaidAt.Format("2006-01-02")
		}
		rows = append(rows, []any{p.MemberID, euros(p.Cents, t.Currency), paid})
	}
	return rows
}

func newPeriodPaidCommand(app *App) *cobra.Command {
	phase := settlement.FinalPhase
	command := &cobra.Command{
		Use:   "paid COMMUNITY MONTH MEMBER…",
		Short: "Confirm that positions were paid (organiser)",
		Long: `paid confirms the parties' positions one by one. A payment that netted several parties of one account is confirmed for all of them, as smartb period payments
lists them: what one of them owes would be asked for again. Confirming a position again changes nothing.`,
		Example: `  smartb period paid sunny 2025-10 6f1e… --as community/organiser
  smartb period paid sunny 2025-10 6f1e… 90ab… --as community/organiser`,
		Args: cobra.MinimumNArgs(3),
		RunE: func(command *cobra.Command, args []string) error {
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			var paid paidTable
			for _, member := range args[2:] {
				request := settlement.ConfirmPaymentRequest{CommunityID: args[0], Period: args[1], MemberID: member, Phase: phase}
				payment, receipt, err := client.Settlement().ConfirmPayment(command.Context(), request)
				if err != nil {
					return app.partly(paid, len(paid), err)
				}
				app.noteCommitted(receipt)
				paid = append(paid, payment)
			}
			return app.Render(paid)
		},
	}
	phaseFlag(&phase)(command)
	return command
}

type paidTable []settlement.Payment

// Columns names the columns.
func (paidTable) Columns() []string { return []string{"party", "period", "phase", "confirmed at"} }

// Rows returns a row for each payment.
func (t paidTable) Rows() (rows [][]any) {
	for _, p := range t {
		rows = append(rows, []any{p.MemberID, p.Period, p.Phase, p.ConfirmedAt})
	}
	return rows
}
