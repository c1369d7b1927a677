package transaction

import (
	"encoding/json"

	"github.com/smartb-suite/smartb/chaincode/batch"
)

// Kind is what a call is for, as its name in the contracts' tables says.
type Kind int

// The kinds. Whatever no table knows is a query.
const (
	Query Kind = iota
	Submission
	// Right is a call by which a resident exercises a right, or several of them in a batch.
	Right
)

// Kind says what a call is for by its name, and by the name in the signed request that it carries, before anything is verified.
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
