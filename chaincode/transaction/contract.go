// SPDX-License-Identifier: Apache-2.0

package transaction

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/chaincode/batch"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
)

// Contract is a contract with the tables of its transactions and events.
type Contract struct {
	API          contractapi.ContractInterface
	Transactions []Description
	Events       []EventDescription
}

// EventDescription is one row of a contract's table of events.
type EventDescription struct {
	// Name is contract and event.
	Name string
	// Payload is a zero value of the payload's type.
	Payload any
	// Summary states in one sentence what happened.
	Summary string
}

// Description is one row of a contract's table. The table, not reflection, describes which names exist; the metadata is
// generated from it.
type Description struct {
	// Name is the exact name, without the contract's prefix.
	Name string
	// Handler decides, and reports whether the transaction writes.
	Handler
	// May describes which members call it.
	May May
	// Summary states in one sentence what it does.
	Summary string
	// Private names the transient entry that the transaction takes, with a zero value of its type; empty if it takes none.
	Private     string
	PrivateType any
	// PrivateAnswer is true for a query whose answer holds private data: it is given only encrypted, to a key that the
	// caller made for the call (see signedrequest.AnswerTo). So what is submitted by mistake leaves nothing readable in
	// blocks and logs. The handler just returns the answer.
	PrivateAnswer bool
	// Alone is true for work that may take as long as a transaction may: it is no call of a batch.
	Alone bool
	// Resident is true where a resident may call by a signed request. A transaction that writes through its contract's
	// Relay (see RelayRow), a query with a RelayRequest in the place of its request. Without it, a handler never sees a
	// resident.
	Resident bool
	// Right is true where a resident exercises a right by the call: it shares a transaction with its like only. So
	// nobody's else's call comes between a person and the right.
	Right bool
	// Unbound is true for what may be called before the network is founded.
	Unbound bool
}

// metadataName is the transaction by which every Fabric SDK asks a chaincode for its contracts.
const metadataName = "org.hyperledger.fabric:GetMetadata"

// Chaincode joins the contracts into one chaincode. It answers GetMetadata with the given document, dispatches exact
// names only (contract-api alone would also run createX for CreateX, without its schema's checks) and gives every error
// its status.
//
// The network is the one that the server works for: every call on a ledger with another founding record is refused.
func Chaincode(metadata []byte, network ledger.Network, contracts ...Contract) (shim.Chaincode, error) {
	apis := make([]contractapi.ContractInterface, len(contracts))
	transactions := map[string]Description{}
	for i, contract := range contracts {
		apis[i] = contract.API
		if err := contract.checkRelay(); err != nil {
			return nil, err
		}
		if err := contract.checkPrivate(); err != nil {
			return nil, err
		}
		for _, description := range contract.Transactions {
			transactions[contract.API.GetName()+":"+description.Name] = description
		}
	}
	api, err := contractapi.NewChaincode(apis...)
	if err != nil {
		return nil, fmt.Errorf("join the contracts: %w", err)
	}
	return &chaincode{api, metadata, network, transactions}, nil
}

// checkRelay refuses a table in which residents cannot reach a transaction, or in which there is nothing to relay.
func (c Contract) checkRelay() error {
	relays := slices.ContainsFunc(c.Transactions, func(row Description) bool { return row.Name == relayName })
	needed := slices.ContainsFunc(c.Transactions, func(row Description) bool { return row.Submit && row.Resident })
	if relays != needed {
		return fmt.Errorf("contract %s: there is a row Relay: %t; there are transactions to relay: %t", c.API.GetName(), relays, needed)
	}
	return nil
}

// checkPrivate refuses a table in which what writes has a private answer: it would not be the same at two endorsers.
func (c Contract) checkPrivate() error {
	for _, row := range c.Transactions {
		if row.Submit && row.PrivateAnswer {
			return fmt.Errorf("%s:%s writes; its answer cannot be private", c.API.GetName(), row.Name)
		}
	}
	return nil
}

type chaincode struct {
	*contractapi.ContractChaincode
	metadata     []byte
	network      ledger.Network
	transactions map[string]Description
}

// Invoke runs one transaction.
func (c *chaincode) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	if name, _ := stub.GetFunctionAndParameters(); name == metadataName {
		return shim.Success(c.metadata)
	}
	if err := checkDirect(stub); err != nil {
		return respond(fault.From(err))
	}
	network := c.network
	network.Work = ledger.WorkOf(stub)
	return c.call(&bound{stub, network})
}

// call runs one call: a transaction's, or one of several that a transaction carries.
func (c *chaincode) call(stub shim.ChaincodeStubInterface) *peer.Response {
	admitted, key, err := c.admit(stub)
	if err != nil {
		return respond(fault.From(err))
	}
	if name, arguments := admitted.GetFunctionAndParameters(); name == batchName {
		return c.batch(admitted, arguments[0])
	}
	response := c.ContractChaincode.Invoke(admitted)
	if response.GetStatus() == shim.OK {
		return sealed(response, key)
	}
	refusal, ok := fault.Parse(response.GetMessage())
	if !ok {
		refusal = fault.New(fault.Internal, "%s", response.GetMessage())
	}
	return respond(refusal)
}

// sealed encrypts an answer, if there is a key for it.
func sealed(response *peer.Response, key *signedrequest.AnswerKey) *peer.Response {
	if key == nil {
		return response
	}
	text, err := key.Seal(response.GetPayload())
	if err != nil {
		return respond(fault.From(err))
	}
	return shim.Success([]byte(text))
}

