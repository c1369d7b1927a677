// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/gateway-client"
)

// Exit codes.
const (
	exitOK      = 0
	exitRefused = 1 // by the ledger, or by a check: a contract's error, an invalid transaction, an unproven signed request
	exitUsage   = 2 // wrong flags, arguments or profile; nothing was sent
	exitNetwork = 3 // transport, and everything else
)

// runError is an error of a command that was run; all others are cobra's, about wrong use.
type runError struct{ error }

func (e *runError) Unwrap() error { return e.error }

// usageError is an error about wrong use that cobra cannot find.
type usageError struct{ error }

func (e *usageError) Unwrap() error { return e.error }

// checkError is the outcome of a command that ran well and found something wrong.
type checkError struct {
	error
	code, next string
}

func (e *checkError) Unwrap() error { return e.error }

// report is what is said about an error, and the exit code.
type report struct {
	exit    int
	message string
	code    string
	next    string
	// refused is the ledger's error, where it is one.
	refused *gateway.ContractError
}

// explain describes what an error means and what to do about it.
func explain(err error, command *cobra.Command) report {
	var (
		refused *gateway.ContractError
		invalid *client.CommitError
		profile *gateway.ProfileError
		found   *checkError
	)
	switch {
	case errors.As(err, &refused):
		return report{exitRefused, refused.Message, string(refused.Code), advice(refused, command), refused}
	case errors.As(err, &invalid):
		return report{exitRefused, err.Error(), invalid.Code.String(), "submit again; if it stays, look for the transaction in the peers' logs", nil}
	case errors.As(err, &found):
		return report{exitRefused, err.Error(), found.code, found.next, nil}
	case errors.As(err, &profile):
		return report{exitUsage, err.Error(), "PROFILE", profile.Next + " (or --as ORG/USER, or --profile FILE)", nil}
	case isUsage(err):
		return report{exitUsage, err.Error(), "USAGE", "see " + command.CommandPath() + " --help" + hyphen(err), nil}
	default:
		return explainFailure(err)
	}
}

// hyphen explains how an argument begins with a hyphen, as one pseudonym in 64 does.
func hyphen(err error) string {
	if unknown := new(pflag.NotExistError); errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "" {
		return "; an argument that begins with - comes last, after --"
	}
	return ""
}

// isUsage reports whether nothing was sent because the command was used wrongly.
func isUsage(err error) bool {
	var (
		ran   *runError
		usage *usageError
	)
	return !errors.As(err, &ran) || errors.As(err, &usage) || errors.Is(err, gateway.ErrMalformedCall)
}

// explainFailure is explain for what is neither the ledger's decision nor the user's mistake.
func explainFailure(err error) report {
	failure := report{exitNetwork, err.Error(), "FAILED", "try again", nil}
	var transaction *client.TransactionError
	named := errors.As(err, &transaction)
	switch {
	case errors.Is(err, context.Canceled):
		failure.code, failure.next = "INTERRUPTED", "look whether it was written before you run it again"
	case errors.Is(err, gateway.ErrUnconfirmed):
		failure.code, failure.next = "UNCONFIRMED", "try again when an own peer is back, or name peers of more organisations in the profile's fallbackPeers"
	case status.Code(err) == codes.Unavailable:
		failure.code, failure.next = "UNAVAILABLE", "see whether the peers that the profile names can be reached and are running; their administrator starts them"
	case named:
		failure.code, failure.next = status.Code(transaction).String(), "look for transaction "+transaction.TransactionID+" in the peers' logs"
	}
	return failure
}

// advice is what to do about an error, in the words of who types commands where the catalogue has those of who writes
// programs.
func advice(refused *gateway.ContractError, command *cobra.Command) string {
	field := refused.Details["field"]
	switch {
	case refused.Code == fault.Forbidden:
		return "act as who the message says may: --as ORG/USER, or --resident-key FILE for a resident"
	case field != "" && refused.Status == http.StatusBadRequest:
		return "correct " + field + " as the message says; see " + command.CommandPath() + " --help"
	default:
		return remedy(refused.Code)
	}
}

// remedy returns the catalogue's advice.
func remedy(code fault.Code) string {
	for _, entry := range fault.Catalogue {
		if entry.Code == code {
			return entry.Remedy
		}
	}
	return "this version of smartb does not know the code; update it"
}

// print writes the report: as one block for people, the message first, or as one line of JSON. Anything that cannot be
// written to stderr, nobody is left to be told.
func (r report) print(w io.Writer, form output) {
	if form == asJSON {
		_ = json.NewEncoder(w).Encode(map[string]errorObject{"error": r.object()})
		return
	}
	code := r.code
	if r.refused != nil {
		code = fmt.Sprintf("%s (%d), transaction %s", r.code, r.refused.Status, r.refused.TxID)
	}
	message := strings.ReplaceAll(r.message, "\n", "\n      ")
	_, _ = fmt.Fprintf(w, "error: %s\ncode:  %s\nnext:  %s\n", message, code, r.next)
}

// errorObject is an error as JSON.
type errorObject struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Next    string `json:"next"`
	Exit    int    `json:"exit"`
	// Status and TransactionID are those of an error by the ledger, Details what it states to programs, such as the
	// field.
	Status        int               `json:"status,omitempty"`
	TransactionID string            `json:"transactionId,omitempty"`
	Details       map[string]string `json:"details,omitempty"`
}

func (r report) object() errorObject {
	o := errorObject{Code: r.code, Message: r.message, Next: r.next, Exit: r.exit}
	if r.refused != nil {
		o.Status, o.TransactionID, o.Details = r.refused.Status, r.refused.TxID, r.refused.Details
	}
	return o
}

// askedFor is the form that the arguments ask for, also where they are wrong.
func askedFor(args []string) output {
	for i, arg := range args {
		if arg == "--output="+string(asJSON) || arg == "--output" && i+1 < len(args) && args[i+1] == string(asJSON) {
			return asJSON
		}
	}
	return asTable
}
