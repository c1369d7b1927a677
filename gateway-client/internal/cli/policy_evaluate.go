// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
)

// evaluateFlags are the flags of policy evaluate.
type evaluateFlags struct {
	policy, request string
	knowledge       knowledgeFlags
	simulate, full  bool
}

func newPolicyEvaluateCommand(app *App) *cobra.Command {
	var flags evaluateFlags
	command := &cobra.Command{
		Use:   "evaluate --policy FILE --request FILE --world FILE",
		Short: "Say what a policy means for a request in a state of the world",
		Long: `evaluate answers whether the request is permitted, and which rules are active. An act that no active permission covers is denied, and so is one that depends on
something unknown. A denial is an answer: the exit code is 0. Offers permit nothing; --simulate treats one as agreed to.

The world has currentTime, partOf (pairs of a member and its collection) and duties (rule, performance, deontic); and what a ledger knows besides:
finalized, uses (rule, count, last), purposes (pairs of a purpose and a broader one), values (by left operand). Anything that it leaves out is unknown.`,
		Example: `  smartb policy evaluate --policy licence.json --request request.json --world world.json --output json
  smartb policy evaluate --policy offer.json --request request.json --world world.json --dpv --simulate --report --output json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			report, err := flags.evaluate(app)
			if err != nil {
				return err
			}
			if flags.full && app.output == asJSON {
				return app.Render(report)
			}
			return app.Render(reportTable(report))
		},
	}
	command.Flags().StringVar(&flags.policy, "policy", "", "the policy's `FILE`")
	command.Flags().StringVar(&flags.request, "request", "", "the request's `FILE`")
	flags.knowledge.add(command, "of the state of the world")
	command.Flags().BoolVar(&flags.simulate, "simulate", false, "treat an offer as agreed to")
	command.Flags().BoolVar(&flags.full, "report", false, "with --output json: write the whole compliance report")
	for _, required := range []string{"policy", "request", "world"} {
		must(command.MarkFlagRequired(required))
	}
	return command
}

func (f *evaluateFlags) evaluate(app *App) (report odrl.Report, err error) {
	policy, err := parsed(app, f.policy, odrl.Parse)
	if err != nil {
		return report, err
	}
	request, err := parsed(app, f.request, odrl.ParseRequest)
	if err != nil {
		return report, err
	}
	world, err := f.knowledge.read(app)
	if err != nil {
		return report, err
	}
	if f.simulate {
		return odrl.Simulate(policy, request, world), nil
	}
	return odrl.Evaluate(policy, request, world), nil
}

// reportTable shows the rules of a report and, in the last row, what follows from them.
type reportTable odrl.Report

// Columns names the columns.
func (reportTable) Columns() []string {
	return []string{"rule", "type", "activation", "means", "because of"}
}

// Rows returns a row for each rule and one for the policy.
func (t reportTable) Rows() (rows [][]any) {
	for _, rule := range t.Rules {
		rows = append(rows, []any{rule.UID, rule.Type, rule.ActivationState, string(rule.ControlState) + string(rule.DeonticState), because(rule)})
	}
	verdict := "denied"
	if t.Permit {
		verdict = "permitted"
	}
	return append(rows, []any{t.Policy, "Policy", "", verdict, t.Void})
}

// because lists what of a rule does not match the request, does not hold, or is not fulfilled.
func because(rule odrl.RuleReport) string {
	reasons := append([]string{}, rule.Mismatch...)
	for _, list := range [][]odrl.ConstraintReport{rule.Constraints, rule.Refinements} {
		for _, c := range list {
			if c.SatisfactionState != odrl.Satisfied {
				reasons = append(reasons, strings.TrimSpace(c.LeftOperand+string(c.Logic)+" "+string(c.SatisfactionState)))
			}
		}
	}
	for _, duty := range rule.Duties {
		if duty.ActivationState == odrl.Active && duty.DeonticState != odrl.Fulfilled {
			reasons = append(reasons, duty.UID+" "+string(duty.DeonticState))
		}
	}
	return strings.Join(reasons, ", ")
}

// MarshalJSON writes the fixed form that other programs build on: permit and, for each rule, its uid, type and activationState.
func (t reportTable) MarshalJSON() ([]byte, error) {
	type rule struct {
		UID             string               `json:"uid"`
		Type            odrl.RuleType        `json:"type"`
		ActivationState odrl.ActivationState `json:"activationState"`
	}
	answer := struct {
		Permit bool   `json:"permit"`
		Rules  []rule `json:"rules"`
	}{t.Permit, []rule{}}
	for _, r := range t.Rules {
		answer.Rules = append(answer.Rules, rule{r.UID, r.Type, r.ActivationState})
	}
	return json.Marshal(answer)
}
