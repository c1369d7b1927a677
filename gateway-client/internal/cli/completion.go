// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
)

// completionTime is how long a shell waits for ids of the ledger.
const completionTime = 3 * time.Second

// known completes a placeholder from a list of the ledger.
type known struct {
	transaction, items, id string
	// needs is how many arguments before say which list is meant.
	needs int
	// request makes the request; own is the user's organisation, args the arguments before.
	request func(own string, args []string) any
}

func nothing(string, []string) any { return struct{}{} }

func ofOwn(own string, _ []string) any { return licensing.PartyRequest{Party: own} }

// ids are the placeholders that the ledger completes.
var ids = map[string]known{
	"COMMUNITY": {"settlement:ListCommunities", "communities", "communityId", 0, nothing},
	"MEMBER": {"settlement:ListMembers", "members", "memberId", 1, func(_ string, args []string) any {
		return settlement.ListMembersRequest{CommunityID: args[0]}
	}},
	"DATASET":     {"licensing:ListDatasets", "datasets", "datasetId", 0, nothing},
	"AGREEMENT":   {"licensing:ListAgreements", "agreements", "agreementId", 0, ofOwn},
	"LICENCE":     {"licensing:ListAgreements", "agreements", "agreementId", 0, ofOwn},
	"NEGOTIATION": {"licensing:ListNegotiations", "negotiations", "negotiationId", 0, ofOwn},
	"DECISION": {"licensing:ListDecisions", "decisions", "decisionId", 0, func(own string, _ []string) any {
		return licensing.ListDecisionsRequest{Assignee: own}
	}},
	"NOTICE": {"consent:ListNotices", "notices", "noticeId", 0, nothing},
	"CONSENT": {"consent:ListBySubject", "consents", "consentId", 0, func(string, []string) any {
		return consent.ListBySubjectRequest{}
	}},
	"DISPUTE": {"settlement:ListDisputes", "disputes", "disputeId", 2, func(_ string, args []string) any {
		return settlement.ListDisputesRequest{CommunityID: args[0], Period: args[1]}
	}},
}

// complete lets shells complete a command's arguments and flags by their placeholders.
func complete(app *App, command *cobra.Command) {
	if command.HasParent() && !command.HasSubCommands() && command.ValidArgsFunction == nil && len(command.ValidArgs) == 0 {
		words := strings.Fields(command.Use)[1:]
		command.ValidArgsFunction = func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(words) == 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return app.completions(c.Context(), words[min(len(args), len(words)-1)], args)
		}
	}
	command.LocalNonPersistentFlags().VisitAll(func(flag *pflag.Flag) {
		placeholder, _ := pflag.UnquoteUsage(flag)
		if _, completed := command.GetFlagCompletionFunc(flag.Name); completed || !strings.Contains(flag.Usage, "`") {
			return
		}
		must(command.RegisterFlagCompletionFunc(flag.Name,
			func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
				return app.completions(c.Context(), placeholder, args)
			}))
	})
}

// completions are what a placeholder may stand for.
func (a *App) completions(ctx context.Context, placeholder string, args []string) ([]string, cobra.ShellCompDirective) {
	placeholder = strings.Trim(placeholder, "[]….")
	name, _, _ := strings.Cut(strings.TrimSuffix(placeholder, ",…"), "|")
	switch of, found := ids[name]; {
	case strings.HasPrefix(name, "FILE") || strings.HasPrefix(name, "FOLDER") || strings.Contains(name, "."):
		return nil, cobra.ShellCompDirectiveDefault
	case name == "MSP" || name == "PARTY" || name == "CONTROLLER":
		return organisations(), cobra.ShellCompDirectiveNoFileComp
	case found:
		return a.known(ctx, of, args), cobra.ShellCompDirectiveNoFileComp
	default:
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}

// known are the ids that the ledger lists. A shell that gets none shows none: nobody is there to read an error.
func (a *App) known(ctx context.Context, of known, args []string) (found []string) {
	ctx, cancel := context.WithTimeout(ctx, completionTime)
	defer cancel()
	a.quiet = true
	profile, err := a.loadProfile()
	if err != nil || len(args) < of.needs {
		return nil
	}
	client, err := a.Client(ctx)
	if err != nil {
		return nil
	}
	page, err := listing{items: of.items}.read(
		ctx, of.request(profile.MSPID, args), listFlags{limit: 100}, asking(client, of.transaction),
	)
	if err != nil {
		return nil
	}
	for _, entry := range page.entries {
		var members map[string]json.RawMessage
		var id string
		if json.Unmarshal(entry, &members) == nil && json.Unmarshal(members[of.id], &id) == nil {
			found = append(found, id)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func completeUsers(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, user := range gateway.Users() {
		names = append(names, user.Organisation+"/"+user.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// organisations are the MSP ids of the organisations whose users' profiles are here.
func organisations() (msps []string) {
	for _, user := range gateway.Users() {
		msps = append(msps, user.MSPID)
	}
	slices.Sort(msps)
	return slices.Compact(msps)
}
