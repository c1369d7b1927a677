// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/consent"
)

// controllerVerbs are what controllers, their recipients and the authority do with consents.
func controllerVerbs() []verb {
	return []verb{
		consentRequest(),
		consentStep("revoke", "consent:Revoke", "End a consent (steward of the controller)", "--subject kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k ", "--as utility/steward"),
		consentInvalidate(), storePrivate(),
		consentAcknowledge(),
		{
			use: "purge SUBJECT", short: "Purge what your organisation holds of a subject that asked for erasure (steward)", args: cobra.ExactArgs(1), submit: true,
			transaction: "consent:Purge", example: "  smartb consent purge kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k --as utility/steward",
			request: func(args []string) (any, error) { return consent.PurgeRequest{Subject: args[0]}, nil },
		},
		consentHeld(), consentExpiring(), consentUnacknowledged(), consentPendingPurges(),
	}
}

func consentAcknowledge() verb {
	var request consent.AcknowledgeStopRequest
	return verb{
		use: "acknowledge SUBJECT CONSENT", short: "Acknowledge that your organisation stopped (processor of the controller or a recipient)", args: cobra.ExactArgs(2), submit: true,
		transaction: "consent:AcknowledgeStop", example: "  smartb consent acknowledge kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k c-6f1e --as utility/processor",
		request: func(args []string) (any, error) {
			request.Subject, request.ConsentID = args[0], args[1]
			return request, nil
		},
	}
}

func consentRequest() verb {
	var request consent.RequestConsentRequest
	fill := termsOf(&request.Terms)
	return verb{
		use: "request NOTICE VERSION", short: "Ask a resident for consent (steward of the controller)", args: cobra.ExactArgs(2), submit: true, transaction: "consent:Request",
		example: "  smartb consent request energy-sharing 1 --subject kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k --category smartb:LoadCurve --until 2027-12-31 --as community/steward",
		request: func(args []string) (any, error) { return request, fill.read(args) },
		flags: func(command *cobra.Command) {
			fill.addFlags(command)
			command.Flags().StringVar(&request.Subject, "subject", "", "the resident's `PSEUDONYM`")
			must(command.MarkFlagRequired("subject"))
		},
	}
}

func consentInvalidate() verb {
	var reason consent.ReasonCode
	return verb{
		use: "invalidate SUBJECT CONSENT", short: "Declare a consent invalid from its beginning (authority)", args: cobra.ExactArgs(2), submit: true, transaction: "consent:Invalidate",
		example: "  smartb consent invalidate kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k c-6f1e --reason NOT_INFORMED --as oversight/authority",
		request: func(args []string) (any, error) {
			return consent.InvalidateRequest{Subject: args[0], ConsentID: args[1], ReasonCode: reason}, nil
		},
		flags: func(command *cobra.Command) {
			reasonFlag(&reason)(command)
			must(command.MarkFlagRequired("reason"))
		},
	}
}

func consentHeld() verb {
	var request consent.ListByControllerRequest
	return verb{
		use: "held", short: "List a controller's consents (steward of the controller, authority)", args: cobra.NoArgs,
		transaction: "consent:ListByController",
		example:     "  smartb consent held --controller UtilityMSP --notice energy-sharing --as utility/steward",
		request:     func([]string) (any, error) { return request, nil },
		flags: func(command *cobra.Command) {
			controllerFlag(command, &request.Controller)
			command.Flags().StringVar(&request.Purpose, "purpose", "", "only for this purpose, a DPV `TERM`")
			command.Flags().StringVar(&request.NoticeID, "notice", "", "only under this `NOTICE`")
		},
		list: listing{items: "consents"},
		show: decoded(func(page consent.Page) any { return heldTable(page.Consents) }),
	}
}

func consentExpiring() verb {
	var request consent.ListExpiringRequest
	var before string
	return verb{
		use: "expiring", short: "List the consents in force that end before a date (steward of the controller, authority)", args: cobra.NoArgs, transaction: "consent:ListExpiring",
		example: "  smartb consent expiring --controller UtilityMSP --before 2027-01-31 --as utility/steward",
		request: func([]string) (any, error) {
			var err error
			request.Before, err = moment("before", before)
			return request, err
		},
		flags: func(command *cobra.Command) {
			controllerFlag(command, &request.Controller)
			command.Flags().StringVar(&before, "before", time.Now().AddDate(0, 1, 0).Format(time.DateOnly), "the last `DATE` (or time, RFC 3339)")
		},
		list: listing{items: "consents"},
		show: decoded(func(page consent.Page) any { return heldTable(page.Consents) }),
	}
}

func consentUnacknowledged() verb {
	var request consent.ListUnacknowledgedRequest
	return verb{
		use: "unacknowledged", short: "List who has not acknowledged a stop (steward of the controller, authority)", args: cobra.NoArgs, transaction: "consent:ListUnacknowledged",
		example: "  smartb consent unacknowledged --controller UtilityMSP --as utility/steward",
		request: func([]string) (any, error) { return request, nil },
		flags:   func(command *cobra.Command) { controllerFlag(command, &request.Controller) },
		list:    listing{items: "consents"},
		show:    decoded(func(page consent.UnacknowledgedPage) any { return unacknowledgedTable(page.Consents) }),
	}
}

func consentPendingPurges() verb {
	var request consent.ListPendingPurgesRequest
	return verb{
		use: "pending-purges", short: "List which controller has still to purge whom (authority)", args: cobra.NoArgs, transaction: "consent:ListPendingPurges",
		example: "  smartb consent pending-purges --as oversight/authority",
		request: func([]string) (any, error) { return request, nil },
		flags: func(command *cobra.Command) {
			command.Flags().StringVar(&request.Controller, "controller", "", "only of the controller `MSP`")
		},
		list: listing{items: "pending"},
		show: decoded(func(page consent.PendingPurgePage) any { return purgeTable(page.Pending) }),
	}
}

func controllerFlag(command *cobra.Command, controller *string) {
	command.Flags().StringVar(controller, "controller", "", "the `MSP` of the controller")
	must(command.MarkFlagRequired("controller"))
}
