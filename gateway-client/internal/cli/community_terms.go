// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
)

// termFlags are the flags of a community's terms.
type termFlags struct {
	terms  settlement.Terms
	key    keyFlags
	tariff string
}

func (f *termFlags) add(command *cobra.Command) {
	flags, terms := command.Flags(), &f.terms
	flags.StringVar(&terms.Name, "name", "", "the name shown to people")
	flags.StringVar(&terms.Country, "country", "", "the ISO 3166-1 alpha-2 code of the country, such as AT")
	flags.StringVar(&terms.GridOperator, "grid-operator", "", "the `MSP` of the distribution system operator that measures")
	flags.StringVar(&terms.Collection, "collection", "meterData", "the private collection of grid operator and organiser")
	flags.IntVar(&terms.IntervalMinutes, "interval", 15, "the interval of measurement in `MINUTES`: 15, 30 or 60")
	flags.StringVar(&terms.TimeZone, "zone", "", "the IANA time zone that cuts the days (default: the country's)")
	f.key.add(command)
	flags.StringVar(&f.tariff, "tariff", "", "the `FILE` with the tariff (see community change-tariff)")
	flags.BoolVar(&terms.FreeOfCharge, "free-of-charge", false, "the members share energy without money")
	flags.StringVar((*string)(&terms.Plausibility), "plausibility", "", "what becomes of readings above a member's limit: REJECT (default) or FLAG")
	flags.StringVar((*string)(&terms.Rounding), "rounding", string(allocation.Exact), "EXACT, or DSO_AT as the Austrian grid operator rounds")
	flags.IntVar(&terms.DisputeDays, "dispute-days", 30, "for how many days members may dispute a period")
	flags.StringVar(&terms.ValidFrom, "from", "", "the first local `DATE`")
	command.MarkFlagsMutuallyExclusive("tariff", "free-of-charge")
	must(command.MarkFlagFilename("tariff"))
}

// set writes into the terms what the flags name; for terms that do not exist yet, the flags' defaults, too.
func (f *termFlags) set(command *cobra.Command, terms *settlement.Terms) error {
	fresh := terms.IntervalMinutes == 0
	for name, write := range map[string]func(){
		"name": func() { terms.Name = f.terms.Name }, "country": func() { terms.Country = f.terms.Country },
		"grid-operator": func() { terms.GridOperator = f.terms.GridOperator }, "collection": func() { terms.Collection = f.terms.Collection },
		"interval": func() { terms.IntervalMinutes = f.terms.IntervalMinutes }, "zone": func() { terms.TimeZone = f.terms.TimeZone },
		"plausibility": func() { terms.Plausibility = f.terms.Plausibility }, "rounding": func() { terms.Rounding = f.terms.Rounding },
		"dispute-days": func() { terms.DisputeDays = f.terms.DisputeDays }, "from": func() { terms.ValidFrom = f.terms.ValidFrom },
	} {
		if fresh || command.Flags().Changed(name) {
			write()
		}
	}
	if err := f.setKey(command, fresh, terms); err != nil {
		return err
	}
	return f.setTariff(command, fresh, terms)
}

func (f *termFlags) setKey(command *cobra.Command, fresh bool, terms *settlement.Terms) error {
	named, err := f.key.value()
	if err != nil || fresh {
		terms.Key = named
		return err
	}
	changed := command.Flags().Changed
	if changed("key") {
		terms.Key.Type = named.Type
	}
	var parameters settlement.KeyParameters
	if terms.Key.Parameters != nil {
		parameters = *terms.Key.Parameters
	}
	for name, write := range map[string]func(){
		"shares": func() { parameters.Shares = f.key.parameters.Shares }, "tiers": func() { parameters.Tiers = f.key.parameters.Tiers },
		"tier-key":          func() { parameters.TierKey = f.key.parameters.TierKey },
		"production-key":    func() { parameters.ProductionKey = f.key.parameters.ProductionKey },
		"producers-by-tier": func() { parameters.ProducersByTier = f.key.parameters.ProducersByTier },
	} {
		if changed(name) {
			write()
			terms.Key.Parameters = &parameters
		}
	}
	return nil
}

func (f *termFlags) setTariff(command *cobra.Command, fresh bool, terms *settlement.Terms) (err error) {
	if f.tariff != "" {
		terms.FreeOfCharge = false
		terms.Tariff, err = readTariff(f.tariff)
		return err
	}
	if fresh || command.Flags().Changed("free-of-charge") {
		terms.FreeOfCharge, terms.Tariff = f.terms.FreeOfCharge, nil
	}
	return nil
}

func newCommunityReplaceCommand(app *App) *cobra.Command {
	var flags termFlags
	command := &cobra.Command{
		Use:   "replace COMMUNITY",
		Short: "Replace terms of a community before its first final run (organiser)",
		Long: `replace replaces those terms that its flags name; all others stay. It is for mistakes and for what a grid operator tells
late: once a day is settled finally, terms stay what they are, and key and tariff change from a midnight on (smartb
community change-key, change-tariff). Grid operator, collection, country and time zone stay from the first member on:
members consented to them. The interval stays once readings are stored.`,
		Example: `  smartb community replace sunny --tariff docs/samples/sunny.tariff.json --as community/organiser
  smartb community replace sunny --interval 30 --as community/organiser
  smartb community replace sunny --key static --shares a=400000,b=600000 --as community/organiser`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			community, err := client.Settlement().GetCommunity(command.Context(), settlement.GetCommunityRequest{CommunityID: args[0]})
			if err != nil {
				return err
			}
			terms := community.Terms
			if err := flags.set(command, &terms); err != nil {
				return err
			}
			replaced, receipt, err := client.Settlement().ReplaceTerms(command.Context(), settlement.ReplaceTermsRequest{Terms: terms})
			if err != nil {
				return err
			}
			app.noteTerms(replaced)
			return app.renderCommitted(replaced, receipt)
		},
	}
	flags.add(command)
	return command
}
