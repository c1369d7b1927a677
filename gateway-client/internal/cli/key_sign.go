// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

func newKeySignCommand(app *App) *cobra.Command {
	var (
		path, answerKey string
		claims          signing.Claims
	)
	command := &cobra.Command{
		Use:   "sign CONTRACT:TXN [JSON|-|@FILE] --key FILE",
		Short: "Sign a signed request for somebody else to relay",
		Long: `sign prints a signed request in the compact form of JWS (RFC 7515) and sends nothing. Any member of the network relays it (smartb relay), each time
with the same result, but it takes effect once. The ledger takes signed requests that are valid for at most 1 hour, and 5 minutes where they ask for an answer only.

The signed request is for one channel of one network: the profile's, or those that --network and --channel name, with which no profile is needed. A query whose answer
is private is answered in encrypted form, for a key that sign makes and keeps in the new file --answer-key; smartb key open opens the answer.`,
		Example: `  smartb key sign consent:Withdraw '{"consentId":"c-1"}' --key me.pem --as city/steward > withdraw.jws
  smartb relay withdraw.jws --as city/steward`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(_ *cobra.Command, args []string) error {
			request, err := app.request(args[1:])
			if err != nil {
				return err
			}
			key, err := loadKey(path)
			if err != nil {
				return err
			}
			claims.Transaction, claims.Request = args[0], request
			if err := app.place(&claims); err != nil {
				return err
			}
			if claims.AnswerTo, err = answerTo(args[0], answerKey); err != nil {
				return err
			}
			if claims.Valid == 0 && claims.AnswerTo != nil { // a query: the ledger takes no longer validity
				claims.Valid = signedrequest.LongestEvaluated
			}
			compact, err := signing.Sign(key, claims)
			if err != nil {
				return usagef("%w", err)
			}
			_, err = fmt.Fprintln(app.stdout, compact)
			return err
		},
	}
	flags := command.Flags()
	flags.StringVar(&path, "key", "", "the signer's key `FILE`")
	flags.StringVar(&claims.For, "for", "", "the pseudonym of the `SUBJECT` that the signer is guardian of")
	flags.DurationVar(&claims.Valid, "valid", 0, "how long the signed request is valid (default: 10m, for a private query 5m)")
	flags.StringVar(&claims.Network, "network", "", "the network's `ID`, the hash of its genesis block's header (default: the profile's)")
	flags.StringVar(&claims.Channel, "channel", "", "the channel's `NAME` (default: the profile's)")
	flags.StringVar(&answerKey, "answer-key", "", "the new `FILE` for the key that opens a private answer")
	must(command.MarkFlagRequired("key"))
	return command
}

// place completes the network and the channel that a signed request is for by the profile's.
func (a *App) place(claims *signing.Claims) error {
	if claims.Network != "" && claims.Channel != "" {
		return nil
	}
	profile, err := a.loadProfile()
	if err != nil {
		return err
	}
	claims.Network, claims.Channel = cmp.Or(claims.Network, profile.Network), cmp.Or(claims.Channel, profile.Channel)
	return nil
}

func newKeyProveCommand(app *App) *cobra.Command {
	var path, id string
	var claims signing.Claims
	command := &cobra.Command{
		Use:   "prove SUBJECT --key FILE",
		Short: "Sign with a new key that it shall speak for a subject, for the organisations that recover a lost key",
		Long: `prove prints the new key's own signature, without which no key becomes one of a subject's. Two independent organisations verify you and bring it to
the ledger (smartb key recover). smartb key add and rotate make it by themselves.`,
		Example: "  smartb key prove " + somebody + " --key new.pem --as city/steward > proof.txt",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			key, err := loadKey(path)
			if err != nil {
				return err
			}
			if err := app.place(&claims); err != nil {
				return err
			}
			compact, err := signing.ProveKey(key, claims.Network, claims.Channel, args[0], cmp.Or(id, signing.NewID()))
			if err != nil {
				return usagef("%w", err)
			}
			_, err = fmt.Fprintln(app.stdout, compact)
			return err
		},
	}
	flags := command.Flags()
	flags.StringVar(&path, "key", "", "the new key's `FILE`")
	flags.StringVar(&id, "id", "", "the `ID` of the signed request that it goes with (default: a random one)")
	flags.StringVar(&claims.Network, "network", "", "the network's `ID` (default: the profile's)")
	flags.StringVar(&claims.Channel, "channel", "", "the channel's `NAME` (default: the profile's)")
	must(command.MarkFlagRequired("key"))
	return command
}
