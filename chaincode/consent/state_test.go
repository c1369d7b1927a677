// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// TestTheStateMachineIsTheSpecificationsAndNothingElse walks every step from every state by every actor.
func TestTheStateMachineIsTheSpecificationsAndNothingElse(t *testing.T) {
	type move struct {
		step Step
		from State
		by   Actor
	}
	legal := map[move]State{
		{StepRequest, None, Controlled}: Requested, {StepGive, None, Resident}: Given,
		{StepGive, Requested, Resident}: Given, {StepGive, Deferred, Resident}: Given,
		{StepRefuse, Requested, Resident}: Refused, {StepRefuse, Deferred, Resident}: Refused,
		{StepDefer, Requested, Resident}: Deferred,
		{StepRenew, Given, Resident}:     Renewed, {StepRenew, Renewed, Resident}: Renewed,
		{StepWithdraw, Given, Resident}: Withdrawn, {StepWithdraw, Renewed, Resident}: Withdrawn,
		{StepRevoke, Given, Controlled}: Revoked, {StepRevoke, Renewed, Controlled}: Revoked,
	}
	states := []State{None, Requested, Given, Refused, Deferred, Renewed, Withdrawn, Revoked, Expired, Invalidated}
	for _, from := range states {
		if from != None && from != Invalidated {
			legal[move{StepInvalidate, from, Overseer}] = Invalidated
		}
	}
	steps := []Step{StepRequest, StepGive, StepRefuse, StepDefer, StepRenew, StepWithdraw, StepRevoke, StepInvalidate}
	for _, from := range states {
		for _, step := range steps {
			for _, by := range []Actor{Resident, Controlled, Overseer} {
				to, err := Next(step, from, by)
				want, allowed := legal[move{step, from, by}]
				if allowed {
					require.NoError(t, err, "%s from %s by %s", step, from, by)
					require.Equal(t, want, to)
					continue
				}
				require.ErrorIs(t, err, fault.IllegalTransition, "%s from %s by %s", step, from, by)
				require.Equal(t, string(by), fault.From(err).Details["actor"])
			}
		}
	}
}

func TestOnlyGivenAndRenewedAllowProcessing(t *testing.T) {
	for _, state := range []State{None, Requested, Refused, Deferred, Withdrawn, Revoked, Expired, Invalidated} {
		require.False(t, state.Active(), state)
	}
	require.True(t, Given.Active())
	require.True(t, Renewed.Active())
}

func TestABeginningThatDoesNotNameAnEndIsRefused(t *testing.T) {
	for sentence, row := range map[string]struct {
		recordState RecordState
		code        fault.Code
	}{
		"nothing was withdrawn":           {RecordState{}, ""},
		"another consent was withdrawn":   {RecordState{Withdrawn: &End{}}, ""},
		"all were withdrawn":              {RecordState{All: cut(CutWithdrawAll, noon)}, fault.SignedRequestStale},
		"all were withdrawn long ago":     {RecordState{All: cut(CutWithdrawAll, noon.AddDate(-1, 0, 0))}, fault.SignedRequestStale},
		"the subject was erased long ago": {RecordState{Erased: cut(CutErase, noon.AddDate(-1, 0, 0))}, fault.SubjectErased},
		"the subject was erased here":     {RecordState{ErasedHere: cut(CutErase, noon)}, fault.SubjectErased},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := row.recordState.Fresh(0)
			if row.code == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, row.code)
		})
	}
}

// TestWhereNeitherNamesTheOtherTheLaterSignatureWins: of a consent and a WithdrawAll of its epoch, whichever the ledger carried out first.
func TestWhereNeitherNamesTheOtherTheLaterSignatureWins(t *testing.T) {
	record := given(t, published(t, content()), nil)
	hour := noon.Add(time.Hour)
	for sentence, row := range map[string]struct {
		signed   time.Time
		asserted string
		want     State
	}{
		"withdrawn later":                         {noon.Add(time.Minute), "", Withdrawn},
		"withdrawn in the same second":            {noon, "", Withdrawn},
		"a withdrawal from before was held back":  {noon.Add(-time.Minute), "", Given},
		"an organisation's word has no signature": {time.Time{}, "CityMSP", Withdrawn},
	} {
		t.Run(sentence, func(t *testing.T) {
			all := NewCutoff(CutWithdrawAll, 1, byResident(hour))
			all.SignedAt, all.AssertedBy = row.signed, row.asserted
			if row.asserted != "" {
				all.Evidence = nil
			}
			require.Equal(t, row.want, record.State(RecordState{All: &all}, hour))
		})
	}
}

