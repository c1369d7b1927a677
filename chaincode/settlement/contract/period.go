// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// closePeriod bills a month from the private sums of its days and stores the public record and, packed into few private keys, the parties' bills.
// Closing the same runs again changes nothing.
func closePeriod(tx *transaction.Tx, r settlement.ClosePeriodRequest) (settlement.Period, error) {
	community, err := organised(tx, r.CommunityID)
	if err != nil {
		return settlement.Period{}, err
	}
	existing, err := placePeriod(tx, r)
	if err != nil {
		return settlement.Period{}, err
	}
	inputs, err := gatherPeriod(tx, community, r)
	if err != nil {
		return settlement.Period{}, err
	}
	return finishPeriod(tx, inputs, existing)
}

// placePeriod reads the period's phases, refuses one out of order, and returns the phase of the same name, nil if there is none.
func placePeriod(tx *transaction.Tx, r settlement.ClosePeriodRequest) (*settlement.Period, error) {
	phases := []settlement.Phase{r.Phase, settlement.ProvisionalPhase, settlement.FinalPhase}
	if before := r.Phase.Before(); len(before) > 0 {
		phases = append(phases, before[len(before)-1])
	}
	periods, err := phasesOf(tx, r.CommunityID, r.Period, phases)
	if err != nil {
		return nil, err
	}
	if err := r.Order(periods[1], periods[2], periods[len(periods)-1]); err != nil {
		return nil, err
	}
	return periods[0], nil
}

func phasesOf(tx *transaction.Tx, community, period string, phases []settlement.Phase) ([]*settlement.Period, error) {
	keys := make([]ledger.Key, len(phases))
	for i, phase := range phases {
		keys[i] = periodKey(community, period, phase)
	}
	return ledger.GetMany[settlement.Period](tx.Ledger, keys)
}

// gatherPeriod reads the newest runs of the days, their private sums, and for a correction what was billed before.
func gatherPeriod(tx *transaction.Tx, community settlement.Community, r settlement.ClosePeriodRequest) (settlement.PeriodInputs, error) {
	inputs := settlement.PeriodInputs{Community: community, Request: r}
	roster, err := readRoster(tx, community)
	if err != nil {
		return inputs, err
	}
	days, err := community.Days(r.Period, roster.members)
	if err != nil {
		return inputs, err
	}
	inputs.Members = roster.members
	if inputs.Runs, err = newestRuns(tx, community, days, r.Phase == settlement.Preview); err != nil {
		return inputs, err
	}
	if err := inputs.Whole(days); err != nil {
		return inputs, err
	}
	if inputs.Totals, err = dayTotals(tx, community, inputs.Runs); err != nil {
		return inputs, err
	}
	return inputs, gatherBilled(tx, &inputs)
}

// newestRuns are the newest runs of the days that have one. A provisional run counts in a preview only.
func newestRuns(tx *transaction.Tx, community settlement.Community, days []string, preview bool) (runs []settlement.Run, err error) {
	for _, day := range days {
		all, err := ledger.Scan[settlement.Run](tx.Ledger, runsOfDay(community.CommunityID, day))
		if err != nil {
			return nil, err
		}
		if newest := settlement.Newest(all); newest != nil && (preview || newest.Run != settlement.Provisional) {
			runs = append(runs, *newest)
		}
	}
	return runs, nil
}

func dayTotals(tx *transaction.Tx, community settlement.Community, runs []settlement.Run) ([]settlement.DayTotals, error) {
	keys := make([]ledger.Key, len(runs))
	for i, run := range runs {
		keys[i] = totalsKey(run.ResultsID)
	}
	values, err := ledger.GetManyPrivate(tx.Ledger, community.Collection, keys)
	if err != nil {
		return nil, err
	}
	totals := make([]settlement.DayTotals, len(values))
	for i, value := range values {
		if value == nil {
			return nil, fault.New(fault.PrivateDataNotHere, "this peer does not hold the sums of %s", runs[i].Day)
		}
		if totals[i], err = settlement.UnpackDayTotals(value); err != nil {
			return nil, err
		}
	}
	return totals, nil
}

// gatherBilled reads the final period and its corrections with all their bills.
func gatherBilled(tx *transaction.Tx, inputs *settlement.PeriodInputs) error {
	before := inputs.Request.Phase.Before()
	if len(before) == 0 {
		return nil
	}
	periods, err := phasesOf(tx, inputs.Request.CommunityID, inputs.Request.Period, before)
	if err != nil {
		return err
	}
	for _, period := range periods {
		bills, err := billsOf(tx, inputs.Community.Collection, *period)
		if err != nil {
			return err
		}
		inputs.Earlier, inputs.Billed = append(inputs.Earlier, *period), append(inputs.Billed, bills...)
	}
	return nil
}

