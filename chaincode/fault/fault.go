// SPDX-License-Identifier: Apache-2.0

// Package fault is the language in which smartb refuses: every error carries a stable code, an HTTP-like status and a
// message that names the field and the next step. The catalogue of codes is catalogue.go; docs/reference/errors.md is
// generated from it.
package fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
)

// Error is an error as it travels from the chaincode to the client.
type Error struct {
	// Code is one of the catalogue's codes; programs decide by it, never by the message.
	Code Code `json:"code"`
	// Status is the code's HTTP-like status, always from 400 to 499: a status of 500 would make the gateway try other organisations.
	Status int `json:"status"`
	// Message describes what is wrong, for people.
	Message string `json:"message"`
	// Details are facts of the case by name; "field" names the member of the request at fault, as a JSON pointer without the leading slash.
	Details map[string]string `json:"details,omitempty"`
	// Refused are the errors of a batch's calls by their places from 0.
	Refused map[int]*Error `json:"refused,omitempty"`
}

// New makes an error. The message is formatted as by fmt.Sprintf and must not contain private data.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Status: code.Status(), Message: fmt.Sprintf(format, args...)}
}

// Field refuses one member of the request, named in the message and in the details.
func Field(code Code, field, format string, args ...any) *Error {
	return New(code, "%s: %s", field, fmt.Sprintf(format, args...)).With("field", field)
}

// With returns a copy of the error with one more detail.
func (e *Error) With(name, value string) *Error {
	c := *e
	c.Details = maps.Clone(e.Details)
	if c.Details == nil {
		c.Details = map[string]string{}
	}
	c.Details[name] = value
	return &c
}

// Within returns the error of one part of a request, named by the part's place in it.
func (e *Error) Within(place string) *Error {
	moved := New(e.Code, "%s/%s", place, e.Message)
	moved.Details = maps.Clone(e.Details)
	if field, named := e.Details["field"]; named {
		moved.Details["field"] = place + "/" + field
	}
	return moved
}

// Error returns code and message.
func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Is reports whether target is this error's code, so that errors.Is(err, fault.NotFound) works.
func (e *Error) Is(target error) bool {
	code, ok := target.(Code)
	return ok && code == e.Code
}

// From returns the error in err's chain. Anything else (a failing peer, a broken record) becomes Internal, so that no
// answer is without a code.
func From(err error) *Error {
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal
	}
	return New(Internal, "%s", err)
}

// Parse reads an error from the JSON text that the chaincode put into its response's message; ok is false if text is
// none.
func Parse(text string) (refusal *Error, ok bool) {
	refusal = new(Error)
	if err := json.Unmarshal([]byte(text), refusal); err != nil || refusal.Code == "" {
		return nil, false
	}
	return refusal, true
}

// JSON returns the text that Parse reads.
func (e *Error) JSON() string {
	text, err := json.Marshal(e)
	if err != nil { // strings and integers always marshal
		return `{"code":"INTERNAL","status":460,"message":"unprintable error"}`
	}
	return string(text)
}