func TestTheTimelineHoldsEveryEnd(t *testing.T) {
	record := given(t, published(t, content()), nil)
	recordState := RecordState{All: cut(CutWithdrawAll, noon.Add(time.Hour))}
	recordState.Withdrawn = ended(t, record, StepWithdraw, noon.Add(3*time.Hour)).Withdrawn
	now := noon.AddDate(2, 0, 0)
	line := record.Timeline(recordState, now)
	require.Len(t, line, 2)
	require.Equal(t, CutWithdrawAll, line[1].Type)
	require.Equal(t, noon.Add(time.Hour), line[1].At, "the first end ended it, not the second")
	require.Equal(t, Withdrawn, record.StateAt(recordState, noon.Add(2*time.Hour), now))
	require.Equal(t, Given, record.StateAt(recordState, noon.Add(time.Minute), now))
	require.Equal(t, None, record.StateAt(recordState, noon.Add(-time.Minute), now))
	require.Equal(t, Expired, record.State(RecordState{}, now))

	recordState.Invalidated = ended(t, record, StepInvalidate, now).Invalidated
	require.Equal(t, []State{Given, Withdrawn, Invalidated}, states(record.Timeline(recordState, now)))
	require.Equal(t, []State{Given, Expired, Invalidated}, states(record.Timeline(RecordState{Invalidated: recordState.Invalidated}, now)))
	require.Equal(t, []State{Given}, states(record.Events), "an end is no part of the record")
}

func states(line []Event) (list []State) {
	for _, event := range line {
		list = append(list, event.State)
	}
	return list
}

func TestASlowClockDelaysNoWithdrawalAndIsMarked(t *testing.T) {
	notice := published(t, content())
	record := given(t, notice, nil)
	early := byResident(noon.Add(-time.Minute))
	end, err := record.NewEnd(StepWithdraw, early, "")
	require.NoError(t, err)
	require.Equal(t, noon, end.At)
	require.True(t, end.Raised)
	renewed, err := RenewRequest{ConsentID: "c", ValidUntil: noon.AddDate(2, 0, 0)}.After(record).Under(notice).Renew(record, RecordState{}, notice, early)
	require.NoError(t, err)
	require.Equal(t, noon, renewed.last().At)
	require.True(t, renewed.last().Raised)
}

func TestAConsentEndsWhenItFirstStopsAllowing(t *testing.T) {
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	asked, err := RequestConsentRequest{Subject: alice, Terms: terms("c")}.Ask(published(t, content()), Action{Actor: Controlled, By: "UtilityMSP", At: noon})
	require.NoError(t, err)
	no := NewAnswer(StepRefuse, Refused, "", byResident(minute(1)), "")
	consented := given(t, published(t, content()), nil)
	withdrawn := ended(t, consented, StepWithdraw, minute(1))
	both := withdrawn
	both.Invalidated = ended(t, consented, StepInvalidate, minute(2)).Invalidated
	short := given(t, published(t, content()), func(r *GiveRequest) { r.ValidUntil = minute(30) })
	mark := &Mark{At: minute(5)}
	lifted := mark.Lift(Action{At: minute(6)})
	for sentence, row := range map[string]struct {
		record      Record
		recordState RecordState
		suspended   *Mark
		want        *Termination
	}{
		"in force":                          {record: consented},
		"never given":                       {record: asked, want: &Termination{State: Requested}},
		"refused":                           {record: asked, recordState: RecordState{Refusal: &no}, want: &Termination{State: Refused}},
		"withdrawn":                         {record: consented, recordState: withdrawn, want: &Termination{minute(1), Withdrawn}},
		"withdrawn and then invalidated":    {record: consented, recordState: both, want: &Termination{minute(1), Invalidated}},
		"revoked":                           {record: consented, recordState: ended(t, consented, StepRevoke, minute(1)), want: &Termination{minute(1), Revoked}},
		"expired":                           {record: short, want: &Termination{minute(30), Expired}},
		"all withdrawn":                     {record: consented, recordState: RecordState{All: cut(CutWithdrawAll, minute(7))}, want: &Termination{minute(7), Withdrawn}},
		"erased":                            {record: consented, recordState: RecordState{ErasedHere: cut(CutErase, minute(8))}, want: &Termination{minute(8), Withdrawn}},
		"in force under a suspended notice": {record: consented, suspended: mark, want: &Termination{minute(5), Given}},
		"in force under a resumed notice":   {record: consented, suspended: &lifted},
		"withdrawn before the notice's suspension": {record: consented, recordState: withdrawn, suspended: mark, want: &Termination{minute(1), Withdrawn}},
	} {
		t.Run(sentence, func(t *testing.T) {
			require.Equal(t, row.want, row.record.Ended(row.recordState, row.suspended, minute(60)))
		})
	}
	require.False(t, (*Termination)(nil).Before(noon))
	require.True(t, (&Termination{At: noon}).Before(noon), "what begins at the end comes after it")
	require.False(t, (&Termination{At: noon}).Before(noon.Add(-time.Second)))
}
