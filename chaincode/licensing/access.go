// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"slices"
	"strconv"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/chaincode/request"
)

const (
	// MaxSubjects is how many data subjects one access names.
	MaxSubjects = 200
	// longest is how long a decision is valid at most.
	longest = 15 * time.Minute
)

// operands are the left operands that a request may claim. The ledger knows all others and decides by them: a request
// that claims one of those is refused.
var operands = []string{
	"spatial", "industry", "product", "event", "percentage", "language", "deliveryChannel", "resolution",
}

// Ticket is one of the uses of a rule with a limited number of them.
type Ticket struct {
	// Rule is the permission's key in the policy.
	Rule string `json:"rule"`
	// Index is from 0 to one less than the limit.
	Index int64 `json:"index"`
}

// Context is a value that the request claims. Nobody verified it.
type Context struct {
	LeftOperand string `json:"leftOperand"`
	Value       string `json:"value"`
	Unit        string `json:"unit,omitempty"`
}

// Question is what an access is about.
type Question struct {
	// Action is an ODRL action such as use, read or distribute.
	Action string `json:"action"`
	// Purpose is a term of the taxonomy of purposes.
	Purpose string    `json:"purpose"`
	Context []Context `json:"context,omitempty"`
}

func (q Question) check() error {
	if err := request.All(request.Named("action", q.Action), request.Term("purpose", q.Purpose)); err != nil {
		return err
	}
	if len(q.Context) > len(operands) {
		return fault.Field(fault.OutOfRange, "context", "at most %d entries", len(operands))
	}
	for i, c := range q.Context {
		field := "context/" + strconv.Itoa(i)
		if err := request.All(request.OneOf(field+"/leftOperand", c.LeftOperand, operands...), request.Named(field+"/value", c.Value), request.Text(field+"/unit", c.Unit)); err != nil {
			return err
		}
	}
	return nil
}

// asked is the question as the policy reads it.
func (q Question) asked(target, assignee string) odrl.Request {
	values := odrl.Values{"purpose": {{Value: q.Purpose}}}
	for _, c := range q.Context {
		values[c.LeftOperand] = append(slices.Clone(values[c.LeftOperand]), odrl.Given{Value: c.Value, Unit: c.Unit})
	}
	return odrl.Request{Action: q.Action, Target: target, Assignee: assignee, Values: values}
}

// known are the values that the ledger knows, whatever a request claims: the recipient is the assignee, and the version
// that of the dataset.
func known(assignee string, version int) odrl.Values {
	values := odrl.Values{"recipient": {{Value: assignee}}}
	if version > 0 {
		values["version"] = []odrl.Given{{Value: strconv.Itoa(version)}}
	}
	return values
}

// RequestAccessRequest asks for one access under a licence; the decision is recorded, a denial too.
type RequestAccessRequest struct {
	// DecisionID is the assignee, a slash and an id that the client makes at random.
	DecisionID  string `json:"decisionId"`
	AgreementID string `json:"agreementId"`
	Question
	// Subjects are the pseudonyms of those whose personal data are accessed.
	Subjects []string `json:"subjects,omitempty"`
	// Tickets are one for each permission with a limited number of uses; FreeTickets returns free ones.
	Tickets []Ticket `json:"tickets,omitempty"`
}

const maxTickets = 20

// Validate checks the request by itself.
func (r RequestAccessRequest) Validate() error {
	if len(r.Subjects) > MaxSubjects {
		return fault.Field(fault.OutOfRange, "subjects", "at most %d in one access", MaxSubjects)
	}
	if len(r.Tickets) > maxTickets {
		return fault.Field(fault.OutOfRange, "tickets", "at most %d", maxTickets)
	}
	for i, ticket := range r.Tickets {
		field := "tickets/" + strconv.Itoa(i)
		if err := request.All(request.Required(field+"/rule", ticket.Rule), request.LongText(field+"/rule", ticket.Rule),
			request.Within(field+"/index", ticket.Index, 0, odrl.MaxCount-1)); err != nil {
			return err
		}
	}
	return request.All(
		ref("decisionId", r.DecisionID), ref("agreementId", r.AgreementID), r.check(), request.Distinct("subjects", r.Subjects, request.Thumbprint),
	)
}

// Fits refuses the name of another author's decision, subjects where there are none, and none where the data are personal.
func (r RequestAccessRequest) Fits(dataset DatasetView, act Action) error {
	if err := authored("decisionId", r.DecisionID, act.By); err != nil {
		return err
	}
	switch {
	case dataset.PersonalData && len(r.Subjects) == 0:
		return fault.Field(fault.MissingField, "subjects", "dataset %s holds personal data; name whose", dataset.DatasetID)
	case !dataset.PersonalData && len(r.Subjects) > 0:
		return fault.Field(fault.InvalidField, "subjects", "dataset %s holds no personal data", dataset.DatasetID)
	}
	return nil
}

