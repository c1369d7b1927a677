// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

func newNegotiationCommand(app *App) *cobra.Command {
	return noun(app, "negotiation", "Negotiations: how consumer and owner come to a licence (Dataspace Protocol)", "  smartb negotiation show CommunityMSP/n-1 --as utility/steward",
		negotiationRequest(app), negotiationOffer(app), negotiationAccept(), negotiationAgree(),
		negotiationStep("verify", "licensing:VerifyAgreement", "Verify and sign the agreement (steward of the consumer)", "community/steward"),
		negotiationStep("finalize", "licensing:FinalizeNegotiation", "Bring the licence into force, by the owner's signature (owner)", "utility/steward"),
		negotiationTerminate(),
		verb{
			use: "show NEGOTIATION", short: "Show a negotiation with the hashes of all terms that were sent", args: cobra.ExactArgs(1), transaction: "licensing:GetNegotiation",
			example: "  smartb negotiation show CommunityMSP/n-1 --as utility/steward",
			request: func(args []string) (any, error) { return licensing.NegotiationRequest{NegotiationID: args[0]}, nil },
			list:    listing{items: "terms", document: true},
			show:    decoded(func(n licensing.NegotiationView) any { return moveTable(n.Events) }),
		},
		partyList("licensing:ListNegotiations", "negotiation", "negotiations", decoded(func(page licensing.NegotiationPage) any { return negotiationTable(page.Negotiations) })),
	)
}

// proposalFlags fill what a side proposes.
type proposalFlags struct {
	licensing.Proposal
	policy string
}

func (f *proposalFlags) add(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&f.DatasetID, "dataset", "", "the `DATASET`")
	flags.StringVar(&f.OfferID, "offer", "", "the published `OFFER` whose terms are meant")
	flags.StringVar(&f.policy, "policy", "", "a `FILE` with other terms, an ODRL offer in JSON-LD")
	flags.StringVar(&f.Supersedes, "supersedes", "", "the `LICENCE` that the new one is to replace")
	must(command.MarkFlagRequired("dataset"))
	command.MarkFlagsOneRequired("offer", "policy")
}

func (f *proposalFlags) read(app *App, id string) (licensing.Proposal, error) {
	f.NegotiationID = id
	if f.policy != "" {
		var err error
		if f.Policy, err = app.readPolicyFile(f.policy); err != nil {
			return f.Proposal, err
		}
	}
	return f.Proposal, nil
}

func negotiationRequest(app *App) verb {
	var f proposalFlags
	return verb{
		use: "request NEGOTIATION", short: "Ask for a licence, or answer with other terms (steward of the consumer)", args: cobra.ExactArgs(1), submit: true,
		transaction: "licensing:RequestContract", example: "  smartb negotiation request n-1 --dataset UtilityMSP/grid-load --offer UtilityMSP/o-1 --as community/steward",
		request: func(args []string) (any, error) {
			proposal, err := f.read(app, args[0])
			return licensing.RequestContractRequest{Proposal: proposal}, err
		},
		flags: f.add, show: decoded(standing),
	}
}

func negotiationOffer(app *App) verb {
	var f proposalFlags
	var consumer string
	return verb{
		use: "offer NEGOTIATION", short: "Offer a licence, or answer with other terms (owner)", args: cobra.ExactArgs(1), submit: true,
		transaction: "licensing:OfferContract", example: "  smartb negotiation offer CommunityMSP/n-1 --dataset grid-load --policy terms.json --as utility/steward",
		request: func(args []string) (any, error) {
			proposal, err := f.read(app, args[0])
			return licensing.OfferContractRequest{Proposal: proposal, Consumer: consumer}, err
		},
		flags: func(command *cobra.Command) {
			f.add(command)
			command.Flags().StringVar(&consumer, "consumer", "", "the consumer's `MSP`, when the negotiation begins")
		},
		show: decoded(standing),
	}
}

func negotiationAccept() verb {
	var request licensing.AcceptOfferRequest
	return verb{
		use: "accept NEGOTIATION", short: "Accept the last terms (steward of the consumer)", args: cobra.ExactArgs(1), submit: true, transaction: "licensing:AcceptOffer",
		example: "  smartb negotiation accept n-1 --terms 587b16ec… --as community/steward",
		request: func(args []string) (any, error) {
			request.NegotiationID = args[0]
			return request, nil
		},
		flags: termsFlag(&request.PolicySHA256), show: decoded(standing),
	}
}

