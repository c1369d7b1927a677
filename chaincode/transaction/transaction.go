// SPDX-License-Identifier: Apache-2.0

// Package transaction is the way every transaction takes: one JSON request in, the caller known, the request checked,
// the decision taken, the writes sent, one JSON answer out. An error as fault's JSON with a status of 4xx. Contracts
// hold nothing but the decision's inputs and outputs.
package transaction

import (
	"encoding/json"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
)

// Request is what a client asks for: a JSON object that can check itself without the ledger.
type Request interface {
	// Validate returns a *fault.Error that names the first member at fault.
	Validate() error
}

// Tx is one transaction under way.
type Tx struct {
	*ledger.Ledger
	Caller identity.Caller
}

// Handler runs a transaction: a function from the decoded request to the answer, with its zero values. [Writes] and [Reads] make it.
type Handler struct {
	// Submit is true for a transaction that writes, false for one to evaluate.
	Submit bool
	// Request and Answer are zero values of the types.
	Request, Answer any
	// Function is the name of the function that decides, with its package.
	Function string
	run      func(ctx contractapi.TransactionContextInterface, request string, may May) (string, error)
}

// Writes is the handler of a transaction that may write; one that a resident calls also writes that the signed request is used.
func Writes[R Request, A any](handle func(*Tx, R) (A, error)) Handler {
	return handler(handle, once(handle), true, (*ledger.Ledger).Commit)
}

// Reads is the handler of a transaction that only reads: anything that the function would write is dropped, also if a
// client submits it.
func Reads[R Request, A any](handle func(*Tx, R) (A, error)) Handler {
	return handler(handle, handle, false, func(*ledger.Ledger) error { return nil })
}

func handler[R Request, A any](named, handle func(*Tx, R) (A, error), submit bool, finish func(*ledger.Ledger) error) Handler {
	var request R
	var answer A
	return Handler{
		Submit: submit, Request: request, Answer: answer, Function: runtime.FuncForPC(reflect.ValueOf(named).Pointer()).Name(),
		run: func(ctx contractapi.TransactionContextInterface, text string, may May) (string, error) {
			return run(ctx, text, may, handle, finish)
		},
	}
}

// Relays reports whether the row is that of Relay, which the chaincode carries out itself (see RelayRow).
func (d Description) Relays() bool { return d.Name == relayName }

// Table is a contract's transactions by name. The generated methods run them.
type Table map[string]Description

// NewTable returns the rows by name.
func NewTable(rows []Description) Table {
	table := make(Table, len(rows))
	for _, row := range rows {
		table[row.Name] = row
	}
	return table
}

// Run runs the named transaction on a JSON request.
func (t Table) Run(ctx contractapi.TransactionContextInterface, name, request string) (string, error) {
	row := t[name]
	return row.run(ctx, request, row.May)
}

// once refuses a signed request that was carried out before, whatever the handler states. It has only queued its writes
// by then, and may have read the key of the signedRequest together with its own.
func once[R Request, A any](handle func(*Tx, R) (A, error)) func(*Tx, R) (A, error) {
	return func(tx *Tx, r R) (answer A, err error) {
		answer, refusal := handle(tx, r)
		if err := spend(tx); err != nil {
			return answer, err
		}
		return answer, refusal
	}
}

// Prefetch reads in one round trip what the transaction is going to read, and with it whether its signed request was carried out before.
func (tx *Tx) Prefetch(keys ...ledger.Key) error {
	if tx.Caller.SignedRequest != nil {
		keys = append(keys, EvidenceKey(*tx.Evidence()))
	}
	return tx.Ledger.Prefetch(keys...)
}

func run[R Request, A any](
	ctx contractapi.TransactionContextInterface, request string, may May, handle func(*Tx, R) (A, error), finish func(*ledger.Ledger) error,
) (string, error) {
	answer, err := decide(ctx, request, may, handle, finish)
	if err != nil {
		return "", refused{fault.From(err)}
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return "", refused{fault.From(fmt.Errorf("encode the answer: %w", err))}
	}
	return string(text), nil
}

func decide[R Request, A any](
	ctx contractapi.TransactionContextInterface, request string, may May, handle func(*Tx, R) (A, error), finish func(*ledger.Ledger) error,
) (answer A, err error) {
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
	if err := may.check(caller); err != nil {
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

// refused carries an error through contract-api, which turns every error into its text.
type refused struct{ refusal *fault.Error }

func (r refused) Error() string { return r.refusal.JSON() }

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
