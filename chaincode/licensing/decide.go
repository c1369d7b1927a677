// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/budget"
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// Facts are what the ledger knows that bears on an access.
type Facts struct {
	Licence Licence
	// Duties are the duties of the licence that were claimed, confirmed or broken.
	Duties []DutyRecord
	// Last are the times of the last permits by the rules that count from them.
	Last map[string]time.Time
	// Verdicts are the answers of contract consent, in the order of the subjects.
	Verdicts []consent.Verdict
	Purposes *odrl.Hierarchy
	// Steps bound the evaluation.
	Steps *budget.Steps
	Now   time.Time
}

// Decide answers an access. Every reason is collected: licence, dataset, policy, duties, tickets and consents.
func Decide(r RequestAccessRequest, facts Facts, act Action) Decision {
	l := facts.Licence
	d := Decision{
		Schema: SchemaVersion, DecisionID: r.DecisionID, AgreementID: l.AgreementID, DatasetID: l.Target, Assigner: l.Assigner, Assignee: l.Assignee,
		Question: r.Question, Claimed: r.Context, At: act.At, TxID: act.TxID,
	}
	d.Context = nil // the decision names it as claimed
	d.Reasons = l.denies(facts.Now)
	world := facts.world(r.Tickets)
	d.Report = odrl.Evaluate(l.Terms, r.asked(l.Target, l.Assignee), world)
	used := counted(l.Terms, d.Report)
	for _, rule := range used {
		if !slices.ContainsFunc(r.Tickets, func(t Ticket) bool { return t.Rule == rule }) {
			d.Reasons = append(d.Reasons, Reason{CauseUsesExhausted, rule})
		}
	}
	if !d.Report.Permit {
		d.Reasons = append(append(d.Reasons, Reason{Code: CausePolicy}), unverified(d.Report)...)
	}
	d.Subjects = verdicts(r.Subjects, facts.Verdicts)
	if len(r.Subjects) > 0 && !slices.ContainsFunc(d.Subjects, func(v SubjectVerdict) bool { return v.Permit }) {
		d.Reasons = append(d.Reasons, Reason{Code: CauseConsent})
	}
	if d.Permit = len(d.Reasons) == 0; d.Permit {
		d.Tickets = slices.DeleteFunc(slices.Clone(r.Tickets), func(t Ticket) bool { return !slices.Contains(used, t.Rule) })
		d.ValidUntil = l.validUntil(world, d.Subjects)
	}
	return d
}

// denies are the reasons that are in the licence and its dataset.
func (l Licence) denies(now time.Time) (reasons []Reason) {
	if state := l.State(now); state != Active {
		reasons = append(reasons, Reason{Code: Cause(state)})
	}
	if l.Unproven != "" {
		reasons = append(reasons, Reason{Code: CauseUnproven})
	}
	if l.EndUnproven {
		reasons = append(reasons, Reason{Code: CauseEndUnproven})
	}
	if l.Withdrawal.Ends(l.AgreementID) {
		reasons = append(reasons, Reason{Code: CauseOfferWithdrawn})
	}
	if len(l.Dataset.Unconfirmed) > 0 {
		reasons = append(reasons, Reason{Code: CauseUnconfirmed})
	}
	if !l.Dataset.RetiredAt.IsZero() {
		reasons = append(reasons, Reason{Code: CauseDatasetRetired})
	}
	return reasons
}

// world is what the policy learns from the ledger. A ticket's index is how many uses came before it, so no two uses are
// the same one of the count. A use without a ticket is taken for the first, and is not permitted for the lack of it.
func (f Facts) world(tickets []Ticket) odrl.World {
	w := odrl.World{
		Now: f.Now, Uses: map[string]odrl.Use{}, Duties: map[string]odrl.DutyRecord{},
		Values:    known(f.Licence.Assignee, f.Licence.Dataset.Version),
		Knowledge: odrl.Knowledge{Purposes: f.Purposes, Steps: f.Steps},
	}
	if f.Licence.InForce != nil {
		w.Finalized = f.Licence.InForce.At
	}
	for i := range f.Licence.Terms.Permissions {
		rule := f.Licence.Terms.Permissions[i].Key()
		w.Uses[rule] = odrl.Use{Last: f.Last[rule]}
	}
	for _, ticket := range tickets {
		w.Uses[ticket.Rule] = odrl.Use{Count: ticket.Index, Last: f.Last[ticket.Rule]}
	}
	for _, duty := range f.Duties {
		w.Duties[duty.Rule] = odrl.DutyRecord{Deontic: duty.Deontic()}
	}
	return w
}

