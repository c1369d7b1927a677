// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// Licensing calls the contract "licensing", one method for each transaction. Anything that a transaction does, who may
// call it and which errors it answers is documented with the request types in package licensing. A resident who owns
// data acts by a client with [WithResidentKey].
//
// Datasets, offers, negotiations and licences are named by their author, a slash and the author's own id, such as
// UtilityMSP/grid-load; a bare id is the caller's own. Anything that a side of a licence signs, the client fills in and
// signs with the profile's key, wherever that is.
type Licensing struct{ client *Client }

// Licensing returns the contract's typed calls.
func (c *Client) Licensing() Licensing { return Licensing{c} }

// maxTakes bounds how often Access looks for another ticket.
const maxTakes = 20

// Access requests an access under a licence with a limited number of uses, or without: it finds free tickets, and others where somebody else was faster. The
// decision is a denial where none is left.
func (l Licensing) Access(ctx context.Context, request licensing.RequestAccessRequest) (licensing.Decision, Receipt, error) {
	for take := 1; ; take++ {
		free, err := l.FreeTickets(ctx, licensing.FreeTicketsRequest{AgreementID: request.AgreementID})
		if err != nil {
			return licensing.Decision{}, Receipt{}, err
		}
		request.Tickets = free.Tickets
		decision, receipt, err := l.RequestAccess(ctx, request)
		if !errors.Is(err, ErrTicketTaken) || take == maxTakes {
			return decision, receipt, err
		}
	}
}
