package cli

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client/energy"
)

func newEnergyCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:     "energy",
		Short:   "Files of load curves: allocate them offline, import them, verify what came of them",
		Example: "  smartb energy allocate month.csv --key prorata --rounding EXACT --output csv",
	}
	command.AddCommand(newEnergyAllocateCommand(app), newEnergyImportCommand(app), newEnergyVerifyCommand(app), newEnergySampleCommand(app))
	return command
}

// load reads a file of load curves, - for stdin.
func (a *App) load(path string) (*energy.Load, error) {
	reader := a.stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, usagef("the load curves cannot be read: %w", err)
		}
		defer file.Close()
		reader = file
	}
	load, err := energy.Read(reader)
	if err != nil {
		return nil, usagef("%s: %w", path, err)
	}
	return load, nil
}

func newEnergyVerifyCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:   "verify FILE|-",
		Short: "Verify a statement against the public run, at any peer",
		Long: `verify recomputes the statement's hash and its path to the Merkle root that the ledger holds. It needs no private data, so any organisation's
peer will do; a changed digit anywhere is found.`,
		Example: "  smartb energy verify statement.json --as city/steward",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			statement, err := app.statement(args[0])
			if err != nil {
				return err
			}
			return app.verify(command.Context(), statement)
		},
	}
}

func (a *App) statement(path string) (statement settlement.Statement, err error) {
	var text []byte
	if path == "-" {
		text, err = io.ReadAll(a.stdin)
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return statement, usagef("the statement cannot be read: %w", err)
	}
	if err := json.Unmarshal(text, &statement); err != nil {
		return statement, usagef("%s holds no statement: %w", filepath.Base(path), err)
	}
	return statement, nil
}

// verification is the answer of energy verify.
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

func (a *App) verify(ctx context.Context, statement settlement.Statement) error {
	client, err := a.Client(ctx)
	if err != nil {
		return err
	}
	leaf := statement.Leaf
	view, err := client.Settlement().GetRun(ctx, settlement.GetRunRequest{CommunityID: leaf.CommunityID, Day: leaf.Day, Run: leaf.Run})
	if err != nil {
		return err
	}
	if err := statement.Verify(view.Run); err != nil {
		return &checkError{error: err, code: "UNPROVEN", next: "ask the organiser for the statement again; if it stays unproven, it was changed"}
	}
	metered, shared := statement.Totals()
	return a.Render(verification{true, leaf.CommunityID, leaf.Day, string(leaf.Run), leaf.MemberID, kWh(metered), kWh(shared), view.MerkleRoot})
}

func newEnergySampleCommand(app *App) *cobra.Command {
	var (
		month string
		seed  uint64
	)
	command := &cobra.Command{
		Use:   "sample",
		Short: "Write a month of load curves of an invented community",
		Long: `sample writes a month of quarter-hours of six consumers and three producers, two of them at one connection with a consumer. The same month and
seed give the same bytes; clock-change days have their right number of rows.`,
		Example: "  smartb energy sample --month 2025-10 > month.csv",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := energy.WriteSample(app.stdout, month, seed); err != nil {
				return usagef("%w", err)
			}
			return nil
		},
	}
	command.Flags().StringVar(&month, "month", "2025-10", "the `YEAR-MONTH`")
	command.Flags().Uint64Var(&seed, "seed", 1, "the seed of weather and noise")
	return command
}
