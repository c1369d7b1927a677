// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	consents "github.com/smartb-suite/smartb/chaincode/consent/contract"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// requestAccess decides about one access and records the decision.
func requestAccess(tx *transaction.Tx, r licensing.RequestAccessRequest) (licensing.Decision, error) {
	var none licensing.Decision
	act, err := organisation(tx, identity.Processor)
	if err != nil {
		return none, err
	}
	if err := tx.Prefetch(beforeDeciding(r)...); err != nil {
		return none, err
	}
	licence, err := loadLicence(tx.Ledger, r.AgreementID, r.Purpose)
	if err != nil {
		return none, err
	}
	if licence.Assignee != act.By {
		return none, fault.New(fault.Forbidden, "only the role %s of the assignee %s requests access; the caller acts for %s", identity.Processor, licence.Assignee, act.By)
	}
	if err := r.Fits(licence.Dataset, act); err != nil {
		return none, err
	}
	if err := free(tx.Ledger, r); err != nil {
		return none, err
	}
	facts, err := gather(tx.Ledger, licence, r.Question, r.Subjects)
	if err != nil {
		return none, err
	}
	decision := licensing.Decide(r, facts, act)
	if err := tx.Steps().Err(); err != nil {
		return decision, err
	}
	return decision, record(tx, decision, licence)
}

func beforeDeciding(r licensing.RequestAccessRequest) []ledger.Key {
	keys := []ledger.Key{
		agreementKey(r.AgreementID), inForceKey(r.AgreementID), terminationKey(r.AgreementID, licensing.Provider), terminationKey(r.AgreementID, licensing.Consumer),
		endKey(r.AgreementID), decisionKey(r.DecisionID),
	}
	keys = append(keys, ticketKeys(r.AgreementID, r.Tickets...)...)
	return append(keys, consents.CheckKeys(r.Subjects...)...)
}

// free refuses a decision whose id or tickets are taken: the client asks again with others.
func free(l *ledger.Ledger, r licensing.RequestAccessRequest) error {
	_, found, err := ledger.Get[licensing.Decision](l, decisionKey(r.DecisionID))
	if err != nil {
		return err
	}
	if found {
		return fault.Field(fault.AlreadyExists, "decisionId", "decision %s exists; choose another random id", r.DecisionID)
	}
	left, err := unusedTickets(l, r.AgreementID, r.Tickets)
	if err != nil {
		return err
	}
	for _, t := range r.Tickets {
		if !slices.Contains(left, t) {
			return fault.Field(fault.TicketTaken, "tickets", "ticket %d of %s is spent or reserved", t.Index, t.Rule)
		}
	}
	return nil
}

// gather reads what bears on an access besides the licence.
func gather(l *ledger.Ledger, licence licensing.Licence, q licensing.Question, subjects []string) (licensing.Facts, error) {
	facts := licensing.Facts{Licence: licence, Last: map[string]time.Time{}, Steps: l.Steps()}
	var err error
	if facts.Now, err = l.Now(); err != nil {
		return facts, err
	}
	if len(licence.Terms.Obligations) > 0 || hasDuties(licence) || len(licence.Terms.Prohibitions) > 0 {
		if facts.Duties, err = ledger.Scan[licensing.DutyRecord](l, dutiesOf(licence.AgreementID)); err != nil {
			return facts, err
		}
	}
	if facts.Last, err = lastPermits(l, licence); err != nil {
		return facts, err
	}
	if facts.Purposes, err = lineage(l, licence.PurposesVersion, q.Purpose); err != nil {
		return facts, err
	}
	facts.Verdicts, err = ask(l, licence, q, subjects)
	return facts, err
}

func hasDuties(licence licensing.Licence) bool {
	for _, permission := range licence.Terms.Permissions {
		if len(permission.Duties) > 0 {
			return true
		}
	}
	return false
}

// ask asks contract consent about every subject, in this transaction.
func ask(l *ledger.Ledger, licence licensing.Licence, q licensing.Question, subjects []string) ([]consent.Verdict, error) {
	verdicts := make([]consent.Verdict, len(subjects))
	for i, subject := range subjects {
		var err error
		if verdicts[i], err = consents.Check(l, q.Asks(licence.Dataset, licence.Assignee, subject)); err != nil {
			return nil, err
		}
	}
	return verdicts, nil
}

// last is when a rule permitted last.
type last struct {
	Schema int       `json:"schema"`
	At     time.Time `json:"at"`
}

// lastPermits reads the last permits of the rules that count from them; no other access reads or writes them.
func lastPermits(l *ledger.Ledger, licence licensing.Licence) (map[string]time.Time, error) {
	permits := map[string]time.Time{}
	for i := range licence.Terms.Permissions {
		rule := &licence.Terms.Permissions[i]
		if !rule.Spaced() {
			continue
		}
		permit, _, err := ledger.Get[last](l, lastKey(licence.AgreementID, rule.Key()))
		if err != nil {
			return nil, err
		}
		permits[rule.Key()] = permit.At
	}
	return permits, nil
}

