// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/gateway-client"
)

// role is what a member of the network does for its organisation.
type role struct {
	Role identity.Role `json:"role"`
	Does string        `json:"does"`
}

// roles are those that certificates name.
var roles = roleTable{
	{identity.Steward, "publishes notices, offers and licenses data, and speaks for the organisation as controller"},
	{identity.Processor, "processes data: checks consents, records uses, asks for accesses, serves data"},
	{identity.MeterOperator, "delivers load profiles and confirms members, for a grid operator"},
	{identity.Organiser, "creates communities, adds members, settles days, closes months and makes them final"},
	{identity.Authority, "supervises: suspends notices, declares consents invalid, lists pending purges"},
	{identity.Auditor, "reads and recomputes what others settled, and decides appeals"},
}

func newRoleCommand(app *App) *cobra.Command {
	command := &cobra.Command{Use: "role", Short: "Roles: what users do for their organisations", Example: "  smartb role list"}
	command.AddCommand(&cobra.Command{
		Use:   "list",
		Short: "List the roles that a certificate can name (attribute smartb.role)",
		Long: `list needs no network. docs/reference/transactions.md lists the callers of each transaction and
their roles. The rules name the authorities, auditors, grid operators and witnesses: smartb governance show.`,
		Example: "  smartb role list",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return app.Render(roles) },
	})
	return command
}

type roleTable []role

// Columns names the columns.
func (roleTable) Columns() []string { return []string{"role", "what it does"} }

// Rows returns a row for each role.
func (t roleTable) Rows() (rows [][]any) {
	for _, r := range t {
		rows = append(rows, []any{r.Role, r.Does})
	}
	return rows
}

func newUserCommand(app *App) *cobra.Command {
	command := &cobra.Command{Use: "user", Short: "Users: whom --as can name", Example: "  smartb user list"}
	command.AddCommand(&cobra.Command{
		Use:   "list",
		Short: "List the users whose profiles are on this machine",
		Long: `list needs no network. It reads the profiles in the state folder (SMARTB_STATE), which --as names as ORG/USER, and the
role in each user's certificate.`,
		Example: "  smartb user list",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			users := gateway.Users()
			if len(users) == 0 {
				return &checkError{
					error: errors.New("no profiles are in the state folder"), code: "NO_USERS",
					next: "name the folder by the environment's SMARTB_STATE, or a profile by --profile FILE",
				}
			}
			return app.Render(userTable(users))
		},
	})
	return command
}

type userTable []gateway.User

// Columns names the columns.
func (userTable) Columns() []string { return []string{"user", "organisation", "role"} }

// Rows returns a row for each user.
func (t userTable) Rows() (rows [][]any) {
	for _, u := range t {
		rows = append(rows, []any{u.Organisation + "/" + u.Name, u.MSPID, u.Role})
	}
	return rows
}
