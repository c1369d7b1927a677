// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

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
