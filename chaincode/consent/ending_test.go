package consent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAConsentEndsWhenItFirstStopsAllowing(t *testing.T) {
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	asked, err := RequestConsentRequest{Subject: alice, Terms: terms("c")}.Ask(published(t, content()), Act{Actor: Controlled, By: "UtilityMSP", At: noon})
	require.NoError(t, err)
	no := NewAnswer(StepRefuse, Refused, "", byResident(minute(1)), "")
	consented := given(t, published(t, content()), nil)
	withdrawn := ended(t, consented, StepWithdraw, minute(1))
	both := withdrawn
	both.Invalidated = ended(t, consented, StepInvalidate, minute(2)).Invalidated
	short := given(t, published(t, content()), func(r *GiveRequest) { r.ValidUntil = minute(30) })
	mark := &Mark{At: minute(5)}
	lifted := mark.Lift(Act{At: minute(6)})
	for sentence, row := range map[string]struct {
		record    Record
		standing  Standing
		suspended *Mark
		want      *Ending
	}{
		"in force":                          {record: consented},
		"never given":                       {record: asked, want: &Ending{State: Requested}},
		"refused":                           {record: asked, standing: Standing{Refusal: &no}, want: &Ending{State: Refused}},
		"withdrawn":                         {record: consented, standing: withdrawn, want: &Ending{minute(1), Withdrawn}},
		"withdrawn and then invalidated":    {record: consented, standing: both, want: &Ending{minute(1), Invalidated}},
		"revoked":                           {record: consented, standing: ended(t, consented, StepRevoke, minute(1)), want: &Ending{minute(1), Revoked}},
		"expired":                           {record: short, want: &Ending{minute(30), Expired}},
		"all withdrawn":                     {record: consented, standing: Standing{All: cut(CutWithdrawAll, minute(7))}, want: &Ending{minute(7), Withdrawn}},
		"erased":                            {record: consented, standing: Standing{ErasedHere: cut(CutErase, minute(8))}, want: &Ending{minute(8), Withdrawn}},
		"in force under a suspended notice": {record: consented, suspended: mark, want: &Ending{minute(5), Given}},
		"in force under a resumed notice":   {record: consented, suspended: &lifted},
		"withdrawn before the notice's suspension": {record: consented, standing: withdrawn, suspended: mark, want: &Ending{minute(1), Withdrawn}},
	} {
		t.Run(sentence, func(t *testing.T) {
			require.Equal(t, row.want, row.record.Ended(row.standing, row.suspended, minute(60)))
		})
	}
	require.False(t, (*Ending)(nil).Before(noon))
	require.True(t, (&Ending{At: noon}).Before(noon), "what begins at the end comes after it")
	require.False(t, (&Ending{At: noon}).Before(noon.Add(-time.Second)))
}
