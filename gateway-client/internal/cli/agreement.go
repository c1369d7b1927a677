// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
)

func newAgreementCommand(app *App) *cobra.Command {
	return noun(app, "agreement", "Agreements: licences to use data", "  smartb agreement list CommunityMSP --as community/steward",
		agreementTake(),
		agreementShow(),
		partyList("licensing:ListAgreements", "agreement", "agreements", decoded(func(page licensing.AgreementPage) any { return agreementTable(page.Agreements) })),
		agreementUnproven(),
		agreementEnd("retire", "licensing:RetireAgreement", "End a licence for good; the other side cannot veto it (either side)", func(id string, end licensing.End) any {
			return licensing.RetireAgreementRequest{AgreementID: id, End: end}
		}),
		agreementEnd("suspend", "licensing:SuspendAgreement", "Suspend a licence (owner)", func(id string, end licensing.End) any {
			return licensing.SuspendAgreementRequest{AgreementID: id, End: end}
		}),
		verb{
			use: "resume AGREEMENT", short: "End a suspension (owner)", args: cobra.ExactArgs(1), submit: true, transaction: "licensing:ResumeAgreement",
			example: "  smartb agreement resume CommunityMSP/a-1 --as utility/steward",
			request: func(args []string) (any, error) { return licensing.ResumeAgreementRequest{AgreementID: args[0]}, nil },
		},
		verb{
			use: "supersede AGREEMENT SUCCESSOR", short: "End a licence in favour of the one that was negotiated to replace it (owner)", args: cobra.ExactArgs(2), submit: true,
			transaction: "licensing:Supersede", example: "  smartb agreement supersede CommunityMSP/a-1 CommunityMSP/a-2 --as utility/steward",
			request: func(args []string) (any, error) {
				return licensing.SupersedeRequest{AgreementID: args[0], By: args[1]}, nil
			},
		},
	)
}

func agreementShow() verb {
	v := exported("show AGREEMENT",
		"Show an agreement as it stands, whether both sides signed it, and which uses are left; --jsonld shows its policy alone",
		"licensing:GetAgreement", "  smartb agreement show CommunityMSP/a-1 --as city/steward",
		func(id string) any { return licensing.AgreementRequest{AgreementID: id} })
	v.extend = withUses
	return v
}

// withUses adds to an agreement which uses are spent, reserved and left, if their number is limited.
func withUses(ctx context.Context, client *gateway.Client, answer json.RawMessage) (json.RawMessage, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(answer, &members); err != nil {
		return nil, err
	}
	var id string
	if err := json.Unmarshal(members["agreementId"], &id); err != nil {
		return nil, err
	}
	counted, err := client.Licensing().GetUses(ctx, licensing.UsesRequest{AgreementID: id})
	if err != nil || len(counted.Uses) == 0 {
		return answer, err
	}
	uses, err := json.Marshal(counted.Uses)
	if err != nil {
		return nil, err
	}
	// The member comes last: the answer keeps its order.
	return slices.Concat(bytes.TrimSuffix(bytes.TrimSpace(answer), []byte("}")), []byte(`,"uses":`), uses, []byte("}")), nil
}

func agreementUnproven() verb {
	var request licensing.ListUnprovenEndsRequest
	return verb{
		use: "unproven licence|offer|dataset", short: "List ends without a valid signature of their resident (for auditors)", args: cobra.ExactArgs(1),
		long: `unproven lists the ends of residents' licences, offers or datasets that have no valid signature of the resident: two organisations may have made them up.
They end all the same.`,
		transaction: "licensing:ListUnprovenEnds", example: "  smartb agreement unproven licence --as oversight/auditor",
		request: func(args []string) (any, error) {
			request.Of = licensing.Kind(args[0])
			return request, nil
		},
		list: listing{items: "ends"},
		show: decoded(func(page licensing.UnprovenEndPage) any { return unprovenTable(page.Ends) }),
	}
}

type unprovenTable []licensing.UnprovenEnd

// Columns names the columns.
func (unprovenTable) Columns() []string { return []string{"ended", "when", "transaction"} }

// Rows returns a row for each end.
func (t unprovenTable) Rows() (rows [][]any) {
	for _, e := range t {
		rows = append(rows, []any{e.ID, e.At, e.TxID})
	}
	return rows
}

func agreementTake() verb {
	var request licensing.QuickAgreeRequest
	return verb{
		use: "take OFFER", short: "Accept and sign an offer marked auto-agree as it stands (steward of the consumer)", args: cobra.ExactArgs(1), submit: true, transaction: "licensing:QuickAgree",
		example: "  smartb agreement take UtilityMSP/o-1 --id a-1 --as community/steward",
		request: func(args []string) (any, error) {
			request.OfferID, request.NegotiationID = args[0], randomHex()
			if request.AgreementID == "" {
				request.AgreementID = randomHex()
			}
			return request, nil
		},
		flags: func(command *cobra.Command) {
			command.Flags().StringVar(&request.AgreementID, "id", "", "the licence's id (default: random)")
			command.Flags().StringVar(&request.Supersedes, "supersedes", "", "the `LICENCE` that the new one is to replace")
		},
	}
}

func agreementEnd(name, transaction, short string, request func(id string, end licensing.End) any) verb {
	var end licensing.End
	return verb{
		use: name + " AGREEMENT", short: short, args: cobra.ExactArgs(1), submit: true, transaction: transaction,
		example: "  smartb agreement " + name + " CommunityMSP/a-1 --reason TERMS_BREACHED --as utility/steward",
		request: func(args []string) (any, error) { return request(args[0], end), nil },
		flags:   endFlags(&end),
	}
}

type agreementTable []licensing.AgreementView

// Columns names the columns.
func (agreementTable) Columns() []string {
	return []string{"licence", "dataset", "owner", "user", "state", "since", "until"}
}

// Rows returns a row for each licence.
func (t agreementTable) Rows() (rows [][]any) {
	for _, a := range t {
		state := string(a.State)
		if !a.Proven {
			state = "UNPROVEN"
		}
		rows = append(rows, []any{a.AgreementID, a.Target, a.Assigner, a.Assignee, state, dateOf(a.InForceAt), dateOf(a.EndsAt)})
	}
	return rows
}

// dateOf writes a time's date, "" for the zero time.
func dateOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
