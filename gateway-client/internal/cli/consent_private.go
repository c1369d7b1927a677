package cli

import (
	"encoding/json"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/gateway-client"
)

func newConsentPrivateCommand(app *App) *cobra.Command {
	var private consent.Private
	var path string
	command := &cobra.Command{
		Use:   "private -o FILE",
		Short: "Write the private part of a consent, with a random salt, and print its hash (resident)",
		Long: `private writes name and contact data for receipts into a file that only you can read. The consent carries the file's hash only, signed; the controller
gets the file from you and stores it in its own private collection (smartb consent store-private), where it can be purged.`,
		Example: "  smartb consent private --name \"Alice Example\" --email alice@example.org -o private.json\n" +
			"  smartb consent give energy-sharing 1 --category smartb:LoadCurve --until 2027-12-31 --private private.json " + resident,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			private.Salt = randomHex()
			if err := private.Validate(); err != nil {
				return usagef("%w", err)
			}
			text, err := json.Marshal(private)
			if err != nil {
				return err
			}
			if err := writeOnce(path, text); err != nil {
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
	flags := command.Flags()
	flags.StringVarP(&path, "out", "o", "", "the new `FILE`")
	flags.StringVar(&private.Name, "name", "", "the resident's name")
	flags.StringVar(&private.Address, "address", "", "the resident's address")
	flags.StringVar(&private.Email, "email", "", "the resident's e-mail address")
	flags.StringVar(&private.Phone, "phone", "", "the resident's telephone number")
	flags.StringVar(&private.Note, "note", "", "anything the resident wants to add")
	must(command.MarkFlagRequired("out"))
	return command
}

// writeOnce writes a file that only its owner reads, and never over another.
func writeOnce(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return usagef("the file cannot be written: %w", err)
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

func storePrivate() verb {
	return verb{
		use: "store-private CONSENT FILE", short: "Store the private part whose hash the resident signed (steward of the controller)", args: cobra.ExactArgs(2), submit: true,
		transaction: "consent:StorePrivate", example: "  smartb consent store-private c-6f1e private.json --as utility/steward",
		request: func(args []string) (any, error) { return consent.StorePrivateRequest{ConsentID: args[0]}, nil },
		options: func(profile gateway.Profile, args []string) ([]gateway.CallOption, error) {
			return callOptions([]string{"private=" + args[1]}, []string{profile.MSPID})
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
	if err := json.Unmarshal(text, &private); err != nil {
		return "", usagef("%s is not a private part: %w", path, err)
	}
	if err := private.Validate(); err != nil {
		return "", usagef("%s: %w", path, err)
	}
	return private.Hash()
}
