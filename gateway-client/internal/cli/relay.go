// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/smartb-suite/smartb/chaincode/jws"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

const (
	// relayedTogether is how many signed requests share a transaction, and relayWait how long one waits for others.
	relayedTogether = 32
	relayWait       = 10 * time.Millisecond
	// relayedAtOnce is how many signed requests are on their way.
	relayedAtOnce = 4 * relayedTogether
)

func newRelayCommand(app *App) *cobra.Command {
	var query bool
	command := &cobra.Command{
		Use:   "relay FILE|-",
		Short: "Relay what residents signed",
		Long: `relay carries signed requests that residents signed (see smartb key sign) to the ledger, one in compact form on each line. Many signed requests share a
transaction, and each is carried out or refused by itself. A relay can neither change a signed request nor have it carried out twice, so a file
may be relayed again after an interruption. Signed requests about one resident are carried in the order of their lines.

With --query the file has one signed request by which a resident asks something; the answer is printed as the ledger gave it, and a private one is encrypted for
the resident (see smartb key open).`,
		Example: `  smartb key sign consent:Withdraw '{"consentId":"c-1"}' --key me.pem --as city/steward > withdraw.jws
  smartb relay withdraw.jws --as city/steward
  smartb relay --query bill.jws --as city/steward > bill.jwe`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			signedRequests, err := app.signedRequests(args[0])
			if err != nil {
				return err
			}
			if query {
				return app.relayQuery(command.Context(), signedRequests)
			}
			client, err := app.Client(command.Context(), gateway.WithBatching(relayedTogether, relayWait))
			if err != nil {
				return err
			}
			relayed := app.relay(command.Context(), client, signedRequests)
			if err := app.Render(relayed); err != nil {
				return err
			}
			return relayed.failure()
		},
	}
	command.Flags().BoolVar(&query, "query", false, "ask what the file's one signed request asks, and print the answer")
	return command
}

// relayQuery asks for a resident and prints the answer.
func (a *App) relayQuery(ctx context.Context, signedRequests []signedLine) error {
	if len(signedRequests) != 1 {
		return usagef("--query takes one signed request; there are %d", len(signedRequests))
	}
	client, err := a.Client(ctx)
	if err != nil {
		return err
	}
	_, answer, err := client.RelayQuery(ctx, signedRequests[0].compact)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.stdout, string(answer))
	return err
}

// signedLine is a signed request in a file.
type signedLine struct {
	number  int
	compact string
	claims  signedrequest.Claims
}

// subject is whom the signed request is about.
func (l signedLine) subject() string { return cmp.Or(l.claims.For, l.claims.Subject) }

// signedRequests reads a file of signed requests, one on each line; a file that has anything else is not begun with.
func (a *App) signedRequests(path string) ([]signedLine, error) {
	file, err := a.open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var signedRequests []signedLine
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 2*jws.MaxSize)
	for number := 1; lines.Scan(); number++ {
		compact := strings.TrimSpace(lines.Text())
		if compact == "" {
			continue
		}
		claims, err := signing.Read(compact)
		if err != nil {
			return nil, usagef("%s, line %d: %w; nothing was relayed", path, number, err)
		}
		signedRequests = append(signedRequests, signedLine{number, compact, claims})
	}
	if err := lines.Err(); err != nil {
		return nil, usagef("%s cannot be read: %w", path, err)
	}
	if len(signedRequests) == 0 {
		return nil, usagef("%s has no signed request; smartb key sign makes one", path)
	}
	return signedRequests, nil
}

// relay carries all signed requests and reports the outcome of each: those about one subject one after another, since a
// later one may rest on an earlier one.
func (a *App) relay(ctx context.Context, client *gateway.Client, signedRequests []signedLine) relayedRequests {
	bar := a.Progress(int64(len(signedRequests)), "relaying signed requests")
	list := make(relayedRequests, len(signedRequests))
	var all errgroup.Group
	all.SetLimit(relayedAtOnce)
	for _, places := range bySubject(signedRequests) {
		all.Go(func() error {
			for _, i := range places {
				_, receipt, err := client.Relay(ctx, signedRequests[i].compact, nil)
				list[i] = newRelayed(signedRequests[i], receipt, err)
				advanceBy(bar, 1)
			}
			return nil
		})
	}
	_ = all.Wait() // each error is with its signed request
	return list
}

// bySubject are the places of each subject's signed requests, the subjects in the order of their first.
func bySubject(signedRequests []signedLine) (places [][]int) {
	known := map[string]int{}
	for i, line := range signedRequests {
		group, found := known[line.subject()]
		if !found {
			group = len(places)
			known[line.subject()] = group
			places = append(places, nil)
		}
		places[group] = append(places[group], i)
	}
	return places
}

// relayedRequest is what became of one signed request.
type relayedRequest struct {
	Line          int    `json:"line"`
	Subject       string `json:"subject"`
	Transaction   string `json:"transaction"`
	TransactionID string `json:"transactionId,omitempty"`
	Outcome       string `json:"outcome"`
	err           error
}

// newRelayed is an outcome. Anything that was carried out before is what a relay that was interrupted hopes to find.
func newRelayed(line signedLine, receipt gateway.Receipt, err error) relayedRequest {
	r := relayedRequest{Line: line.number, Subject: line.subject(), Transaction: line.claims.Transaction}
	switch {
	case err == nil:
		r.TransactionID, r.Outcome = receipt.TransactionID, "carried out"
	case errors.Is(err, gateway.ErrSignedRequestReplayed):
		r.Outcome = "carried out before"
	default:
		r.Outcome, r.err = err.Error(), err
	}
	return r
}

type relayedRequests []relayedRequest

// Columns name what is shown of each.
func (relayedRequests) Columns() []string {
	return []string{"line", "subject", "transaction", "committed as", "outcome"}
}

// Rows are one for each signed request.
func (r relayedRequests) Rows() [][]any {
	rows := make([][]any, len(r))
	for i, s := range r {
		rows[i] = []any{s.Line, s.Subject, s.Transaction, s.TransactionID, s.Outcome}
	}
	return rows
}

// failure is the outcome where not all signed requests were carried out: the error itself of a single one, or of one that the network failed.
func (r relayedRequests) failure() error {
	failed := 0
	var refusal error
	for _, s := range r {
		if s.err == nil {
			continue
		}
		failed++
		if _, refused := errors.AsType[*gateway.ContractError](s.err); !refused {
			return fmt.Errorf("line %d: %w; relay the file again: what was carried out stays so", s.Line, s.err)
		}
		refusal = s.err
	}
	if failed <= 1 {
		return refusal
	}
	return &checkError{
		error: fmt.Errorf("%d of %d signed requests are refused; the reasons stand above", failed, len(r)),
		code:  "REFUSED", next: "let the residents sign those anew as the reasons say; what has a transaction took effect",
	}
}
