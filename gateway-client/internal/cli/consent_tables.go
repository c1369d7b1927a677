// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
)

// consentTable states in plain words who may do what, until when, and how to end it. Anything that was announced about
// the resident's keys comes first.
type consentTable consent.Page

// Columns names the columns.
func (consentTable) Columns() []string {
	return []string{"who", "may use", "for", "until", "state", "to end it"}
}

// Rows returns a row for each consent; until is the last day on which it holds.
func (t consentTable) Rows() (rows [][]any) {
	for _, r := range t.Recoveries {
		row := announced(r)
		rows = append(rows, []any{row[0], row[1], "", row[2], row[3], row[4]})
	}
	for _, c := range t.Consents {
		who := append([]string{c.Controller}, c.Recipients...)
		end := ""
		if c.State.Active() {
			end = "smartb consent withdraw " + c.ConsentID
		} else if c.Asked() && c.State != consent.Refused {
			end = "smartb consent refuse " + c.Controller + " " + c.ConsentID
		}
		rows = append(rows, []any{strings.Join(who, ", "), strings.Join(c.DataCategories, ", "), c.Purpose, lastDay(c.ValidUntil), c.State, end})
	}
	return rows
}

// lastDay is the last day on which something holds that ends at the time.
func lastDay(end time.Time) string { return end.Add(-time.Second).Format(time.DateOnly) }

type eventTable []consent.Event

// Columns names the columns.
func (eventTable) Columns() []string {
	return []string{"when", "what", "state", "by", "reason", "transaction"}
}

// Rows returns a row for each event.
func (t eventTable) Rows() (rows [][]any) {
	for _, e := range t {
		rows = append(rows, []any{e.At, e.Type, e.State, e.By, e.ReasonCode, e.TxID})
	}
	return rows
}

type verdictTable consent.Verdict

// Columns names the columns.
func (verdictTable) Columns() []string { return []string{"data category", "allowed", "by", "because"} }

// Rows returns a row for each category.
func (t verdictTable) Rows() (rows [][]any) {
	for _, c := range t.Categories {
		var reasons []string
		for _, reason := range c.Reasons {
			reasons = append(reasons, string(reason.Code))
		}
		rows = append(rows, []any{c.Category, c.Allowed, strings.TrimSpace(c.ConsentID + " " + c.LawfulBasis), strings.Join(reasons, ", ")})
	}
	return rows
}

type useTable []consent.Use

// Columns names the columns.
func (useTable) Columns() []string {
	return []string{"when", "by", "purpose", "reference", "transaction"}
}

// Rows returns a row for each use.
func (t useTable) Rows() (rows [][]any) {
	for _, u := range t {
		rows = append(rows, []any{u.At, u.By, u.Purpose, u.Reference, u.TxID})
	}
	return rows
}

// heldTable shows a controller's consents.
type heldTable []consent.View

// Columns names the columns.
func (heldTable) Columns() []string {
	return []string{"consent", "subject", "notice", "purpose", "until", "state"}
}

// Rows returns a row for each consent.
func (t heldTable) Rows() (rows [][]any) {
	for _, c := range t {
		rows = append(rows, []any{c.ConsentID, c.Subject, c.NoticeID, c.Purpose, lastDay(c.ValidUntil), c.State})
	}
	return rows
}

type unacknowledgedTable []consent.Unacknowledged

// Columns names the columns.
func (unacknowledgedTable) Columns() []string {
	return []string{"consent", "state", "not acknowledged by", "subject"}
}

// Rows returns a row for each consent.
func (t unacknowledgedTable) Rows() (rows [][]any) {
	for _, c := range t {
		rows = append(rows, []any{c.ConsentID, c.State, strings.Join(c.Missing, ", "), c.Subject})
	}
	return rows
}

type purgeTable []consent.PendingPurge

// Columns names the columns.
func (purgeTable) Columns() []string {
	return []string{"controller", "subject", "asked at", "consents"}
}

// Rows returns a row for each subject that a controller has to purge.
func (t purgeTable) Rows() (rows [][]any) {
	for _, p := range t {
		rows = append(rows, []any{p.Controller, p.Subject, p.At, strings.Join(p.ConsentIDs, ", ")})
	}
	return rows
}
