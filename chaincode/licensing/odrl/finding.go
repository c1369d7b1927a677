// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"fmt"
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/budget"
)

// Level describes which reading of a policy a finding belongs to.
type Level string

// The levels. Syntax comes before all others: a policy with a finding of it cannot be evaluated.
const (
	// Syntax is what keeps a document from being read as a policy without ignoring part of it.
	Syntax Level = "syntax"
	// DSP is the JSON schema of offers and agreements of the Dataspace Protocol 2025-1.
	DSP Level = "dsp"
	// ODRL is the W3C recommendation "ODRL Information Model 2.2".
	ODRL Level = "odrl"
	// Profile is what this package evaluates to a definite answer.
	Profile Level = "profile"
	// Notice is what is valid and may be misunderstood. It refuses nothing.
	Notice Level = "notice"
)

// Code names a kind of finding. Codes are never renamed or given another meaning.
type Code string

// The codes of findings.
const (
	NotJSON          Code = "NOT_JSON"
	TooLarge         Code = "TOO_LARGE"
	TooDeep          Code = "TOO_DEEP"
	TooMany          Code = "TOO_MANY"
	TooComplex       Code = "TOO_COMPLEX"
	DuplicateMember  Code = "DUPLICATE_MEMBER"
	UnknownMember    Code = "UNKNOWN_MEMBER"
	MissingMember    Code = "MISSING_MEMBER"
	WrongType        Code = "WRONG_TYPE"
	InvalidID        Code = "INVALID_ID"
	InvalidContext   Code = "INVALID_CONTEXT"
	InvalidTerm      Code = "INVALID_TERM"
	InvalidValue     Code = "INVALID_VALUE"
	SchemaMismatch   Code = "SCHEMA_MISMATCH"
	UnsupportedTerm  Code = "UNSUPPORTED_TERM"
	DuplicateID      Code = "DUPLICATE_ID"
	Ambiguous        Code = "AMBIGUOUS"
	InheritanceCycle Code = "INHERITANCE_CYCLE"
	Contradiction    Code = "CONTRADICTION"
	Unusable         Code = "UNUSABLE"
	EndsEarly        Code = "ENDS_EARLY"
)

// maxFindings bounds what is said about one policy; the last finding states that more were left out.
const maxFindings = 100

// Finding is one thing that is wrong with a policy, a request or a world.
type Finding struct {
	Level Level `json:"level"`
	Code  Code  `json:"code"`
	// Path is the JSON pointer (RFC 6901) of the member at fault; empty for the whole document.
	Path    string `json:"path"`
	Message string `json:"message"`
}

// String is the finding as one line for people.
func (f Finding) String() string {
	path := f.Path
	if path == "" {
		path = "/"
	}
	return fmt.Sprintf("%s: %s: %s (%s)", f.Level, path, f.Message, f.Code)
}

// exhausted reports whether the budget was not enough.
func (f *findings) exhausted() bool { return f.steps.Exhausted() }

// findings collects what is found, up to maxFindings.
type findings struct {
	list []Finding
	left int
	// steps are what reading and checking may take.
	steps *budget.Steps
}

func (f *findings) addf(level Level, code Code, path, format string, args ...any) {
	if len(f.list) >= maxFindings {
		f.left++
		return
	}
	f.list = append(f.list, Finding{level, code, path, fmt.Sprintf(format, args...)})
}

// all returns what was found, with a note where not all is told.
func (f *findings) all() []Finding {
	if f.exhausted() {
		return []Finding{{Syntax, TooComplex, "", "it takes more steps than a call may take"}}
	}
	if f.left == 0 {
		return f.list
	}
	return append(f.list, Finding{f.list[0].Level, TooMany, "", strconv.Itoa(f.left) + " more findings are left out"})
}
