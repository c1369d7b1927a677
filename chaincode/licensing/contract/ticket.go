package contract

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// probes is how many tickets are looked at before all are counted.
const probes = 64

// FreeTickets answers a free ticket of each permission with a limited number of uses. Where it begins to look depends on the query's own transaction id, so
// clients that ask at the same time get different ones.
func (*Contract) FreeTickets(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Evaluate(ctx, request, func(tx *transaction.Tx, r licensing.FreeTicketsRequest) (licensing.Tickets, error) {
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
	})
}

func freeIndex(tx *transaction.Tx, agreementID, rule string, limit int64) (int64, bool, error) {
	if limit <= 0 {
		return 0, false, nil
	}
	start := scatter(tx.TxID(), limit)
	var indexes []int64
	for i := range min(probes, limit) {
		indexes = append(indexes, (start+i)%limit)
	}
	index, found, err := firstFree(tx.Ledger, agreementID, rule, indexes)
	if err != nil || found {
		return index, found, err
	}
	taken, err := ledger.Scan[ticket](tx.Ledger, ticketsOf(agreementID, rule))
	if err != nil || int64(len(taken)) >= limit {
		return 0, false, err
	}
	indexes = indexes[:0]
	for i := range limit {
		indexes = append(indexes, (start+i)%limit)
	}
	return firstFree(tx.Ledger, agreementID, rule, indexes)
}

func firstFree(l *ledger.Ledger, agreementID, rule string, indexes []int64) (int64, bool, error) {
	keys := make([]ledger.Key, len(indexes))
	for i, index := range indexes {
		keys[i] = ticketKey(agreementID, licensing.Ticket{Rule: rule, Index: index})
	}
	found, err := ledger.GetMany[ticket](l, keys)
	if err != nil {
		return 0, false, err
	}
	for i, taken := range found {
		if taken == nil {
			return indexes[i], true, nil
		}
	}
	return 0, false, nil
}

// scatter is a place below the limit that follows from the id.
func scatter(id string, limit int64) int64 {
	sum := sha256.Sum256([]byte(id))
	return int64(binary.BigEndian.Uint32(sum[:4])) % limit
}
