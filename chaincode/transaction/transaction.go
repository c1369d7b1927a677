// Package transaction is the way every transaction takes: one JSON request in, the caller known, the request checked, the decision taken, the writes
// sent, one JSON answer out; a refusal as fault's JSON with a status of 4xx. Contracts hold nothing but the decision's inputs and outputs.
package transaction

import (
	"encoding/json"
	"fmt"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/party"
)

// Request is what a client asks for: a JSON object that can check itself without the ledger.
type Request interface {
	// Validate returns a *fault.Error that names the first member at fault.
	Validate() error
}

// Tx is one transaction under way.
type Tx struct {
	*ledger.Ledger
	Caller party.Caller
}

// Handler decides one transaction.
type Handler[R Request, A any] func(*Tx, R) (A, error)

// Submit runs a transaction that may write; one that a resident calls also writes that the statement is used.
func Submit[R Request, A any](ctx contractapi.TransactionContextInterface, request string, handle Handler[R, A]) (string, error) {
	return run(ctx, request, once(handle), (*ledger.Ledger).Commit)
}

// once refuses a statement that was carried out before, whatever the handler says: it has only queued its writes by then, and may have read the key of the
// statement together with its own.
func once[R Request, A any](handle Handler[R, A]) Handler[R, A] {
	return func(tx *Tx, r R) (answer A, err error) {
		answer, refusal := handle(tx, r)
		if err := spend(tx); err != nil {
			return answer, err
		}
		return answer, refusal
	}
}

// Prefetch reads in one round trip what the transaction is going to read, and with it whether its statement was carried out before.
func (tx *Tx) Prefetch(keys ...ledger.Key) error {
	if tx.Caller.Statement != nil {
		keys = append(keys, EvidenceKey(*tx.Evidence()))
	}
	return tx.Ledger.Prefetch(keys...)
}

// Evaluate runs a transaction that only reads: whatever its handler would write is dropped, also if a client submits it.
func Evaluate[R Request, A any](ctx contractapi.TransactionContextInterface, request string, handle Handler[R, A]) (string, error) {
	return run(ctx, request, handle, func(*ledger.Ledger) error { return nil })
}

func run[R Request, A any](ctx contractapi.TransactionContextInterface, request string, handle Handler[R, A], finish func(*ledger.Ledger) error) (string, error) {
	answer, err := decide(ctx, request, handle, finish)
	if err != nil {
		return "", refused{fault.From(err)}
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return "", refused{fault.From(fmt.Errorf("encode the answer: %w", err))}
	}
	return string(text), nil
}

func decide[R Request, A any](ctx contractapi.TransactionContextInterface, request string, handle Handler[R, A], finish func(*ledger.Ledger) error) (answer A, err error) {
	r, err := Decode[R]([]byte(request), maxRequest)
	if err != nil {
		return answer, err
	}
	if err := r.Validate(); err != nil {
		return answer, err
	}
	caller, err := caller(ctx.GetStub())
	if err != nil {
		return answer, err
	}
	tx := &Tx{Ledger: ledger.New(ctx.GetStub()), Caller: caller}
	if answer, err = handle(tx, r); err != nil {
		return answer, err
	}
	if err := tx.CheckNetwork(); err != nil {
		return answer, err
	}
	return answer, finish(tx.Ledger)
}

// refused carries a refusal through contract-api, which turns every error into its text.
type refused struct{ refusal *fault.Error }

func (r refused) Error() string { return r.refusal.JSON() }
