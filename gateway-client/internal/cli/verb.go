// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
)

// verb is a command that is one transaction of a contract: its arguments and flags make the request, its answer is rendered as it is.
type verb struct {
	use, short, long, example string
	args                      cobra.PositionalArgs
	transaction               string
	// submit is false for a query.
	submit bool
	// request makes the request of the arguments; flags adds the command's flags before.
	request func(args []string) (any, error)
	flags   func(*cobra.Command)
	// options make the call's options of the arguments; nil for none.
	options func(*App, gateway.Profile, []string) ([]gateway.CallOption, error)
	// show turns the answer's JSON into what is rendered; nil renders it as it is. raw, where it is true, prints as JSON what show returns.
	show showing
	raw  *bool
	// reads, where there is one, returns the load profiles that the answer needed: it is recorded before the answer is
	// shown.
	reads func(json.RawMessage) (communityID string, reads []settlement.Read, err error)
	// extend, where there is one, adds what another query answers.
	extend func(ctx context.Context, client *gateway.Client, answer json.RawMessage) (json.RawMessage, error)
	// list is set where the answer is a list, which goes on by itself.
	list listing
	// keep, where there is one, writes a file of the answer before it is shown.
	keep func(json.RawMessage) error
	// before, where there is one, describes what the request does, before anybody signs it.
	before func(ctx context.Context, app *App, client *gateway.Client, request any) error
	// after, where there is one, has more to say once the answer is shown. It cannot fail: the transaction is committed.
	after func(ctx context.Context, app *App, client *gateway.Client, args []string)
}

// showing turns an answer's JSON into what is rendered.
type showing func(json.RawMessage) (any, error)

// transactionOf annotates a command with the transaction that it calls.
const transactionOf = "transaction"

func (v verb) command(app *App) *cobra.Command {
	command := &cobra.Command{Use: v.use, Short: v.short, Long: v.long, Example: v.example, Args: v.args}
	command.Annotations = map[string]string{transactionOf: v.transaction}
	if v.flags != nil {
		v.flags(command)
	}
	if v.list.items == "" {
		command.RunE = func(command *cobra.Command, args []string) error { return v.run(app, command, args) }
		return command
	}
	var flags listFlags
	flags.add(command.Flags())
	command.RunE = func(command *cobra.Command, args []string) error {
		return v.runList(command.Context(), app, flags, args)
	}
	return command
}

func (v verb) run(app *App, command *cobra.Command, args []string) error {
	request, err := v.request(args)
	if err != nil {
		return err
	}
	var options []gateway.CallOption
	if v.options != nil {
		profile, err := app.loadProfile()
		if err != nil {
			return err
		}
		if options, err = v.options(app, profile, args); err != nil {
			return err
		}
	}
	client, err := app.Client(command.Context())
	if err != nil {
		return err
	}
	var answer json.RawMessage
	if v.submit {
		err = v.send(command.Context(), app, client, request, &answer, options)
	} else {
		answer, err = v.ask(command.Context(), client, request)
	}
	if err != nil {
		return err
	}
	if err := v.note(command.Context(), app, client, answer); err != nil {
		return err
	}
	if v.after != nil {
		defer v.after(command.Context(), app, client, args)
	}
	return v.render(app, answer)
}

// ask is the answer to a query.
func (v verb) ask(ctx context.Context, client *gateway.Client, request any) (answer json.RawMessage, err error) {
	if err = client.Evaluate(ctx, v.transaction, request, &answer); err != nil || v.extend == nil {
		return answer, err
	}
	return v.extend(ctx, client, answer)
}

// runList reads all pages and shows them as one.
func (v verb) runList(ctx context.Context, app *App, flags listFlags, args []string) error {
	if err := flags.check(); err != nil {
		return err
	}
	request, err := v.request(args)
	if err != nil {
		return err
	}
	client, err := app.Client(ctx)
	if err != nil {
		return err
	}
	all, err := v.list.read(ctx, request, flags, asking(client, v.transaction))
	if err != nil {
		return err
	}
	answer, err := all.answer()
	if err != nil {
		return err
	}
	if err := v.note(ctx, app, client, answer); err != nil {
		return err
	}
	defer app.more(all.next)
	if app.output == asJSON || v.show == nil {
		return app.Render(all)
	}
	return v.render(app, answer)
}

// note keeps what the answer holds for later, and records what it lets somebody read, before anything is shown.
func (v verb) note(ctx context.Context, app *App, client *gateway.Client, answer json.RawMessage) error {
	if v.keep != nil {
		if err := v.keep(answer); err != nil {
			return err
		}
	}
	if v.reads == nil {
		return nil
	}
	communityID, reads, err := v.reads(answer)
	if err != nil {
		return err
	}
	return app.recordReads(ctx, client, communityID, reads)
}

// send completes the request, describes what it does and submits it.
func (v verb) send(ctx context.Context, app *App, client *gateway.Client, request any, answer *json.RawMessage, options []gateway.CallOption) error {
	request, more, err := client.Consent().Complete(ctx, request)
	if err != nil {
		return err
	}
	if v.before != nil {
		if err := v.before(ctx, app, client, request); err != nil {
			return err
		}
	}
	receipt, err := client.Submit(ctx, v.transaction, request, answer, append(options, more...)...)
	if err != nil {
		return err
	}
	app.noteCommitted(receipt)
	return nil
}

func (v verb) render(app *App, answer json.RawMessage) error {
	raw := v.raw != nil && *v.raw
	if v.show == nil || app.output == asJSON && !raw {
		return app.Render(answer)
	}
	shown, err := v.show(answer)
	if err != nil {
		return err
	}
	if raw {
		return app.renderJSON(shown)
	}
	return app.Render(shown)
}

// noun is a command that only holds verbs.
func noun(app *App, use, short, example string, verbs ...verb) *cobra.Command {
	command := &cobra.Command{Use: use, Short: short, Example: example}
	for _, v := range verbs {
		command.AddCommand(v.command(app))
	}
	return command
}

// decoded reads an answer as a type.
func decoded[T any](show func(T) any) showing {
	return func(text json.RawMessage) (any, error) {
		var answer T
		if err := json.Unmarshal(text, &answer); err != nil {
			return nil, err
		}
		return show(answer), nil
	}
}