// counted are the keys of the permissions with a limited number of uses by which the report permits.
func counted(policy odrl.Policy, report odrl.Report) (rules []string) {
	for _, r := range report.Rules {
		if r.ControlState != odrl.Permit {
			continue
		}
		for i := range policy.Permissions {
			if rule := &policy.Permissions[i]; rule.Key() == r.UID {
				if _, limited := rule.CountLimit(); limited {
					rules = append(rules, r.UID)
				}
			}
		}
	}
	return rules
}

// unverified are the reasons of rules that demand a verified claim. No credential verifies claims yet, so none is.
func unverified(report odrl.Report) (reasons []Reason) {
	for _, r := range report.Rules {
		if r.ControlState != odrl.Permit && r.DemandsVerified() {
			reasons = append(reasons, Reason{CauseUnverified, r.UID})
		}
	}
	return reasons
}

// Spaced are the keys of the permissions that count from their last permit, among those by which the report permits.
func (d Decision) Spaced(policy odrl.Policy) (rules []string) {
	for _, r := range d.Report.Rules {
		for i := range policy.Permissions {
			if rule := &policy.Permissions[i]; rule.Key() == r.UID && r.ControlState == odrl.Permit && rule.Spaced() {
				rules = append(rules, r.UID)
			}
		}
	}
	return rules
}

func verdicts(subjects []string, answers []consent.Verdict) []SubjectVerdict {
	list := make([]SubjectVerdict, len(subjects))
	for i, subject := range subjects {
		answer := answers[i]
		list[i] = SubjectVerdict{Subject: subject, Permit: answer.Allowed, ConsentIDs: answer.ConsentIDs, Reasons: answer.Reasons, ValidUntil: answer.ValidUntil}
		if len(answer.Reasons) == 0 {
			list[i].Reasons = nil
		}
	}
	return list
}

// validUntil is the first of the ends of the licence, of the permitted subjects' consents, of what the policy's dates allow, and of 15 minutes.
func (l Licence) validUntil(world odrl.World, subjects []SubjectVerdict) time.Time {
	until := earliest(world.Now.Add(longest), l.End())
	if next, changes := odrl.Horizon(l.Terms, world); changes {
		until = earliest(until, next)
	}
	for _, subject := range subjects {
		if subject.Permit {
			until = earliest(until, subject.ValidUntil)
		}
	}
	return until
}

// CheckAccessRequest asks whether a decision still holds, for a data server about to serve.
type CheckAccessRequest struct {
	DecisionID string `json:"decisionId"`
}

// Validate checks the request by itself.
func (r CheckAccessRequest) Validate() error { return checkDecisionID(r.DecisionID) }

// AccessCheck reports whether a decision still holds.
type AccessCheck struct {
	DecisionID string   `json:"decisionId"`
	Valid      bool     `json:"valid"`
	Reasons    []Reason `json:"reasons,omitempty"`
	// DatasetID, Action, Purpose, Assignee are for whom and what it holds; Subjects are those whose data may be served.
	DatasetID string `json:"datasetId"`
	Action    string `json:"action"`
	Purpose   string `json:"purpose"`
	Assignee  string `json:"assignee"`
	// Claimed are the values that the assignee claimed and nobody verified.
	Claimed    []Context `json:"claimed,omitempty"`
	Subjects   []string  `json:"subjects,omitempty"`
	Personal   bool      `json:"personal"`
	Undivided  bool      `json:"undivided"`
	ServedOnce bool      `json:"servedOnce"`
	// Representation is what the use was spent on, see SpendUseRequest; empty before.
	Representation string    `json:"representation,omitempty"`
	ValidUntil     time.Time `json:"validUntil,omitzero"`
}

// Has reports whether the reason is among those against the access.
func (c AccessCheck) Has(code Cause) bool {
	return slices.ContainsFunc(c.Reasons, func(r Reason) bool { return r.Code == code })
}

// Delivers reports whether an answer may be served: nothing is against it but that it was begun.
func (c AccessCheck) Delivers() bool {
	return !slices.ContainsFunc(c.Reasons, func(r Reason) bool { return r.Code != CauseServed })
}

// Continues reports whether an answer that is under way may go on: nothing is against it but that it was begun, and that
// the decision's time is over.
func (c AccessCheck) Continues() bool {
	return !slices.ContainsFunc(c.Reasons, func(r Reason) bool { return r.Code != CauseServed && r.Code != CauseExpired })
}

