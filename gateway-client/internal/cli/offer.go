// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/gateway-client/jsonld"
)

func newOfferCommand(app *App) *cobra.Command {
	var list licensing.ListOffersRequest
	var withdraw licensing.WithdrawOfferRequest
	var ends bool
	return noun(app, "offer", "Offers: under which policy an owner licenses a dataset", "  smartb offer list UtilityMSP/grid-load --as city/steward",
		offerPublish(app),
		verb{
			use: "withdraw OFFER", short: "End an offer (owner)", args: cobra.ExactArgs(1), submit: true, transaction: "licensing:WithdrawOffer",
			example: "  smartb offer withdraw o-1 --let-finish --as utility/steward",
			request: func(args []string) (any, error) {
				if withdraw.OfferID = args[0]; ends {
					withdraw.Keeps = []string{}
				}
				return withdraw, nil
			},
			flags: func(command *cobra.Command) {
				command.Flags().BoolVar(&withdraw.LetFinish, "let-finish", false, "let running negotiations on it go on to an agreement")
				command.Flags().BoolVar(&ends, "end-licences", false, "end the licences on it, too, by which it was taken as it stands")
			},
		},
		exported("show OFFER", "Show an offer; with --jsonld as a message of the Dataspace Protocol", "licensing:GetOffer", "  smartb offer show UtilityMSP/o-1 --jsonld --as city/steward",
			func(id string) any { return licensing.OfferRequest{OfferID: id} }),
		verb{
			use: "list DATASET", short: "List the offers on a dataset", args: cobra.ExactArgs(1), transaction: "licensing:ListOffers",
			example: "  smartb offer list UtilityMSP/grid-load --as city/steward",
			request: func(args []string) (any, error) {
				list.DatasetID = args[0]
				return list, nil
			},
			list: listing{items: "offers"},
			show: decoded(func(page licensing.OfferPage) any { return offerTable(page.Offers) }),
		},
	)
}

func offerPublish(app *App) verb {
	var request licensing.PublishOfferRequest
	var price licensing.Price
	return verb{
		use: "publish OFFER POLICY.json|-", short: "Offer a dataset under an ODRL policy (owner)", args: cobra.ExactArgs(2), submit: true, transaction: "licensing:PublishOffer",
		long: `publish offers a dataset and signs the offer. The policy is an ODRL offer in JSON-LD; its target and assigner may be left out. It is refused with a list of findings where it
contradicts itself or says anything that is not evaluated; try it offline before: smartb policy validate.`,
		example: "  smartb offer publish o-1 docs/samples/grid-load.offer.json --dataset grid-load --auto-agree --taker any --as utility/steward",
		request: func(args []string) (any, error) {
			policy, err := app.readPolicyFile(args[1])
			if err != nil {
				return nil, err
			}
			request.OfferID, request.Policy = args[0], policy
			if price != (licensing.Price{}) {
				request.Price = &price
			}
			return request, nil
		},
		flags: func(command *cobra.Command) {
			flags := command.Flags()
			flags.StringVar(&request.DatasetID, "dataset", "", "the `DATASET`")
			flags.BoolVar(&request.AutoAgree, "auto-agree", false, "let the takers conclude the agreement as the offer stands: the signature on it is the owner's")
			flags.StringSliceVar(&request.Takers, "taker", nil, "who may take it as it stands, `MSP,…` or any; goes with --auto-agree")
			flags.Int64Var(&price.MicroUnits, "price", 0, "the price in millionths of the currency, for information")
			flags.StringVar(&price.Currency, "currency", "", "the price's ISO 4217 `CODE`")
			flags.StringVar(&price.Per, "per", "", "what the price is for, such as licence or month")
			command.MarkFlagsRequiredTogether("price", "currency", "per")
			must(command.MarkFlagRequired("dataset"))
		},
	}
}

// readPolicyFile reads a policy and writes it in normal form: its numbers become strings, which a ledger without fractions takes.
func (a *App) readPolicyFile(path string) (json.RawMessage, error) {
	text, err := a.request([]string{fileArgument(path)})
	if err != nil {
		return nil, err
	}
	compacted, err := jsonld.Compact(text)
	if err != nil {
		return nil, usagef("%s: %w; see all findings by smartb policy validate", path, err)
	}
	policy, findings := odrl.Parse(compacted)
	if len(findings) > 0 {
		return nil, usagef("%s: %s; see all findings by smartb policy validate", path, findings[0])
	}
	for _, notice := range odrl.Notices(policy, nil) {
		a.Notef("%s: %s", path, notice)
	}
	return json.Marshal(policy)
}

// exported is a query for something with a policy, which --jsonld prints in the form of the Dataspace Protocol.
func exported(use, short, transaction, example string, request func(id string) any) verb {
	var jsonld bool
	return verb{
		use: use, short: short, args: cobra.ExactArgs(1), transaction: transaction, example: example,
		request: func(args []string) (any, error) { return request(args[0]), nil },
		flags: func(command *cobra.Command) {
			command.Flags().BoolVar(&jsonld, "jsonld", false, "print the policy alone, as JSON-LD of the Dataspace Protocol")
		},
		show: func(answer json.RawMessage) (any, error) {
			if !jsonld {
				return answer, nil
			}
			var document struct {
				Policy json.RawMessage `json:"policy"`
			}
			if err := json.Unmarshal(answer, &document); err != nil {
				return nil, err
			}
			return jsonLD(document.Policy)
		},
		raw: &jsonld,
	}
}

// jsonLD writes a policy as the Dataspace Protocol has it or, where it describes what the protocol has no place for, as
// ODRL.
func jsonLD(text json.RawMessage) (any, error) {
	policy, findings := odrl.Parse(text)
	if len(findings) > 0 {
		return nil, usagef("the policy cannot be read: %s", findings[0])
	}
	if document, findings := odrl.ExportDSP(policy); len(findings) == 0 {
		return json.RawMessage(document), nil
	}
	return text, nil
}

type offerTable []licensing.OfferView

// Columns names the columns.
func (offerTable) Columns() []string {
	return []string{"offer", "owner", "auto-agree", "takers", "price", "published", "status"}
}

// Rows returns a row for each offer.
func (t offerTable) Rows() (rows [][]any) {
	for _, o := range t {
		status := "open"
		if o.Withdrawal.Withdrawn() {
			status = "withdrawn"
		}
		if o.Unproven != "" {
			status = "UNPROVEN"
		}
		rows = append(rows, []any{o.OfferID, o.Owner, o.AutoAgree, strings.Join(o.Takers, ", "), priced(o.Price), o.PublishedAt.Format("2006-01-02"), status})
	}
	return rows
}
