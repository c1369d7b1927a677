// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

func newAccessCommand(app *App) *cobra.Command {
	command := noun(app, "access", "Accesses: decisions on the use of data, and the evidence of it", "  smartb access list --agreement CommunityMSP/a-1 --as utility/steward",
		verb{
			use: "check DECISION", short: "Ask whether a decision still holds", args: cobra.ExactArgs(1), transaction: "licensing:CheckAccess",
			example: "  smartb access check CommunityMSP/6f1e… --as utility/processor",
			request: func(args []string) (any, error) { return licensing.CheckAccessRequest{DecisionID: args[0]}, nil },
		},
		verb{
			use: "show DECISION", short: "Show a decision with its compliance report (those concerned)", args: cobra.ExactArgs(1), transaction: "licensing:GetDecision",
			example: "  smartb access show CommunityMSP/6f1e… --output json --as utility/steward",
			request: func(args []string) (any, error) { return licensing.DecisionRequest{DecisionID: args[0]}, nil },
		},
		accessList(), accessSimulate(app),
		verb{
			use: "deliveries DECISION", short: "List what was served under a decision (those concerned)", args: cobra.ExactArgs(1), transaction: "licensing:ListDeliveries",
			example: "  smartb access deliveries 6f1e… --as community/steward",
			request: func(args []string) (any, error) { return licensing.ListDeliveriesRequest{DecisionID: args[0]}, nil },
			list:    listing{items: "deliveries"},
			show:    decoded(func(page licensing.DeliveryPage) any { return deliveryTable(page.Deliveries) }),
		},
	)
	command.AddCommand(newAccessRequestCommand(app))
	return command
}

// questionFlags say what an access is about.
func questionFlags(command *cobra.Command, q *licensing.Question) {
	command.Flags().StringVar(&q.Action, "action", "use", "the ODRL `ACTION`")
	command.Flags().StringVar(&q.Purpose, "purpose", "", "the purpose, a `TERM` of the taxonomy")
	command.Flags().Func("context", "what the request says of itself, `OPERAND=VALUE`, such as language=de; may be repeated", func(text string) error {
		operand, value, found := strings.Cut(text, "=")
		if !found {
			return errors.New("takes OPERAND=VALUE")
		}
		q.Context = append(q.Context, licensing.Context{LeftOperand: operand, Value: value})
		return nil
	})
	must(command.MarkFlagRequired("purpose"))
}

func newAccessRequestCommand(app *App) *cobra.Command {
	var request licensing.RequestAccessRequest
	command := &cobra.Command{
		Use:   "request AGREEMENT",
		Short: "Ask for one access under a licence; the decision is recorded (processor of the user)",
		Long: `request has the ledger decide: licence, policy, duties, a free ticket where uses are counted, and for personal data the consent of each subject. A denial
is recorded too, with all its reasons, and the command ends with exit code 1.`,
		Example: "  smartb access request CommunityMSP/a-1 --purpose smartb:EnergySharing --action read --as community/processor",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			request.AgreementID = args[0]
			if request.DecisionID == "" {
				request.DecisionID = randomHex()
			}
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			decision, receipt, err := client.Licensing().Access(command.Context(), request)
			if err != nil {
				return err
			}
			if err := app.renderCommitted(decisionTable{decision}, receipt); err != nil {
				return err
			}
			return denied(decision)
		},
	}
	questionFlags(command, &request.Question)
	command.Flags().StringVar(&request.DecisionID, "id", "", "the decision's id (default: random)")
	command.Flags().StringSliceVar(&request.Subjects, "subject", nil, "whose personal data are accessed, `PSEUDONYM,…`")
	return command
}

// denied is the outcome of an access that was denied.
func denied(d licensing.Decision) error {
	if d.Permit {
		return nil
	}
	return &checkError{errors.New("the access is denied: " + causes(d.Reasons)), "ACCESS_DENIED", "read the report: smartb access show " + d.DecisionID + " --output json"}
}

