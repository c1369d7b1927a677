// Package governance is what the organisations of the channel agree on together: whose authority and whose auditors count. A record takes effect
// when more than half of the channel's organisations approved the same one, as Fabric's own lifecycle does with chaincode definitions; it is
// changed the same way.
package governance

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// SchemaVersion is the version of the stored records' form.
const SchemaVersion = 1

const maxOrganisations = 100

// Rules are what is agreed on.
type Rules struct {
	// Version counts from 1; a proposal names the version after the one in force.
	Version int `json:"version"`
	// Authorities are the MSPs whose role authority is the data protection authority.
	Authorities []string `json:"authorities"`
	// Auditors are the MSPs whose role auditor may read what settlements keep private.
	Auditors []string `json:"auditors"`
}

// Record is the agreement in force.
type Record struct {
	Schema int `json:"schema"`
	Rules
	// ApprovedBy are the MSPs whose approvals made the record effective, in byte order.
	ApprovedBy []string `json:"approvedBy"`
	// Since is the time of the last approval needed, RFC 3339 in UTC.
	Since time.Time `json:"since"`
}

type list struct {
	field string
	msps  []string
}

func (r Rules) lists() []list {
	return []list{{"authorities", r.Authorities}, {"auditors", r.Auditors}}
}

// Vote is one organisation's approval.
type Vote struct {
	Schema int    `json:"schema"`
	MSP    string `json:"mspId"`
	Rules
}

// ApproveRequest approves rules in the name of the caller's organisation.
type ApproveRequest struct {
	Rules
}

// Validate checks the request by itself.
func (r ApproveRequest) Validate() error {
	if r.Version < 1 {
		return fault.Field(fault.OutOfRange, "version", "versions count from 1")
	}
	for _, list := range r.lists() {
		if len(list.msps) == 0 || len(list.msps) > maxOrganisations || slices.Contains(list.msps, "") {
			return fault.Field(fault.InvalidField, list.field, "name 1 to %d MSPs", maxOrganisations)
		}
		if !slices.IsSorted(list.msps) || len(slices.Compact(slices.Clone(list.msps))) != len(list.msps) {
			return fault.Field(fault.InvalidField, list.field, "give the MSPs in byte order, each once, so that equal rules look equal")
		}
	}
	return nil
}

// ApproveAnswer says how far the agreement is.
type ApproveAnswer struct {
	Version    int      `json:"version"`
	ApprovedBy []string `json:"approvedBy"`
	// Needed is how many approvals make the rules effective.
	Needed    int  `json:"needed"`
	Effective bool `json:"effective"`
}

// GetRequest asks for the record in force.
type GetRequest struct{}

// Validate accepts every GetRequest.
func (GetRequest) Validate() error { return nil }

// Same reports whether two rules are equal.
func (r Rules) Same(other Rules) bool {
	return r.Version == other.Version && slices.Equal(r.Authorities, other.Authorities) && slices.Equal(r.Auditors, other.Auditors)
}

// Check refuses rules that name an organisation outside the channel or skip a version. current is nil before the first agreement.
func (r Rules) Check(current *Record, members []string) error {
	next := 1
	if current != nil {
		next = current.Version + 1
	}
	if r.Version != next {
		return fault.Field(fault.IllegalTransition, "version", "the next version is %d", next)
	}
	for _, list := range r.lists() {
		for _, msp := range list.msps {
			if !slices.Contains(members, msp) {
				return fault.Field(fault.InvalidField, list.field, "%s is not an organisation of this channel", msp)
			}
		}
	}
	return nil
}

// Count adds up who approved exactly these rules; organisations that left the channel do not count.
func (r Rules) Count(votes []*Vote, members []string) ApproveAnswer {
	answer := ApproveAnswer{Version: r.Version, Needed: len(members)/2 + 1}
	for _, vote := range votes {
		if vote != nil && vote.Same(r) && slices.Contains(members, vote.MSP) {
			answer.ApprovedBy = append(answer.ApprovedBy, vote.MSP)
		}
	}
	slices.Sort(answer.ApprovedBy)
	answer.Effective = len(answer.ApprovedBy) >= answer.Needed
	return answer
}
