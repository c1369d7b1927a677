// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
	"github.com/smartb-suite/smartb/gateway-client/internal/document"
)

// keyFlags are the flags of a community's allocation key.
type keyFlags struct {
	key           settlement.AllocationKey
	parameters    settlement.KeyParameters
	shares, tiers map[string]string
}

func (f *keyFlags) add(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar((*string)(&f.key.Type), "key", string(allocation.Prorata), "the allocation `KEY`: "+keyNames())
	flags.StringToStringVar(&f.shares, "shares", nil, "fixed shares by member, `id=ppm,…`, in place of the members' own")
	flags.StringToStringVar(&f.tiers, "tiers", nil, "tiers by member, `id=n,…`, in place of the members' own")
	flags.StringVar((*string)(&f.parameters.TierKey), "tier-key", "", "the `KEY` inside a tier of priority (default prorata)")
	flags.StringVar((*string)(&f.parameters.ProductionKey), "production-key", "", "the `KEY` of the production points where they decide (two-sided, Luxembourg)")
	flags.BoolVar(&f.parameters.ProducersByTier, "producers-by-tier", false, "producers place their energy in the order of their tiers")
}

// value is the key that the flags name.
func (f *keyFlags) value() (settlement.AllocationKey, error) {
	var err error
	if f.parameters.Shares, err = numbers[int64]("shares", f.shares); err != nil {
		return f.key, err
	}
	if f.parameters.Tiers, err = numbers[int]("tiers", f.tiers); err != nil {
		return f.key, err
	}
	if p := f.parameters; p.Shares != nil || p.Tiers != nil || p.TierKey != "" || p.ProductionKey != "" || p.ProducersByTier {
		f.key.Parameters = &f.parameters
	}
	return f.key, nil
}

// numbers reads the values of a flag of pairs; nil where there are none.
func numbers[N int | int64](flag string, texts map[string]string) (map[string]N, error) {
	var values map[string]N
	for id, text := range texts {
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return nil, usagef("--%s: %s=%s is not a number", flag, id, text)
		}
		if values == nil {
			values = map[string]N{}
		}
		values[id] = N(n)
	}
	return values, nil
}

func communityChangeKey() verb {
	var flags keyFlags
	var request settlement.ChangeKeyRequest
	return verb{
		use: "change-key COMMUNITY", short: "Set another allocation key from a midnight to come (organiser)", args: cobra.ExactArgs(1),
		transaction: "settlement:ChangeKey", submit: true,
		long: `change-key begins a new generation of the community at the local midnight of --from. A day that has begun keeps its key; with --retroactive the key
takes effect for correction runs of past days only.`,
		example: `  smartb community change-key sunny --from 2027-01-01 --key static-rounds --shares a=500000,b=500000 --as community/organiser
  smartb community change-key sunny --from 2026-10-01 --key prorata --retroactive --as community/organiser`,
		request: func(args []string) (any, error) {
			var err error
			request.CommunityID = args[0]
			request.Key, err = flags.value()
			return request, err
		},
		flags: func(command *cobra.Command) {
			flags.add(command)
			command.Flags().StringVar((*string)(&request.Rounding), "rounding", string(allocation.Exact), "EXACT, or DSO_AT as the Austrian grid operator rounds")
			addFromFlags(command, &request.From, &request.Retroactive)
		},
	}
}

func addFromFlags(command *cobra.Command, from *string, retroactive *bool) {
	command.Flags().StringVar(from, "from", "", "the local `DATE` at whose midnight the change begins")
	command.Flags().BoolVar(retroactive, "retroactive", false, "the day has begun: the change counts in correction runs only")
	must(command.MarkFlagRequired("from"))
}

func communityChangeTariff() verb {
	var request settlement.ChangeTariffRequest
	return verb{
		use: "change-tariff COMMUNITY [TARIFF.json]", short: "Set another tariff from a midnight to come (organiser)", args: cobra.RangeArgs(1, 2),
		transaction: "settlement:ChangeTariff", submit: true,
		long: `change-tariff begins a new generation of the community at the local midnight of --from. The file is one JSON object
{"currency","lines":[{"lineId","kind","bands":[{"from":"00:00","price":100000},…],"producers":{"<member>":price},"vat":{"rate":2000,"byRole":{"household":0}}}]}:
prices are micro-euro per kWh (100000 is 10 cents) from a local time on, VAT rates basis points (2000 is 20 %), kinds energy, community-fee and grid-fee.
docs/samples/sunny.tariff.json is one. Without a file, --free-of-charge says that the members share energy without money.`,
		example: `  smartb community change-tariff sunny tariff.json --from 2027-01-01 --as community/organiser
  smartb community change-tariff sunny --free-of-charge --from 2027-01-01 --as community/organiser`,
		request: func(args []string) (any, error) {
			var err error
			request.CommunityID = args[0]
			if (len(args) == 2) == request.FreeOfCharge {
				return nil, usagef("name the file of the tariff, or say --free-of-charge, one of the two")
			}
			if len(args) == 2 {
				request.Tariff, err = readTariff(args[1])
			}
			return request, err
		},
		flags: func(command *cobra.Command) {
			addFromFlags(command, &request.From, &request.Retroactive)
			command.Flags().BoolVar(&request.FreeOfCharge, "free-of-charge", false, "the members share energy without money from then on")
		},
	}
}

func readTariff(path string) (*billing.Tariff, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, usagef("the tariff cannot be read: %w", err)
	}
	tariff := new(billing.Tariff)
	if err := document.Decode(text, tariff); err != nil { // a misspelt price would be none
		return nil, usagef("%s holds no tariff: %w (prices are whole micro-euro per kWh)", path, err)
	}
	if err := tariff.Validate("tariff"); err != nil {
		return nil, usagef("%s: %w", path, err)
	}
	return tariff, nil
}

// euros writes cents as an amount of the currency.
func euros(cents int64, currency string) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s%d.%02d %s", sign, cents/100, cents%100, currency)
}
