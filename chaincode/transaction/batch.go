// SPDX-License-Identifier: Apache-2.0

package transaction

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"github.com/smartb-suite/smartb/chaincode/batch"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
)

// batchName is the transaction that carries several calls.
const batchName = "batch:Submit"

// batchContract names the transaction; the chaincode itself carries it out, since it dispatches to all contracts.
type batchContract struct{ contractapi.Contract }

// Submit is never called; contract-api needs a method for every contract.
func (*batchContract) Submit(contractapi.TransactionContextInterface, string) (string, error) {
	return "", errors.New("the chaincode carries batches out itself")
}

// NewBatch returns the contract by which a caller submits several calls in one transaction, which costs little more
// than one call does. A relay that has the signed requests of many residents at hand, a data user with many requests.
// All are carried out or none: anything that is refused shall not be in a block beside what is not. The error names
// each call that is refused and why, by its place, so that the caller leaves them out.
func NewBatch() Contract {
	c := new(batchContract)
	c.Name = "batch"
	c.Info.Title, c.Info.Version = "Batch", "1"
	return Contract{API: c, Transactions: []Description{{
		Name: "Submit", Handler: Handler{Submit: true, Request: batch.Request{}, Answer: batch.Answer{}},
		Summary: "Anybody submits several calls in one transaction; each needs the caller's rights for it; all are carried out or none.",
	}}}
}

// batch carries the calls of a batch out.
func (c *chaincode) batch(stub shim.ChaincodeStubInterface, request string) *peer.Response {
	r, err := Decode[batch.Request]([]byte(request), maxRequest)
	if err == nil {
		err = r.Validate()
	}
	if err != nil {
		return respond(fault.From(err))
	}
	shared, answer, refused := ledger.NewBatch(stub), batch.Answer{}, map[int]*fault.Error{}
	right := c.isRight(r.Calls[0])
	for i, call := range r.Calls {
		if c.isRight(call) != right {
			refused[i] = fault.New(fault.BatchConflict, "a call by which a resident exercises a right shares a transaction with its like only")
			continue
		}
		text, refusal := c.called(&called{stub, shared, call}, call.Transaction)
		if refusal != nil {
			refused[i] = refusal
		}
		answer.Answers = append(answer.Answers, text)
	}
	if len(refused) > 0 {
		return respond(batch.Refuse(refused, len(r.Calls)))
	}
	text, err := json.Marshal(answer)
	if err == nil {
		err = shared.Commit()
	}
	if err != nil {
		return respond(fault.From(err))
	}
	return shim.Success(text)
}

// isRight reports whether a resident exercises a right by the call, by the name that the signed request gives, before anything is verified.
func (c *chaincode) isRight(call batch.Call) bool {
	if !strings.HasSuffix(call.Transaction, ":"+relayName) {
		return c.transactions[call.Transaction].Right
	}
	r, err := Decode[signedrequest.RelayRequest](call.Request, maxRequest)
	return err == nil && c.transactions[signedrequest.CalledBy(r.SignedRequest)].Right
}

// called carries one call of a batch out.
func (c *chaincode) called(stub shim.ChaincodeStubInterface, name string) (json.RawMessage, *fault.Error) {
	row, known := c.transactions[name]
	switch {
	case known && (!row.Submit || name == batchName):
		return nil, fault.Field(fault.InvalidField, "transaction", "%s cannot be a call of a batch", name)
	case row.Alone:
		return nil, fault.New(fault.BatchConflict, "%s needs a transaction of its own", name)
	}
	response := c.call(stub)
	if response.GetStatus() == shim.OK {
		return response.GetPayload(), nil
	}
	refusal, ok := fault.Parse(response.GetMessage())
	if !ok {
		refusal = fault.New(fault.Internal, "status %d: %s", response.GetStatus(), response.GetMessage())
	}
	return nil, refusal
}

// called is the stub of a call in a batch: it has the call, not the transaction that carries it.
type called struct {
	shim.ChaincodeStubInterface
	shared *ledger.Batch
	call   batch.Call
}

// GetFunctionAndParameters returns the call.
func (c *called) GetFunctionAndParameters() (string, []string) {
	return c.call.Transaction, []string{string(c.call.Request)}
}

// Batch is what the call's ledger writes into.
func (c *called) Batch() *ledger.Batch { return c.shared }

// Network is the one that the batch's call is for.
func (c *called) Network() ledger.Network { return ledger.NetworkOf(c.ChaincodeStubInterface) }
