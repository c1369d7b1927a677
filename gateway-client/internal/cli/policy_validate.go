// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/gateway-client/jsonld"
)

var levels = []string{string(odrl.DSP), string(odrl.ODRL), string(odrl.Profile)}

func newPolicyValidateCommand(app *App) *cobra.Command {
	var asked []string
	var offered licensing.Dataset
	command := &cobra.Command{
		Use:   "validate FILE|-",
		Short: "Find what is wrong with a policy",
		Long: `validate says what the ledger would say if the policy were published as an offer or sent in a negotiation, and lists everything that it finds, with the
JSON pointer of each. The dataset and its owner are those that the policy names; --dataset and --owner name them where it does not. Members that the ledger fills in,
such as a missing assigner, are no findings. A notice is what may be misunderstood; it refuses nothing. Licences are checked as they stand.

--level checks the document as it is written against one standard instead: dsp is the schema of the Dataspace Protocol 2025-1, odrl the ODRL Information
Model 2.2, profile what the ledger evaluates.`,
		Example: "  smartb policy validate offer.json\n  smartb policy validate licence.json --level odrl,profile --output json",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			var chosen []odrl.Level
			for _, level := range asked {
				if !slices.Contains(levels, level) {
					return usagef("--level: choose among %v", levels)
				}
				chosen = append(chosen, odrl.Level(level))
			}
			text, err := app.document(args[0])
			if err != nil {
				return err
			}
			findings, err := verdict(text, offered, chosen)
			if err != nil {
				return unreadable(args[0], err)
			}
			if err := app.Render(findings); err != nil {
				return err
			}
			if !findings.refuses() {
				app.Notef("the policy is valid")
				return nil
			}
			return &checkError{fmt.Errorf("%s: %d findings", args[0], len(findings)), "INVALID_POLICY", "correct what is listed; the path is a JSON pointer into the file"}
		},
	}
	command.Flags().StringSliceVar(&asked, "level", nil, "check the document as written against these `LEVELS`: dsp, odrl, profile")
	command.Flags().StringVar(&offered.DatasetID, "dataset", "", "the `DATASET` that is to be offered (default: the policy's target)")
	command.Flags().StringVar(&offered.Owner, "owner", "", "the dataset's owner, an `MSP` (default: the policy's assigner)")
	must(command.RegisterFlagCompletionFunc("level", cobra.FixedCompletions(levels, cobra.ShellCompDirectiveNoFileComp)))
	return command
}

// verdict is what the ledger states of a policy or, where levels are chosen, what these say of the document as it is
// written.
func verdict(text []byte, offered licensing.Dataset, chosen []odrl.Level) (findingTable, error) {
	if len(chosen) > 0 {
		return odrl.Validate(text, chosen...), nil
	}
	compacted, err := jsonld.Compact(text)
	if err != nil {
		return nil, err
	}
	taxonomy, err := shippedPurposes()
	if err != nil {
		return nil, err
	}
	terms, findings := licensing.Examine(compacted, licensing.Conditions{Dataset: offered, Purposes: taxonomy, Now: time.Now().UTC()})
	if len(findings) == 0 {
		return terms.Notices, nil
	}
	for _, finding := range odrl.Validate(compacted) { // what the ledger does not come to, as it stops at the first kind
		if !slices.Contains(findings, finding) {
			findings = append(findings, finding)
		}
	}
	return findings, nil
}

type findingTable []odrl.Finding

// refuses reports whether a finding is more than a notice.
func (t findingTable) refuses() bool {
	return slices.ContainsFunc(t, func(f odrl.Finding) bool { return f.Level != odrl.Notice })
}

// Columns names the columns.
func (findingTable) Columns() []string { return []string{"level", "path", "code", "message"} }

// Rows returns a row for each finding.
func (t findingTable) Rows() (rows [][]any) {
	for _, finding := range t {
		rows = append(rows, []any{finding.Level, finding.Path, finding.Code, finding.Message})
	}
	return rows
}
