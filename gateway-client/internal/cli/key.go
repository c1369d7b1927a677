// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

func newKeyCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:   "key",
		Short: "Keys: what residents sign their signed requests with",
		Long: `A resident has no account on the network but a key, and signs what is to be done. A member of the network relays the signed request
and can neither change it nor use it twice. The ledger knows the resident by the key's thumbprint only, the pseudonym. One key for each
organisation keeps organisations from recognising the same person.`,
		Example: `  smartb key new -o me.pem
  smartb submit consent:Withdraw '{"consentId":"c-1"}' --resident-key me.pem --as city/steward`,
	}
	command.AddCommand(newKeyNewCommand(app), newKeyShowCommand(app), newKeySignCommand(app), newKeyOpenCommand(app), newKeyProveCommand(app))
	for _, v := range keyVerbs() {
		command.AddCommand(v.command(app))
	}
	return command
}

func newKeyNewCommand(app *App) *cobra.Command {
	var algorithm, path string
	command := &cobra.Command{
		Use:   "new -o FILE",
		Short: "Make a key and print its pseudonym",
		Long: `new writes a private key that only you can read. It never overwrites a file. Keep a copy in a safe place: who has the key can decide for you,
and without it you need the organisation's help.`,
		Example: "  smartb key new -o me.pem\n  smartb key new --alg EdDSA -o me.pem",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			key, err := signing.NewKey(signing.Algorithm(algorithm))
			if err != nil {
				return usagef("--alg: %w", err)
			}
			if err := key.Save(path); err != nil {
				return usagef("the key cannot be written: %w", err)
			}
			app.Notef("the key is in %s", path)
			return app.renderKey(key)
		},
	}
	command.Flags().StringVar(&algorithm, "alg", string(signing.ES256), "the algorithm `NAME`: ES256 or EdDSA")
	command.Flags().StringVarP(&path, "out", "o", "", "the new `FILE`")
	must(command.MarkFlagRequired("out"))
	must(command.RegisterFlagCompletionFunc("alg", cobra.FixedCompletions([]string{"ES256", "EdDSA"}, cobra.ShellCompDirectiveNoFileComp)))
	return command
}

func newKeyShowCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:   "show FILE",
		Short: "Print the pseudonym of a key; with --as or --profile, who speaks for its subject",
		Long: `show prints a key's pseudonym. Where a user is named to ask the ledger by, it shows the keys and guardians of the key's subject instead, and first of
all whether organisations announced that another key shall speak for you, which you can cancel until the day shown.`,
		Example: "  smartb key show me.pem\n  smartb key show me.pem --as city/steward",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			key, err := loadKey(args[0])
			if err != nil {
				return err
			}
			if app.as == "" && app.profile == "" {
				return app.renderKey(key)
			}
			app.residentKey = args[0]
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			view, err := client.Consent().GetSubject(command.Context(), consent.GetSubjectRequest{})
			if err != nil {
				return err
			}
			if app.output == asJSON {
				return app.Render(view)
			}
			return app.Render(speakerTable(view))
		},
	}
}

// shownKey is what may be known of a key.
type shownKey struct {
	Pseudonym string            `json:"pseudonym"`
	Algorithm signing.Algorithm `json:"algorithm"`
}

func (a *App) renderKey(key signing.Key) error {
	pseudonym, err := key.Thumbprint()
	if err != nil {
		return err
	}
	return a.Render(shownKey{pseudonym, key.Algorithm()})
}

// loadKey reads a key file; one that cannot be read is wrong use, as nothing was sent yet.
func loadKey(path string) (signing.Key, error) {
	key, err := signing.LoadKey(path)
	if err != nil {
		return key, usagef("the key cannot be read: %w", err)
	}
	return key, nil
}
