package consent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

func TestACutOffIsTheLaterOfTheLedgersAndTheResidentsClock(t *testing.T) {
	act := byResident(noon)
	act.At = noon.Add(-10 * time.Minute) // a relay set its clock back
	require.Equal(t, noon, Cutoffs{}.Add(CutWithdrawAll, act).List[0].At)
	act = byResident(noon)
	act.SignedAt = noon.Add(-10 * time.Minute) // the resident's clock is slow
	require.Equal(t, noon, Cutoffs{}.Add(CutWithdrawAll, act).List[0].At)
}

func TestWhatWasSignedBeforeAWithdrawalIsStale(t *testing.T) {
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	for sentence, row := range map[string]struct {
		standing Standing
		code     fault.Code
	}{
		"nothing was withdrawn":                {Standing{}, ""},
		"one was withdrawn before":             {Standing{Controller: Cutoffs{}.Add(CutWithdraw, byResident(at(-1)))}, ""},
		"one was withdrawn in the same second": {Standing{Controller: Cutoffs{}.Add(CutWithdraw, byResident(at(0)))}, fault.StaleStatement},
		"one was withdrawn since":              {Standing{Controller: Cutoffs{}.Add(CutWithdraw, byResident(at(1)))}, fault.StaleStatement},
		"all were withdrawn since":             {Standing{All: Cutoffs{}.Add(CutWithdrawAll, byResident(at(1)))}, fault.StaleStatement},
		"the subject was erased long ago":      {Standing{All: Cutoffs{}.Add(CutErase, byResident(at(-99)))}, fault.SubjectErased},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := row.standing.Fresh(noon)
			if row.code == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, row.code)
		})
	}
}

func TestTheTimelineHoldsEveryEnd(t *testing.T) {
	record := given(t, published(t, content()), nil)
	all := Cutoffs{}.Add(CutWithdrawAll, byResident(noon.Add(time.Hour))).Add(CutWithdrawAll, byResident(noon.Add(3*time.Hour)))
	standing := Standing{All: all}
	now := noon.AddDate(2, 0, 0)
	line := record.Timeline(standing, now)
	require.Len(t, line, 2)
	require.Equal(t, CutWithdrawAll, line[1].Type)
	require.Equal(t, noon.Add(time.Hour), line[1].At, "the first withdrawal ended it, not the second")
	require.Equal(t, Withdrawn, record.StateAt(standing, noon.Add(2*time.Hour), now))
	require.Equal(t, Given, record.StateAt(standing, noon.Add(time.Minute), now))
	require.Equal(t, None, record.StateAt(standing, noon.Add(-time.Minute), now))
	require.Equal(t, Expired, record.State(Standing{}, now))

	invalid, err := record.Step(StepInvalidate, standing, Act{Actor: Overseer, By: "OversightMSP", At: now}, NotInformed)
	require.NoError(t, err)
	require.Equal(t, []State{Given, Withdrawn, Invalidated}, states(invalid.Timeline(standing, now)))
	require.Equal(t, []State{Given, Expired, Invalidated}, states(invalid.Timeline(Standing{}, now)))
	require.Equal(t, []State{Given, Invalidated}, states(invalid.Events))
}

func states(line []Event) (list []State) {
	for _, event := range line {
		list = append(list, event.State)
	}
	return list
}

func TestASlowClockDelaysNoWithdrawalButRefusesARenewal(t *testing.T) {
	notice := published(t, content())
	record := given(t, notice, nil)
	early := byResident(noon.Add(-time.Minute))
	early.SignedAt = noon.Add(time.Second)
	withdrawn, err := record.Step(StepWithdraw, Standing{}, early, "")
	require.NoError(t, err)
	require.Equal(t, noon, withdrawn.last().At)
	_, err = RenewRequest{ConsentID: "c", NoticeVersion: 1, ValidUntil: noon.AddDate(2, 0, 0)}.Renew(record, Standing{}, notice, TaxonomyHead{Version: 1}, early)
	require.ErrorIs(t, err, fault.StaleTransaction)
}

func TestASubjectIsCutOffTowardsEachController(t *testing.T) {
	known := Subject{}.Cut(CutWithdraw, "UtilityMSP", byResident(noon)).Cut(CutWithdraw, "CityMSP", byResident(noon.Add(time.Hour)))
	both := known.Cut(CutWithdraw, "UtilityMSP", byResident(noon.Add(2*time.Hour))).Cut(CutWithdrawAll, "", byResident(noon.Add(3*time.Hour)))
	require.Equal(t, []string{"CityMSP", "UtilityMSP"}, []string{both.Towards[0].Controller, both.Towards[1].Controller}, "in the order of the controllers")
	require.Equal(t, noon, known.Newest(CutWithdraw, "UtilityMSP").At, "what was known stays")
	require.Equal(t, noon.Add(2*time.Hour), both.Newest(CutWithdraw, "UtilityMSP").At)
	require.Equal(t, noon.Add(time.Hour), both.Newest(CutWithdraw, "CityMSP").At)
	require.Equal(t, noon.Add(3*time.Hour), both.Newest(CutWithdrawAll, "").At)
	require.Empty(t, both.Standing("CommunityMSP").Controller.List)
	require.Len(t, both.Standing("CommunityMSP").All.List, 1)
	require.Equal(t, NewKeys("x"), both.KeysOf("x"), "keys are the first until they are replaced")
	require.Equal(t, "new", both.Rekeyed(Keys{Current: "new"}).KeysOf("x").Current)
}
