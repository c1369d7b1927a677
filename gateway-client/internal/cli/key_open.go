// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

func newKeyOpenCommand(app *App) *cobra.Command {
	var path string
	command := &cobra.Command{
		Use:   "open FILE|- --answer-key FILE",
		Short: "Open a private answer that somebody else relayed",
		Long: `open decrypts an answer that the ledger encrypted to the key which smartb key sign --answer-key made, and prints it. Nobody else can open it.
The relay of the query could have made the answer up. Check answers that carry a proof, such as a bill, against the public record.`,
		Example: `  smartb key sign settlement:Bill @bill.json --key me.pem --answer-key answer.pem --as city/steward > bill.jws
  smartb relay --query bill.jws --as city/steward > bill.jwe
  smartb key open bill.jwe --answer-key answer.pem`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := os.ReadFile(path)
			if err != nil {
				return usagef("the key cannot be read: %w", err)
			}
			key, err := signing.ParseAnswerKey(text)
			if err != nil {
				return usagef("%s: %w", path, err)
			}
			file, err := app.open(args[0])
			if err != nil {
				return err
			}
			defer file.Close()
			sealed, err := io.ReadAll(file)
			if err != nil {
				return usagef("%s cannot be read: %w", args[0], err)
			}
			answer, err := key.Open(bytes.TrimSpace(sealed))
			if err != nil {
				return usagef("%s: %w", args[0], err)
			}
			return app.Render(json.RawMessage(answer))
		},
	}
	command.Flags().StringVar(&path, "answer-key", "", "the `FILE` with the key of the answer")
	must(command.MarkFlagRequired("answer-key"))
	return command
}

// answerTo makes the key for the answer of a signed request's query, if that is private, and keeps it in a new file.
func answerTo(transaction, path string) (json.RawMessage, error) {
	switch private := gateway.AnswersPrivately(transaction); {
	case private && path == "":
		return nil, usagef("the answer of %s is private: name a new file for the key that opens it, --answer-key FILE", transaction)
	case !private && path != "":
		return nil, usagef("the answer of %s is not private; it takes no --answer-key", transaction)
	case !private:
		return nil, nil
	}
	key, err := signing.NewAnswerKey()
	if err != nil {
		return nil, err
	}
	if err := key.Save(path); err != nil {
		return nil, usagef("the key of the answer cannot be written: %w", err)
	}
	return key.Public()
}
