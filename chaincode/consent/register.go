// SPDX-License-Identifier: Apache-2.0

package consent

import "github.com/smartb-suite/smartb/chaincode/request"

// RecordOfProcessingRequest asks for a page of a controller's register of processing.
type RecordOfProcessingRequest struct {
	Controller string `json:"controller"`
	request.Listing
}

// Validate checks the request by itself.
func (r RecordOfProcessingRequest) Validate() error {
	return request.All(request.MSP("controller", r.Controller), r.Check())
}

// StateCount is how many consents are in a state.
type StateCount struct {
	State State `json:"state"`
	Count int   `json:"count"`
}

// ProcessingActivity is one entry of the register of Art. 30: one notice in its newest version, with the consents under all its versions.
type ProcessingActivity struct {
	NoticeID          string       `json:"noticeId"`
	Version           int          `json:"version"`
	Title             string       `json:"title"`
	Controller        Controller   `json:"controller"`
	DPOContact        string       `json:"dpoContact"`
	Purpose           string       `json:"purpose"`
	LawfulBases       []string     `json:"lawfulBases"`
	SubjectCategories []string     `json:"subjectCategories"`
	DataCategories    []string     `json:"dataCategories"`
	SpecialCategories []string     `json:"specialCategories,omitempty"`
	Recipients        []string     `json:"recipients,omitempty"`
	Transfers         *Transfers   `json:"transfers,omitempty"`
	Retention         string       `json:"retention"`
	SecurityMeasures  string       `json:"securityMeasures"`
	Service           Service      `json:"service"`
	Retired           bool         `json:"retired"`
	Suspended         bool         `json:"suspended"`
	ConsentsByState   []StateCount `json:"consentsByState"`
}

// RegisterPage is a page of the register.
type RegisterPage struct {
	Activities []ProcessingActivity `json:"activities"`
	Bookmark   string               `json:"bookmark"`
}

// Activity is the register's entry of a notice, with the states of its consents counted.
func (n NoticeView) Activity(states []State) ProcessingActivity {
	return ProcessingActivity{
		NoticeID: n.NoticeID, Version: n.Version, Title: n.Title, Controller: n.Controller, DPOContact: n.DPOContact, Purpose: n.Purpose,
		LawfulBases: n.LawfulBases, SubjectCategories: n.SubjectCategories, DataCategories: n.DataCategories, SpecialCategories: n.SpecialCategories,
		Recipients: n.Recipients, Transfers: n.Transfers, Retention: n.Retention, SecurityMeasures: n.SecurityMeasures, Service: n.Service,
		Retired: n.Retired, Suspended: n.Suspended, ConsentsByState: countStates(states),
	}
}

// countStates counts in the order of States, without those that do not occur.
func countStates(states []State) []StateCount {
	counts := []StateCount{}
	for _, state := range States {
		count := 0
		for _, s := range states {
			if s == state {
				count++
			}
		}
		if count > 0 {
			counts = append(counts, StateCount{state, count})
		}
	}
	return counts
}
