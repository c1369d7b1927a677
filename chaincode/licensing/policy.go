// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/budget"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// maxPolicy bounds a policy's JSON: fifty rules of twenty constraints, written at length.
const maxPolicy = 104 << 10

// bytesPerStep is how much of a policy's text is sorted in a step.
const bytesPerStep = 16

// Terms are a policy that was checked, as it is stored: an offer in normal form, nothing inherited, nothing ignored.
type Terms struct {
	Policy json.RawMessage `json:"policy"`
	// SHA256 is odrl.Hash of the policy: over target, rules, conflict strategy and profile.
	SHA256 string `json:"policySha256"`
	// PurposesVersion is the version of the taxonomy that the policy pins.
	PurposesVersion int `json:"purposesVersion"`
	// Notices are what may be misunderstood in it, such as a date that ends earlier than people think.
	Notices []odrl.Finding `json:"notices,omitempty"`
	// parsed is the policy where the transaction has read it already; nobody changes it.
	parsed *odrl.Policy
}

// checkPolicy checks what can be said of a policy before it is read.
func checkPolicy(policy json.RawMessage) error {
	if len(policy) == 0 {
		return fault.Field(fault.MissingField, "policy", "required")
	}
	if len(policy) > maxPolicy {
		return fault.Field(fault.TooLarge, "policy", "%d bytes, at most %d are read", len(policy), maxPolicy)
	}
	return nil
}

// Conditions are what terms must be about.
type Conditions struct {
	Dataset Dataset
	// OfferID becomes the policy's uid if it has none.
	OfferID string
	// Purposes is the taxonomy in force, PurposesVersion its version: terms pin it.
	Purposes        *odrl.Hierarchy
	PurposesVersion int
	// Now is the time by which what has ended already is told; the zero time where that is not asked.
	Now time.Time
	// Inherited finds the terms that inheritFrom names.
	Inherited odrl.Resolver
	// Steps bound the work on the policies; without them each step of it has a budget of its own.
	Steps *budget.Steps
}

// ReadTerms checks a policy as an offer on a dataset: by the rules of ODRL, by the profile, and by the schema of the
// Dataspace Protocol. It looks for contradictions, and whether anybody can ever use it; all findings of a kind are
// reported at once. Anything that the owner's name and the dataset leave open is filled in, what it inherits is pinned.
func ReadTerms(policy json.RawMessage, c Conditions) (Terms, error) {
	c.Steps = c.Steps.Or()
	terms, err := c.normal(policy)
	if err != nil {
		return terms, err
	}
	complete := *terms.parsed
	if findings := odrl.CheckWithin(complete, c.Steps, odrl.ODRL, odrl.Profile); len(findings) > 0 {
		return Terms{}, refused(findings, c.Steps)
	}
	if err := exportable(complete, c.Steps); err != nil {
		return terms, err
	}
	knowledge := odrl.Knowledge{Purposes: c.Purposes, Steps: c.Steps}
	if err := contradictory(complete, knowledge); err != nil {
		return terms, err
	}
	consumer := func(name string) bool { return name != c.Dataset.Owner && request.MSP("assignee", name) == nil }
	if findings := odrl.Dead(complete, odrl.Ledger{Knowledge: knowledge, Now: c.Now, Consumer: consumer}); len(findings) > 0 {
		return terms, refused(findings, c.Steps)
	}
	terms.Notices = odrl.Notices(complete, c.Steps)
	return terms, c.Steps.Err()
}

// exportable refuses what the schema of the Dataspace Protocol refuses. Anything that the protocol has no place for,
// such as refinements, is exchanged as ODRL.
func exportable(policy odrl.Policy, steps *budget.Steps) error {
	if findings := odrl.CheckExportWithin(policy, steps); len(findings) > 0 {
		return refused(findings, steps)
	}
	return nil
}

// normal is the policy as it is stored, not yet checked.
func (c Conditions) normal(policy json.RawMessage) (Terms, error) {
	c.Steps = c.Steps.Or()
	parsed, findings := odrl.ParseWithin(policy, c.Steps)
	if len(findings) > 0 {
		return Terms{}, refused(findings, c.Steps)
	}
	if parsed, findings = odrl.FlattenWithin(parsed, c.Steps, c.Inherited); len(findings) > 0 {
		return Terms{}, refused(findings, c.Steps)
	}
	if err := c.complete(&parsed); err != nil {
		return Terms{}, err
	}
	text, err := json.Marshal(parsed)
	if err != nil {
		return Terms{}, fmt.Errorf("write the policy: %w", err)
	}
	if !c.Steps.Spend(len(text) / bytesPerStep) { // the lists of its hash are sorted
		return Terms{}, c.Steps.Err()
	}
	complete := parsed.Completed(c.Steps)
	if err := c.Steps.Err(); err != nil {
		return Terms{}, err
	}
	hash, err := odrl.Hash(complete)
	return Terms{Policy: text, SHA256: hash, PurposesVersion: c.PurposesVersion, parsed: &complete}, err
}

