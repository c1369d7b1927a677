// SPDX-License-Identifier: Apache-2.0

package transaction

import (
	"slices"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
)

// May describes which members of the channel a transaction admits: those whom one of the entries describes. No entry
// admits residents only.
//
// The roles are checked before the handler runs. Which organisation counts, often depends on a record: the handler checks it.
type May []Member

// Member is a member of the channel in a role.
type Member struct {
	// Role is what the member does for its organisation; [Any] is every member, [Administrator] an administrator.
	Role identity.Role
	// Of describes which organisation's, such as "the assigner"; empty for every organisation.
	Of string
}

// The entries that are no role of a certificate.
const (
	Any           identity.Role = ""
	Administrator identity.Role = "administrator"
)

// Anybody admits every member of the channel.
var Anybody = May{{Role: Any}}

// admits reports whether the caller has one of the roles.
func (m May) admits(caller identity.Caller) bool {
	return slices.ContainsFunc(m, func(member Member) bool {
		return member.Role == Any || member.Role == Administrator && caller.Admin || caller.Is(member.Role, caller.MSP)
	})
}

// check refuses a member in none of the roles. A resident was checked by the row's flag.
func (m May) check(caller identity.Caller) error {
	if caller.SignedRequest != nil || m.admits(caller) {
		return nil
	}
	if len(m) == 0 {
		return fault.New(fault.Forbidden, "only a resident may do this, by a signed request; you are %s %s", caller.MSP, caller.InRole())
	}
	return fault.New(fault.Forbidden, "requires %s; you are %s %s", m, caller.MSP, caller.InRole())
}

// String is the entries in words.
func (m May) String() string {
	words := make([]string, len(m))
	for i, member := range m {
		words[i] = member.String()
	}
	return strings.Join(words, " or ")
}

// String is the entry in words.
func (m Member) String() string {
	of := m.Of
	if of == "" {
		of = "any organisation"
	}
	switch m.Role {
	case Any:
		return "any member of " + of
	case Administrator:
		return "an administrator of " + of
	default:
		return "role " + string(m.Role) + " of " + of
	}
}
