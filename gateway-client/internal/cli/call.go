// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/gateway-client"
)

func newSubmitCommand(app *App) *cobra.Command {
	var transient, organizations []string
	command := &cobra.Command{
		Use:   "submit CONTRACT:TXN [JSON|-|@FILE]",
		Short: "Submit any transaction and wait for its commit",
		Long: `submit has a transaction endorsed, ordered and committed, and prints its answer. The request is one JSON object: as it is, from stdin (-) or
from a file (@FILE); without it, the request is empty.

Only the endorsing organisations see values passed with --transient. They never get into a block. Name these organisations with --endorse.`,
		Example: `  smartb submit settlement:SettleDay '{"communityId":"sunny","day":"2025-10-26","run":"final"}' --as utility/meter-operator
  smartb submit settlement:SubmitMeterDays @request.json --transient readings=readings.json --endorse UtilityMSP,CommunityMSP --as utility/meter-operator
  jq -c .request case.json | smartb submit settlement:SettleDay - --as community/organiser`,
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: completeTransaction(true),
		RunE: func(command *cobra.Command, args []string) error {
			request, err := app.request(args[1:])
			if err != nil {
				return err
			}
			options, err := app.callOptions(transient, organizations)
			if err != nil {
				return err
			}
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			var answer json.RawMessage
			receipt, err := client.Submit(command.Context(), args[0], request, &answer, options...)
			if err != nil {
				return err
			}
			return app.renderCommitted(answer, receipt)
		},
	}
	command.Flags().StringArrayVar(&transient, "transient", nil, "transient data `NAME=FILE` (- for stdin); may be repeated")
	command.Flags().StringSliceVar(&organizations, "endorse", nil, "the `MSP,…` ids of exactly those organisations that are to endorse")
	return command
}

// completeTransaction completes the names of transactions that write, or of those that read.
func completeTransaction(submit bool) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var names []cobra.Completion
		for _, transaction := range gateway.Transactions() {
			if len(args) == 0 && transaction.Submit == submit {
				names = append(names, cobra.CompletionWithDesc(transaction.Name, transaction.Summary))
			}
		}
		return names, cobra.ShellCompDirectiveDefault
	}
}

func newEvaluateCommand(app *App) *cobra.Command {
	var transient, organizations []string
	command := &cobra.Command{
		Use:   "evaluate CONTRACT:TXN [JSON|-|@FILE]",
		Short: "Evaluate any transaction at one peer; nothing is written",
		Long: `evaluate has an own peer execute a transaction and prints its answer. The request is one JSON object: as it is, from stdin (-) or from a file
(@FILE); without it, the request is empty. Personal data belong into a file. A private answer comes encrypted for this call and is shown opened.

While no peer of your organisation answers, the client asks peers of others, which must agree; --at names the organisations to ask.`,
		Example: `  smartb evaluate settlement:GetCommunity '{"communityId":"sunny"}' --as utility/meter-operator
  smartb evaluate org.hyperledger.fabric:GetMetadata --output json --as utility/meter-operator`,
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: completeTransaction(false),
		RunE: func(command *cobra.Command, args []string) error {
			request, err := app.request(args[1:])
			if err != nil {
				return err
			}
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			options, err := app.callOptions(transient, organizations)
			if err != nil {
				return err
			}
			var answer json.RawMessage
			if err := client.Evaluate(command.Context(), args[0], request, &answer, options...); err != nil {
				return err
			}
			return app.Render(answer)
		},
	}
	command.Flags().StringArrayVar(&transient, "transient", nil, "transient data `NAME=FILE` (- for stdin); may be repeated")
	command.Flags().StringSliceVar(&organizations, "at", nil, "the `MSP,…` ids of the organisations whose peers may answer")
	return command
}

// renderCommitted writes the answer of a committed transaction, and where it is on the ledger.
func (a *App) renderCommitted(answer any, receipt gateway.Receipt) error {
	a.noteCommitted(receipt)
	return a.Render(answer)
}

func (a *App) noteCommitted(receipt gateway.Receipt) {
	a.Notef("committed in block %d as transaction %s", receipt.BlockNumber, receipt.TransactionID)
}

// request reads the optional argument JSON, - or @FILE.
func (a *App) request(args []string) (json.RawMessage, error) {
	if len(args) == 0 {
		return json.RawMessage("{}"), nil
	}
	var (
		text = []byte(args[0])
		err  error
	)
	if path, isFile := strings.CutPrefix(args[0], "@"); isFile {
		text, err = os.ReadFile(path)
	} else if args[0] == "-" {
		text, err = io.ReadAll(a.stdin)
	}
	if err != nil {
		return nil, usagef("the request cannot be read: %w", err)
	}
	return text, nil
}

// callOptions makes call options of the flags --transient and --endorse.
func (a *App) callOptions(transient, organizations []string) ([]gateway.CallOption, error) {
	var options []gateway.CallOption
	if len(organizations) > 0 {
		options = append(options, gateway.WithEndorsingOrganizations(organizations...))
	}
	if len(transient) == 0 {
		return options, nil
	}
	data := make(map[string][]byte, len(transient))
	for _, entry := range transient {
		name, path, ok := strings.Cut(entry, "=")
		if !ok || name == "" {
			return nil, usagef("--transient takes NAME=FILE, not %q", entry)
		}
		text, err := a.readText("transient data "+name, path)
		if err != nil {
			return nil, err
		}
		data[name] = text
	}
	return append(options, gateway.WithTransient(data)), nil
}

// usagef makes an error about wrong use that only shows when the command runs.
func usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}
