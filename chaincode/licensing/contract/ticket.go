// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// probes is how many tickets are looked at at a time.
const probes = 64

// freeTickets answers a free ticket of each permission with a limited number of uses. Where it begins to look depends on the query's own transaction id, so
// clients that ask at the same time get different ones.
func freeTickets(tx *transaction.Tx, r licensing.FreeTicketsRequest) (licensing.Tickets, error) {
	answer := licensing.Tickets{Tickets: []licensing.Ticket{}, Exhausted: []string{}}
	licence, err := loadLicence(tx.Ledger, r.AgreementID)
	if err != nil {
		return answer, err
	}
	for i := range licence.Terms.Permissions {
		rule := &licence.Terms.Permissions[i]
		limit, limited := rule.CountLimit()
		if !limited {
			continue
		}
		index, found, err := freeIndex(tx, r.AgreementID, rule.Key(), limit)
		switch {
		case err != nil:
			return answer, err
		case found:
			answer.Tickets = append(answer.Tickets, licensing.Ticket{Rule: rule.Key(), Index: index})
		default:
			answer.Exhausted = append(answer.Exhausted, rule.Key())
		}
	}
	return answer, nil
}

func freeIndex(tx *transaction.Tx, agreementID, rule string, limit int64) (int64, bool, error) {
	if limit <= 0 {
		return 0, false, nil
	}
	start := scatter(tx.TxID(), limit)
	for asked := int64(0); asked < limit; asked += probes {
		var tickets []licensing.Ticket
		for i := asked; i < min(asked+probes, limit); i++ {
			tickets = append(tickets, licensing.Ticket{Rule: rule, Index: (start + i) % limit})
		}
		free, err := unusedTickets(tx.Ledger, agreementID, tickets)
		if err != nil {
			return 0, false, err
		}
		if len(free) > 0 {
			return free[0].Index, true, nil
		}
	}
	return 0, false, nil
}

// freeTickets are those of the tickets that are neither spent nor reserved.
func unusedTickets(l *ledger.Ledger, agreementID string, tickets []licensing.Ticket) (free []licensing.Ticket, err error) {
	if len(tickets) == 0 {
		return nil, nil
	}
	now, err := l.Now()
	if err != nil {
		return nil, err
	}
	if err := l.Prefetch(ticketKeys(agreementID, tickets...)...); err != nil {
		return nil, err
	}
	for _, t := range tickets {
		_, spent, err := ledger.Get[licensing.Use](l, usedKey(agreementID, t))
		if err != nil {
			return nil, err
		}
		reserved, _, err := ledger.Get[licensing.Reservation](l, ticketKey(agreementID, t))
		if err != nil {
			return nil, err
		}
		if !spent && !reserved.Holds(now) {
			free = append(free, t)
		}
	}
	return free, nil
}

// getUses answers how many uses of an agreement are spent, reserved and left.
func getUses(tx *transaction.Tx, r licensing.UsesRequest) (licensing.Uses, error) {
	answer := licensing.Uses{Uses: []licensing.RuleUses{}}
	licence, err := loadLicence(tx.Ledger, r.AgreementID)
	if err != nil {
		return answer, err
	}
	for i := range licence.Terms.Permissions {
		rule := &licence.Terms.Permissions[i]
		limit, limited := rule.CountLimit()
		if !limited {
			continue
		}
		uses, err := countUses(tx.Ledger, r.AgreementID, rule.Key(), limit)
		if err != nil {
			return answer, err
		}
		answer.Uses = append(answer.Uses, uses)
	}
	return answer, nil
}

// countUses counts what is spent and reserved of a rule.
func countUses(l *ledger.Ledger, agreementID, rule string, limit int64) (licensing.RuleUses, error) {
	uses := licensing.RuleUses{Rule: rule, Limit: limit}
	spent, err := ledger.Scan[licensing.Use](l, usesOf(agreementID, rule))
	if err != nil {
		return uses, err
	}
	spentBy := make(map[string]bool, len(spent))
	for _, use := range spent {
		spentBy[use.DecisionID] = true
	}
	reserved, err := ledger.Scan[licensing.Reservation](l, ticketsOf(agreementID, rule))
	if err != nil {
		return uses, err
	}
	now, err := l.Now()
	if err != nil {
		return uses, err
	}
	for _, r := range reserved {
		if r.Holds(now) && !spentBy[r.DecisionID] {
			uses.Reserved++
		}
	}
	uses.Used = int64(len(spent))
	uses.Left = max(0, limit-uses.Used-uses.Reserved)
	return uses, nil
}

// scatter is a place below the limit that follows from the id.
func scatter(id string, limit int64) int64 {
	sum := sha256.Sum256([]byte(id))
	return int64(binary.BigEndian.Uint32(sum[:4])) % limit
}
