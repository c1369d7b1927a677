// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/consent"
)

func newConsentCommand(app *App) *cobra.Command {
	verbs := []verb{
		consentGive(), consentRenew(),
		consentAnswer("refuse", "consent:Refuse", "Refuse a controller's request (resident)"),
		consentAnswer("defer", "consent:Defer", "Decide on a controller's request later (resident)"),
		consentStep("withdraw", "consent:Withdraw", "Withdraw a consent, effective in the next block (resident)", "", resident),
		consentWithdrawAll(),
		consentObject(), consentCheck(), consentReceipt(), consentList(), consentHistory(), consentErase(),
	}
	command := noun(app, "consent", "Consents: who may process which data for what, until when", "  smartb consent list "+resident, append(verbs, controllerVerbs()...)...)
	command.AddCommand(newConsentPrivateCommand(app))
	return command
}

// resident is how an example acts for a resident: the organisation relays, the key decides.
const resident = "--resident-key resident.pem --as city/steward"

// neighbour is the same for what is private to a community: it is relayed by an organisation that shares it.
const neighbour = "--resident-key resident.pem --as community/organiser"

// subjectFlag names whose consent it is, for organisations; a resident's own is meant without it.
func subjectFlag(command *cobra.Command, subject *string) {
	command.Flags().StringVar(subject, "subject", "", "the `SUBJECT` whose consent it is, for organisations and guardians")
}

func consentStep(name, transaction, short, subject, as string) verb {
	var request consent.DecisionRequest
	return verb{
		use: name + " CONSENT", short: short, args: cobra.ExactArgs(1), submit: true, transaction: transaction,
		example: "  smartb consent " + name + " c-6f1e " + subject + as,
		request: func(args []string) (any, error) {
			request.ConsentID = args[0]
			return request, nil
		},
		flags: func(command *cobra.Command) {
			subjectFlag(command, &request.Subject)
			reasonFlag(&request.ReasonCode)(command)
		},
	}
}

func consentAnswer(name, transaction, short string) verb {
	var request consent.AnswerRequest
	return verb{
		use: name + " CONTROLLER REQUEST", short: short, args: cobra.ExactArgs(2), submit: true, transaction: transaction,
		example: "  smartb consent " + name + " UtilityMSP c-6f1e " + resident,
		request: func(args []string) (any, error) {
			request.Request = consent.RequestRef{MSP: args[0], ID: args[1]}
			return request, nil
		},
		flags: reasonFlag(&request.ReasonCode),
	}
}

func consentWithdrawAll() verb {
	var request consent.WithdrawAllRequest
	return verb{
		use: "withdraw-all", short: "Withdraw every consent and end every guardianship (resident)", args: cobra.NoArgs, submit: true, transaction: "consent:WithdrawAll",
		long: `withdraw-all takes everything back that was given until now. In a network with fewer than two independent organisations, where nobody can recover a
lost key, a steward of any organisation does it for a person (--subject); the ledger then says that the organisation asserts it.`,
		example: "  smartb consent withdraw-all " + resident,
		request: func([]string) (any, error) { return request, nil },
		flags:   func(command *cobra.Command) { subjectFlag(command, &request.Subject) },
	}
}

func consentGive() verb {
	var terms consent.Terms
	var private, controller string
	var point passFlags
	fill := termsOf(&terms)
	return verb{
		use: "give NOTICE VERSION", short: "Give consent to what a notice describes (resident)", args: cobra.ExactArgs(2), submit: true, transaction: "consent:Give",
		long: `give consents to the notice's purpose for the data categories and recipients named, until the date. The signature covers the request itself:
a relay can change nothing. The hash of the notice, its controller and purpose are read from the ledger and signed with it. To join an energy community,
name it, and the pass that the grid operator gave for the metering point.`,
		example: "  smartb consent give energy-sharing 1 --category pd:Energy --until 2027-12-31 " + resident + `
  smartb consent give energy-sharing 1 --category smartb:LoadCurve --recipient UtilityMSP --until 2027-12-31 --community sunny --pass pass.json --handover alice.json ` + resident,
		request: func(args []string) (any, error) {
			if err := fill.read(args); err != nil {
				return nil, err
			}
			if err := point.fill(&terms); err != nil {
				return nil, err
			}
			hash, err := hashOfPrivate(private)
			give := consent.GiveRequest{Terms: terms, PrivateSHA256: hash}
			if controller != "" {
				give.Request = &consent.RequestRef{MSP: controller, ID: terms.ConsentID}
			}
			return give, err
		},
		keep: point.handOver,
		flags: func(command *cobra.Command) {
			fill.addFlags(command)
			command.Flags().StringVar(&controller, "answers", "", "the `MSP` whose request with the same id this answers")
			point.addFlags(command)
			command.Flags().StringVar(&private, "private", "", "the `FILE` of the private part, whose hash is signed (see smartb consent private); the controller stores it")
		},
	}
}