// Recheck decides a permit again from the licence, the policy and the consents as they are now: a decision record alone
// proves nothing. held are those of its tickets that the ledger gave to it, and uses what was spent of them.
func (d Decision) Recheck(facts Facts, held []Ticket, uses []Use) AccessCheck {
	request := RequestAccessRequest{
		DecisionID: d.DecisionID, AgreementID: d.AgreementID, Question: d.Question, Tickets: held,
	}
	request.Context = d.Claimed
	for _, subject := range d.Subjects {
		request.Subjects = append(request.Subjects, subject.Subject)
	}
	facts.Last = nil // the last permit is this one
	again := Decide(request, facts, Action{At: facts.Now})
	check := AccessCheck{
		DecisionID: d.DecisionID, DatasetID: facts.Licence.Target, Action: d.Action, Purpose: d.Purpose,
		Assignee: facts.Licence.Assignee, Claimed: d.Claimed, Reasons: again.Reasons,
		Personal: facts.Licence.Dataset.PersonalData, Undivided: true, ServedOnce: len(d.Tickets) > 0, ValidUntil: earliest(again.ValidUntil, d.ValidUntil),
	}
	switch {
	case !d.Permit:
		check.Reasons = append(check.Reasons, Reason{Code: CauseDenied})
	case !facts.Now.Before(d.ValidUntil):
		check.Reasons = append(check.Reasons, Reason{Code: CauseExpired})
	}
	if len(uses) > 0 {
		check.Reasons = append(check.Reasons, Reason{Code: CauseServed})
		check.Representation = uses[0].Representation
	}
	for i, subject := range again.Subjects {
		if subject.Permit && d.Subjects[i].Permit {
			check.Subjects = append(check.Subjects, subject.Subject)
		} else {
			check.Undivided = false
		}
	}
	check.Valid = len(check.Reasons) == 0
	if !check.Continues() {
		check.Subjects = nil
	}
	if !check.Delivers() {
		check.ValidUntil = time.Time{}
	}
	return check
}

// Simulate decides without recording: every permission with a limited number of uses is taken to have its first use free.
func (l Licence) Simulate(q Question, facts Facts) Simulation {
	request := RequestAccessRequest{AgreementID: l.AgreementID, Question: q}
	for i := range l.Terms.Permissions {
		if _, limited := l.Terms.Permissions[i].CountLimit(); limited {
			request.Tickets = append(request.Tickets, Ticket{Rule: l.Terms.Permissions[i].Key()})
		}
	}
	d := Decide(request, facts, Action{At: facts.Now})
	return Simulation{Permit: d.Permit, Reasons: d.Reasons, Report: d.Report}
}

// SimulateRequest asks what a policy or a licence would decide, and why.
type SimulateRequest struct {
	// Policy is any policy, AgreementID a licence: one of them.
	Policy      json.RawMessage `json:"policy,omitempty"`
	AgreementID string          `json:"agreementId,omitempty"`
	// Target and Assignee are needed with Policy only.
	Target   string `json:"target,omitempty"`
	Assignee string `json:"assignee,omitempty"`
	Question
	// At is the time to decide at; the transaction's if absent.
	At time.Time `json:"at,omitzero"`
}

// Validate checks the request by itself.
func (r SimulateRequest) Validate() error {
	if (len(r.Policy) == 0) == (r.AgreementID == "") {
		return fault.Field(fault.MissingField, "policy", "name one of policy and agreementId")
	}
	if r.AgreementID != "" {
		return request.All(ref("agreementId", r.AgreementID), absent("target", r.Target, "agreementId"), absent("assignee", r.Assignee, "agreementId"),
			r.check(), request.Bounded("at", r.At))
	}
	return request.All(checkPolicy(r.Policy), request.Text("target", r.Target), request.Text("assignee", r.Assignee), r.check(), request.Bounded("at", r.At))
}

// Simulate decides about a policy that nobody agreed to. Uses and duties are those of its first moment.
func (r SimulateRequest) Simulate(purposes *odrl.Hierarchy, at time.Time, steps *budget.Steps) (Simulation, error) {
	policy, findings := odrl.ParseWithin(r.Policy, steps)
	if len(findings) > 0 {
		return Simulation{}, refused(findings, steps)
	}
	world := odrl.World{Now: at, Finalized: at, Uses: map[string]odrl.Use{}, Knowledge: odrl.Knowledge{Purposes: purposes, Steps: steps}}
	for i := range policy.Permissions {
		world.Uses[policy.Permissions[i].Key()] = odrl.Use{}
	}
	world.Values = known(r.Assignee, 0)
	report := odrl.Simulate(policy, r.asked(r.Target, r.Assignee), world)
	return Simulation{Permit: report.Permit, Report: report}, steps.Err()
}

// Simulation is what would be decided.
type Simulation struct {
	Permit  bool        `json:"permit"`
	Reasons []Reason    `json:"reasons,omitempty"`
	Report  odrl.Report `json:"report"`
}
