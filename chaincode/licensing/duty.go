// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// DutyState is the state of a duty or obligation of an agreement.
type DutyState string

// The states: the debtor claims, the beneficiary confirms, the assigner reports a breach.
const (
	Claimed   DutyState = "CLAIMED"
	Confirmed DutyState = "CONFIRMED"
	Breached  DutyState = "BREACHED"
)

// DutyRecord is what is known of a duty, an obligation or a prohibition of a licence.
type DutyRecord struct {
	Schema      int       `json:"schema"`
	AgreementID string    `json:"agreementId"`
	Rule        string    `json:"rule"`
	State       DutyState `json:"state"`
	// Reference is the debtor's own id, such as that of a payment.
	Reference  string       `json:"reference,omitempty"`
	ReasonCode []ReasonCode `json:"reasonCode,omitempty"`
	By         string       `json:"by"`
	At         time.Time    `json:"at"`
	TxID       string       `json:"txId"`
}

// Deontic is the state in the words of ODRL's formal semantics: only what the beneficiary confirmed is fulfilled.
func (r DutyRecord) Deontic() odrl.DeonticState {
	switch r.State {
	case Confirmed:
		return odrl.Fulfilled
	case Breached:
		return odrl.Violated
	}
	return odrl.NotSet
}

// DutyRequest names a rule of a licence.
type DutyRequest struct {
	AgreementID string `json:"agreementId"`
	// Rule is its uid in the policy, or where it has none its place, such as /permission/0/duty/0.
	Rule string `json:"rule"`
}

func (r DutyRequest) check() error {
	return request.All(ref("agreementId", r.AgreementID), request.Required("rule", r.Rule), request.LongText("rule", r.Rule))
}

// Validate checks the request by itself.
func (r DutyRequest) Validate() error { return r.check() }

// ClaimDutyRequest states that the assignee fulfilled a duty.
type ClaimDutyRequest struct {
	DutyRequest
	Reference string `json:"reference,omitempty"`
}

// Validate checks the request by itself.
func (r ClaimDutyRequest) Validate() error {
	return request.All(r.check(), request.Optional("reference", r.Reference, request.Reference))
}

// ReportBreachRequest states that the assignee broke a rule; it is evidence, and a reason to suspend.
type ReportBreachRequest struct {
	DutyRequest
	ReasonCode []ReasonCode `json:"reasonCode,omitempty"`
}

// Validate checks the request by itself.
func (r ReportBreachRequest) Validate() error { return request.All(r.check(), reasons(r.ReasonCode)) }

// rule finds a duty, an obligation or a prohibition of the policy.
func (l Licence) rule(key string, duties bool) (*odrl.Rule, error) {
	var found *odrl.Rule
	look := func(rules []odrl.Rule) {
		for i := range rules {
			if rules[i].Key() == key {
				found = &rules[i]
			}
		}
	}
	for i := range l.Terms.Permissions {
		look(l.Terms.Permissions[i].Duties)
	}
	look(l.Terms.Obligations)
	if !duties {
		look(l.Terms.Prohibitions)
	}
	if found == nil {
		return nil, fault.Field(fault.NotFound, "rule", "licence %s has no such rule", l.AgreementID)
	}
	return found, nil
}

// Claim records the assignee's word. A confirmed duty stays confirmed.
func (r ClaimDutyRequest) Claim(l Licence, before *DutyRecord, act Action) (DutyRecord, error) {
	if act.By != l.Assignee {
		return DutyRecord{}, fault.New(fault.Forbidden, "only the assignee %s claims duties of licence %s", l.Assignee, l.AgreementID)
	}
	if _, err := l.rule(r.Rule, true); err != nil {
		return DutyRecord{}, err
	}
	if before != nil && before.State == Confirmed {
		return *before, fault.New(fault.IllegalTransition, "the duty is %s already", Confirmed)
	}
	return r.record(Claimed, r.Reference, nil, act), nil
}

func (r DutyRequest) record(state DutyState, reference string, why []ReasonCode, act Action) DutyRecord {
	return DutyRecord{
		Schema: SchemaVersion, AgreementID: r.AgreementID, Rule: r.Rule, State: state, Reference: reference, ReasonCode: why, By: act.By, At: act.At, TxID: act.TxID,
	}
}

// Beneficiary is who confirms the duty: its payee or, if it names none, the assigner.
func (r DutyRequest) Beneficiary(l Licence) (string, error) {
	rule, err := l.rule(r.Rule, true)
	if err != nil {
		return "", err
	}
	if payee, named := rule.Payee(); named {
		return payee, nil
	}
	return l.Assigner, nil
}

// Confirm records the beneficiary's word.
func (r DutyRequest) Confirm(before *DutyRecord, act Action) DutyRecord {
	if before != nil {
		return r.record(Confirmed, before.Reference, nil, act)
	}
	return r.record(Confirmed, "", nil, act)
}

// Breach records the assigner's word.
func (r ReportBreachRequest) Breach(l Licence, before *DutyRecord, act Action) (DutyRecord, error) {
	if act.By != l.Assigner {
		return DutyRecord{}, fault.New(fault.Forbidden, "only the assigner %s reports breaches of licence %s", l.Assigner, l.AgreementID)
	}
	if _, err := l.rule(r.Rule, false); err != nil {
		return DutyRecord{}, err
	}
	reference := ""
	if before != nil {
		reference = before.Reference
	}
	return r.record(Breached, reference, r.ReasonCode, act), nil
}

// DutyPage is a page of duties.
type DutyPage struct {
	Duties   []DutyRecord `json:"duties"`
	Bookmark string       `json:"bookmark"`
}
