// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

const retroactiveUsage = "the member loses days of a final month: grid operator or member assented (smartb member assent)"

func memberEnd() verb {
	var retroactive bool
	return verb{
		use: "end COMMUNITY MEMBER DATE", short: "End a membership; DATE is the first day no more (organiser)", args: cobra.ExactArgs(3),
		transaction: "settlement:EndMember", submit: true,
		long: `end is for moves, new tenants and exchanged meters: what follows is a new member, who never sees an earlier load
profile. Days before DATE are still settled, corrected and billed. Where the member loses days of a final month, the grid
operator or the member assents first (smartb member assent), and --retroactive says that bills change: settle these days
again by smartb run settle MONTH --run correction.`,
		example: `  smartb member end sunny 6f1e… 2025-12-01 --as community/organiser
  smartb member end sunny 6f1e… 2025-10-15 --retroactive --as community/organiser`,
		request: func(args []string) (any, error) {
			return settlement.EndMemberRequest{CommunityID: args[0], MemberID: args[1], To: args[2], Retroactive: retroactive}, nil
		},
		flags: func(command *cobra.Command) {
			command.Flags().BoolVar(&retroactive, "retroactive", false, retroactiveUsage)
		},
	}
}

func newMemberCancelCommand(app *App) *cobra.Command {
	var retroactive bool
	command := &cobra.Command{
		Use:   "cancel COMMUNITY MEMBER",
		Short: "Cancel a pending or wrong membership from its first day, as if it had never been (organiser)",
		Long: `cancel ends a membership on its own first day: no day of it is settled or billed, and its metering point is free.
Where it was billed in a final month, the same holds as for smartb member end.`,
		Example: "  smartb member cancel sunny 6f1e… --as community/organiser",
		Args:    cobra.ExactArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			members, err := client.Settlement().AllMembers(command.Context(), args[0])
			if err != nil {
				return err
			}
			for _, member := range members {
				if member.MemberID != args[1] {
					continue
				}
				request := settlement.EndMemberRequest{CommunityID: args[0], MemberID: args[1], To: member.From, Retroactive: retroactive}
				cancelled, receipt, err := client.Settlement().EndMember(command.Context(), request)
				if err != nil {
					return err
				}
				return app.renderCommitted(cancelled, receipt)
			}
			return &checkError{
				error: fmt.Errorf("community %s has no member %s", args[0], args[1]), code: "NOT_FOUND",
				next: "check the id: smartb member list " + args[0],
			}
		},
	}
	command.Flags().BoolVar(&retroactive, "retroactive", false, retroactiveUsage)
	return command
}

func memberAssent() verb {
	return verb{
		use: "assent COMMUNITY MEMBER DATE", short: "Assent to an end that changes a final month (meter-operator, or the resident who is the member)",
		args: cobra.ExactArgs(3), transaction: "settlement:AssentToEnd", submit: true,
		long: `assent records that the grid operator, or the resident by a signed request, agrees that the membership ends before DATE,
although a month is final whose bills change by it. The organiser then ends it: smartb member end --retroactive.`,
		example: `  smartb member assent sunny 6f1e… 2025-10-15 --as utility/meter-operator
  smartb member assent sunny 6f1e… 2025-10-15 ` + neighbour,
		request: func(args []string) (any, error) {
			return settlement.AssentToEndRequest{CommunityID: args[0], MemberID: args[1], To: args[2]}, nil
		},
	}
}