func causes(reasons []licensing.Reason) string {
	var list []string
	for _, reason := range reasons {
		list = append(list, strings.TrimSpace(string(reason.Code)+" "+reason.Rule))
	}
	return strings.Join(list, ", ")
}

func accessList() verb {
	var request licensing.ListDecisionsRequest
	return verb{
		use: "list", short: "List decisions, newest first (those concerned: owner, user, and a resident about his or her data)", args: cobra.NoArgs, transaction: "licensing:ListDecisions",
		example: "  smartb access list --agreement CommunityMSP/a-1 --as utility/steward\n  smartb access list --subject PSEUDONYM " + resident,
		request: func([]string) (any, error) { return request, nil },
		flags: func(command *cobra.Command) {
			flags := command.Flags()
			flags.StringVar(&request.AgreementID, "agreement", "", "under this `LICENCE`")
			flags.StringVar(&request.DatasetID, "dataset", "", "on this `DATASET`")
			flags.StringVar(&request.Assignee, "assignee", "", "by this `MSP`")
			flags.StringVar(&request.Subject, "subject", "", "to the data of this `PSEUDONYM`")
			command.MarkFlagsOneRequired("agreement", "dataset", "assignee", "subject")
			command.MarkFlagsMutuallyExclusive("agreement", "dataset", "assignee", "subject")
		},
		list: listing{items: "decisions"},
		show: decoded(func(page licensing.DecisionPage) any { return decisionTable(page.Decisions) }),
	}
}

func accessSimulate(app *App) verb {
	var request licensing.SimulateRequest
	var policy, at string
	return verb{
		use: "simulate [AGREEMENT]", short: "Ask what a licence, or a policy from a file, would decide and why; nothing is written", args: cobra.MaximumNArgs(1),
		transaction: "licensing:Simulate", example: "  smartb access simulate CommunityMSP/a-1 --purpose smartb:EnergySharing --output json --as community/processor",
		request: func(args []string) (any, error) {
			var err error
			if at != "" {
				if request.At, err = moment("at", at); err != nil {
					return nil, err
				}
			}
			if len(args) == 1 {
				request.AgreementID = args[0]
			}
			if policy != "" {
				request.Policy, err = app.readPolicyFile(policy)
			}
			return request, err
		},
		flags: func(command *cobra.Command) {
			questionFlags(command, &request.Question)
			flags := command.Flags()
			flags.StringVar(&policy, "policy", "", "a `FILE` with a policy in place of a licence")
			flags.StringVar(&request.Target, "target", "", "the dataset, with --policy")
			flags.StringVar(&request.Assignee, "assignee", "", "the user's MSP, with --policy")
			flags.StringVar(&at, "at", "", "the time to decide at (RFC 3339; default: now)")
		},
		show: func(answer json.RawMessage) (any, error) { return answer, nil },
	}
}

type decisionTable []licensing.Decision

// Columns names the columns.
func (decisionTable) Columns() []string {
	return []string{"when", "decision", "licence", "by", "action", "purpose", "permit", "subjects", "valid until", "because"}
}

// Rows returns a row for each decision.
func (t decisionTable) Rows() (rows [][]any) {
	for _, d := range t {
		permitted := 0
		for _, subject := range d.Subjects {
			if subject.Permit {
				permitted++
			}
		}
		subjects, until := any(""), time.Time{}
		if len(d.Subjects) > 0 {
			subjects = permitted
		}
		if d.Permit {
			until = d.ValidUntil
		}
		rows = append(rows, []any{
			d.At, d.DecisionID, d.AgreementID, d.Assignee, d.Action, d.Purpose, d.Permit, subjects, until, causes(d.Reasons),
		})
	}
	return rows
}

type deliveryTable []licensing.Delivery

// Columns names the columns.
func (deliveryTable) Columns() []string { return []string{"when", "by", "bytes", "sha256"} }

// Rows returns a row for each delivery.
func (t deliveryTable) Rows() (rows [][]any) {
	for _, d := range t {
		rows = append(rows, []any{d.At, d.By, d.Bytes, d.Digest})
	}
	return rows
}
