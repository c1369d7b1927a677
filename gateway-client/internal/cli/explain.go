package cli

import (
	"context"
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
	exitRefused = 1 // by the ledger, or by a check: a contract's refusal, an invalid transaction, an unproven signed request
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
}

// explain says what an error means and what to do about it.
func explain(err error, command *cobra.Command) report {
	var (
		refused *gateway.ContractError
		invalid *client.CommitError
		profile *gateway.ProfileError
		found   *checkError
	)
	switch {
	case errors.As(err, &refused):
		return report{exitRefused, refused.Message, fmt.Sprintf("%s (%d), transaction %s", refused.Code, refused.Status, refused.TxID), advice(refused, command)}
	case errors.As(err, &invalid):
		return report{exitRefused, err.Error(), invalid.Code.String(), "submit again; if it stays, look for the transaction in the peers' logs"}
	case errors.As(err, &found):
		return report{exitRefused, err.Error(), found.code, found.next}
	case errors.As(err, &profile):
		return report{exitUsage, err.Error(), "PROFILE", profile.Next + " (or --as ORG/USER, or --profile FILE)"}
	case isUsage(err):
		return report{exitUsage, err.Error(), "USAGE", "see " + command.CommandPath() + " --help" + hyphen(err)}
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
	failure := report{exitNetwork, err.Error(), "FAILED", "try again"}
	var transaction *client.TransactionError
	named := errors.As(err, &transaction)
	switch {
	case errors.Is(err, context.Canceled):
		failure.code, failure.next = "INTERRUPTED", "look whether it was written before you run it again"
	case errors.Is(err, gateway.ErrUnconfirmed):
		failure.code, failure.next = "UNCONFIRMED", "try again when an own peer is back, or name peers of more organisations in the profile's fallbackPeers"
	case status.Code(err) == codes.Unavailable:
		failure.code, failure.next = "UNAVAILABLE", "see whether the peers that the profile names are running, and start the network if not: go run ./network/cmd/network up --detach"
	case named:
		failure.code, failure.next = status.Code(transaction).String(), "look for transaction "+transaction.TransactionID+" in the peers' logs"
	}
	return failure
}

// advice is what to do about a refusal, in the words of who types commands where the catalogue has those of who writes programs.
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

// print writes the report as one block, the message first.
func (r report) print(w io.Writer) {
	message := strings.ReplaceAll(r.message, "\n", "\n      ")
	_, _ = fmt.Fprintf(w, "error: %s\ncode:  %s\nnext:  %s\n", message, r.code, r.next) // nobody is left to be told that stderr cannot be written
}
