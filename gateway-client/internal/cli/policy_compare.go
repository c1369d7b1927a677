// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
)

func newPolicyConflictsCommand(app *App) *cobra.Command {
	var flags knowledgeFlags
	command := &cobra.Command{
		Use:   "conflicts FILE|-",
		Short: "List permissions and prohibitions of a policy that contradict each other",
		Long: `conflicts lists pairs of a permission and a prohibition that can meet the same request: certain with an example, or undecided. With the conflict
strategies perm and prohibit the pairs are solved; with invalid, which is the default, they void the policy and the exit code is 1.`,
		Example: "  smartb policy conflicts offer.json --dpv\n  smartb policy conflicts offer.json --world collections.json --output json",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			policy, err := parsed(app, args[0], odrl.Parse)
			if err != nil {
				return err
			}
			world, err := flags.read(app)
			if err != nil {
				return err
			}
			list := conflictTable(odrl.Conflicts(policy, world.Knowledge))
			if err := app.Render(list); err != nil {
				return err
			}
			if len(list) == 0 || policy.Conflict != odrl.Invalidate {
				return nil
			}
			return &checkError{fmt.Errorf("%s: %d contradictions", args[0], len(list)), "CONTRADICTION", `say with "conflict": "perm" or "prohibit" which rule wins, or make the rules disjoint`}
		},
	}
	flags.add(command, "with members of collections (partOf) and purposes")
	return command
}

type conflictTable []odrl.Conflict

// Columns names the columns.
func (conflictTable) Columns() []string {
	return []string{"permission", "prohibition", "certain", "example"}
}

// Rows returns a row for each pair.
func (t conflictTable) Rows() (rows [][]any) {
	for _, conflict := range t {
		rows = append(rows, []any{conflict.Permission, conflict.Prohibition, conflict.Certain, example(conflict.Example)})
	}
	return rows
}

// example is a situation as text.
func example(s *odrl.Situation) string {
	if s == nil {
		return ""
	}
	text, err := json.Marshal(s)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func newPolicyRefinesCommand(app *App) *cobra.Command {
	var flags knowledgeFlags
	command := &cobra.Command{
		Use:   "refines FILE FILE",
		Short: "Say whether the first policy permits nothing that the second does not",
		Long: `refines compares two policies: yes is proven for every request, time and world; no comes with a witness, a request and a world that policy evaluate
reads; unknown is neither. The exit code is 0 for yes only.`,
		Example: "  smartb policy refines licence.json consent.json --dpv\n  smartb policy refines licence.json consent.json --output json",
		Args:    cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			first, err := parsed(app, args[0], odrl.Parse)
			if err != nil {
				return err
			}
			second, err := parsed(app, args[1], odrl.Parse)
			if err != nil {
				return err
			}
			world, err := flags.read(app)
			if err != nil {
				return err
			}
			result := refinementTable(odrl.Refines(first, second, world.Knowledge))
			if err := app.Render(result); err != nil {
				return err
			}
			if result.Answer == odrl.Yes {
				return nil
			}
			return &checkError{fmt.Errorf("%s is not shown to permit only what %s permits: %s", args[0], args[1], result.Answer), "NOT_A_REFINEMENT",
				"narrow the permissions that are listed; --output json shows the witness"}
		},
	}
	flags.add(command, "with members of collections (partOf) and purposes that hold in every world")
	return command
}

type refinementTable odrl.Refinement

// Columns names the columns.
func (refinementTable) Columns() []string {
	return []string{"answer", "permission", "reason", "witness"}
}

// Rows returns a row for each permission that is not covered, or one for yes.
func (t refinementTable) Rows() (rows [][]any) {
	for _, reason := range t.Reasons {
		rows = append(rows, []any{t.Answer, reason.Permission, reason.Reason, example(t.Witness)})
	}
	if len(rows) == 0 {
		rows = append(rows, []any{t.Answer, "", "", ""})
	}
	return rows
}
