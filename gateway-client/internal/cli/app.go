// SPDX-License-Identifier: Apache-2.0

// Package cli is the command smartb: cobra commands over package gateway. A command is made by a function newXCommand(*App) and listed in newRoot; it gets
// its client from App.Client, writes its answer with App.Render, and shows long work with App.Progress.
package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/gateway-client"
)

// App is what all commands of one run share: the global flags, the streams and the client.
type App struct {
	stdin          io.Reader
	stdout, stderr io.Writer

	profile string
	as      string
	output  output
	quiet   bool
	// wide has tables keep ids whole that do not fit the terminal.
	wide bool
	// residentKey is the file of the resident's key, empty where the profile's user acts.
	residentKey string
	// residentFor is the subject that the key speaks for, empty for its own pseudonym.
	residentFor string
	// compares has answers believed only if several organisations give the same.
	compares bool

	client *gateway.Client
}

// Main runs the command with the process's streams and returns its exit code. An interrupt ends the running call.
func Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, args, &App{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr})
}

// run runs the command and returns its exit code.
func run(ctx context.Context, args []string, app *App) int {
	defer app.close()
	root := newRoot(app)
	root.SetArgs(args)
	root.SetIn(app.stdin)
	root.SetOut(app.stdout)
	root.SetErr(app.stderr)
	command, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	report := explain(err, command)
	report.print(app.stderr, askedFor(args))
	return report.exit
}

// Client returns the run's client, connected with the profile that the flags or the environment name; a command's own options count the first time.
func (a *App) Client(ctx context.Context, options ...gateway.Option) (*gateway.Client, error) {
	if a.client != nil {
		return a.client, nil
	}
	profile, err := a.loadProfile()
	if err != nil {
		return nil, err
	}
	options = append(options, gateway.WithRetryHook(a.noteRetry))
	if a.compares {
		options = append(options, gateway.WithComparedAnswers())
	}
	if a.residentKey != "" {
		key, err := loadKey(a.residentKey)
		if err != nil {
			return nil, err
		}
		options = append(options, gateway.WithResidentKey(key), gateway.WithSubject(a.residentFor))
	}
	a.client, err = gateway.Connect(ctx, profile, options...)
	return a.client, err
}

// loadProfile reads the profile that the flags or the environment name.
func (a *App) loadProfile() (gateway.Profile, error) {
	path := a.profile
	if a.as != "" {
		org, user, ok := strings.Cut(a.as, "/")
		if !ok || org == "" || user == "" {
			return gateway.Profile{}, usagef("--as takes ORG/USER, for example utility/meter-operator, not %q", a.as)
		}
		path = gateway.ProfileFor(org, user)
	}
	return gateway.LoadProfile(path)
}

// noteRetry shows the user what the command waits for. The first repetitions pass too quickly to be of interest.
func (a *App) noteRetry(retry gateway.Retry) {
	if retry.Attempt == 4 {
		a.Notef("%s is tried again (%s): %v", retry.Transaction, retry.Reason, retry.Cause)
	}
}

// Notef writes a line for people to stderr, unless --quiet is set.
func (a *App) Notef(format string, args ...any) {
	if !a.quiet {
		_, _ = fmt.Fprintf(a.stderr, format+"\n", args...) // nobody is left to be told that stderr cannot be written
	}
}

func (a *App) close() {
	if a.client != nil {
		a.client.Close()
	}
}

// examples are those of the commands that cobra adds.
var examples = map[string]string{
	"help":       "smartb help submit",
	"completion": "smartb completion bash",
	"bash":       "source <(smartb completion bash)",
	"zsh":        "source <(smartb completion zsh)",
	"fish":       "smartb completion fish | source",
	"powershell": "smartb completion powershell | Out-String | Invoke-Expression",
}

