// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/energy"
)

func newMemberCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:     "member",
		Short:   "Members of a community and their metering points",
		Example: "  smartb member list sunny --as community/organiser",
	}
	command.AddCommand(newMemberPointCommand(app), newMemberAddCommand(app), newMemberConfirmCommand(app), memberList().command(app), memberEnd().command(app), newMemberCancelCommand(app), memberAssent().command(app))
	return command
}

func newMemberAddCommand(app *App) *cobra.Command {
	var (
		request  settlement.AddMemberRequest
		resident string
	)
	command := &cobra.Command{
		Use:   "add COMMUNITY",
		Short: "Add a member, pending until the grid operator confirms (role organiser)",
		Long: `add records a membership. The member's id is random and public. The person and the metering point go to the private collection only, and come from a
file that the resident hands over (smartb consent give --handover):

  {"subject": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "consentId": "c-17", "reference": "UtilityMSP/5f…", "salt": "9c…"}

It may name an address, too. The resident has consented to share the load profile with organiser and grid operator, in this community and at this point.`,
		Example: "  smartb member add sunny --direction consumption --from 2025-10-01 --resident alice.json --as community/organiser",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			private, err := readObject[settlement.MemberPrivate](app, "--resident", resident)
			if err != nil {
				return err
			}
			request.CommunityID = args[0]
			if request.MemberID == "" {
				request.MemberID = randomHex()
			}
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			app.Notef("adding member %s", request.MemberID)
			member, receipt, err := client.Settlement().AddMember(command.Context(), request, private)
			if err != nil {
				return err
			}
			return app.renderCommitted(member, receipt)
		},
	}
	flags := command.Flags()
	flags.StringVar(&request.MemberID, "id", "", "the member's id (default: random; it must say nothing about the person)")
	flags.StringVar((*string)(&request.Direction), "direction", "", "consumption or production")
	flags.StringVar(&resident, "resident", "", "the `FILE` that the resident handed over, - for stdin")
	flags.Int64Var(&request.Factor, "factor", 100, "the percentage of the metered energy that takes part")
	flags.Int64Var(&request.Share, "share", 0, "the member's part in `PPM`, for keys with fixed shares")
	flags.IntVar(&request.Tier, "tier", 0, "the member's tier, for keys by priority")
	flags.StringVar(&request.From, "from", "", "the first local `DATE`")
	flags.StringVar(&request.To, "to", "", "the first local `DATE` no more (default: open)")
	flags.StringVar(&request.Role, "role", "", "the role that chooses the VAT rate of what the member sells, such as household")
	for _, name := range []string{"direction", "from", "resident"} {
		must(command.MarkFlagRequired(name))
	}
	must(command.MarkFlagFilename("resident"))
	return command
}

func newMemberConfirmCommand(app *App) *cobra.Command {
	var path string
	var limit int64
	command := &cobra.Command{
		Use:   "confirm COMMUNITY MEMBER",
		Short: "Confirm a member and its metering point (role meter-operator)",
		Long: `confirm looks the member's person and metering point up in the grid operator's own register (smartb member point), and tells the ledger what stands there; a member
that the organiser added with another person or another point is refused. Neither appears in public.`,
		Example: "  smartb member confirm sunny 6f1e… --register points.json --as utility/meter-operator",
		Args:    cobra.ExactArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			register, err := energy.ReadRegister(path)
			if err != nil {
				return usagef("the register of metering points cannot be read: %w", err)
			}
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			added, err := addedMember(command.Context(), client, args[0], args[1])
			if err != nil {
				return err
			}
			own, known := register.Find(added.Private.Subject, added.Private.Reference)
			if !known {
				return &checkError{
					error: fmt.Errorf("the register has no metering point for the person with whom member %s was added, or another one", args[1]), code: "NOT_REGISTERED",
					next: "do not confirm; give the person a metering point's reference against proof (smartb member point), or have the organiser add the right member",
				}
			}
			if added.From < own.Since {
				return &checkError{
					error: fmt.Errorf("member %s begins on %s; its person is at the metering point since %s only", args[1], added.From, own.Since), code: "NOT_REGISTERED",
					next: "do not confirm: earlier load profiles are another person's; have the organiser add a member that begins later",
				}
			}
			if !command.Flags().Changed("limit-watts") {
				limit = own.LimitWatts
			}
			request := settlement.ConfirmMemberRequest{CommunityID: args[0], MemberID: args[1], LimitWatts: limit}
			member, receipt, err := client.Settlement().ConfirmMember(command.Context(), request, own.Confirmation())
			if err != nil {
				return err
			}
			return app.renderCommitted(member, receipt)
		},
	}
	command.Flags().Int64Var(&limit, "limit-watts", 0, "the point's subscribed power in `WATTS`; readings above it are implausible (default: the register's, or no limit)")
	addRegisterFlag(command, &path)
	return command
}