// complete fills in what an offer on the dataset cannot say otherwise, and refuses what it must not say.
func (c Conditions) complete(p *odrl.Policy) error {
	if p.Type == odrl.Agreement {
		return fault.Field(fault.InvalidField, "policy/@type", "terms are an Offer; the ledger makes the Agreement")
	}
	p.Type = odrl.Offer
	if p.UID == "" {
		p.UID = c.OfferID
	}
	if version, pinned := p.PurposesVersion(); !pinned {
		p.Profile = append(slices.Clone(p.Profile), odrl.PurposesID+strconv.Itoa(c.PurposesVersion))
	} else if version != c.PurposesVersion {
		return fault.Field(fault.InvalidField, "policy/profile", "pins version %d of the purposes; version %d is in force", version, c.PurposesVersion)
	}
	p.Targets, p.Assigners = fill(c.full(p.Targets), c.Dataset.DatasetID), fill(p.Assigners, c.Dataset.Owner)
	for _, rules := range [][]odrl.Rule{p.Permissions, p.Prohibitions, p.Obligations} {
		for i := range rules {
			if err := c.own(&rules[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// own refuses a rule about another dataset or of another owner.
func (c Conditions) own(rule *odrl.Rule) error {
	rule.Targets, rule.Assigners = fill(c.full(rule.Targets), c.Dataset.DatasetID), fill(rule.Assigners, c.Dataset.Owner)
	for _, part := range []struct {
		name     string
		entities []odrl.Entity
		want     string
	}{{"target", rule.Targets, c.Dataset.DatasetID}, {"assigner", rule.Assigners, c.Dataset.Owner}} {
		if len(part.entities) != 1 || part.entities[0].UID != part.want {
			return fault.Field(fault.InvalidField, "policy"+rule.Path+"/"+part.name, "expected %s alone, got %s; correct it, or leave it out: it is filled in",
				part.want, strings.Join(uids(part.entities), ", "))
		}
	}
	return nil
}

// full completes the bare id of the dataset by its owner, as clients do with all ids of their own.
func (c Conditions) full(targets []odrl.Entity) []odrl.Entity {
	bare, ours := strings.CutPrefix(c.Dataset.DatasetID, c.Dataset.Owner+"/")
	if !ours || !slices.ContainsFunc(targets, func(e odrl.Entity) bool { return e.UID == bare }) {
		return targets
	}
	targets = slices.Clone(targets)
	for i := range targets {
		if targets[i].UID == bare {
			targets[i].UID = c.Dataset.DatasetID
		}
	}
	return targets
}

func uids(entities []odrl.Entity) []string {
	list := make([]string, len(entities))
	for i, e := range entities {
		list[i] = e.UID
	}
	return list
}

func fill(entities []odrl.Entity, uid string) []odrl.Entity {
	if len(entities) == 0 {
		return []odrl.Entity{{UID: uid}}
	}
	return entities
}

// contradictory refuses permissions and prohibitions that meet, and those of which it cannot be told: an owner's offer must say one thing.
func contradictory(p odrl.Policy, knowledge odrl.Knowledge) error {
	if p.Conflict != odrl.Invalidate {
		return nil
	}
	var findings []odrl.Finding
	conflicts := odrl.Conflicts(p, knowledge)
	if err := knowledge.Steps.Err(); err != nil {
		return err
	}
	for _, conflict := range conflicts {
		message := "contradicts the prohibition " + conflict.Prohibition
		if !conflict.Certain {
			message = "may contradict the prohibition " + conflict.Prohibition + "; say it more simply, or name a conflict strategy"
		}
		findings = append(findings, odrl.Finding{Level: odrl.ODRL, Code: odrl.Contradiction, Path: conflict.Permission, Message: message})
	}
	if len(findings) == 0 {
		return nil
	}
	return Rejected(findings)
}

// maxShown bounds the findings that an error lists.
const maxShown = 20

// refused is the error of a policy: it takes too many steps, or there are findings.
func refused(findings []odrl.Finding, steps *budget.Steps) error {
	if err := steps.Err(); err != nil {
		return err
	}
	return Rejected(findings)
}

// Rejected is the error of a policy with what was found, as JSON in details.findings.
func Rejected(findings []odrl.Finding) error {
	refusal := fault.Field(fault.PolicyRejected, "policy"+findings[0].Path, "%s", findings[0].String())
	text, err := json.Marshal(findings[:min(len(findings), maxShown)])
	if err != nil {
		return fmt.Errorf("write the findings: %w", err)
	}
	return refusal.With("findings", string(text)).With("count", strconv.Itoa(len(findings)))
}

// Read is the policy of terms that were checked before.
func (t Terms) Read() (odrl.Policy, error) { return t.ReadWithin(nil) }

// ReadWithin is Read within a budget of steps. Anything that the transaction has read is not read again.
func (t Terms) ReadWithin(steps *budget.Steps) (odrl.Policy, error) {
	if t.parsed != nil {
		return *t.parsed, nil
	}
	return read(t.Policy, steps)
}

func read(text json.RawMessage, steps *budget.Steps) (odrl.Policy, error) {
	steps = steps.Or()
	policy, findings := odrl.ParseWithin(text, steps)
	if err := steps.Err(); err != nil {
		return policy, err
	}
	if len(findings) > 0 {
		return policy, fault.New(fault.Internal, "a stored policy cannot be read: %s", findings[0])
	}
	return policy, nil
}

// Agree is the terms as an agreement between the parties: its hash is that of the terms.
func (t Terms) Agree(agreementID, assigner, assignee string, at time.Time) (json.RawMessage, error) {
	policy, err := read(t.Policy, nil) // a copy of its own: it is changed
	if err != nil {
		return nil, err
	}
	policy.UID, policy.Type, policy.Timestamp = agreementID, odrl.Agreement, at.Format(time.RFC3339)
	policy.Assigners, policy.Assignees = []odrl.Entity{{UID: assigner}}, []odrl.Entity{{UID: assignee}}
	for _, rules := range [][]odrl.Rule{policy.Permissions, policy.Prohibitions, policy.Obligations} {
		for i := range rules {
			rules[i].Conclude(assigner, assignee)
		}
	}
	text, err := json.Marshal(policy)
	if err != nil {
		return nil, fmt.Errorf("write the agreement: %w", err)
	}
	agreed, err := read(text, nil)
	if err != nil {
		return nil, err
	}
	hash, err := odrl.Hash(agreed)
	if err == nil && hash != t.SHA256 {
		err = fault.New(fault.Internal, "the agreement says something else than the terms")
	}
	return text, err
}

// For refuses terms that name another consumer.
func (t Terms) For(consumer string) error {
	policy, err := t.Read()
	if err != nil {
		return err
	}
	for _, rule := range policy.Permissions {
		named := slices.ContainsFunc(rule.Assignees, func(e odrl.Entity) bool { return e.UID == consumer })
		if len(rule.Assignees) > 0 && !named {
			return fault.New(fault.Forbidden, "the terms are for another consumer than %s: %s names %s", consumer, rule.Path,
				strings.Join(uids(rule.Assignees), ", "))
		}
	}
	return nil
}

// Examine describes what publication would say of a policy whose dataset is not at hand. Where the conditions name
// none, the dataset and its owner are those that the policy names. An agreement is checked as it is now.
func Examine(policy json.RawMessage, c Conditions) (Terms, []odrl.Finding) {
	c.Steps = c.Steps.Or()
	parsed, findings := odrl.ParseWithin(policy, c.Steps)
	if len(findings) > 0 {
		return Terms{}, findings
	}
	if parsed.Type == odrl.Agreement {
		findings = odrl.CheckWithin(parsed, c.Steps, odrl.ODRL, odrl.Profile)
		return Terms{Notices: odrl.Notices(parsed, c.Steps)}, findings
	}
	c.assume(parsed)
	terms, err := ReadTerms(policy, c)
	if err == nil {
		return terms, nil
	}
	return Terms{}, found(err)
}

// assume takes from the policy what its author knows and we do not.
func (c *Conditions) assume(p odrl.Policy) {
	if c.OfferID == "" {
		c.OfferID = "urn:smartb:offer"
	}
	if c.Inherited == nil {
		c.Inherited = func(string) (odrl.Policy, bool) { return odrl.Policy{}, false }
	}
	if version, pinned := p.PurposesVersion(); pinned {
		c.PurposesVersion = version
	}
	c.PurposesVersion = max(c.PurposesVersion, 1)
	for _, rules := range [][]odrl.Rule{p.Permissions, p.Prohibitions, p.Obligations} {
		for i := range rules {
			if c.Dataset.Owner == "" && len(rules[i].Assigners) > 0 {
				c.Dataset.Owner = rules[i].Assigners[0].UID
			}
			if c.Dataset.DatasetID == "" && len(rules[i].Targets) > 0 {
				c.Dataset.DatasetID = rules[i].Targets[0].UID
			}
		}
	}
	if c.Dataset.Owner == "" {
		c.Dataset.Owner = "urn:smartb:owner"
	}
	if c.Dataset.DatasetID == "" {
		c.Dataset.DatasetID = c.Dataset.Owner + "/dataset"
	}
}

// found are the findings of an error.
func found(err error) []odrl.Finding {
	refusal := fault.From(err)
	var findings []odrl.Finding
	if json.Unmarshal([]byte(refusal.Details["findings"]), &findings) == nil && len(findings) > 0 {
		return findings
	}
	path := strings.TrimPrefix(refusal.Details["field"], "policy")
	return []odrl.Finding{{Level: odrl.Profile, Code: odrl.Code(refusal.Code), Path: path, Message: refusal.Message}}
}
