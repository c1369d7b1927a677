package transaction

import (
	"encoding/json"
	"errors"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
)

// batchName is the transaction that carries several calls.
const batchName = "batch:Submit"

// MaxCalls is how many calls share a transaction.
const MaxCalls = 64

// BatchRequest are calls of one caller that share a transaction.
type BatchRequest struct {
	Calls []Call `json:"calls"`
}

// Call is one of them: a transaction that writes and takes no transient data, Relay included.
type Call struct {
	Transaction string          `json:"transaction"`
	Request     json.RawMessage `json:"request"`
}

// Validate checks the request by itself.
func (r BatchRequest) Validate() error {
	if len(r.Calls) == 0 || len(r.Calls) > MaxCalls {
		return fault.Field(fault.OutOfRange, "calls", "expected 1 to %d calls", MaxCalls)
	}
	return nil
}

// BatchAnswer has the calls' results in their order.
type BatchAnswer struct {
	Results []CallResult `json:"results"`
}

// CallResult is what one call answered, or why it was refused; a refused call has written nothing.
type CallResult struct {
	Answer  json.RawMessage `json:"answer,omitempty"`
	Refusal *fault.Error    `json:"refusal,omitempty"`
}

// batchContract names the transaction; the chaincode itself carries it out, since it dispatches to all contracts.
type batchContract struct{ contractapi.Contract }

// Submit is never called; contract-api needs a method for every contract.
func (*batchContract) Submit(contractapi.TransactionContextInterface, string) (string, error) {
	return "", errors.New("the chaincode carries batches out itself")
}

// NewBatch returns the contract by which a caller submits several calls in one transaction, which costs little more than one call does: a relay that has
// the statements of many residents at hand, a data user with many requests. Each call is accepted or refused by itself, as in a transaction of its own; if
// all are refused, the transaction is.
func NewBatch() Contract {
	c := new(batchContract)
	c.Name = "batch"
	c.Info.Title, c.Info.Version = "Batch", "1"
	return Contract{API: c, Transactions: []Description{{
		Name: "Submit", Submit: true, Request: BatchRequest{}, Answer: BatchAnswer{},
		Summary: "Anybody submits several calls in one transaction; each needs the caller's rights for it, and is accepted or refused by itself.",
	}}}
}

// batch carries the calls of a batch out.
func (c *chaincode) batch(stub shim.ChaincodeStubInterface, request string) *peer.Response {
	r, err := Decode[BatchRequest]([]byte(request), maxRequest)
	if err == nil {
		err = r.Validate()
	}
	if err != nil {
		return respond(fault.From(err))
	}
	batch, answer, accepted := ledger.NewBatch(stub), BatchAnswer{Results: make([]CallResult, len(r.Calls))}, 0
	for i, call := range r.Calls {
		answer.Results[i] = c.called(&called{stub, batch, call}, call.Transaction)
		if answer.Results[i].Refusal == nil {
			accepted++
		}
	}
	if accepted == 0 {
		return respond(answer.Results[0].Refusal.Within("calls/0"))
	}
	text, err := json.Marshal(answer)
	if err == nil {
		err = batch.Commit()
	}
	if err != nil {
		return respond(fault.From(err))
	}
	return shim.Success(text)
}

// called carries one call of a batch out.
func (c *chaincode) called(stub shim.ChaincodeStubInterface, name string) CallResult {
	if row, known := c.transactions[name]; known && (!row.Submit || name == batchName) {
		return CallResult{Refusal: fault.Field(fault.InvalidField, "transaction", "%s cannot be a call of a batch", name)}
	}
	response := c.call(stub)
	if response.GetStatus() == shim.OK {
		return CallResult{Answer: response.GetPayload()}
	}
	refusal, ok := fault.Parse(response.GetMessage())
	if !ok {
		refusal = fault.New(fault.Internal, "status %d: %s", response.GetStatus(), response.GetMessage())
	}
	return CallResult{Refusal: refusal}
}

// called is the stub of a call in a batch: it tells the call, not the transaction that carries it.
type called struct {
	shim.ChaincodeStubInterface
	batch *ledger.Batch
	call  Call
}

// GetFunctionAndParameters returns the call.
func (c *called) GetFunctionAndParameters() (string, []string) {
	return c.call.Transaction, []string{string(c.call.Request)}
}

// Batch is what the call's ledger writes into.
func (c *called) Batch() *ledger.Batch { return c.batch }
