// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"
)

func newDataCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:   "data",
		Short: "Data under agreements: put a data server under them, fetch a file",
		Long: `The data stay with their owner. proxy lets requests through that the ledger allows at this moment; get asks the ledger for
an access and fetches a file with it.`,
		Example: `  smartb data proxy --upstream file:///srv/grid --dataset grid-load --cert server.crt --key server.key --as utility/processor
  smartb data get https://127.0.0.1:8443/2026-06.csv --agreement a-1 --purpose smartb:EnergySharing -o 2026-06.csv --as community/processor`,
	}
	command.AddCommand(newDataProxyCommand(app), newDataGetCommand(app))
	return command
}
