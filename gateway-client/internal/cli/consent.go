package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/consent"
)

func newConsentCommand(app *App) *cobra.Command {
	verbs := []verb{
		consentGive(), consentRenew(),
		consentStep("refuse", "consent:Refuse", "Refuse a consent that was asked for (resident)", resident),
		consentStep("defer", "consent:Defer", "Decide later (resident)", resident),
		consentStep("withdraw", "consent:Withdraw", "Withdraw a consent, effective in the next block (resident)", resident),
		consentStep("revoke", "consent:Revoke", "End a consent as its controller", "--as utility/steward"),
		{
			use: "withdraw-all", short: "Withdraw every consent that was given until now (resident)", args: cobra.NoArgs, submit: true, transaction: "consent:WithdrawAll",
			example: "  smartb consent withdraw-all " + resident,
			request: func([]string) (any, error) { return consent.WithdrawAllRequest{}, nil },
		},
		consentCheck(), consentReceipt(), consentList(), consentHistory(), consentErase(),
	}
	return noun(app, "consent", "Consents: who may process which data for what, until when", "  smartb consent list "+resident, verbs...)
}

// resident is how an example acts for a resident: the organisation relays, the key decides.
const resident = "--statement-key resident.pem --as city/steward"

func consentStep(name, transaction, short, as string) verb {
	var reason consent.ReasonCode
	return verb{
		use: name + " CONSENT", short: short, args: cobra.ExactArgs(1), submit: true, transaction: transaction,
		example: "  smartb consent " + name + " c-6f1e " + as,
		request: func(args []string) (any, error) {
			return consent.DecisionRequest{ConsentID: args[0], ReasonCode: reason}, nil
		},
		flags: reasonFlag(&reason),
	}
}

func consentGive() verb {
	var terms consent.Terms
	var until, private string
	return verb{
		use: "give NOTICE VERSION", short: "Give consent to what a notice describes (resident)", args: cobra.ExactArgs(2), submit: true, transaction: "consent:Give",
		long: `give consents to the notice's purpose for the data categories and recipients named, until the date. What is signed is the request itself: whoever
relays it can change nothing.`,
		example: "  smartb consent give energy-sharing 1 --category pd:Energy --until 2027-12-31 " + resident,
		request: func(args []string) (any, error) {
			notice, err := versionOf(args)
			if err != nil {
				return nil, err
			}
			terms.NoticeID, terms.NoticeVersion = notice.NoticeID, notice.Version
			if terms.ConsentID == "" {
				terms.ConsentID = randomHex()
			}
			if terms.ValidUntil, err = moment("until", until); err != nil {
				return nil, err
			}
			return consent.GiveRequest{Terms: terms, PrivateSHA256: private}, nil
		},
		flags: func(command *cobra.Command) {
			flags := command.Flags()
			flags.StringVar(&terms.ConsentID, "id", "", "the consent's id (default: random, or that of the request)")
			flags.StringSliceVar(&terms.DataCategories, "category", nil, "the data categories, `TERM,…`")
			flags.StringSliceVar(&terms.Recipients, "recipient", nil, "the recipients, `MSP,…`")
			flags.BoolVar(&terms.IncludeNarrower, "include-narrower", false, "also for narrower purposes")
			flags.StringVar((*string)(&terms.Type), "type", string(consent.Expressed), "expressed, or explicit as special categories need")
			flags.StringVar(&until, "until", "", "the last `DATE` (or time, RFC 3339)")
			flags.StringVar(&private, "private-sha256", "", "the hash of the private part that the controller stores")
			must(command.MarkFlagRequired("category"))
			must(command.MarkFlagRequired("until"))
		},
	}
}

func consentRenew() verb {
	var until string
	var version int
	return verb{
		use: "renew CONSENT", short: "Extend a consent (resident)", args: cobra.ExactArgs(1), submit: true, transaction: "consent:Renew",
		example: "  smartb consent renew c-6f1e --version 1 --until 2029-12-31 " + resident,
		request: func(args []string) (any, error) {
			end, err := moment("until", until)
			return consent.RenewRequest{ConsentID: args[0], NoticeVersion: version, ValidUntil: end}, err
		},
		flags: func(command *cobra.Command) {
			command.Flags().StringVar(&until, "until", "", "the last `DATE` (or time, RFC 3339)")
			command.Flags().IntVar(&version, "version", 1, "the version of the notice, the same or a newer one")
			must(command.MarkFlagRequired("until"))
		},
	}
}

