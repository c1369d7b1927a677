// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"encoding/json"
	"net/http"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// ProblemType is the media type of an error.
const ProblemType = "application/problem+json"

// docs is where the types of problems are described.
const docs = "https://github.com/smartb-suite/smartb/blob/main/docs/how-to/data-server.md#"

// The reasons of a guard, beside those of the ledger.
const (
	NotTheAssignee      licensing.Cause = "NOT_THE_ASSIGNEE"
	OtherDataset        licensing.Cause = "OTHER_DATASET"
	OtherAction         licensing.Cause = "OTHER_ACTION"
	DecisionUnknown     licensing.Cause = "DECISION_UNKNOWN"
	SubjectNotPermitted licensing.Cause = "SUBJECT_NOT_PERMITTED"
	SubjectsUnknown     licensing.Cause = "SUBJECTS_UNKNOWN"
	NoDecision          licensing.Cause = "NO_DECISION"
	NoRoute             licensing.Cause = "NO_ROUTE"
	PathRefused         licensing.Cause = "PATH_REFUSED"
	LedgerUnavailable   licensing.Cause = "LEDGER_UNAVAILABLE"
	CountedUse          licensing.Cause = "COUNTED_USE"
	ProxyUnknown        licensing.Cause = "PROXY_HEADERS_MISSING"
	NoProof             licensing.Cause = "NO_PROOF"
)

// Problem is an error in the form of RFC 9457.
type Problem struct {
	// Type is the URI of the kind of problem.
	Type string `json:"type"`
	// Title names the kind, Detail the case.
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// DecisionID is the decision that the request named.
	DecisionID string `json:"decisionId,omitempty"`
	// Reasons are all reasons of a refused access.
	Reasons []licensing.Reason `json:"reasons,omitempty"`

	// Cause is what failed, for the provider's log; callers are not told.
	Cause error `json:"-"`
	// code is what an external authorisation answers as the reason of a problem without reasons.
	code licensing.Cause
	// cut is true where a part of the answer has left already: only its end can be refused.
	cut bool
}

func badPath(err error) *Problem {
	return &Problem{
		Type: docs + "path-refused", Title: "Path refused", Status: http.StatusBadRequest, Detail: err.Error(), code: PathRefused,
	}
}

func noRoute() *Problem {
	return &Problem{
		Type: docs + "no-route", Title: "No route", Status: http.StatusNotFound, code: NoRoute,
		Detail: "nothing is served under this path",
	}
}

func noDecision(detail string) *Problem {
	return &Problem{Type: docs + "no-decision", Title: "No decision", Status: http.StatusBadRequest, Detail: detail, code: NoDecision}
}

func noProof(err error) *Problem {
	return &Problem{Type: docs + "no-proof", Title: "No proof of who asks", Status: http.StatusUnauthorized, Detail: err.Error(), code: NoProof}
}

func refused(decisionID string, reasons ...licensing.Reason) *Problem {
	detail := "decision " + decisionID + " does not allow this:"
	for i, reason := range reasons {
		if i > 0 {
			detail += ","
		}
		detail += " " + string(reason.Code)
	}
	return &Problem{
		Type: docs + "access-refused", Title: "Access refused", Status: http.StatusForbidden, Detail: detail, DecisionID: decisionID, Reasons: reasons,
	}
}

func unavailable(cause error) *Problem {
	return &Problem{
		Type: docs + "ledger-unavailable", Title: "The ledger cannot be asked", Status: http.StatusServiceUnavailable,
		Detail: "nothing is served while the ledger cannot be asked; try again", Cause: cause, code: LedgerUnavailable,
	}
}

// write answers with the problem.
func (p *Problem) write(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Content-Type", ProblemType)
	header.Set("Cache-Control", "no-store")
	switch p.Status {
	case http.StatusUnauthorized:
		header.Set("WWW-Authenticate", "Signature") // RFC 9110 wants a challenge; a client certificate has no scheme of its own
		header.Set("Accept-Signature", acceptSignature)
	case http.StatusServiceUnavailable:
		header.Set("Retry-After", "1")
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // who asked is gone if it cannot be written
}