// record writes the decision, where it is found, and the uses that a permit reserves.
func record(tx *transaction.Tx, d licensing.Decision, licence licensing.Licence) error {
	if err := ledger.Put(tx.Ledger, decisionKey(d.DecisionID), d); err != nil {
		return err
	}
	places := []ledger.Key{
		decidedKey(byAgreement, d.AgreementID, d), decidedKey(byDataset, d.DatasetID, d), decidedKey(byAssignee, d.Assignee, d),
	}
	for _, subject := range d.Subjects {
		places = append(places, decidedKey(bySubject, subject.Subject, d))
	}
	for _, place := range places {
		if err := ledger.Put(tx.Ledger, place, referTo(d.DecisionID)); err != nil {
			return err
		}
	}
	for _, t := range d.Tickets {
		reserved := licensing.Reservation{Schema: licensing.SchemaVersion, DecisionID: d.DecisionID, Until: d.ValidUntil}
		if err := ledger.Put(tx.Ledger, ticketKey(d.AgreementID, t), reserved); err != nil {
			return err
		}
	}
	if d.Permit {
		for _, rule := range d.Spaced(licence.Terms) {
			if err := ledger.Put(tx.Ledger, lastKey(d.AgreementID, rule), last{licensing.SchemaVersion, d.At}); err != nil {
				return err
			}
		}
	}
	return tx.Announce("licensing.AccessDecided", licensing.DecisionAnnouncement{DecisionID: d.DecisionID, AgreementID: d.AgreementID, Permit: d.Permit})
}

// simulateLicence decides as RequestAccess would, at a time that may be another one; consents are not asked, and the first free ticket is assumed.
func simulateLicence(l *ledger.Ledger, r licensing.SimulateRequest, at time.Time) (licensing.Simulation, error) {
	licence, err := loadLicence(l, r.AgreementID)
	if err != nil {
		return licensing.Simulation{}, err
	}
	facts, err := gather(l, licence, r.Question, nil)
	if err != nil {
		return licensing.Simulation{}, err
	}
	facts.Now = at
	simulated := licence.Simulate(r.Question, facts)
	return simulated, l.Steps().Err()
}

// getDecision answers a decision to those concerned.
func getDecision(tx *transaction.Tx, r licensing.DecisionRequest) (licensing.Decision, error) {
	decision, err := loadDecision(tx.Ledger, r.DecisionID)
	if err != nil {
		return decision, err
	}
	concerned := []string{decision.Assigner, decision.Assignee}
	for _, subject := range decision.Subjects {
		concerned = append(concerned, subject.Subject)
	}
	return decision, reads(tx, concerned...)
}

// listDecisions answers a page of decisions, newest first, to those concerned: owner and user of a licence or a
// dataset, and a resident about its own data.
func listDecisions(tx *transaction.Tx, r licensing.ListDecisionsRequest) (answer licensing.DecisionPage, err error) {
	prefix, concerned, err := listedDecisions(tx.Ledger, r)
	if err != nil {
		return answer, err
	}
	if err := reads(tx, concerned...); err != nil {
		return answer, err
	}
	answer.Decisions, answer.Bookmark, err = page[licensing.Decision](tx.Ledger, prefix, r.Listing, decisionKey)
	return answer, err
}

// listedDecisions is the index that is asked for, and whom it concerns.
func listedDecisions(l *ledger.Ledger, r licensing.ListDecisionsRequest) (ledger.Key, []string, error) {
	switch {
	case r.AgreementID != "":
		agreement, err := load[licensing.Agreement](l, agreementKey(r.AgreementID), "agreementId", r.AgreementID)
		return decided(byAgreement, r.AgreementID), []string{agreement.Assigner, agreement.Assignee}, err
	case r.DatasetID != "":
		dataset, _, err := standingDataset(l, r.DatasetID)
		return decided(byDataset, r.DatasetID), []string{dataset.Owner}, err
	case r.Assignee != "":
		return decided(byAssignee, r.Assignee), []string{r.Assignee}, nil
	default:
		return decided(bySubject, r.Subject), []string{r.Subject}, nil
	}
}

// simulate answers what a policy or a licence would decide, and why.
func simulate(tx *transaction.Tx, r licensing.SimulateRequest) (licensing.Simulation, error) {
	now, err := tx.Now()
	if err != nil {
		return licensing.Simulation{}, err
	}
	if !r.At.IsZero() {
		now = r.At
	}
	if r.AgreementID != "" {
		return simulateLicence(tx.Ledger, r, now)
	}
	known, err := purposes(tx.Ledger, 0)
	if err != nil {
		return licensing.Simulation{}, err
	}
	return r.Simulate(known, now, tx.Steps())
}

func loadDecision(l *ledger.Ledger, decisionID string) (licensing.Decision, error) {
	return load[licensing.Decision](l, decisionKey(decisionID), "decisionId", decisionID)
}
