package consent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

func TestABeginningThatDoesNotNameAnEndIsRefused(t *testing.T) {
	for sentence, row := range map[string]struct {
		standing Standing
		code     fault.Code
	}{
		"nothing was withdrawn":           {Standing{}, ""},
		"another consent was withdrawn":   {Standing{Withdrawn: &End{}}, ""},
		"all were withdrawn":              {Standing{All: cut(CutWithdrawAll, noon)}, fault.SignedRequestStale},
		"all were withdrawn long ago":     {Standing{All: cut(CutWithdrawAll, noon.AddDate(-1, 0, 0))}, fault.SignedRequestStale},
		"the subject was erased long ago": {Standing{Erased: cut(CutErase, noon.AddDate(-1, 0, 0))}, fault.SubjectErased},
		"the subject was erased here":     {Standing{ErasedHere: cut(CutErase, noon)}, fault.SubjectErased},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := row.standing.Fresh(0)
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
			require.Equal(t, row.want, record.State(Standing{All: &all}, hour))
		})
	}
}

func TestTheTimelineHoldsEveryEnd(t *testing.T) {
	record := given(t, published(t, content()), nil)
	standing := Standing{All: cut(CutWithdrawAll, noon.Add(time.Hour))}
	standing.Withdrawn = ended(t, record, StepWithdraw, noon.Add(3*time.Hour)).Withdrawn
	now := noon.AddDate(2, 0, 0)
	line := record.Timeline(standing, now)
	require.Len(t, line, 2)
	require.Equal(t, CutWithdrawAll, line[1].Type)
	require.Equal(t, noon.Add(time.Hour), line[1].At, "the first end ended it, not the second")
	require.Equal(t, Withdrawn, record.StateAt(standing, noon.Add(2*time.Hour), now))
	require.Equal(t, Given, record.StateAt(standing, noon.Add(time.Minute), now))
	require.Equal(t, None, record.StateAt(standing, noon.Add(-time.Minute), now))
	require.Equal(t, Expired, record.State(Standing{}, now))

	standing.Invalidated = ended(t, record, StepInvalidate, now).Invalidated
	require.Equal(t, []State{Given, Withdrawn, Invalidated}, states(record.Timeline(standing, now)))
	require.Equal(t, []State{Given, Expired, Invalidated}, states(record.Timeline(Standing{Invalidated: standing.Invalidated}, now)))
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
	renewed, err := RenewRequest{ConsentID: "c", ValidUntil: noon.AddDate(2, 0, 0)}.After(record).Under(notice).Renew(record, Standing{}, notice, early)
	require.NoError(t, err)
	require.Equal(t, noon, renewed.last().At)
	require.True(t, renewed.last().Raised)
}
