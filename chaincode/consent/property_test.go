package consent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// life is a random life of one consent: whoever may or may not, does what they can, at any time, by statements that may have been held back. Time goes
// forward: that a slow clock delays no single withdrawal is another test, and WithdrawAll knows an older consent by its time alone.
type life struct {
	notice   Notice
	record   *Record
	standing Standing
	now      time.Time
	// stopped is when the consent was withdrawn.
	stopped time.Time
}

func (l *life) act(actor Actor, rt *rapid.T) Act {
	act := Act{Actor: actor, By: "UtilityMSP", TxID: "t", At: l.now}
	if actor == Resident {
		act.By, act.SignedAt = alice, l.now.Add(-time.Duration(rapid.IntRange(0, 3600).Draw(rt, "held"))*time.Second)
	}
	return act
}

func (l *life) step(rt *rapid.T) (after Record, err error) {
	actor := rapid.SampledFrom(Actors).Draw(rt, "actor")
	act := l.act(actor, rt)
	days := rapid.IntRange(1, 90).Draw(rt, "days")
	until := l.now.AddDate(0, 0, days)
	step := rapid.SampledFrom(Transitions).Draw(rt, "step").Step
	switch step {
	case StepRequest:
		if l.record != nil {
			return after, errSkipped
		}
		r := RequestConsentRequest{Subject: alice, Terms: terms("c")}
		r.ValidUntil = until
		return r.Ask(l.notice, TaxonomyHead{Version: 1}, act)
	case StepGive:
		r := GiveRequest{Terms: terms("c")}
		r.ValidUntil = until
		return r.Give(alice, l.record, l.standing, l.notice, TaxonomyHead{Version: 1}, act)
	}
	if l.record == nil {
		return after, errSkipped
	}
	if step == StepRenew {
		return RenewRequest{ConsentID: "c", NoticeVersion: 1, ValidUntil: until}.Renew(*l.record, l.standing, l.notice, TaxonomyHead{Version: 1}, act)
	}
	return l.record.Step(step, l.standing, act, "")
}

type skipped struct{}

func (skipped) Error() string { return "nothing to do" }

var errSkipped = skipped{}

// TestWhateverHappensToAConsent: only the resident makes it active, its events only grow, its state is their fold, and after a withdrawal it allows
// nothing any more.
func TestWhateverHappensToAConsent(t *testing.T) {
	notice := published(t, content())
	rapid.Check(t, func(rt *rapid.T) {
		l := &life{notice: notice, now: noon}
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			l.now = l.now.Add(time.Duration(rapid.IntRange(0, 3*24*3600).Draw(rt, "seconds")) * time.Second)
			if rapid.IntRange(0, 9).Draw(rt, "all") == 0 {
				l.standing.All = l.standing.All.Add(CutWithdrawAll, l.act(Resident, rt))
				if l.record != nil && l.record.WasGiven() && l.stopped.IsZero() {
					l.stopped = l.now
				}
			}
			after, err := l.step(rt)
			if err != nil {
				l.holds(rt)
				continue
			}
			grown(rt, l.record, after)
			if last := after.last(); last.State.Active() {
				require.Equal(rt, Resident, last.Type.By())
				require.Equal(rt, alice, last.By)
			} else if last.Type == StepWithdraw {
				l.stopped = l.now
				l.standing.Controller = l.standing.Controller.Add(CutWithdraw, Act{Actor: Resident, By: alice, At: l.now, SignedAt: last.SignedAt})
			}
			l.record = &after
			l.holds(rt)
		}
	})
}

// grown checks that the events of before are the beginning of those of after, and that after's state is their fold.
func grown(rt *rapid.T, before *Record, after Record) {
	if before != nil {
		require.Len(rt, after.Events, len(before.Events)+1)
		require.Equal(rt, before.Events, after.Events[:len(before.Events)])
	}
	state, err := Fold(after.Events)
	require.NoError(rt, err)
	require.Equal(rt, after.last().State, state)
}

func (l *life) holds(rt *rapid.T) {
	if l.record == nil {
		return
	}
	state := l.record.State(l.standing, l.now)
	if !l.stopped.IsZero() {
		require.False(rt, state.Active(), "withdrawn at %s", l.stopped)
	}
	verdict, err := Check(question(), Facts{Records: []Record{*l.record}, Standing: l.standing, Now: l.now})
	require.NoError(rt, err)
	if verdict.Allowed {
		require.True(rt, state.Active())
		require.True(rt, l.now.Before(l.record.ValidUntil))
	}
	for _, event := range l.record.Timeline(l.standing, l.now)[1:] {
		require.NotEqual(rt, Requested, event.State)
	}
}