// admit checks a call by its row and returns the stub to run it with, another one where a resident speaks, and the key that its answer is encrypted to.
func (c *chaincode) admit(stub shim.ChaincodeStubInterface) (shim.ChaincodeStubInterface, *signedrequest.AnswerKey, error) {
	name, arguments := stub.GetFunctionAndParameters()
	row, ok := c.transactions[name]
	if !ok {
		return nil, nil, c.unknown(name)
	}
	if row.Unbound {
		stub = unbind(stub)
	}
	if !row.Submit && !row.PrivateAnswer {
		stub = &public{stub}
	}
	if len(arguments) != 1 {
		return nil, nil, fault.New(fault.MalformedRequest, "%s takes exactly one argument, a JSON object; got %d", name, len(arguments))
	}
	resident, row, err := c.resident(stub, name, row, arguments[0])
	if err != nil {
		return nil, nil, err
	}
	if resident != nil {
		stub, name = resident, resident.signedRequest.Transaction
	}
	if err := row.checkTransient(stub, name, resident != nil); err != nil {
		return nil, nil, err
	}
	key, err := row.answerKey(stub, name, resident)
	return stub, key, err
}

// resident returns the resident who speaks through the call and the row of what is called, or nil and the row given.
func (c *chaincode) resident(stub shim.ChaincodeStubInterface, name string, row Description, request string) (*speaking, Description, error) {
	if contract, relays := strings.CutSuffix(name, ":"+relayName); relays {
		return c.relay(stub, contract, request)
	}
	if !row.Resident || row.Submit {
		return nil, row, nil
	}
	resident, err := ask(stub, name, request)
	return resident, row, err
}

func (c *chaincode) unknown(name string) *fault.Error {
	refusal := fault.New(fault.UnknownTransaction, "no transaction is named %.100q", name)
	for known := range c.transactions {
		if strings.EqualFold(known, name) {
			return fault.New(fault.UnknownTransaction, "no transaction is named %q; did you mean %s?", name, known).With("suggestion", known)
		}
	}
	return refusal
}

func respond(refusal *fault.Error) *peer.Response {
	return &peer.Response{Status: int32(refusal.Status), Message: refusal.JSON()}
}

// Kind is what a call is for, as its name in the contracts' tables states.
type Kind int

// The kinds. Anything that no table knows is a query.
const (
	Query Kind = iota
	Submission
	// Right is a call by which a resident exercises a right, or several of them in a batch.
	Right
)

// Kind describes what a call is for by its name, and by the name in the signed request that it carries, before anything
// is verified.
func (c *chaincode) Kind(name string, arguments []string) Kind {
	row, known := c.transactions[name]
	if !known || !row.Submit {
		return Query
	}
	if len(arguments) != 1 || len(arguments[0]) > maxRequest {
		return Submission
	}
	calls := []batch.Call{{Transaction: name, Request: json.RawMessage(arguments[0])}}
	if name == batchName {
		r, err := Decode[batch.Request]([]byte(arguments[0]), maxRequest)
		if err != nil || r.Validate() != nil {
			return Submission
		}
		calls = r.Calls
	}
	if c.isRight(calls[0]) { // a batch that mixes rights with others is refused
		return Right
	}
	return Submission
}

// bound is the stub of a call on the network that the chaincode server works for.
type bound struct {
	shim.ChaincodeStubInterface
	network ledger.Network
}

// Network is the one that the call's ledger must be of.
func (b *bound) Network() ledger.Network { return b.network }

// Batch is the one that the call belongs to.
func (b *bound) Batch() *ledger.Batch { return ledger.BatchOf(b.ChaincodeStubInterface) }

// unbind lets a call come before the network is founded.
func unbind(stub shim.ChaincodeStubInterface) *bound {
	network := ledger.NetworkOf(stub)
	network.Unbound = true
	return &bound{stub, network}
}

// checkDirect refuses a call that reaches this chaincode through another one: anything that that one asks for nobody
// has signed for this one.
func checkDirect(stub shim.ChaincodeStubInterface) error {
	called, err := calledChaincode(stub)
	if err != nil {
		return fmt.Errorf("which chaincode the client called: %w", err)
	}
	if called != signedrequest.ChaincodeName {
		return fault.New(fault.Forbidden, "the call came through the chaincode %.100q; call %s itself", called, signedrequest.ChaincodeName)
	}
	return nil
}

// calledChaincode is the name of the chaincode in the client's own proposal.
func calledChaincode(stub shim.ChaincodeStubInterface) (string, error) {
	signed, err := stub.GetSignedProposal()
	if err != nil {
		return "", err
	}
	proposal, header, channel := new(peer.Proposal), new(common.Header), new(common.ChannelHeader)
	extension := new(peer.ChaincodeHeaderExtension)
	for _, part := range []struct {
		bytes func() []byte
		into  proto.Message
	}{
		{signed.GetProposalBytes, proposal}, {proposal.GetHeader, header}, {header.GetChannelHeader, channel}, {channel.GetExtension, extension},
	} {
		if err := proto.Unmarshal(part.bytes(), part.into); err != nil {
			return "", err
		}
	}
	return extension.GetChaincodeId().GetName(), nil
}
