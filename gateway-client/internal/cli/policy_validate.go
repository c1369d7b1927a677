package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
)

var levels = []string{string(odrl.DSP), string(odrl.ODRL), string(odrl.Profile)}

func newPolicyValidateCommand(app *App) *cobra.Command {
	var asked []string
	command := &cobra.Command{
		Use:   "validate FILE|-",
		Short: "Find what is wrong with a policy",
		Long: `validate checks a policy on three levels and lists everything that it finds, with the JSON pointer of each: dsp is the schema of the Dataspace Protocol
2025-1, odrl the ODRL Information Model 2.2, profile what the ledger evaluates. An offer is published only if it has no finding on any level.`,
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
			findings := findingTable(odrl.Validate(text, chosen...))
			if err := app.Render(findings); err != nil {
				return err
			}
			if len(findings) == 0 {
				app.Notef("the policy is valid")
				return nil
			}
			return &checkError{fmt.Errorf("%s: %d findings", args[0], len(findings)), "INVALID_POLICY", "correct what is listed; the path is a JSON pointer into the file"}
		},
	}
	command.Flags().StringSliceVar(&asked, "level", levels, "the `LEVELS` to check")
	must(command.RegisterFlagCompletionFunc("level", cobra.FixedCompletions(levels, cobra.ShellCompDirectiveNoFileComp)))
	return command
}

type findingTable []odrl.Finding

// Columns names the columns.
func (findingTable) Columns() []string { return []string{"level", "path", "code", "message"} }

// Rows returns a row for each finding.
func (t findingTable) Rows() (rows [][]any) {
	for _, finding := range t {
		rows = append(rows, []any{finding.Level, finding.Path, finding.Code, finding.Message})
	}
	return rows
}

// MarshalJSON writes a list, also where there is nothing.
func (t findingTable) MarshalJSON() ([]byte, error) { return listJSON([]odrl.Finding(t)) }
