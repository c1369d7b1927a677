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
)

func newMemberCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:     "member",
		Short:   "Members of a community and their metering points",
		Example: "  smartb member list sunny --as community/organiser",
	}
	command.AddCommand(newMemberAddCommand(app), newMemberConfirmCommand(app), newMemberListCommand(app), memberEnd().command(app))
	return command
}

func newMemberAddCommand(app *App) *cobra.Command {
	var (
		request settlement.AddMemberRequest
		private settlement.MemberPrivate
	)
	command := &cobra.Command{
		Use:   "add COMMUNITY",
		Short: "Add a member, pending until the operator confirms (role organiser)",
		Long: `add records a membership. The member's id is random and public; the metering point, the pseudonym and the address go to the private
collection only. The resident has consented to share the load curve with organiser and operator (smartb consent give).`,
		Example: "  smartb member add sunny --direction consumption --point AT0010000001 --from 2025-10-01 " +
			"--consent c-17 --subject kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k --as community/organiser",
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			request.CommunityID, private.Salt = args[0], randomHex()
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
	flags.StringVar(&private.MeteringPoint, "point", "", "the metering point's number (private)")
	flags.StringVar(&private.Subject, "subject", "", "the pseudonym of the resident who gave the consent (private)")
	flags.StringVar(&private.Address, "address", "", "the point's address (private)")
	flags.Int64Var(&request.Factor, "factor", 100, "the percentage of the metered energy that takes part")
	flags.Int64Var(&request.Share, "share", 0, "the member's part in `PPM`, for keys with fixed shares")
	flags.IntVar(&request.Tier, "tier", 0, "the member's tier, for keys by priority")
	flags.StringVar(&request.From, "from", "", "the first local `DATE`")
	flags.StringVar(&request.To, "to", "", "the first local `DATE` no more (default: open)")
	flags.StringVar(&request.Role, "role", "", "the role that chooses the VAT rate of what the member sells, such as household")
	flags.StringVar(&request.ConsentID, "consent", "", "the id of the resident's consent to energy sharing")
	for _, name := range []string{"direction", "point", "from", "consent", "subject"} {
		must(command.MarkFlagRequired(name))
	}
	return command
}

func newMemberConfirmCommand(app *App) *cobra.Command {
	var point, secretFile string
	var limit int64
	command := &cobra.Command{
		Use:   "confirm COMMUNITY MEMBER",
		Short: "Confirm a member and its metering point (role meter-operator)",
		Long: `confirm takes the metering point that the organiser declared for the member. The ledger sees the point's number only as HMAC-SHA-256 under the operator's secret, a file
of at least 16 bytes that the operator keeps for ever: readings are assigned with it.`,
		Example: `  smartb member confirm sunny 6f1e… --point-secret points.secret --as utility/meter-operator
  smartb member confirm sunny 6f1e… --point AT0010000001 --point-secret points.secret --as utility/meter-operator`,
		Args: cobra.ExactArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			secret, err := readSecret(secretFile)
			if err != nil {
				return err
			}
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			declared, err := declaredPoint(command.Context(), client, args[0], args[1])
			if err != nil {
				return err
			}
			if point != "" && point != declared {
				return usagef("the organiser declared another metering point for member %s; clear that up before you confirm", args[1])
			}
			request := settlement.ConfirmMemberRequest{CommunityID: args[0], MemberID: args[1], PointRef: settlement.PointRef(secret, declared), LimitWatts: limit}
			member, receipt, err := client.Settlement().ConfirmMember(command.Context(), request)
			if err != nil {
				return err
			}
			return app.renderCommitted(member, receipt)
		},
	}
	command.Flags().StringVar(&point, "point", "", "the metering point's number, to be compared with the organiser's (default: what the organiser declared)")
	command.Flags().Int64Var(&limit, "limit-watts", 0, "the point's subscribed power in `WATTS`; readings above it are implausible (default: no limit)")
	addSecretFlag(command, &secretFile)
	return command
}

func memberEnd() verb {
	return verb{
		use: "end COMMUNITY MEMBER DATE", short: "End a membership; DATE is the first day no more (organiser)", args: cobra.ExactArgs(3), transaction: "settlement:EndMember", submit: true,
		long: `end is for moves, new tenants and exchanged meters: what follows is a new member, who never sees an earlier curve. Days before DATE are still settled,
corrected and billed.`,
		example: "  smartb member end sunny 6f1e… 2025-12-01 --as community/organiser",
		request: func(args []string) (any, error) {
			return settlement.EndMemberRequest{CommunityID: args[0], MemberID: args[1], To: args[2]}, nil
		},
	}
}

// declaredPoint is the metering point that the organiser declared privately for the member.
func declaredPoint(ctx context.Context, client *gateway.Client, community, member string) (string, error) {
	members, err := client.Settlement().AllMembers(ctx, community)
	if err != nil {
		return "", err
	}
	for _, m := range members {
		if m.MemberID == member && m.Private != nil {
			return m.Private.MeteringPoint, nil
		}
	}
	return "", &checkError{
		error: fmt.Errorf("member %s of %s is not known here, or this peer does not hold its private part", member, community), code: "NOT_FOUND",
		next: "check the id; if the member was added a moment ago, try again",
	}
}

func newMemberListCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:     "list COMMUNITY",
		Short:   "List a community's members (organiser, meter-operator, auditor)",
		Example: "  smartb member list sunny --as community/organiser --output csv",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			list, err := client.Settlement().AllMembers(command.Context(), args[0])
			if err != nil {
				return err
			}
			return app.Render(memberTable(list))
		},
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
		rows = append(rows, []any{m.MemberID, m.Direction, m.State, m.From, m.To, fmt.Sprintf("%d %%", m.Factor)})
	}
	return rows
}

// addSecretFlag adds the flag --point-secret.
func addSecretFlag(command *cobra.Command, file *string) {
	command.Flags().StringVar(file, "point-secret", "", "the `FILE` with the operator's secret for metering points")
	must(command.MarkFlagRequired("point-secret"))
	must(command.MarkFlagFilename("point-secret"))
}

const minSecret = 16

func readSecret(file string) ([]byte, error) {
	secret, err := os.ReadFile(file)
	if err != nil {
		return nil, usagef("the operator's secret cannot be read: %w; it stays the same for ever, and is made before the first member is confirmed: head -c 32 /dev/urandom | base64 > %s", err, file)
	}
	secret = []byte(strings.TrimSpace(string(secret)))
	if len(secret) < minSecret {
		return nil, usagef("the operator's secret %s has %d bytes, at least %d are needed", file, len(secret), minSecret)
	}
	return secret, nil
}

// randomHex returns 16 random bytes in lower-case hex: a salt or an id.
func randomHex() string {
	bytes := make([]byte, 16)
	rand.Read(bytes) // never fails, by its documentation
	return hex.EncodeToString(bytes)
}
