// SPDX-License-Identifier: Apache-2.0

// Package governance is what the organisations of the channel agree on together. It has the founding record, which all
// of them signed, and the rules: whose authority, auditors, grid operators and witnesses count. Rules take effect when
// more than half of the channel's organisations voted for the same ones. A vote is a signature of an administrator; who
// reads the rules verifies and counts the votes again, and believes no endorsement.
package governance

import (
	"slices"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/canonical"
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
	// GridOperators are the MSPs whose metering points count.
	GridOperators []string `json:"gridOperators,omitempty"`
	// Witnesses are the MSPs, independent of each other, of which two together help a person who lost the key.
	Witnesses []string `json:"witnesses,omitempty"`
	// Admitted are the organisations that joined after the founding, in byte order of their MSPs. Each later version keeps them.
	Admitted []Admission `json:"admitted,omitempty"`
}

// Record is the agreement in force.
type Record struct {
	Schema int `json:"schema"`
	Adoption
	// ApprovedBy are the MSPs whose votes made the record effective, in byte order.
	ApprovedBy []string `json:"approvedBy"`
	// Admissions are the earlier versions that admitted organisations, oldest first: a reader needs them to know whose votes count.
	Admissions []Adoption `json:"admissions,omitempty"`
}

type list struct {
	field    string
	msps     []string
	required bool
}

func (r Rules) lists() []list {
	return []list{
		{"authorities", r.Authorities, true}, {"auditors", r.Auditors, true}, {"gridOperators", r.GridOperators, false}, {"witnesses", r.Witnesses, false},
	}
}

// Ballot is an organisation's signed vote.
type Ballot struct {
	MSP string `json:"mspId"`
	// Signature is the administrator's JWS over a VotePayload.
	Signature string `json:"signature"`
	// At is the time of the transaction that brought it, in RFC 3339 in UTC.
	At time.Time `json:"at"`
}

// Vote is one organisation's vote on rules.
type Vote struct {
	Schema int `json:"schema"`
	Ballot
	Rules
}

// VotePayload is what an administrator signs to vote for rules.
type VotePayload struct {
	NetworkID string `json:"networkId"`
	Version   int    `json:"version"`
	// SHA256 is the hash of the rules' canonical JSON.
	SHA256 string `json:"sha256"`
}

// SHA256 is the hash of the rules' canonical JSON.
func (r Rules) SHA256() string {
	sum, err := canonical.SHA256(r)
	if err != nil { // lists of texts always encode
		return ""
	}
	return sum
}

// Payload is what is signed to vote for the rules in a network.
func (r Rules) Payload(networkID string) VotePayload {
	return VotePayload{NetworkID: networkID, Version: r.Version, SHA256: r.SHA256()}
}

// ApproveRequest approves rules in the name of the caller's organisation.
type ApproveRequest struct {
	Rules
	// Signature is the caller's JWS over the rules' VotePayload.
	Signature string `json:"signature"`
}

// Validate checks the request by itself.
func (r ApproveRequest) Validate() error {
	if r.Signature == "" {
		return fault.Field(fault.SignatureMissing, "signature", "required")
	}
	return r.validate()
}

func (r Rules) validate() error {
	if r.Version < 1 {
		return fault.Field(fault.OutOfRange, "version", "versions count from 1")
	}
	for _, list := range r.lists() {
		if list.required && len(list.msps) == 0 || len(list.msps) > maxOrganisations || slices.Contains(list.msps, "") {
			return fault.Field(fault.InvalidField, list.field, "name 1 to %d MSPs", maxOrganisations)
		}
		if !slices.IsSorted(list.msps) || len(slices.Compact(slices.Clone(list.msps))) != len(list.msps) {
			return fault.Field(fault.InvalidField, list.field, "give the MSPs in byte order, each once, so that equal rules look equal")
		}
	}
	return r.checkAdmitted()
}

// ApproveAnswer describes how far the agreement is.
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
	return r.SHA256() == other.SHA256()
}

// Check refuses rules that name an organisation outside the channel, skip a version, or admit an organisation twice. members are the MSPs that vote on the
// rules; current is nil before the first agreement.
func (r Rules) Check(current *Record, members []string) error {
	var before Rules
	if current != nil {
		before = current.Rules
	}
	if next := before.Version + 1; r.Version != next {
		return fault.Field(fault.IllegalTransition, "version", "the next version is %d", next)
	}
	if err := r.checkKept(before.Admitted); err != nil {
		return err
	}
	for _, admission := range r.Admitted {
		if slices.Contains(members, admission.MSP) && !before.admits(admission.MSP) {
			return fault.Field(fault.InvalidField, "admitted", "%s is an organisation of this network: an MSP id is admitted once", admission.MSP)
		}
	}
	for _, list := range r.lists() {
		for _, msp := range list.msps {
			if !slices.Contains(members, msp) && !r.admits(msp) {
				return fault.Field(fault.InvalidField, list.field, "%s is not an organisation of this channel", msp)
			}
		}
	}
	return nil
}

// Count adds up who voted for exactly these rules, each organisation once; others than the members do not count. The votes' signatures were verified.
func (r Rules) Count(votes []Vote, members []string) ApproveAnswer {
	answer := ApproveAnswer{Version: r.Version, Needed: len(members)/2 + 1}
	for _, ballot := range r.Ballots(votes) {
		if slices.Contains(members, ballot.MSP) {
			answer.ApprovedBy = append(answer.ApprovedBy, ballot.MSP)
		}
	}
	answer.Effective = len(answer.ApprovedBy) >= answer.Needed
	return answer
}

// Ballots are the votes for exactly these rules, in byte order of the MSPs, of each organisation the first.
func (r Rules) Ballots(votes []Vote) (ballots []Ballot) {
	for _, vote := range votes {
		known := slices.ContainsFunc(ballots, func(ballot Ballot) bool { return ballot.MSP == vote.MSP })
		if vote.Same(r) && !known {
			ballots = append(ballots, vote.Ballot)
		}
	}
	slices.SortFunc(ballots, func(a, b Ballot) int { return strings.Compare(a.MSP, b.MSP) })
	return ballots
}

// FoundingAnnouncement is the payload of the event of the founding.
type FoundingAnnouncement struct {
	NetworkID string `json:"networkId"`
	// SHA256 is the founding record's hash.
	SHA256 string `json:"sha256"`
}

// RootAnnouncement is the payload of the event of a further root certificate.
type RootAnnouncement struct {
	MSP string `json:"mspId"`
	// SHA256 is the certificate's fingerprint.
	SHA256 string `json:"sha256"`
}
