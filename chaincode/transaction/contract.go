package transaction

import (
	"fmt"
	"strings"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Contract is a contract with the table of its transactions.
type Contract struct {
	API          contractapi.ContractInterface
	Transactions []Description
}

// Description is one row of a contract's table. The table, not reflection, says which names exist; the metadata is generated from it.
type Description struct {
	// Name is the exact name, without the contract's prefix.
	Name string
	// Submit is true for a transaction that writes, false for one to evaluate.
	Submit bool
	// Summary says in one sentence who may do what.
	Summary string
	// Request and Answer are zero values of the types.
	Request, Answer any
	// Private names the transient entry that the transaction takes, with a zero value of its type; empty if it takes none.
	Private     string
	PrivateType any
}

// metadataName is the transaction by which every Fabric SDK asks a chaincode for its contracts.
const metadataName = "org.hyperledger.fabric:GetMetadata"

// Chaincode joins the contracts into one chaincode. It answers GetMetadata with the given document, dispatches exact names only (contract-api alone
// would also run createX for CreateX, without its schema's checks) and gives every refusal its status.
func Chaincode(metadata []byte, contracts ...Contract) (shim.Chaincode, error) {
	apis := make([]contractapi.ContractInterface, len(contracts))
	transactions := map[string]Description{}
	for i, contract := range contracts {
		apis[i] = contract.API
		for _, description := range contract.Transactions {
			transactions[contract.API.GetName()+":"+description.Name] = description
		}
	}
	api, err := contractapi.NewChaincode(apis...)
	if err != nil {
		return nil, fmt.Errorf("join the contracts: %w", err)
	}
	return &chaincode{api, metadata, transactions}, nil
}

type chaincode struct {
	*contractapi.ContractChaincode
	metadata     []byte
	transactions map[string]Description
}

// Invoke runs one transaction.
func (c *chaincode) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	name, arguments := stub.GetFunctionAndParameters()
	if name == metadataName {
		return shim.Success(c.metadata)
	}
	if refusal := c.admit(stub, name, arguments); refusal != nil {
		return respond(refusal)
	}
	response := c.ContractChaincode.Invoke(stub)
	if response.GetStatus() == shim.OK {
		return response
	}
	refusal, ok := fault.Parse(response.GetMessage())
	if !ok {
		refusal = fault.New(fault.Internal, "%s", response.GetMessage())
	}
	return respond(refusal)
}

func (c *chaincode) admit(stub shim.ChaincodeStubInterface, name string, arguments []string) *fault.Error {
	transaction, ok := c.transactions[name]
	if !ok {
		return c.unknown(name)
	}
	if len(arguments) != 1 {
		return fault.New(fault.MalformedRequest, "%s takes exactly one argument, a JSON object; got %d", name, len(arguments))
	}
	transient, err := stub.GetTransient()
	if err != nil {
		return fault.From(err)
	}
	_, given := transient[transaction.Private]
	switch {
	case transaction.Private == "" && len(transient) > 0:
		return fault.New(fault.PrivateDataUnexpected, "%s takes no transient data", name)
	case transaction.Private != "" && (!given || len(transient) != 1):
		return fault.New(fault.PrivateDataUnexpected, "%s takes exactly one transient entry, %q", name, transaction.Private).With("transient", transaction.Private)
	}
	return nil
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
