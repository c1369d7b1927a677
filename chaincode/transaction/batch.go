package transaction

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

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

// BatchAnswer has the calls' answers in their order.
type BatchAnswer struct {
	Answers []json.RawMessage `json:"answers"`
}

// EventsOf are the events that the event of a transaction stands for: those of its calls where several share it, else itself.
func EventsOf(name string, payload []byte) ([]ledger.Event, error) {
	if name != ledger.BatchEvent {
		return []ledger.Event{{Name: name, Payload: payload}}, nil
	}
	var all ledger.Events
	if err := json.Unmarshal(payload, &all); err != nil {
		return nil, fmt.Errorf("read the events of a batch: %w", err)
	}
	return all.Events, nil
}

// batchContract names the transaction; the chaincode itself carries it out, since it dispatches to all contracts.
type batchContract struct{ contractapi.Contract }

// Submit is never called; contract-api needs a method for every contract.
func (*batchContract) Submit(contractapi.TransactionContextInterface, string) (string, error) {
	return "", errors.New("the chaincode carries batches out itself")
}

// NewBatch returns the contract by which a caller submits several calls in one transaction, which costs little more than one call does: a relay that has
// the statements of many residents at hand, a data user with many requests. All are carried out or none: what is refused shall not stand in a block beside
// what is not. The refusal names each call that is refused and why, by its place, so that the caller leaves them out.
func NewBatch() Contract {
	c := new(batchContract)
	c.Name = "batch"
	c.Info.Title, c.Info.Version = "Batch", "1"
	return Contract{API: c, Transactions: []Description{{
		Name: "Submit", Submit: true, Request: BatchRequest{}, Answer: BatchAnswer{},
		Summary: "Anybody submits several calls in one transaction; each needs the caller's rights for it; all are carried out or none.",
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
	batch, answer, refused := ledger.NewBatch(stub), BatchAnswer{}, map[int]*fault.Error{}
	for i, call := range r.Calls {
		text, refusal := c.called(&called{stub, batch, call}, call.Transaction)
		if refusal != nil {
			refused[i] = refusal
		}
		answer.Answers = append(answer.Answers, text)
	}
	if len(refused) > 0 {
		return respond(refusedCalls(refused, len(r.Calls)))
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

// refusedCalls refuses a batch: with the refusal of its only call, or with those of the refused ones, as JSON, by their places.
func refusedCalls(refused map[int]*fault.Error, of int) *fault.Error {
	if of == 1 {
		return refused[0].Within("calls/0")
	}
	all := fault.New(fault.BatchRefused, "%d of %d calls are refused, so none is carried out; the details say which and why", len(refused), of)
	for i, refusal := range refused { // into a map, so the order is of no consequence
		all = all.With(strconv.Itoa(i), refusal.JSON())
	}
	return all
}

// RefusedCalls are the refusals of a batch's calls by their places, nil if the refusal is of the batch as a whole.
func RefusedCalls(details map[string]string) map[int]*fault.Error {
	refused := map[int]*fault.Error{}
	for name, text := range details {
		place, err := strconv.Atoi(name)
		refusal, ok := fault.Parse(text)
		if err != nil || !ok {
			return nil
		}
		refused[place] = refusal
	}
	return refused
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
