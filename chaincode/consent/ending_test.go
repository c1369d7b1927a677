package consent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAConsentEndsWhenItFirstStopsAllowing(t *testing.T) {
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }
	steps := func(t *testing.T, r Record, names ...Step) Record {
		for i, name := range names {
			r = step(t, r, name, minute(i+1))
		}
		return r
	}
	asked, err := RequestConsentRequest{Subject: alice, Terms: terms("c")}.Ask(published(t, content()), TaxonomyHead{Version: 1}, Act{Actor: Controlled, By: "UtilityMSP", At: noon})
	require.NoError(t, err)
	consented := given(t, published(t, content()), nil)
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
		"refused":                           {record: steps(t, asked, StepRefuse), want: &Ending{State: Refused}},
		"withdrawn":                         {record: steps(t, consented, StepWithdraw), want: &Ending{minute(1), Withdrawn}},
		"withdrawn and then invalidated":    {record: steps(t, consented, StepWithdraw, StepInvalidate), want: &Ending{minute(1), Invalidated}},
		"revoked":                           {record: steps(t, consented, StepRevoke), want: &Ending{minute(1), Revoked}},
		"expired":                           {record: short, want: &Ending{minute(30), Expired}},
		"all withdrawn":                     {record: consented, standing: Standing{All: Cutoffs{}.Add(CutWithdrawAll, byResident(minute(7)))}, want: &Ending{minute(7), Withdrawn}},
		"erased":                            {record: consented, standing: Standing{Controller: Cutoffs{}.Add(CutErase, byResident(minute(8)))}, want: &Ending{minute(8), Withdrawn}},
		"in force under a suspended notice": {record: consented, suspended: mark, want: &Ending{minute(5), Given}},
		"in force under a resumed notice":   {record: consented, suspended: &lifted},
		"withdrawn before the notice's suspension": {record: steps(t, consented, StepWithdraw), suspended: mark, want: &Ending{minute(1), Withdrawn}},
	} {
		t.Run(sentence, func(t *testing.T) {
			require.Equal(t, row.want, row.record.Ended(row.standing, row.suspended, minute(60)))
		})
	}
	require.False(t, (*Ending)(nil).Before(noon))
	require.True(t, (&Ending{At: noon}).Before(noon), "what begins at the end comes after it")
	require.False(t, (&Ending{At: noon}).Before(noon.Add(-time.Second)))
}
