// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

func newStatementVerifyCommand(app *App) *cobra.Command {
	var record string
	command := &cobra.Command{
		Use:   "verify FILE|-",
		Short: "Verify a statement against the public record of its run, at any peer or offline",
		Long: `verify recomputes the hash of a statement and its path to the Merkle root that the ledger holds. It needs no private
data, so any organisation's peer will do; with --record, a public record that was saved before, it needs no network at
all. A changed digit anywhere is found.`,
		Example: `  smartb statement verify statement.json --as city/steward
  smartb run show sunny 2025-10-26 --output json --as city/steward > run.json
  smartb statement verify statement.json --record run.json`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			var statement settlement.Statement
			if err := app.readProof(args[0], "statement", &statement); err != nil {
				return err
			}
			public, err := app.publicRecord(record)
			if err != nil {
				return err
			}
			return app.verifyStatement(command.Context(), statement, public)
		},
	}
	addRecordFlag(command, &record, "run")
	return command
}

// verification is the answer of statement verify.
type verification struct {
	Verified   bool   `json:"verified"`
	Community  string `json:"communityId"`
	Day        string `json:"day"`
	Run        string `json:"run"`
	Member     string `json:"memberId"`
	MeteredKWh string `json:"meteredKWh"`
	SharedKWh  string `json:"sharedKWh"`
	MerkleRoot string `json:"merkleRoot"`
	// SupersededBy is the newest run of the day, where the statement is of an older one.
	SupersededBy settlement.RunID `json:"supersededBy,omitempty"`
}

func (a *App) verifyStatement(ctx context.Context, statement settlement.Statement, public json.RawMessage) error {
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
	if run.SupersededBy != "" {
		a.Notef("the statement is true of run %s, which is superseded by %s; ask for the newest: smartb statement show", run.Run, run.SupersededBy)
	}
	metered, shared := statement.Totals()
	return a.Render(verification{
		true, leaf.CommunityID, leaf.Day, string(leaf.Run), leaf.MemberID, kWh(metered), kWh(shared), run.MerkleRoot, run.SupersededBy,
	})
}