// Asks is the question about one subject that contract consent answers.
func (q Question) Asks(dataset DatasetView, assignee, subject string) consent.CheckRequest {
	return consent.CheckRequest{
		Subject: subject, Controller: dataset.Controller, Purpose: q.Purpose, DataCategories: dataset.DataCategories, Recipient: assignee,
		Object: consent.Object{Dataset: dataset.DatasetID},
	}
}

// Cause is the code of a reason to deny an access.
type Cause string

// The causes. The states of a licence are causes, too.
const (
	CauseUnproven       Cause = "UNPROVEN"
	CauseEndUnproven    Cause = "END_UNPROVEN"
	CauseUnconfirmed    Cause = "DATASET_UNCONFIRMED"
	CauseOfferWithdrawn Cause = "OFFER_WITHDRAWN"
	CauseDatasetRetired Cause = "DATASET_RETIRED"
	CausePolicy         Cause = "POLICY_DENIES"
	CauseConsent        Cause = "NO_SUBJECT_CONSENTS"
	CauseUsesExhausted  Cause = "USES_EXHAUSTED"
	CauseUnverified     Cause = "CLAIM_UNVERIFIED"
	CauseExpired        Cause = "DECISION_EXPIRED"
	CauseDenied         Cause = "DECISION_DENIED"
	CauseServed         Cause = "DECISION_SERVED"
	CauseUnspent        Cause = "USE_NOT_SPENT"
)

// Reason is one reason to deny.
type Reason struct {
	Code Cause `json:"code"`
	// Rule is the rule of the policy that denies, or of which no use is left.
	Rule string `json:"rule,omitempty"`
}

// SubjectVerdict is the answer for one data subject.
type SubjectVerdict struct {
	Subject    string           `json:"subject"`
	Permit     bool             `json:"permit"`
	ConsentIDs []string         `json:"consentIds"`
	Reasons    []consent.Denial `json:"reasons,omitempty"`
	ValidUntil time.Time        `json:"validUntil,omitzero"`
}

// Decision is the answer to an access, on the ledger. It never changes.
type Decision struct {
	Schema      int    `json:"schema"`
	DecisionID  string `json:"decisionId"`
	AgreementID string `json:"agreementId"`
	DatasetID   string `json:"datasetId"`
	Assigner    string `json:"assigner"`
	Assignee    string `json:"assignee"`
	Question
	// Claimed are the values that the request claimed and nobody verified.
	Claimed  []Context        `json:"claimed,omitempty"`
	Permit   bool             `json:"permit"`
	Reasons  []Reason         `json:"reasons,omitempty"`
	Subjects []SubjectVerdict `json:"subjects,omitempty"`
	// Tickets are the uses that a permit reserves until ValidUntil. SpendUse spends them, once; unspent ones are free again.
	Tickets []Ticket `json:"tickets,omitempty"`
	// ValidUntil is the end of a permit: the first of licence, consents, the policy's dates, and 15 minutes.
	ValidUntil time.Time   `json:"validUntil,omitzero"`
	Report     odrl.Report `json:"report"`
	At         time.Time   `json:"at"`
	TxID       string      `json:"txId"`
}

// DecisionRequest names a decision.
type DecisionRequest struct {
	DecisionID string `json:"decisionId"`
}

// Validate checks the request by itself.
func (r DecisionRequest) Validate() error { return checkDecisionID(r.DecisionID) }

// ListDecisionsRequest lists decisions by exactly one of these, newest first.
type ListDecisionsRequest struct {
	AgreementID string `json:"agreementId,omitempty"`
	DatasetID   string `json:"datasetId,omitempty"`
	Assignee    string `json:"assignee,omitempty"`
	// Subject is the pseudonym of a data subject; a resident's signed request names its own.
	Subject string `json:"subject,omitempty"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListDecisionsRequest) Validate() error {
	named := 0
	for _, value := range []string{r.AgreementID, r.DatasetID, r.Assignee, r.Subject} {
		if value != "" {
			named++
		}
	}
	if named != 1 {
		return fault.Field(fault.MissingField, "agreementId", "name exactly one of agreementId, datasetId, assignee and subject")
	}
	return request.All(
		request.Optional("agreementId", r.AgreementID, ref), request.Optional("datasetId", r.DatasetID, ref),
		request.Optional("assignee", r.Assignee, request.MSP), request.Optional("subject", r.Subject, request.Thumbprint), r.Check(),
	)
}

// DecisionPage is a page of decisions.
type DecisionPage struct {
	Decisions []Decision `json:"decisions"`
	Bookmark  string     `json:"bookmark"`
}

// FreeTicketsRequest asks for a free ticket of each permission with a limited number of uses.
type FreeTicketsRequest struct {
	AgreementID string `json:"agreementId"`
}

// Validate checks the request by itself.
func (r FreeTicketsRequest) Validate() error { return ref("agreementId", r.AgreementID) }

// Tickets are free ones.
type Tickets struct {
	Tickets []Ticket `json:"tickets"`
	// Exhausted are the permissions of which every use is spent or reserved.
	Exhausted []string `json:"exhausted"`
}
