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
	"github.com/smartb-suite/smartb/gateway-client/statement"
)

const (
	// relayedTogether is how many statements share a transaction, and relayWait how long one waits for others.
	relayedTogether = 32
	relayWait       = 10 * time.Millisecond
	// relayedAtOnce is how many statements are on their way.
	relayedAtOnce = 4 * relayedTogether
)

func newRelayCommand(app *App) *cobra.Command {
	var query bool
	command := &cobra.Command{
		Use:   "relay FILE|-",
		Short: "Relay what residents signed",
		Long: `relay carries statements that residents signed (see smartb key sign) to the ledger, one in compact form on each line. Many statements share a
transaction, and each is carried out or refused by itself. Whoever relays can neither change a statement nor have it carried out twice, so a file
may be relayed again after an interruption. Statements about one resident are carried in the order of their lines.

With --query the file has one statement by which a resident asks something; the answer is printed as the ledger gave it, and a private one is encrypted for
the resident (see smartb key open).`,
		Example: `  smartb key sign consent:Withdraw '{"consentId":"c-1"}' --key me.pem --as city/steward > withdraw.jws
  smartb relay withdraw.jws --as city/steward
  smartb relay --query bill.jws --as city/steward > bill.jwe`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			statements, err := app.statements(args[0])
			if err != nil {
				return err
			}
			if query {
				return app.relayQuery(command.Context(), statements)
			}
			client, err := app.Client(command.Context(), gateway.WithBatching(relayedTogether, relayWait))
			if err != nil {
				return err
			}
			relayed := app.relay(command.Context(), client, statements)
			if err := app.Render(relayed); err != nil {
				return err
			}
			return relayed.failure()
		},
	}
	command.Flags().BoolVar(&query, "query", false, "ask what the file's one statement asks, and print the answer")
	return command
}

// relayQuery asks for a resident and prints the answer.
func (a *App) relayQuery(ctx context.Context, statements []signedLine) error {
	if len(statements) != 1 {
		return usagef("--query takes one statement; there are %d", len(statements))
	}
	client, err := a.Client(ctx)
	if err != nil {
		return err
	}
	_, answer, err := client.RelayQuery(ctx, statements[0].compact)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.stdout, string(answer))
	return err
}

// signedLine is a statement in a file.
type signedLine struct {
	number  int
	compact string
	claims  signedrequest.Claims
}

// subject is whom the statement is about.
func (l signedLine) subject() string { return cmp.Or(l.claims.For, l.claims.Subject) }

// statements reads a file of statements, one on each line; a file that has anything else is not begun with.
func (a *App) statements(path string) ([]signedLine, error) {
	file, err := a.open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var statements []signedLine
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 2*jws.MaxSize)
	for number := 1; lines.Scan(); number++ {
		compact := strings.TrimSpace(lines.Text())
		if compact == "" {
			continue
		}
		claims, err := statement.Read(compact)
		if err != nil {
			return nil, usagef("%s, line %d: %w; nothing was relayed", path, number, err)
		}
		statements = append(statements, signedLine{number, compact, claims})
	}
	if err := lines.Err(); err != nil {
		return nil, usagef("%s cannot be read: %w", path, err)
	}
	if len(statements) == 0 {
		return nil, usagef("%s has no statement; smartb key sign makes one", path)
	}
	return statements, nil
}

// relay carries all statements and tells what became of each: those about one subject one after another, since a later one may rest on an earlier one.
func (a *App) relay(ctx context.Context, client *gateway.Client, statements []signedLine) relayedStatements {
	bar := a.Progress(int64(len(statements)), "relaying statements")
	list := make(relayedStatements, len(statements))
	var all errgroup.Group
	all.SetLimit(relayedAtOnce)
	for _, places := range bySubject(statements) {
		all.Go(func() error {
			for _, i := range places {
				_, receipt, err := client.Relay(ctx, statements[i].compact, nil)
				list[i] = newRelayed(statements[i], receipt, err)
				advanceBy(bar, 1)
			}
			return nil
		})
	}
	_ = all.Wait() // each error stands with its statement
	return list
}

// bySubject are the places of each subject's statements, the subjects in the order of their first.
func bySubject(statements []signedLine) (places [][]int) {
	known := map[string]int{}
	for i, line := range statements {
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

// relayedStatement is what became of one statement.
type relayedStatement struct {
	Line          int    `json:"line"`
	Subject       string `json:"subject"`
	Transaction   string `json:"transaction"`
	TransactionID string `json:"transactionId,omitempty"`
	Outcome       string `json:"outcome"`
	err           error
}

// newRelayed tells an outcome. What was carried out before is what a relay that was interrupted hopes to find.
func newRelayed(line signedLine, receipt gateway.Receipt, err error) relayedStatement {
	r := relayedStatement{Line: line.number, Subject: line.subject(), Transaction: line.claims.Transaction}
	switch {
	case err == nil:
		r.TransactionID, r.Outcome = receipt.TransactionID, "carried out"
	case errors.Is(err, gateway.ErrStatementReplayed):
		r.Outcome = "carried out before"
	default:
		r.Outcome, r.err = err.Error(), err
	}
	return r
}

type relayedStatements []relayedStatement

// Columns name what is shown of each.
func (relayedStatements) Columns() []string {
	return []string{"line", "subject", "transaction", "committed as", "outcome"}
}

// Rows are one for each statement.
func (r relayedStatements) Rows() [][]any {
	rows := make([][]any, len(r))
	for i, s := range r {
		rows[i] = []any{s.Line, s.Subject, s.Transaction, s.TransactionID, s.Outcome}
	}
	return rows
}

// failure is the outcome where not all statements were carried out: the error itself of a single one, or of one that the network failed.
func (r relayedStatements) failure() error {
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
		error: fmt.Errorf("%d of %d statements are refused; the reasons stand above", failed, len(r)),
		code:  "REFUSED", next: "let the residents sign those anew as the reasons say; what has a transaction took effect",
	}
}
