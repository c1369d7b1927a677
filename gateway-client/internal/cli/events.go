// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/eventlog"
)

// eventsCommand shows events as they come.
type eventsCommand struct {
	*App
	from, log string
	names     []string
	count     int
}

func newEventsCommand(app *App) *cobra.Command {
	e := &eventsCommand{App: app}
	command := &cobra.Command{
		Use:   "events",
		Short: "Show what happens on the ledger, as it happens",
		Long: `events shows each event that the contracts announce, one to a line, until it is interrupted or has shown --count of them. When a peer goes away it
goes on at the next one; no event is missed or shown twice. docs/reference/events.md lists the events; their payloads have ids and states, nothing private.

With --log the events are kept in a file, one JSON object to a line; the first line says where it begins. Started again, it goes on behind the file's last line, so
each event stands in it once.`,
		Example: `  smartb events --as city/steward
  smartb events --from start --name 'settlement.*,licensing.AccessDecided' --output json --as community/organiser
  smartb events --from 120 --count 5 --as oversight/auditor
  smartb events --from start --log events.jsonl --quiet --as oversight/auditor`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error { return e.run(command.Context()) },
	}
	flags := command.Flags()
	flags.StringVar(&e.from, "from", "now", "begin `now`, at the start, or with the block of a number")
	flags.StringSliceVar(&e.names, "name", nil, "show only events with these `NAMES`; * stands for anything")
	flags.StringVar(&e.log, "log", "", "keep the events in `FILE` and go on behind its last; --from is for a new file")
	flags.IntVar(&e.count, "count", 0, "end after so many events")
	must(command.MarkFlagFilename("log", "jsonl"))
	return command
}

func (e *eventsCommand) run(ctx context.Context) error {
	for _, name := range e.names {
		if _, err := path.Match(name, ""); err != nil {
			return usagef("--name %s: %w", name, err)
		}
	}
	if e.count < 0 {
		return usagef("--count takes a number from 1 on")
	}
	client, err := e.Client(ctx)
	if err != nil {
		return err
	}
	begin, err := e.begin(ctx, client)
	if err != nil {
		return err
	}
	if e.output == asCSV && e.shows() {
		if err := e.writeCSV("block", "transaction", "index", "event", "payload"); err != nil {
			return err
		}
	}
	show := &shownEvents{command: e}
	if e.log == "" {
		show.last = begin
		return e.ended(ctx, client.Follow(ctx, show))
	}
	log, err := eventlog.Open(e.log, begin)
	if err != nil {
		return usagef("--log: %w", err)
	}
	defer log.Close()
	show.log = log
	return e.ended(ctx, client.Follow(ctx, show))
}

// begin reads --from. The peer is asked in any case: one that is not there is told at once, and not waited for.
func (e *eventsCommand) begin(ctx context.Context, client *gateway.Client) (gateway.Position, error) {
	now, err := client.Now(ctx)
	if err != nil || e.from == "now" {
		return now, err
	}
	if e.from == "start" {
		return gateway.Position{}, nil
	}
	block, err := strconv.ParseUint(e.from, 10, 64)
	if err != nil {
		return now, usagef("--from takes now, start or the number of a block, not %q", e.from)
	}
	return gateway.Position{BlockNumber: block}, nil
}

// ended takes an interrupt and the last of --count for the good ends that they are.
func (e *eventsCommand) ended(ctx context.Context, err error) error {
	if errors.Is(err, errCounted) || errors.Is(ctx.Err(), context.Canceled) {
		return nil
	}
	return err
}

// errCounted ends the stream after --count events.
var errCounted = errors.New("enough events")

// shownEvents shows events, and keeps them where there is a log.
type shownEvents struct {
	command *eventsCommand
	log     *eventlog.Log // nil without --log
	last    gateway.Position
	shown   int
}

// Last is where to begin.
func (s *shownEvents) Last(ctx context.Context) (gateway.Position, error) {
	if s.log != nil {
		return s.log.Last(ctx)
	}
	return s.last, nil
}

// Store keeps and shows an event that was asked for.
func (s *shownEvents) Store(ctx context.Context, event gateway.Event) error {
	if !s.command.wants(event.Name) {
		return nil
	}
	if s.log != nil {
		if err := s.log.Store(ctx, event); err != nil {
			return err
		}
	}
	if s.command.shows() {
		if err := s.command.show(event); err != nil {
			return err
		}
	}
	if s.shown++; s.shown == s.command.count {
		return errCounted
	}
	return nil
}

// shows reports whether events are shown, and not only kept.
func (e *eventsCommand) shows() bool { return e.log == "" || !e.quiet }

func (e *eventsCommand) wants(name string) bool {
	for _, pattern := range e.names {
		if matched, _ := path.Match(pattern, name); matched {
			return true
		}
	}
	return len(e.names) == 0
}

// show writes a line at once: a table that is made when all is known would show nothing.
func (e *eventsCommand) show(event gateway.Event) error {
	switch e.output {
	case asJSON:
		return json.NewEncoder(e.stdout).Encode(event)
	case asCSV:
		return e.writeCSV(strconv.FormatUint(event.BlockNumber, 10), event.TransactionID, strconv.Itoa(event.Index), event.Name, string(event.Payload))
	default:
		_, err := fmt.Fprintf(e.stdout, "%6d  %-32s  %s\n", event.BlockNumber, event.Name, event.Payload)
		return err
	}
}

func (e *eventsCommand) writeCSV(row ...string) error {
	w := csv.NewWriter(e.stdout)
	err := w.Write(row)
	w.Flush()
	return errors.Join(err, w.Error())
}
