// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/document"
)

func newConsentPrivateCommand(app *App) *cobra.Command {
	var path string
	command := &cobra.Command{
		Use:   "private FILE|- -o FILE",
		Short: "Write the private part of a consent, with a random salt, and print its hash (resident)",
		Long: `private reads name and contact data for receipts, one JSON object with some of the members name, address, email, phone and note, from a file or from stdin
(-): as arguments, other users of the machine could read them. It adds a random salt and writes a file that only you can read. The consent
carries that file's hash only, signed; the controller gets the file from you and stores it in its own private collection (smartb consent store-private), where
it can be purged.`,
		Example: "  smartb consent private me.json -o private.json\n" +
			"  smartb consent give energy-sharing 1 --category smartb:LoadCurve --until 2027-12-31 --private private.json " + resident,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			private, err := readObject[consent.Private](app, "the private part", args[0])
			if err != nil {
				return err
			}
			private.Salt = randomHex()
			if err := private.Validate(); err != nil {
				return usagef("%w", err)
			}
			if err := writeObjectOnce(path, private); err != nil {
				return err
			}
			hash, err := private.Hash()
			if err != nil {
				return err
			}
			app.Notef("the private part is in %s", path)
			return app.Render(map[string]string{"privateSha256": hash})
		},
	}
	command.Flags().StringVarP(&path, "out", "o", "", "the new `FILE`")
	must(command.MarkFlagRequired("out"))
	return command
}

func storePrivate() verb {
	return verb{
		use: "store-private SUBJECT CONSENT FILE|-", short: "Store the private part whose hash the resident signed (steward of the controller)", args: cobra.ExactArgs(3), submit: true,
		transaction: "consent:StorePrivate", example: "  smartb consent store-private kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k c-6f1e private.json --as utility/steward",
		request: func(args []string) (any, error) {
			return consent.StorePrivateRequest{Subject: args[0], ConsentID: args[1]}, nil
		},
		options: func(app *App, profile gateway.Profile, args []string) ([]gateway.CallOption, error) {
			return app.callOptions([]string{"private=" + args[2]}, []string{profile.MSPID})
		},
	}
}

// hashOfPrivate is the hash that the resident signs, "" where there is no file.
func hashOfPrivate(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", usagef("the private part cannot be read: %w", err)
	}
	var private consent.Private
	if err := document.Decode(text, &private); err != nil {
		return "", usagef("%s is not a private part: %w", path, err)
	}
	if err := private.Validate(); err != nil {
		return "", usagef("%s: %w", path, err)
	}
	return private.Hash()
}
