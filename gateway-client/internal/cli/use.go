// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/consent"
)

func newUseCommand(app *App) *cobra.Command {
	var record consent.RecordUseRequest
	var list consent.ListUsesRequest
	return noun(app, "use", "Uses: the evidence that data were processed", "  smartb use list c-6f1e "+resident,
		verb{
			use: "record SUBJECT CONSENT", short: "Record a processing; one that is not allowed now is refused (processor)", args: cobra.ExactArgs(2), submit: true,
			transaction: "consent:RecordUse", example: "  smartb use record kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k c-6f1e --purpose dpv:ServiceProvision --category pd:Energy --reference run-17 --as utility/processor",
			request: func(args []string) (any, error) {
				record.Subject, record.ConsentID = args[0], args[1]
				return record, nil
			},
			flags: func(command *cobra.Command) {
				flags := command.Flags()
				flags.StringVar(&record.Purpose, "purpose", "", "the purpose, a DPV term")
				flags.StringSliceVar(&record.DataCategories, "category", nil, "the data categories, `TERM,…`")
				objectFlags(command, &record.Object)
				flags.StringVar(&record.Reference, "reference", "", "the processor's own id of the processing, never a name")
				for _, name := range []string{"purpose", "category", "reference"} {
					must(command.MarkFlagRequired(name))
				}
			},
		},
		verb{
			use: "list CONSENT", short: "List the uses of a consent, newest first", args: cobra.ExactArgs(1), transaction: "consent:ListUses",
			example: "  smartb use list c-6f1e " + resident,
			request: func(args []string) (any, error) {
				list.ConsentID = args[0]
				return list, nil
			},
			flags: func(command *cobra.Command) { subjectFlag(command, &list.Subject) },
			list:  listing{items: "uses"},
			show:  decoded(func(page consent.UsePage) any { return useTable(page.Uses) }),
		},
	)
}
