// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
)

// nextCorrection is what --run takes for the next correction of each day that changed.
const nextCorrection settlement.RunID = "correction"

func newRunSettleCommand(app *App) *cobra.Command {
	run := settlement.Final
	command := &cobra.Command{
		Use:   "settle COMMUNITY DATE|MONTH…",
		Short: "Settle days of a community (organiser or meter-operator)",
		Long: `settle divides each day's production among the members by the community's key. It stores every member's result
privately, and a public record with the hash of all inputs and the Merkle root of all results.

A month stands for all its days on which somebody is a member. settle goes past days that are settled and names those
that changed since: a reading, the roster, the key, the tariff or the shares of the intervals. --run correction settles
the next correction of these days and of no other. Settling the same inputs again changes nothing.`,
		Example: `  smartb run settle sunny 2025-10-26 --as community/organiser
  smartb run settle sunny 2025-10 --as community/organiser
  smartb run settle sunny 2025-10 --run correction --as community/organiser
  smartb run settle sunny 2025-10-25 2025-10-26 --run provisional --as utility/meter-operator`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			community, err := client.Settlement().GetCommunity(command.Context(), settlement.GetCommunityRequest{CommunityID: args[0]})
			if err != nil {
				return err
			}
			plan := settlePlan{community: community, run: run, now: time.Now()}
			for _, name := range args[1:] {
				if err := plan.add(command.Context(), client, name); err != nil {
					return err
				}
			}
			return app.settle(command.Context(), client, plan)
		},
	}
	command.Flags().StringVar((*string)(&run), "run", string(run),
		"provisional, final, correction (the next one of each day that changed) or correction-1, correction-2, …")
	return command
}

// settlePlan is what becomes of the days that the arguments of run settle name.
type settlePlan struct {
	community settlement.Community
	run       settlement.RunID
	now       time.Time
	// steps are the runs to settle; those of whole months go on after a day that is incomplete.
	steps []settleStep
	// unchanged, unsettled, ahead and purged count the days of months that are passed by; changed are those whose run
	// is not the one that was asked for.
	unchanged, unsettled, ahead, purged int
	changed                             []settlement.DayCoverage
}

type settleStep struct {
	request settlement.SettleDayRequest
	ofMonth bool
}

// add plans a day or the days of a month.
func (p *settlePlan) add(ctx context.Context, client *gateway.Client, name string) error {
	if !monthPattern.MatchString(name) {
		return p.addDay(ctx, client, name)
	}
	coverage, err := client.Settlement().Coverage(ctx, settlement.CoverageRequest{CommunityID: p.community.CommunityID, Period: name})
	if err != nil {
		return err
	}
	if len(coverage.Days) == 0 {
		return usagef("%s has no day to settle: nobody is a member; see smartb member list %s", name, p.community.CommunityID)
	}
	for _, covered := range coverage.Days {
		if err := p.addCovered(covered); err != nil {
			return err
		}
	}
	return nil
}

// addDay plans a day by the run that was asked for; the next correction is that of its newest run. Asking for a final
// run again answers the one that exists, so a change since then is said.
func (p *settlePlan) addDay(ctx context.Context, client *gateway.Client, day string) error {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return usagef("%s is no date like 2025-10-26 and no month like 2025-10", day)
	}
	coverage, err := client.Settlement().Coverage(ctx, settlement.CoverageRequest{CommunityID: p.community.CommunityID, Period: day[:len("2006-01")]})
	if err != nil {
		return err
	}
	var covered settlement.DayCoverage
	for _, of := range coverage.Days {
		if of.Day == day {
			covered = of
		}
	}
	run, next := p.run, covered.Run.Next()
	switch {
	case run == nextCorrection && next == settlement.Final:
		return usagef("%s has no final run that could be corrected; settle it without --run", day)
	case run == nextCorrection:
		run = next
	case covered.Stale && run == covered.Run && run != settlement.Provisional:
		p.changed = append(p.changed, covered)
	}
	p.step(day, run, false)
	return nil
}

func (p *settlePlan) step(day string, run settlement.RunID, ofMonth bool) {
	request := settlement.SettleDayRequest{CommunityID: p.community.CommunityID, Day: day, Run: run}
	p.steps = append(p.steps, settleStep{request, ofMonth})
}

