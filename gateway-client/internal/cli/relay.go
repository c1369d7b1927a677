package cli

import (
	"bufio"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/smartb-suite/smartb/chaincode/party"
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
	return &cobra.Command{
		Use:   "relay FILE|-",
		Short: "Relay what residents signed",
		Long: `relay carries statements that residents signed (see smartb key sign) to the ledger, one in compact form on each line. Many statements share a
transaction, and each is carried out or refused by itself. Whoever relays can neither change a statement nor have it carried out twice, so a file
may be relayed again after an interruption: what was carried out is refused as STATEMENT_REPLAYED.`,
		Example: `  smartb key sign consent:Withdraw '{"consentId":"c-1"}' --key me.pem --channel smartcity > withdraw.jws
  smartb relay withdraw.jws --as city/steward`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			statements, err := app.statements(args[0])
			if err != nil {
				return err
			}
			client, err := app.Client(command.Context(), gateway.WithBatching(relayedTogether, relayWait))
			if err != nil {
				return err
			}
			relayed := app.relay(command.Context(), client, statements)
			if err := app.Render(relayed); err != nil {
				return err
			}
			return relayed.refusal()
		},
	}
}

// statements reads a file of statements, one on each line; a file that has anything else is not begun with.
func (a *App) statements(path string) ([]string, error) {
	file, err := a.open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var statements []string
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 2*party.MaxStatement)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		if _, err := statement.Read(line); err != nil {
			return nil, usagef("%s, line %d: %w; nothing was relayed", path, number, err)
		}
		statements = append(statements, line)
	}
	if err := lines.Err(); err != nil {
		return nil, usagef("%s cannot be read: %w", path, err)
	}
	if len(statements) == 0 {
		return nil, usagef("%s has no statement; smartb key sign makes one", path)
	}
	return statements, nil
}

// relay carries all statements and tells what became of each.
func (a *App) relay(ctx context.Context, client *gateway.Client, statements []string) relayedStatements {
	bar := a.Progress(int64(len(statements)), "relaying statements")
	list := make(relayedStatements, len(statements))
	var all errgroup.Group
	all.SetLimit(relayedAtOnce)
	for i, compact := range statements {
		all.Go(func() error {
			claims, receipt, err := client.Relay(ctx, compact, nil)
			list[i] = relayedStatement{Line: i + 1, Subject: claims.Subject, Transaction: claims.Transaction, TransactionID: receipt.TransactionID, err: err}
			if err != nil {
				list[i].Error = err.Error()
			}
			advanceBy(bar, 1)
			return nil
		})
	}
	_ = all.Wait() // each error stands with its statement
	return list
}

// relayedStatement is what became of one statement.
type relayedStatement struct {
	Line          int    `json:"line"`
	Subject       string `json:"subject,omitempty"`
	Transaction   string `json:"transaction,omitempty"`
	TransactionID string `json:"transactionId,omitempty"`
	Error         string `json:"error,omitempty"`
	err           error
}

type relayedStatements []relayedStatement

// Columns name what is shown of each.
func (relayedStatements) Columns() []string {
	return []string{"line", "subject", "transaction", "committed as", "error"}
}

// Rows are one for each statement.
func (r relayedStatements) Rows() [][]any {
	rows := make([][]any, len(r))
	for i, s := range r {
		rows[i] = []any{s.Line, s.Subject, s.Transaction, s.TransactionID, s.Error}
	}
	return rows
}

// refusal is the outcome where not all statements were carried out: the error itself of a single one.
func (r relayedStatements) refusal() error {
	var failed []error
	for _, s := range r {
		if s.err != nil {
			failed = append(failed, s.err)
		}
	}
	switch {
	case len(failed) == 0:
		return nil
	case len(r) == 1:
		return failed[0]
	default:
		return &checkError{
			error: fmt.Errorf("%d of %d statements were not carried out; the reasons stand above", len(failed), len(r)),
			code:  "REFUSED", next: "let the residents sign those anew as the reasons say; what has a transaction took effect",
		}
	}
}
