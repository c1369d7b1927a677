// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

func newCommunityCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:     "community",
		Short:   "Energy communities and their terms",
		Example: "  smartb community show sunny --as city/steward",
	}
	command.AddCommand(
		newCommunityCreateCommand(app), newCommunityReplaceCommand(app), newCommunityShowCommand(app), communityList().command(app),
		communityChangeKey().command(app), communityChangeTariff().command(app),
	)
	return command
}

func newCommunityCreateCommand(app *App) *cobra.Command {
	var flags termFlags
	command := &cobra.Command{
		Use:   "create COMMUNITY",
		Short: "Create a community that your organisation organises (role organiser)",
		Long: `create fixes the terms of a community: who measures, how a day is cut and by which key the shared energy is divided.
Creating it again with the same terms changes nothing. Until a day is settled finally, smartb community replace replaces
terms. A month is billed by --tariff, or says --free-of-charge.`,
		Example: `  smartb community create sunny --name "Sunny street" --country AT --grid-operator UtilityMSP --from 2025-10-01 --tariff docs/samples/sunny.tariff.json --as community/organiser
  smartb community create vienna --name Wien --country AT --grid-operator UtilityMSP --rounding DSO_AT --from 2023-08-01 --free-of-charge --as community/organiser`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			terms := settlement.Terms{CommunityID: args[0], Collection: "meterData"}
			if err := flags.set(command, &terms); err != nil {
				return err
			}
			if terms.TimeZone == "" {
				terms.TimeZone = app.zoneOf(terms.Country)
			}
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			community, receipt, err := client.Settlement().CreateCommunity(command.Context(), settlement.CreateCommunityRequest{Terms: terms})
			if err != nil {
				return err
			}
			app.noteTerms(community)
			return app.renderCommitted(community, receipt)
		},
	}
	flags.add(command)
	for _, name := range []string{"name", "country", "grid-operator", "from"} {
		must(command.MarkFlagRequired(name))
	}
	return command
}

// zoneOf is the most populous time zone of a country, empty where the ledger will refuse the country.
func (a *App) zoneOf(country string) string {
	zones := settlement.ZonesOf(country)
	if len(zones) == 0 {
		return "UTC"
	}
	if len(zones) > 1 {
		a.Notef("time zone %s; %s also has %s (--zone)", zones[0], country, strings.Join(zones[1:], ", "))
	}
	return zones[0]
}

// noteTerms describes what the terms still lack for a month to be closed.
func (a *App) noteTerms(community settlement.Community) {
	if community.On(community.ValidFrom, settlement.Final).Unpriced() {
		a.Notef("no tariff: a month is not closed without one; name it, or say that the community is free of charge: smartb community replace %s --tariff FILE or --free-of-charge", community.CommunityID)
	}
	if named := settlement.Named(community.Key, community.Tariff); len(named) > 0 {
		a.Notef("key and tariff name %d members; a day is not settled while one of them was not added: smartb member add %s", len(named), community.CommunityID)
	}
}

func newCommunityShowCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:     "show COMMUNITY",
		Short:   "Show a community's terms",
		Example: "  smartb community show sunny --as city/steward",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			community, err := client.Settlement().GetCommunity(command.Context(), settlement.GetCommunityRequest{CommunityID: args[0]})
			if err != nil {
				return err
			}
			return app.Render(community)
		},
	}
}

func communityList() verb {
	return verb{
		use: "list", short: "List all communities", args: cobra.NoArgs, transaction: "settlement:ListCommunities",
		example: "  smartb community list --as city/steward",
		request: func([]string) (any, error) { return settlement.ListCommunitiesRequest{}, nil },
		list:    listing{items: "communities"},
		show:    decoded(func(page settlement.CommunityPage) any { return communityTable(page.Communities) }),
	}
}

type communityTable []settlement.Community

// Columns names the columns.
func (communityTable) Columns() []string {
	return []string{"community", "name", "country", "organiser", "grid operator", "from", "interval", "allocation key"}
}

// Rows returns a row for each community.
func (t communityTable) Rows() (rows [][]any) {
	for _, c := range t {
		rows = append(rows, []any{
			c.CommunityID, c.Name, c.Country, c.Organiser, c.GridOperator, c.ValidFrom, fmt.Sprintf("%d min", c.IntervalMinutes),
			c.Key.Type,
		})
	}
	return rows
}