// addCovered plans a day of a month, or passes it by.
func (p *settlePlan) addCovered(covered settlement.DayCoverage) error {
	day, err := p.community.Day(covered.Day)
	if err != nil {
		return err
	}
	switch passed := p.passes(covered, day.End); {
	case passed != nil:
		*passed++
	case isOpen(covered):
		p.step(covered.Day, p.run, true)
	case p.run == nextCorrection || p.run == covered.Run.Next():
		p.step(covered.Day, covered.Run.Next(), true)
	default:
		p.changed = append(p.changed, covered)
	}
	return nil
}

// passes returns the count to which a day belongs that is passed by, nil for a day that is not.
func (p *settlePlan) passes(covered settlement.DayCoverage, end time.Time) *int {
	switch {
	case covered.Purged:
		return &p.purged
	case p.now.Before(end):
		return &p.ahead
	case isOpen(covered) && (p.run == nextCorrection || p.run.Before() != ""):
		return &p.unsettled
	case covered.Stale || covered.Run == "" || isOpen(covered) && p.run != settlement.Provisional:
		return nil
	default:
		return &p.unchanged
	}
}

// isOpen reports whether a day has no final run.
func isOpen(covered settlement.DayCoverage) bool {
	return covered.Run == "" || covered.Run == settlement.Provisional
}

// notes say which days were passed by and why.
func (p *settlePlan) notes() (notes []string) {
	for _, of := range []struct {
		count int
		what  string
	}{
		{p.unchanged, "settled and unchanged"}, {p.unsettled, "not settled finally yet, so there is nothing to correct: settle them without --run"},
		{p.ahead, "not over yet"}, {p.purged, "purged, and stay as they were settled"},
	} {
		if of.count > 0 {
			notes = append(notes, fmt.Sprintf("days passed by because they are %s: %d", of.what, of.count))
		}
	}
	if len(p.changed) > 0 {
		notes = append(notes, fmt.Sprintf("settled, and changed since: %s; settle them again with --run correction, and bill the month anew", changedDays(p.changed)))
	}
	return notes
}

// unpriced is the first day to settle on which the community has no tariff and does not say that it is free of charge.
func (p *settlePlan) unpriced() string {
	for _, step := range p.steps {
		if p.community.On(step.request.Day, step.request.Run).Unpriced() {
			return step.request.Day
		}
	}
	return ""
}

// settle carries the plan out. A day of a month that is incomplete does not stop the others.
func (a *App) settle(ctx context.Context, client *gateway.Client, plan settlePlan) error {
	bar := a.Progress(int64(len(plan.steps)), "settling days")
	runs := runTable{}
	var incomplete []string
	var refusal error
	for _, step := range plan.steps {
		settled, _, err := client.Settlement().SettleDay(ctx, step.request, plan.community.Organiser, plan.community.GridOperator)
		switch {
		case err == nil:
			runs = append(runs, settled)
		case step.ofMonth && errors.Is(err, gateway.ErrDayIncomplete):
			incomplete, refusal = append(incomplete, step.request.Day), err
		default:
			a.Notef("%d of %d days are settled, %s is not", len(runs), len(plan.steps), step.request.Day)
			return a.partly(runs, len(runs), err)
		}
		advanceBy(bar, 1)
	}
	if unpriced := plan.unpriced(); unpriced != "" {
		a.Notef("%s has no tariff on %s: the month is not closed unless the community says that it is free of charge (smartb community replace or change-tariff, each with --tariff or --free-of-charge)",
			plan.community.CommunityID, unpriced)
	}
	for _, note := range plan.notes() {
		a.Notef("%s", note)
	}
	if len(incomplete) > 0 {
		a.Notef("not settled, because a member's day is missing or has gaps: %s", strings.Join(incomplete, ", "))
		return a.partly(runs, len(runs), refusal)
	}
	return a.Render(runs)
}

// partly shows what was done before the error.
func (a *App) partly(done any, count int, err error) error {
	if count == 0 {
		return err
	}
	if unshown := a.Render(done); unshown != nil {
		return unshown
	}
	return err
}