func consentRenew() verb {
	var until, subject string
	var version int
	return verb{
		use: "renew CONSENT", short: "Extend a consent (resident)", args: cobra.ExactArgs(1), submit: true, transaction: "consent:Renew",
		example: "  smartb consent renew c-6f1e --version 1 --until 2029-12-31 " + resident,
		request: func(args []string) (any, error) {
			end, err := moment("until", until)
			return consent.RenewRequest{Subject: subject, ConsentID: args[0], NoticeVersion: version, ValidUntil: end}, err
		},
		flags: func(command *cobra.Command) {
			subjectFlag(command, &subject)
			command.Flags().StringVar(&until, "until", "", "the last `DATE` (or time, RFC 3339)")
			command.Flags().IntVar(&version, "version", 1, "the version of the notice, the same or a newer one")
			must(command.MarkFlagRequired("until"))
		},
	}
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
			objectFlags(command, &request.Object)
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
			subjectFlag(command, &request.Subject)
			command.Flags().StringVar((*string)(&request.Format), "format", string(request.Format), "kantara or dpv")
		},
	}
}

func consentList() verb {
	var request consent.ListBySubjectRequest
	return verb{
		use: "list", short: "List your consents (resident), or a subject's (authority)", args: cobra.NoArgs, transaction: "consent:ListBySubject",
		example: "  smartb consent list " + resident + "\n  smartb consent list --subject kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k --as oversight/authority",
		request: func([]string) (any, error) { return request, nil },
		flags: func(command *cobra.Command) {
			command.Flags().StringVar(&request.Subject, "subject", "", "the `SUBJECT`, for the authority")
		},
		list: listing{items: "consents"},
		show: decoded(func(page consent.Page) any { return consentTable(page) }),
	}
}

func consentHistory() verb {
	var request consent.GetRequest
	return verb{
		use: "history CONSENT", short: "Show what happened to a consent, newest first", args: cobra.ExactArgs(1), transaction: "consent:History",
		example: "  smartb consent history c-6f1e " + resident,
		request: func(args []string) (any, error) {
			request.ConsentID = args[0]
			return request, nil
		},
		flags: func(command *cobra.Command) {
			subjectFlag(command, &request.Subject)
			command.Flags().StringVar(&request.Controller, "controller", "", "the `MSP` whose request it is, not a consent")
		},
		show: decoded(func(h consent.History) any { return eventTable(h.Events) }),
	}
}

func consentObject() verb {
	var request consent.ObjectRequest
	return verb{
		use: "object", short: "Object to a notice's processing, or restrict a controller's (resident)", args: cobra.NoArgs, submit: true, transaction: "consent:Object",
		long: `object exercises the right of Art. 21 GDPR against what a notice rests on a public task or a legitimate interest (--notice), or that of Art. 18 to
restrict what a controller does (--controller). --lift takes it back. Processing that rests on your consent ends when you withdraw it.`,
		example: "  smartb consent object --notice grid-planning " + resident + "\n  smartb consent object --controller UtilityMSP --lift " + resident,
		request: func([]string) (any, error) {
			request.Right = consent.RightToObject
			if request.Controller != "" {
				request.Right = consent.RightToRestrict
			}
			return request, nil
		},
		flags: func(command *cobra.Command) {
			flags := command.Flags()
			flags.StringVar(&request.NoticeID, "notice", "", "the `NOTICE` whose processing is objected to")
			flags.StringVar(&request.Controller, "controller", "", "the `MSP` whose processing is restricted")
			flags.BoolVar(&request.Lift, "lift", false, "take the objection or restriction back")
			command.MarkFlagsOneRequired("notice", "controller")
			command.MarkFlagsMutuallyExclusive("notice", "controller")
		},
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
