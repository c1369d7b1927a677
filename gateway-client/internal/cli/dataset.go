// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

func newDatasetCommand(app *App) *cobra.Command {
	return noun(app, "dataset", "Datasets: data that somebody owns and others may be licensed to use", "  smartb dataset list --theme energy --as city/steward",
		datasetFile(app, "register", "licensing:RegisterDataset", "Register a dataset (steward of the owner, or a resident)"),
		datasetFile(app, "update", "licensing:UpdateDataset", "Publish the next version of a dataset's description (owner)"),
		verb{
			use: "retire DATASET", short: "Take a dataset off, and all that depends on it with it (owner)", args: cobra.ExactArgs(1), submit: true,
			transaction: "licensing:RetireDataset", example: "  smartb dataset retire grid-load --as utility/steward",
			request: func(args []string) (any, error) { return licensing.RetireDatasetRequest{DatasetID: args[0]}, nil },
		},
		verb{
			use: "confirm DATASET", short: "Agree to be the publisher, controller or contact that a dataset names (steward)", args: cobra.ExactArgs(1), submit: true,
			long: `confirm agrees by a signature to what a dataset says of your organisation. Until all whom its owner named have, a dataset is neither offered nor
accessed. Look at it before: smartb dataset show. After an update that names others or other data categories it is to be confirmed again.`,
			transaction: "licensing:ConfirmDataset", example: "  smartb dataset confirm UtilityMSP/load-profiles --as community/steward",
			request: func(args []string) (any, error) {
				return licensing.ConfirmDatasetRequest{Roles: licensing.Roles{DatasetID: args[0]}}, nil
			},
		},
		verb{
			use: "show DATASET", short: "Show a dataset", args: cobra.ExactArgs(1), transaction: "licensing:GetDataset",
			example: "  smartb dataset show UtilityMSP/grid-load --as city/steward",
			request: func(args []string) (any, error) { return licensing.DatasetRequest{DatasetID: args[0]}, nil },
		},
		datasetSearch("list", "licensing:ListDatasets", "Search datasets by theme, keyword or owner", listing{items: "datasets"}, decoded(func(page licensing.DatasetPage) any { return datasetTable(page.Datasets) })),
		datasetSearch("catalogue", "licensing:Catalogue", "Print the catalogue with the offers on each dataset, as DCAT-AP in JSON-LD",
			listing{items: "dcat:dataset", bookmark: "smartb:bookmark", document: true}, nil),
	)
}

func datasetFile(app *App, name, transaction, short string) verb {
	return verb{
		use: name + " FILE|-", short: short, args: cobra.ExactArgs(1), submit: true, transaction: transaction,
		example: "  smartb dataset " + name + " docs/samples/grid-load.dataset.json --as utility/steward",
		request: func(args []string) (any, error) { return app.request([]string{fileArgument(args[0])}) },
	}
}

func datasetSearch(name, transaction, short string, list listing, show showing) verb {
	var request licensing.ListDatasetsRequest
	return verb{
		use: name, short: short, args: cobra.NoArgs, transaction: transaction, example: "  smartb dataset " + name + " --theme energy --as city/steward",
		request: func([]string) (any, error) { return request, nil },
		flags: func(command *cobra.Command) {
			flags := command.Flags()
			flags.StringVar(&request.Theme, "theme", "", "only under this `THEME`")
			flags.StringVar(&request.Keyword, "keyword", "", "only with this `KEYWORD`")
			flags.StringVar(&request.Owner, "owner", "", "only of this owner, an `MSP` or a pseudonym")
			command.MarkFlagsMutuallyExclusive("theme", "keyword", "owner")
		},
		list: list,
		show: show,
	}
}

type datasetTable []licensing.DatasetView

// Columns names the columns.
func (datasetTable) Columns() []string {
	return []string{"dataset", "version", "title", "owner", "theme", "personal data", "status"}
}

// Rows returns a row for each dataset.
func (t datasetTable) Rows() (rows [][]any) {
	for _, d := range t {
		status := "offered"
		if len(d.Unconfirmed) > 0 {
			status = "unconfirmed by " + strings.Join(d.Unconfirmed, ", ")
		}
		if !d.RetiredAt.IsZero() {
			status = "retired"
		}
		rows = append(rows, []any{d.DatasetID, d.Version, d.Title, d.Owner, strings.Join(d.Theme, ", "), d.PersonalData, status})
	}
	return rows
}