// addedMember is the member as the organiser added it.
func addedMember(ctx context.Context, client *gateway.Client, community, member string) (settlement.ListedMember, error) {
	members, err := client.Settlement().AllMembers(ctx, community)
	if err != nil {
		return settlement.ListedMember{}, err
	}
	for _, m := range members {
		if m.MemberID == member && m.Private != nil {
			return m, nil
		}
	}
	return settlement.ListedMember{}, &checkError{
		error: fmt.Errorf("member %s of %s is not known here, or this peer does not hold its private part", member, community), code: "NOT_FOUND",
		next: "check the id; if the member was added a moment ago, try again",
	}
}

func memberList() verb {
	return verb{
		use: "list COMMUNITY", short: "List a community's members (organiser, meter-operator, auditor)", args: cobra.ExactArgs(1),
		transaction: "settlement:ListMembers", example: "  smartb member list sunny --as community/organiser --output csv",
		request: func(args []string) (any, error) { return settlement.ListMembersRequest{CommunityID: args[0]}, nil },
		list:    listing{items: "members"},
		show:    decoded(func(page settlement.MemberPage) any { return memberTable(page.Members) }),
	}
}

type memberTable []settlement.ListedMember

// Columns names the columns.
func (memberTable) Columns() []string {
	return []string{"member", "direction", "state", "from", "to", "factor"}
}

// Rows returns a row for each member.
func (t memberTable) Rows() (rows [][]any) {
	for _, m := range t {
		state := string(m.State)
		if m.Cancelled() {
			state = "CANCELLED"
		}
		rows = append(rows, []any{m.MemberID, m.Direction, state, m.From, m.To, fmt.Sprintf("%d %%", m.Factor)})
	}
	return rows
}

// addSecretFlag adds the flag --point-secret.
func addSecretFlag(command *cobra.Command, file *string) {
	command.Flags().StringVar(file, "point-secret", "", "the `FILE` with the grid operator's secret for metering points")
	must(command.MarkFlagRequired("point-secret"))
	must(command.MarkFlagFilename("point-secret"))
}

const minSecret = 16

func readSecret(file string) ([]byte, error) {
	secret, err := os.ReadFile(file)
	if err != nil {
		return nil, usagef("the grid operator's secret cannot be read: %w; it stays the same for ever, and is made before the first reference is given: head -c 32 /dev/urandom | base64 > %s", err, file)
	}
	secret = []byte(strings.TrimSpace(string(secret)))
	if len(secret) < minSecret {
		return nil, usagef("the grid operator's secret %s has %d bytes, at least %d are needed", file, len(secret), minSecret)
	}
	return secret, nil
}

// randomHex returns 16 random bytes in lower-case hex: a salt or an id.
func randomHex() string {
	bytes := make([]byte, 16)
	rand.Read(bytes) // never fails, by its documentation
	return hex.EncodeToString(bytes)
}
