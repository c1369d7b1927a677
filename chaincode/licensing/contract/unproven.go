package contract

import (
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// listUnprovenEnds answers the ends of residents' licences, offers or datasets that have no valid signature of the resident: those that liars made up.
func listUnprovenEnds(tx *transaction.Tx, r licensing.ListUnprovenEndsRequest) (licensing.UnprovenEndPage, error) {
	switch r.Of {
	case licensing.OfOffer:
		return unprovenEnds(tx.Ledger, key("licensing.offer-end"), r, unprovenWithdrawn)
	case licensing.OfDataset:
		return unprovenEnds(tx.Ledger, key("licensing.dataset-end"), r, unprovenDatasetEnd)
	default:
		return unprovenEnds(tx.Ledger, allEnds, r, unprovenEnding)
	}
}

// unprovenEnds is a page of the ends below a key, without those that are proven.
func unprovenEnds[T any](
	l *ledger.Ledger, prefix ledger.Key, r licensing.ListUnprovenEndsRequest, unproven func(*ledger.Ledger, T) (licensing.UnprovenEnd, bool, error),
) (page licensing.UnprovenEndPage, err error) {
	listed, bookmark, err := ledger.Page[T](l, prefix, r.Size(), r.Bookmark)
	if err != nil {
		return page, err
	}
	page.Ends, page.Bookmark = []licensing.UnprovenEnd{}, bookmark
	for _, record := range listed {
		end, forged, err := unproven(l, record)
		if err != nil {
			return page, err
		}
		if forged {
			page.Ends = append(page.Ends, end)
		}
	}
	return page, nil
}

func unprovenEnding(l *ledger.Ledger, e licensing.Ending) (licensing.UnprovenEnd, bool, error) {
	end := licensing.UnprovenEnd{ID: e.AgreementID, At: e.At, TxID: e.TxID}
	agreement, found, err := ledger.Get[licensing.Agreement](l, agreementKey(e.AgreementID))
	if err != nil || !found || !licensing.IsResident(agreement.Assigner) {
		return end, true, err
	}
	said, err := claim{agreement.Assigner, e.Evidence}.said(l)
	return end, said == nil || !e.Said(*said, agreement.Assigner), err
}

func unprovenWithdrawn(l *ledger.Ledger, w licensing.Withdrawal) (licensing.UnprovenEnd, bool, error) {
	forged, err := unprovenWithdrawal(l, w)
	return licensing.UnprovenEnd{ID: w.OfferID, At: w.At, TxID: w.TxID}, forged || !w.Withdrawn(), err
}

func unprovenDatasetEnd(l *ledger.Ledger, e licensing.DatasetEnd) (licensing.UnprovenEnd, bool, error) {
	end := licensing.UnprovenEnd{ID: e.DatasetID, At: e.At, TxID: e.TxID}
	owner := licensing.Author(e.DatasetID)
	if !licensing.IsResident(owner) {
		return end, true, nil
	}
	said, err := claim{owner, e.Evidence}.said(l)
	return end, said == nil || !e.Said(*said), err
}
