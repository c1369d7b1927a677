package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/gateway-client/statement"
)

func newKeySignCommand(app *App) *cobra.Command {
	var (
		path, channel string
		claims        statement.Claims
	)
	command := &cobra.Command{
		Use:   "sign CONTRACT:TXN [JSON|-|@FILE] --key FILE",
		Short: "Sign a statement for somebody else to relay",
		Long: `sign prints a statement in the compact form of JWS (RFC 7515) and sends nothing. Any member of the network relays it (smartb relay), each time
with the same result, but it takes effect once. The ledger takes statements that are valid for at most 1 hour, and 5 minutes where they ask for an answer only.

The statement is for one channel: the profile's, or the one that --channel names, with which no profile is needed.`,
		Example: `  smartb key sign consent:Withdraw '{"consentId":"c-1"}' --key me.pem --channel smartcity > withdraw.jws
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
			if claims.Channel, err = app.channel(channel); err != nil {
				return err
			}
			compact, err := statement.Sign(key, claims)
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
	flags.DurationVar(&claims.Valid, "valid", 10*time.Minute, "how long the statement is valid")
	flags.StringVar(&channel, "channel", "", "the channel's `NAME` (default: the profile's)")
	must(command.MarkFlagRequired("key"))
	return command
}

// channel returns the channel named, or the profile's.
func (a *App) channel(named string) (string, error) {
	if named != "" {
		return named, nil
	}
	profile, err := a.loadProfile()
	return profile.Channel, err
}
