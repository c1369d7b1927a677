// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// life is a random life of one consent: anyone who may or may not, does what they can, by signed requests that may have
// been held back.
type life struct {
	notice      Notice
	record      *Record
	recordState RecordState
	now         time.Time
	signed      int
	// stopped is set once the consent was withdrawn by name.
	stopped bool
}

func (l *life) act(actor Actor, rt *rapid.T) Action {
	act := Action{Actor: actor, By: "UtilityMSP", TxID: "t", At: l.now}
	if actor == Resident {
		l.signed++
		act.By, act.SignedAt = alice, l.now.Add(-time.Duration(rapid.IntRange(0, 3600).Draw(rt, "held"))*time.Second)
		act.Evidence = &Proof{Signer: alice, ID: jti + strconv.Itoa(l.signed)}
	}
	return act
}

// step does something at random; what is refused changes nothing.
func (l *life) step(rt *rapid.T) {
	act := l.act(rapid.SampledFrom(Actors).Draw(rt, "actor"), rt)
	until := l.now.AddDate(0, 0, rapid.IntRange(1, 90).Draw(rt, "days"))
	switch step := rapid.SampledFrom([]Step{StepGive, StepRenew, StepWithdraw, StepRevoke, StepInvalidate, CutWithdrawAll}).Draw(rt, "step"); step {
	case StepGive:
		r := GiveRequest{Terms: terms("c")}.Under(l.notice)
		r.ValidUntil = until
		after, err := r.Give(alice, nil, l.recordState, l.notice, act)
		if err == nil && l.record == nil {
			l.record = &after
		}
	case StepRenew:
		l.renew(rt, act, until)
	case CutWithdrawAll:
		if l.recordState.All == nil && act.Actor == Resident {
			cutoff := NewCutoff(CutWithdrawAll, 1, act)
			l.recordState.All = &cutoff
		}
	default:
		l.end(step, act)
	}
}

func (l *life) renew(rt *rapid.T, act Action, until time.Time) {
	if l.record == nil {
		return
	}
	after, err := RenewRequest{ValidUntil: until}.After(*l.record).Under(l.notice).Renew(*l.record, l.recordState, l.notice, act)
	if err != nil {
		return
	}
	require.Len(rt, after.Events, len(l.record.Events)+1)
	require.Equal(rt, l.record.Events, after.Events[:len(l.record.Events)])
	l.record = &after
}

func (l *life) end(step Step, act Action) {
	if l.record == nil {
		return
	}
	end, err := l.record.NewEnd(step, act, "")
	if err != nil {
		return
	}
	switch {
	case step == StepWithdraw && l.recordState.Withdrawn == nil:
		l.recordState.Withdrawn, l.stopped = &end, true
	case step == StepRevoke && l.recordState.Revoked == nil:
		l.recordState.Revoked = &end
	case step == StepInvalidate && l.recordState.Invalidated == nil:
		l.recordState.Invalidated = &end
	}
}

// TestWhateverHappensToAConsent: only the resident makes it active, its events only grow, its state is their fold, and after a withdrawal it allows
// nothing any more.
func TestWhateverHappensToAConsent(t *testing.T) {
	notice := published(t, content())
	rapid.Check(t, func(rt *rapid.T) {
		l := &life{notice: notice, now: noon}
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			l.now = l.now.Add(time.Duration(rapid.IntRange(0, 3*24*3600).Draw(rt, "seconds")) * time.Second)
			l.step(rt)
			l.holds(rt)
		}
	})
}

func (l *life) holds(rt *rapid.T) {
	if l.record == nil {
		return
	}
	for _, event := range l.record.Events {
		require.Equal(rt, alice, event.By)
		require.NotNil(rt, event.Evidence)
	}
	folded, err := Fold(l.record.Events)
	require.NoError(rt, err)
	require.Equal(rt, l.record.last().State, folded)
	state := l.record.State(l.recordState, l.now)
	require.False(rt, l.stopped && state.Active(), "after a withdrawal")
	verdict, err := Check(question(), Facts{Records: []Record{*l.record}, Standings: []RecordState{l.recordState}, Now: l.now})
	require.NoError(rt, err)
	if verdict.Allowed {
		require.True(rt, state.Active())
		require.True(rt, l.now.Before(l.record.ValidUntil))
	}
}