// moment reads a date, which lasts until its end in UTC, or a time.
func moment(flag, text string) (time.Time, error) {
	if date, err := time.Parse(time.DateOnly, text); err == nil {
		return date.AddDate(0, 0, 1), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, usagef("--%s takes a date like 2027-12-31 or a time like 2027-12-31T12:00:00Z, not %q", flag, text)
	}
	return at.UTC(), nil
}

func consentCheck() verb {
	var request consent.CheckRequest
	return verb{
		use: "check SUBJECT", short: "Ask whether a processing is allowed now (processor of the controller or a recipient)", args: cobra.ExactArgs(1),
		transaction: "consent:Check",
		example:     "  smartb consent check kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k --controller UtilityMSP --purpose dpv:ServiceProvision --category pd:Energy --as utility/processor",
		request: func(args []string) (any, error) {
			request.Subject = args[0]
			return request, nil
		},
		flags: func(command *cobra.Command) {
			flags := command.Flags()
			flags.StringVar(&request.Controller, "controller", "", "the `MSP` of the controller")
			flags.StringVar(&request.Purpose, "purpose", "", "the purpose, a DPV term")
			flags.StringSliceVar(&request.DataCategories, "category", nil, "the data categories, `TERM,…`")
			flags.StringVar(&request.Recipient, "recipient", "", "who processes (default: the controller)")
			for _, name := range []string{"controller", "purpose", "category"} {
				must(command.MarkFlagRequired(name))
			}
		},
		show: decoded(func(v consent.Verdict) any { return verdictTable(v) }),
	}
}

func consentReceipt() verb {
	request := consent.ReceiptRequest{Format: consent.KantaraFormat}
	return verb{
		use: "receipt CONSENT", short: "Print a consent's receipt", args: cobra.ExactArgs(1), transaction: "consent:Receipt",
		example: "  smartb consent receipt c-6f1e --format kantara --output json " + resident,
		request: func(args []string) (any, error) {
			request.ConsentID = args[0]
			return request, nil
		},
		flags: func(command *cobra.Command) {
			command.Flags().StringVar((*string)(&request.Format), "format", string(request.Format), "kantara or dpv")
		},
	}
}

func consentList() verb {
	var request consent.ListBySubjectRequest
	return verb{
		use: "list", short: "List the own consents (resident), or a subject's (authority)", args: cobra.NoArgs, transaction: "consent:ListBySubject",
		example: "  smartb consent list " + resident + "\n  smartb consent list --subject kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k --as oversight/authority",
		request: func([]string) (any, error) { return request, nil },
		flags: func(command *cobra.Command) {
			command.Flags().StringVar(&request.Subject, "subject", "", "the `SUBJECT`, for the authority")
			command.Flags().StringVar(&request.Bookmark, "bookmark", "", "where the page before ended")
		},
		show: decoded(func(page consent.Page) any { return consentTable(page.Consents) }),
	}
}

func consentHistory() verb {
	return verb{
		use: "history CONSENT", short: "Show what happened to a consent, newest first", args: cobra.ExactArgs(1), transaction: "consent:History",
		example: "  smartb consent history c-6f1e " + resident,
		request: func(args []string) (any, error) { return consent.GetRequest{ConsentID: args[0]}, nil },
		show:    decoded(func(h consent.History) any { return eventTable(h.Events) }),
	}
}

func consentErase() verb {
	var request consent.EraseRequest
	return verb{
		use: "erase", short: "Ask for erasure: stops all processing at once, and every controller has to purge (resident)", args: cobra.NoArgs, submit: true,
		transaction: "consent:Erase", example: "  smartb consent erase " + resident,
		request: func([]string) (any, error) { return request, nil },
		flags: func(command *cobra.Command) {
			command.Flags().StringVar(&request.Controller, "controller", "", "only towards this controller's `MSP` (default: all)")
		},
	}
}
