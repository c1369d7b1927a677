// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/grpc/status"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// ContractError is an error by the ledger's contracts. Nothing was changed, and the same call would be refused again.
type ContractError struct {
	// Code is one of the catalogue's; programs decide by it, or by errors.Is with the sentinels.
	Code fault.Code
	// Status is the code's HTTP-like status.
	Status int
	// Message describes what is wrong, for people.
	Message string
	// Details are facts of the case by name.
	Details map[string]string
	// Refused are the errors of a batch's calls by their places from 0.
	Refused map[int]*fault.Error
	// TxID is the refused transaction's, to be found in the logs of peers and chaincode.
	TxID string

	cause error
}

// Error returns code and message.
func (e *ContractError) Error() string { return string(e.Code) + ": " + e.Message }

// Is reports whether target is this error's code.
func (e *ContractError) Is(target error) bool {
	code, ok := target.(fault.Code)
	return ok && code == e.Code
}

// Unwrap returns Fabric's error, which names the peers that refused.
func (e *ContractError) Unwrap() error { return e.cause }

// chaincodeResponse is what a peer's gateway makes of a chaincode's response that is not a success.
var chaincodeResponse = regexp.MustCompile(`(?s)chaincode response (\d+), (.*)$`)

// refined makes a ContractError of an error that carries a chaincode's error and leaves others as they are.
func refined(err error, txID string) error {
	if err == nil {
		return nil
	}
	var texts []string
	for _, detail := range details(err) {
		texts = append(texts, detail.GetMessage())
	}
	for _, text := range append(texts, status.Convert(err).Message()) {
		if match := chaincodeResponse.FindStringSubmatch(text); match != nil {
			return newContractError(match[1], match[2], txID, err)
		}
	}
	return err
}

// newContractError reads an error. One that is not of smartb's making, such as a contract name that the chaincode does
// not have, has no code: Internal.
func newContractError(code, text, txID string, cause error) *ContractError {
	refusal, ok := fault.Parse(text)
	if !ok {
		number, _ := strconv.Atoi(code) // digits only; a number too large to be a status may become 0
		refusal = &fault.Error{Code: fault.Internal, Status: number, Message: text}
	}
	return &ContractError{
		Code: refusal.Code, Status: refusal.Status, Message: refusal.Message, Details: refusal.Details, Refused: refusal.Refused, TxID: txID, cause: cause,
	}
}

// details returns what single peers or orderers said.
func details(err error) []*gateway.ErrorDetail {
	var found []*gateway.ErrorDetail
	for _, detail := range status.Convert(err).Details() {
		if d, ok := detail.(*gateway.ErrorDetail); ok {
			found = append(found, d)
		}
	}
	return found
}

// commitError gives Fabric's CommitError, whose message cannot be set outside of its package, a text.
type commitError struct{ *client.CommitError }

func newCommitError(status *client.Status) error {
	return &commitError{&client.CommitError{TransactionID: status.TransactionID, Code: status.Code}}
}

func (e *commitError) Error() string {
	return fmt.Sprintf("transaction %s was ordered, but is invalid and changed nothing: %s", e.TransactionID, e.Code)
}

func (e *commitError) Unwrap() error { return e.CommitError }