// newRoot makes the command with all its subcommands.
func newRoot(app *App) *cobra.Command {
	root := &cobra.Command{
		Use:   "smartb",
		Short: "Consents, data licences and energy communities on a shared ledger",
		Long: `smartb calls the contracts of a smartb network as one of its users.

Name the user with --as, with --profile, or with the environment variable SMARTB_PROFILE. Answers go to stdout, everything else to stderr.
Exit codes: 0 done, 1 refused by the ledger, 2 wrong use, 3 the network failed.`,
		Example: `  smartb evaluate settlement:GetCommunity '{"communityId":"sunny"}' --as utility/meter-operator
  smartb submit settlement:SettleDay @day.json --as utility/meter-operator --output json`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	flags := root.PersistentFlags()
	flags.StringVar(&app.profile, "profile", "", "the user's profile `FILE` (default: the environment's SMARTB_PROFILE)")
	flags.StringVar(&app.as, "as", "", "the user as `ORG/USER`, whose profile is in the network's state folder (SMARTB_STATE, default network/.state)")
	flags.StringVar(&app.residentKey, "resident-key", "", "act as the resident whose key is in `FILE` (see smartb key); the user only relays")
	flags.BoolVar(&app.compares, "compare", false, "believe an answer only if peers of several organisations give the same")
	flags.StringVar(&app.residentFor, "resident-for", "", "the `SUBJECT` that --resident-key speaks for: as guardian, or after a change of keys (default: the key's pseudonym)")
	flags.Var(&app.output, "output", "the answer's form: table, json or csv")
	flags.BoolVar(&app.wide, "wide", false, "show long ids whole in tables, also where they do not fit the terminal")
	flags.BoolVar(&app.quiet, "quiet", false, "write nothing but the answer and errors")
	root.MarkFlagsMutuallyExclusive("profile", "as")
	must(root.MarkPersistentFlagFilename("profile", "json"))
	must(root.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(outputs, cobra.ShellCompDirectiveNoFileComp)))
	must(root.RegisterFlagCompletionFunc("as", completeUsers))
	must(root.MarkPersistentFlagFilename("resident-key", "pem"))
	root.SetFlagErrorFunc(func(command *cobra.Command, err error) error { return meantFlag(command, wrongFlag(command, err)) })

	group(root, "residents", "Residents:", newKeyCommand(app), newNoticeCommand(app), newConsentCommand(app), newUseCommand(app))
	group(root, "data", "Data:", newDatasetCommand(app), newOfferCommand(app), newNegotiationCommand(app),
		newAgreementCommand(app), newAccessCommand(app), newDutyCommand(app), newTransferCommand(app), newPolicyCommand(app),
		newDataCommand(app), newAuthzCommand(app))
	group(root, "energy", "Energy:", newCommunityCommand(app), newMemberCommand(app), newMeterCommand(app),
		newLoadProfileCommand(app), newOfficialCommand(app), newSharesCommand(app), newRunCommand(app), newStatementCommand(app),
		newPeriodCommand(app), newBillCommand(app), newDisputeCommand(app), newReportCommand(app), newAuditCommand(app),
		newEnergyCommand(app))
	group(root, "governance", "Governance:", newGovernanceCommand(app), newRoleCommand(app), newUserCommand(app))
	group(root, operations, "Operations:", newSubmitCommand(app), newEvaluateCommand(app), newRelayCommand(app),
		newEventsCommand(app), newTransactionCommand(app), newVersionCommand(app))
	root.SetHelpCommandGroupID(operations)
	root.SetCompletionCommandGroupID(operations)
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	finish(app, root)
	return root
}

// finish completes a command and its subcommands: a noun without a verb shows its help, errors while running are told
// from wrong use. Cobra's own commands get the examples that they lack.
func finish(app *App, command *cobra.Command) {
	if !command.Runnable() {
		command.Args = knownVerb
		command.RunE = func(command *cobra.Command, _ []string) error { return command.Help() }
	}
	if command.Args != nil {
		command.Args = countedArgs(command.Args)
	}
	if run := command.RunE; run != nil {
		command.RunE = func(command *cobra.Command, args []string) error {
			if err := run(command, args); err != nil {
				return &runError{err}
			}
			return nil
		}
	}
	if example, isCobras := examples[command.Name()]; isCobras {
		command.Example = "  " + example
	}
	complete(app, command)
	for _, child := range command.Commands() {
		finish(app, child)
	}
}

// must stops on mistakes in the command tree, which every test would show.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
