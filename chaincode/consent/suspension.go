// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// Mark is a fact that holds from a time until it is lifted: a notice is suspended or retired, a subject objects or restricts.
type Mark struct {
	Schema int       `json:"schema"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	TxID   string    `json:"txId"`
	// LiftedAt is when the fact ended; absent while it holds.
	LiftedAt   time.Time  `json:"liftedAt,omitzero"`
	ReasonCode ReasonCode `json:"reasonCode,omitempty"`
	// SignedAt is when a resident signed, Evidence the signed request; LiftSignedAt and LiftEvidence are those of the lift.
	SignedAt     time.Time `json:"signedAt,omitzero"`
	Evidence     *Proof    `json:"evidence,omitempty"`
	LiftSignedAt time.Time `json:"liftSignedAt,omitzero"`
	LiftEvidence *Proof    `json:"liftEvidence,omitempty"`
}

// NewMark is a fact that begins with the act.
func NewMark(act Action, reason ReasonCode) Mark {
	return Mark{Schema: SchemaVersion, At: act.At, By: act.By, TxID: act.TxID, ReasonCode: reason, SignedAt: act.SignedAt, Evidence: act.Evidence}
}

// Holds reports whether the fact is there and not lifted.
func (m *Mark) Holds() bool { return m != nil && m.LiftedAt.IsZero() }

// Lift ends the fact.
func (m Mark) Lift(act Action) Mark {
	m.LiftedAt, m.LiftSignedAt, m.LiftEvidence = later(act.At, m.At), act.SignedAt, act.Evidence
	return m
}

// Suspensions are the notices that the authority suspended and did not resume.
type Suspensions struct {
	Schema  int            `json:"schema"`
	Notices []NoticeStatus `json:"notices"`
}

// Of is since when a notice is suspended, nil where it is not.
func (s Suspensions) Of(noticeID string) *Mark {
	for i := range s.Notices {
		if s.Notices[i].NoticeID == noticeID {
			return &s.Notices[i].Mark
		}
	}
	return nil
}

// With adds a notice that is not among them.
func (s Suspensions) With(suspended NoticeStatus) Suspensions {
	return Suspensions{SchemaVersion, append(slices.Clone(s.Notices), suspended)}
}

// Without takes a notice out.
func (s Suspensions) Without(noticeID string) Suspensions {
	return Suspensions{SchemaVersion, slices.DeleteFunc(slices.Clone(s.Notices), func(suspended NoticeStatus) bool { return suspended.NoticeID == noticeID })}
}

// Open refuses a notice that takes no consents: retired, suspended, or not yet in force.
func (n Notice) Open(retired, suspended *Mark, now time.Time) error {
	switch {
	case retired.Holds():
		return fault.Field(fault.NoticeRetired, "noticeVersion", "version %d of notice %s is retired", n.Version, n.NoticeID)
	case suspended.Holds():
		return fault.Field(fault.NoticeSuspended, "noticeId", "notice %s is suspended", n.NoticeID)
	case now.Before(n.ValidFrom):
		return fault.Field(fault.NoticeNotInForce, "noticeVersion", "the processing begins at %s", n.ValidFrom.Format(time.RFC3339))
	default:
		return nil
	}
}

// NoticeRequest names a notice.
type NoticeRequest struct {
	NoticeID   string     `json:"noticeId"`
	ReasonCode ReasonCode `json:"reasonCode,omitempty"`
}

// Validate checks the request by itself.
func (r NoticeRequest) Validate() error {
	return request.All(request.ID("noticeId", r.NoticeID), reason(r.ReasonCode))
}

// RetireNoticeRequest ends the use of a version for new consents; the old ones stay.
type RetireNoticeRequest struct {
	NoticeID   string     `json:"noticeId"`
	Version    int        `json:"version"`
	ReasonCode ReasonCode `json:"reasonCode,omitempty"`
}

// Validate checks the request by itself.
func (r RetireNoticeRequest) Validate() error {
	return request.All(request.ID("noticeId", r.NoticeID), version("version", r.Version), reason(r.ReasonCode))
}

// NoticeStatus reports whether a notice is open.
type NoticeStatus struct {
	NoticeID string `json:"noticeId"`
	Version  int    `json:"version,omitempty"`
	Mark
}

// GetNoticeRequest asks for one version of a notice.
type GetNoticeRequest struct {
	NoticeID string `json:"noticeId"`
	Version  int    `json:"version"`
}

// Validate checks the request by itself.
func (r GetNoticeRequest) Validate() error {
	return request.All(request.ID("noticeId", r.NoticeID), version("version", r.Version))
}

// NoticeView is a notice with what holds of it.
type NoticeView struct {
	Notice
	Retired   bool `json:"retired"`
	Suspended bool `json:"suspended"`
}

// ListNoticesRequest asks for a page of all notices, of a controller's, or of a controller's with one purpose.
type ListNoticesRequest struct {
	Controller string `json:"controller,omitempty"`
	Purpose    string `json:"purpose,omitempty"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListNoticesRequest) Validate() error {
	if r.Purpose != "" && r.Controller == "" {
		return fault.Field(fault.MissingField, "controller", "required with purpose")
	}
	return request.All(request.Optional("controller", r.Controller, request.MSP), request.Optional("purpose", r.Purpose, request.Term), r.Check())
}

// NoticePage is a page of notices.
type NoticePage struct {
	Notices  []NoticeView `json:"notices"`
	Bookmark string       `json:"bookmark"`
}
