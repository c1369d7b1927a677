package consent

import (
	"cmp"
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// The kinds of cut-off.
const (
	CutWithdraw    Step = "Withdraw"
	CutWithdrawAll Step = "WithdrawAll"
	CutErase       Step = "Erase"
)

// Cutoff is a time before which the resident's consents or signatures no longer count.
type Cutoff struct {
	Type Step      `json:"type"`
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	TxID string    `json:"txId"`
}

// Cutoffs are what a subject cut off, towards all controllers or towards one, whatever the number of consents.
type Cutoffs struct {
	// List is in the order of time. Of single withdrawals only the newest is kept: it matters to held-back statements alone.
	List []Cutoff `json:"list"`
}

// Add appends a cut-off.
func (c Cutoffs) Add(kind Step, act Act) Cutoffs {
	kept := slices.DeleteFunc(slices.Clone(c.List), func(old Cutoff) bool { return kind == CutWithdraw && old.Type == CutWithdraw })
	kept = append(kept, Cutoff{Type: kind, At: act.at(), By: act.By, TxID: act.TxID})
	slices.SortStableFunc(kept, func(a, b Cutoff) int { return a.At.Compare(b.At) })
	return Cutoffs{List: kept}
}

// Erased reports whether the subject asked for erasure.
func (c Cutoffs) Erased() bool {
	return slices.ContainsFunc(c.List, func(cutoff Cutoff) bool { return cutoff.Type == CutErase })
}

// Subject is what the ledger keeps of a resident beside the records, under one key that every step and every check reads.
type Subject struct {
	Schema int `json:"schema"`
	// Keys are absent before any rotation.
	Keys *Keys `json:"keys,omitempty"`
	// All are the cut-offs towards all controllers, Towards those towards one, in the order of the controllers.
	All     Cutoffs             `json:"all,omitzero"`
	Towards []ControllerCutoffs `json:"towards,omitempty"`
}

// ControllerCutoffs are what a subject cut off towards a controller.
type ControllerCutoffs struct {
	Controller string `json:"controller"`
	Cutoffs
}

// Cut adds a cut-off towards a controller, or towards all where it is empty.
func (s Subject) Cut(kind Step, controller string, act Act) Subject {
	s.Schema = SchemaVersion
	if controller == "" {
		s.All = s.All.Add(kind, act)
		return s
	}
	i, found := s.find(controller)
	s.Towards = slices.Clone(s.Towards)
	if !found {
		s.Towards = slices.Insert(s.Towards, i, ControllerCutoffs{Controller: controller})
	}
	s.Towards[i].Cutoffs = s.Towards[i].Add(kind, act)
	return s
}

func (s Subject) find(controller string) (int, bool) {
	return slices.BinarySearchFunc(s.Towards, controller, func(c ControllerCutoffs, sought string) int { return cmp.Compare(c.Controller, sought) })
}

// Newest is the last cut-off of the kind towards a controller, or towards all where it is empty.
func (s Subject) Newest(kind Step, controller string) Cutoff {
	if controller == "" {
		return s.All.newest(kind)
	}
	return s.Standing(controller).Controller.newest(kind)
}

// KeysOf are the subject's keys, also before any rotation.
func (s Subject) KeysOf(subject string) Keys {
	if s.Keys == nil {
		return NewKeys(subject)
	}
	return *s.Keys
}

// Rekeyed is the subject with other keys.
func (s Subject) Rekeyed(keys Keys) Subject {
	s.Schema, s.Keys = SchemaVersion, &keys
	return s
}

// Standing is what bears on the subject's consents with a controller.
func (s Subject) Standing(controller string) Standing {
	standing := Standing{All: s.All}
	if i, found := s.find(controller); found {
		standing.Controller = s.Towards[i].Cutoffs
	}
	return standing
}

// Standing is what the ledger says about a subject beside the record itself: the cut-offs towards all and towards the record's controller.
type Standing struct{ All, Controller Cutoffs }

// Erased reports whether the subject asked for erasure here or everywhere.
func (s Standing) Erased() bool { return s.All.Erased() || s.Controller.Erased() }

// Fresh refuses a Give or Renew that was signed before the subject withdrew or after the subject asked for erasure: who holds a statement back gains
// nothing.
func (s Standing) Fresh(signedAt time.Time) error {
	if s.Erased() {
		return fault.New(fault.SubjectErased, "the subject asked for erasure")
	}
	for _, cutoffs := range []Cutoffs{s.All, s.Controller} {
		for _, cutoff := range cutoffs.List {
			if !signedAt.After(cutoff.At) {
				return fault.New(fault.StaleStatement, "signed at %s, before a withdrawal of %s; sign it again", signedAt.Format(time.RFC3339), cutoff.At.Format(time.RFC3339))
			}
		}
	}
	return nil
}

// end is the first cut-off that ends a consent signed at the time; single withdrawals end only the record that they name.
func (s Standing) end(signedAt time.Time) (first Cutoff, found bool) {
	all := slices.Concat(s.All.List, s.Controller.List)
	slices.SortStableFunc(all, func(a, b Cutoff) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Type, b.Type)) })
	for _, cutoff := range all {
		if cutoff.Type != CutWithdraw && !signedAt.After(cutoff.At) {
			return cutoff, true
		}
	}
	return first, false
}

// Timeline is the record's events together with those that the ledger holds elsewhere or that time brings: the end by WithdrawAll or Erase, and the
// expiry.
func (r Record) Timeline(standing Standing, now time.Time) []Event {
	var line []Event
	for i, event := range r.Events {
		line = append(line, event)
		if !event.State.Active() {
			continue
		}
		ends := request.Latest // when the next event takes over
		if i+1 < len(r.Events) {
			ends = r.Events[i+1].At
		}
		if cutoff, found := standing.end(event.SignedAt); found && cutoff.At.Before(ends) {
			line = append(line, Event{Type: cutoff.Type, State: Withdrawn, At: later(cutoff.At, event.At), SignedAt: cutoff.At, By: cutoff.By, TxID: cutoff.TxID})
		} else if event.ValidUntil.Before(ends) && !now.Before(event.ValidUntil) {
			line = append(line, Event{Type: "Expire", State: Expired, At: event.ValidUntil})
		}
	}
	return line
}

// State is the effective state, the one from which every step starts.
func (r Record) State(standing Standing, now time.Time) State {
	line := r.Timeline(standing, now)
	return line[len(line)-1].State
}

// StateAt is the state that was effective at an earlier time, None before the first event.
func (r Record) StateAt(standing Standing, at, now time.Time) State {
	state := None
	for _, event := range r.Timeline(standing, now) {
		if !event.At.After(at) {
			state = event.State
		}
	}
	return state
}

func (c Cutoffs) newest(kind Step) (newest Cutoff) {
	for _, cutoff := range c.List {
		if cutoff.Type == kind {
			newest = cutoff
		}
	}
	return newest
}