func negotiationAgree() verb {
	var request licensing.AgreeRequest
	return verb{
		use: "agree NEGOTIATION", short: "Conclude and sign the agreement on the last terms (owner)", args: cobra.ExactArgs(1), submit: true, transaction: "licensing:Agree",
		example: "  smartb negotiation agree CommunityMSP/n-1 --terms 587b16ec… --licence a-1 --as utility/steward",
		request: func(args []string) (any, error) {
			request.NegotiationID = args[0]
			if request.AgreementID == "" {
				request.AgreementID = randomHex()
			}
			return request, nil
		},
		flags: func(command *cobra.Command) {
			termsFlag(&request.PolicySHA256)(command)
			command.Flags().StringVar(&request.AgreementID, "licence", "", "the new licence's id (default: random)")
		},
	}
}

func termsFlag(hash *string) func(*cobra.Command) {
	return func(command *cobra.Command) {
		command.Flags().StringVar(hash, "terms", "", "the `SHA256` of the last terms, as smartb negotiation show prints it")
		must(command.MarkFlagRequired("terms"))
	}
}

func negotiationStep(name, transaction, short, as string) verb {
	return verb{
		use: name + " NEGOTIATION", short: short, args: cobra.ExactArgs(1), submit: true, transaction: transaction,
		example: "  smartb negotiation " + name + " CommunityMSP/n-1 --as " + as,
		request: func(args []string) (any, error) { return licensing.AgreeRequest{NegotiationID: args[0]}, nil },
		show:    decoded(standing),
	}
}

func negotiationTerminate() verb {
	var request licensing.TerminateNegotiationRequest
	return verb{
		use: "terminate NEGOTIATION", short: "End a negotiation (either side)", args: cobra.ExactArgs(1), submit: true, transaction: "licensing:TerminateNegotiation",
		example: "  smartb negotiation terminate n-1 --reason TERMS_NOT_AGREED --as community/steward",
		request: func(args []string) (any, error) {
			request.NegotiationID = args[0]
			return request, nil
		},
		flags: endFlags(&request.End), show: decoded(standing),
	}
}

// endFlags say why something ends.
func endFlags(end *licensing.End) func(*cobra.Command) {
	return func(command *cobra.Command) {
		command.Flags().StringVar(&end.Code, "code", "", "`CODE` of your own choice")
		command.Flags().Func("reason", "a reason's `CODE`, such as NO_LONGER_NEEDED; may be repeated", func(code string) error {
			end.ReasonCode = append(end.ReasonCode, licensing.ReasonCode(code))
			return nil
		})
	}
}

func partyList(transaction, what, items string, show showing) verb {
	var request licensing.PartyRequest
	return verb{
		use: "list PARTY", short: "List what a party, an MSP or a pseudonym, takes part in", args: cobra.ExactArgs(1), transaction: transaction,
		example: "  smartb " + what + " list CommunityMSP --as city/steward",
		request: func(args []string) (any, error) {
			request.Party = args[0]
			return request, nil
		},
		list: listing{items: items},
		show: show,
	}
}

// standing shows the state of a negotiation after a move.
func standing(n licensing.Negotiation) any { return negotiationTable{n} }

type negotiationTable []licensing.Negotiation

// Columns names the columns.
func (negotiationTable) Columns() []string {
	return []string{"negotiation", "dataset", "consumer", "owner", "state", "licence", "last terms"}
}

// Rows returns a row for each negotiation.
func (t negotiationTable) Rows() (rows [][]any) {
	for _, n := range t {
		rows = append(rows, []any{n.NegotiationID, n.DatasetID, n.Consumer, n.Provider, n.State, n.AgreementID, n.TermsSHA256})
	}
	return rows
}

type moveTable []licensing.NegotiationEvent

// Columns names the columns.
func (moveTable) Columns() []string { return []string{"when", "move", "by", "state", "terms"} }

// Rows returns a row for each move.
func (t moveTable) Rows() (rows [][]any) {
	for _, e := range t {
		rows = append(rows, []any{e.At, e.Move, e.By, e.State, e.TermsSHA256})
	}
	return rows
}

// priced writes a price, "" where there is none.
func priced(p *licensing.Price) string {
	if p == nil {
		return ""
	}
	return fmt.Sprintf("%d.%06d %s per %s", p.MicroUnits/1e6, p.MicroUnits%1e6, p.Currency, p.Per)
}