func finishPeriod(tx *transaction.Tx, inputs settlement.PeriodInputs, existing *settlement.Period) (settlement.Period, error) {
	now, err := tx.Now()
	if err != nil {
		return settlement.Period{}, err
	}
	if existing != nil {
		if inputs.Repeats(*existing) {
			return *existing, nil
		}
		if inputs.Request.Phase.Correction() > 0 {
			return *existing, fault.New(fault.AlreadyExists, "%s of %s exists and never changes; close the next correction", existing.Phase, existing.Period)
		}
		if now.Before(existing.ClosedAt) {
			return *existing, fault.New(fault.StaleTransaction, "the period was closed at %s, after this transaction's time", existing.ClosedAt.Format(time.RFC3339))
		}
	}
	outcome, err := inputs.Close(tx.TxID(), now)
	if err != nil {
		return settlement.Period{}, err
	}
	if existing != nil {
		outcome.Period.Replaced = existing.Traces(inputs.Community)
	}
	if err := storePeriod(tx, inputs.Community.Collection, outcome); err != nil {
		return settlement.Period{}, err
	}
	period := outcome.Period
	return period, tx.Announce("settlement.PeriodClosed", settlement.PeriodAnnouncement{CommunityID: period.CommunityID, Period: period.Period, Phase: period.Phase})
}

func storePeriod(tx *transaction.Tx, collection string, outcome settlement.PeriodOutcome) error {
	period := outcome.Period
	if _, err := ledger.PutPrivate(tx.Ledger, collection, summaryKey(period.ResultsID), outcome.Summary); err != nil {
		return err
	}
	for i, chunk := range outcome.Chunks {
		if _, err := ledger.PutPrivate(tx.Ledger, collection, billsKey(period.ResultsID, i), chunk); err != nil {
			return err
		}
	}
	return ledger.Put(tx.Ledger, periodKey(period.CommunityID, period.Period, period.Phase), period)
}

// finalizePeriod makes a provisional period final when its dispute window has ended. Finalizing it again changes nothing.
func finalizePeriod(tx *transaction.Tx, r settlement.FinalizePeriodRequest) (settlement.Period, error) {
	community, err := organised(tx, r.CommunityID)
	if err != nil {
		return settlement.Period{}, err
	}
	periods, err := phasesOf(tx, r.CommunityID, r.Period, []settlement.Phase{settlement.ProvisionalPhase, settlement.FinalPhase})
	if err != nil {
		return settlement.Period{}, err
	}
	if periods[1] != nil {
		return *periods[1], nil
	}
	if periods[0] == nil {
		return settlement.Period{}, fault.New(fault.IllegalTransition, "%s is not closed; only a provisional period becomes final", r.Period)
	}
	return finalize(tx, community, *periods[0])
}

func finalize(tx *transaction.Tx, community settlement.Community, provisional settlement.Period) (settlement.Period, error) {
	now, err := tx.Now()
	if err != nil {
		return provisional, err
	}
	disputes, err := ledger.Scan[settlement.Dispute](tx.Ledger, disputesOf(provisional.CommunityID, provisional.Period))
	if err != nil {
		return provisional, err
	}
	var days []string
	for _, day := range provisional.Days {
		days = append(days, day.Day)
	}
	newest, err := newestRuns(tx, community, days, true)
	if err != nil {
		return provisional, err
	}
	runs := map[string]settlement.Run{}
	for _, run := range newest {
		runs[run.Day] = run
	}
	final, err := provisional.Finalize(disputes, runs, now)
	if err != nil {
		return provisional, err
	}
	if err := ledger.Put(tx.Ledger, periodKey(final.CommunityID, final.Period, final.Phase), final); err != nil {
		return final, err
	}
	return final, tx.Announce("settlement.PeriodFinalized", settlement.PeriodAnnouncement{CommunityID: final.CommunityID, Period: final.Period, Phase: final.Phase})
}

// getPeriod answers the public record of one phase of a period.
func getPeriod(tx *transaction.Tx, r settlement.GetPeriodRequest) (settlement.Period, error) {
	if _, err := load(tx, r.CommunityID); err != nil {
		return settlement.Period{}, err
	}
	return loadPeriod(tx, r)
}

// periodTotals answers the private totals of a phase of a period, to the organiser and to auditors.
func periodTotals(tx *transaction.Tx, r settlement.GetPeriodRequest) (settlement.PhaseTotals, error) {
	var totals settlement.PhaseTotals
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return totals, err
	}
	if err := mayReadAll(tx, community); err != nil {
		return totals, err
	}
	period, err := loadPeriod(tx, r)
	if err != nil {
		return totals, err
	}
	summary, err := private(tx, community.Collection, summaryKey(period.ResultsID), settlement.UnpackSummary)
	if err != nil {
		return totals, err
	}
	totals.PeriodTotals = summary.Billed
	return totals, nil
}

func loadPeriod(tx *transaction.Tx, r settlement.GetPeriodRequest) (settlement.Period, error) {
	period, found, err := ledger.Get[settlement.Period](tx.Ledger, periodKey(r.CommunityID, r.Period, r.Phase))
	if err == nil && !found {
		err = absent(tx, r)
	}
	return period, err
}

// absent is the error of a phase that a period does not have; it names what there is, which is what is mostly meant.
func absent(tx *transaction.Tx, r settlement.GetPeriodRequest) error {
	phases := []settlement.Phase{settlement.FinalPhase, settlement.ProvisionalPhase, settlement.Preview}
	periods, err := phasesOf(tx, r.CommunityID, r.Period, phases)
	if err != nil {
		return err
	}
	for i, period := range periods {
		if period != nil {
			return fault.New(fault.NotFound, "%s of community %s is not %s; there is %s", r.Period, r.CommunityID, r.Phase, phases[i])
		}
	}
	return fault.New(fault.NotFound, "%s of community %s was not closed yet", r.Period, r.CommunityID)
}
