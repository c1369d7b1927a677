// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// requestTransfer begins a transfer on a decision that permits.
func requestTransfer(tx *transaction.Tx, r licensing.RequestTransferRequest) (licensing.Transfer, error) {
	var none licensing.Transfer
	act, err := organisation(tx, identity.Processor)
	if err != nil {
		return none, err
	}
	decision, err := loadDecision(tx.Ledger, r.DecisionID)
	if err != nil {
		return none, err
	}
	_, found, err := ledger.Get[licensing.Transfer](tx.Ledger, transferKey(r.TransferID))
	if err != nil {
		return none, err
	}
	if found {
		return none, fault.Field(fault.AlreadyExists, "transferId", "transfer %s exists", r.TransferID)
	}
	check, err := recheck(tx.Ledger, decision)
	if err != nil {
		return none, err
	}
	transfer, err := r.Request(decision, check, act)
	if err != nil {
		return none, err
	}
	if err := ledger.Put(tx.Ledger, transferOfKey(transfer.AgreementID, transfer.TransferID), referTo(transfer.TransferID)); err != nil {
		return none, err
	}
	return saveTransfer(tx, transfer)
}

func saveTransfer(tx *transaction.Tx, s licensing.Transfer) (licensing.Transfer, error) {
	if err := ledger.Put(tx.Ledger, transferKey(s.TransferID), s); err != nil {
		return s, err
	}
	return s, tx.Announce("licensing.TransferMoved", licensing.TransferAnnouncement{TransferID: s.TransferID, State: s.State})
}

// startTransfer starts a requested transfer, by the provider, or goes on with a suspended one.
func startTransfer(tx *transaction.Tx, r licensing.TransferRequest) (licensing.Transfer, error) {
	return moveTransfer(tx, r, licensing.MoveStartTransfer, func(s licensing.Transfer) error {
		view, err := viewTransfer(tx.Ledger, s)
		if err != nil {
			return err
		}
		if len(view.Reasons) > 0 {
			return fault.Field(fault.ProcessingDenied, "transferId", "transfer %s may carry no data: %s", s.TransferID, view.Reasons[0].Code).
				With("reason", string(view.Reasons[0].Code))
		}
		return nil
	})
}

// suspendTransfer suspends a transfer, by either side.
func suspendTransfer(tx *transaction.Tx, r licensing.TransferRequest) (licensing.Transfer, error) {
	return moveTransfer(tx, r, licensing.MoveSuspendTransfer, always)
}

// completeTransfer ends a transfer that did its work, by either side.
func completeTransfer(tx *transaction.Tx, r licensing.TransferRequest) (licensing.Transfer, error) {
	return moveTransfer(tx, r, licensing.MoveCompleteTransfer, always)
}

// terminateTransfer ends a transfer before its time, by either side.
func terminateTransfer(tx *transaction.Tx, r licensing.TransferRequest) (licensing.Transfer, error) {
	return moveTransfer(tx, r, licensing.MoveTerminateTransfer, always)
}

func always(licensing.Transfer) error { return nil }

// moveTransfer moves a transfer by one of its sides, if the move's own condition holds.
func moveTransfer(tx *transaction.Tx, r licensing.TransferRequest, name string, condition func(licensing.Transfer) error) (licensing.Transfer, error) {
	act, err := principal(tx, identity.Processor)
	if err != nil {
		return licensing.Transfer{}, err
	}
	transfer, err := load[licensing.Transfer](tx.Ledger, transferKey(r.TransferID), "transferId", r.TransferID)
	if err != nil {
		return transfer, err
	}
	moved, err := transfer.Move(name, r.End, act)
	if err != nil {
		return transfer, err
	}
	if err := condition(transfer); err != nil {
		return transfer, err
	}
	return saveTransfer(tx, moved)
}

func viewTransfer(l *ledger.Ledger, s licensing.Transfer) (licensing.TransferView, error) {
	decision, err := loadDecision(l, s.DecisionID)
	if err != nil {
		return licensing.TransferView{}, err
	}
	check, err := recheck(l, decision)
	return s.View(check), err
}

// getTransfer answers a transfer and whether it may carry data now.
func getTransfer(tx *transaction.Tx, r licensing.GetTransferRequest) (licensing.TransferView, error) {
	transfer, err := load[licensing.Transfer](tx.Ledger, transferKey(r.TransferID), "transferId", r.TransferID)
	if err != nil {
		return licensing.TransferView{}, err
	}
	return viewTransfer(tx.Ledger, transfer)
}

// listTransfers answers a page of a licence's transfers.
func listTransfers(tx *transaction.Tx, r licensing.ListOfAgreementRequest) (answer licensing.TransferPage, err error) {
	answer.Transfers, answer.Bookmark, err = page[licensing.Transfer](tx.Ledger, transfersOf(r.AgreementID), r.Listing, transferKey)
	return answer, err
}
