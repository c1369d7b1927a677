package cli

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

func newEnergyVerifyCommand(app *App) *cobra.Command {
	var record string
	command := &cobra.Command{
		Use:   "verify FILE|-",
		Short: "Verify a statement or a bill against the public record, at any peer or offline",
		Long: `verify recomputes the hash of a statement (of a day) or a bill (of a month) and its path to the Merkle root that the ledger holds. It needs no private data,
so any organisation's peer will do; with --record, a public record that was saved before, no network at all. A changed digit anywhere is found.`,
		Example: `  smartb energy verify statement.json --as city/steward
  smartb energy verify bill.json --phase final --as city/steward
  smartb run show sunny 2025-10-26 --output json --as city/steward > run.json; smartb energy verify statement.json --record run.json`,
		Args: cobra.ExactArgs(1),
	}
	phase := settlement.FinalPhase
	command.RunE = func(command *cobra.Command, args []string) error {
		text, err := app.proven(args[0])
		if err != nil {
			return err
		}
		public, err := app.publicRecord(record)
		if err != nil {
			return err
		}
		return app.verify(command.Context(), text, public, phase)
	}
	command.Flags().StringVar(&record, "record", "", "the `FILE` with the public run or period (default: ask the ledger)")
	command.Flags().StringVar((*string)(&phase), "phase", string(phase), "the phase of a bill's period: provisional, final or preview (corrections are known from the bill)")
	return command
}

// proven reads a JSON file that carries a proof, - for stdin.
func (a *App) proven(path string) ([]byte, error) {
	text, err := a.document(path)
	if err == nil && !json.Valid(text) {
		err = usagef("%s holds no statement: it is no JSON", filepath.Base(path))
	}
	return text, err
}

// publicRecord reads a saved run or period; nil if none is named.
func (a *App) publicRecord(path string) (json.RawMessage, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, usagef("the public record cannot be read: %w", err)
	}
	return text, nil
}

// verify tells statements from bills and checks them.
func (a *App) verify(ctx context.Context, text []byte, public json.RawMessage, phase settlement.Phase) error {
	var kind struct {
		Bill json.RawMessage `json:"bill"`
	}
	if err := json.Unmarshal(text, &kind); err != nil {
		return usagef("this is no statement: %w", err)
	}
	if kind.Bill != nil {
		return a.verifyBill(ctx, text, public, phase)
	}
	return a.verifyStatement(ctx, text, public)
}

// verification is the answer of energy verify for a statement.
type verification struct {
	Verified   bool   `json:"verified"`
	Community  string `json:"communityId"`
	Day        string `json:"day"`
	Run        string `json:"run"`
	Member     string `json:"memberId"`
	MeteredKWh string `json:"meteredKWh"`
	SharedKWh  string `json:"sharedKWh"`
	MerkleRoot string `json:"merkleRoot"`
}

func (a *App) verifyStatement(ctx context.Context, text []byte, public json.RawMessage) error {
	var statement settlement.Statement
	if err := json.Unmarshal(text, &statement); err != nil {
		return usagef("this is no statement: %w", err)
	}
	leaf := statement.Leaf
	run, err := recorded(public, func() (settlement.Run, error) {
		client, err := a.Client(ctx)
		if err != nil {
			return settlement.Run{}, err
		}
		return client.Settlement().GetRun(ctx, settlement.GetRunRequest{CommunityID: leaf.CommunityID, Day: leaf.Day, Run: leaf.Run})
	})
	if err != nil {
		return err
	}
	if run.Day == "" {
		return usagef("--record holds no run; a statement is proven by the record of its run: smartb run show --output json")
	}
	if err := statement.Verify(run); err != nil {
		return unproven(err)
	}
	metered, shared := statement.Totals()
	return a.Render(verification{true, leaf.CommunityID, leaf.Day, string(leaf.Run), leaf.MemberID, kWh(metered), kWh(shared), run.MerkleRoot})
}

// billVerification is the answer of energy verify for a bill.
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

func (a *App) verifyBill(ctx context.Context, text []byte, public json.RawMessage, phase settlement.Phase) error {
	var statement settlement.BillStatement
	if err := json.Unmarshal(text, &statement); err != nil {
		return usagef("this is no bill: %w", err)
	}
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

func unproven(err error) error {
	return &checkError{error: err, code: "UNPROVEN", next: "ask the organiser for the statement again, and name the phase that a bill is of by --phase; if it stays unproven, it was changed"}
}

// recorded is the saved public record, or what the ledger answers.
func recorded[T any](public json.RawMessage, ask func() (T, error)) (record T, err error) {
	if public == nil {
		return ask()
	}
	if err := json.Unmarshal(public, &record); err != nil {
		return record, usagef("the public record cannot be read: %w", err)
	}
	return record, nil
}
