// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// publishNotice publishes a version of a notice of the caller's organisation. Publishing the same again changes nothing.
func publishNotice(tx *transaction.Tx, r consent.PublishNoticeRequest) (consent.Notice, error) {
	act, err := steward(tx, r.Controller.MSP)
	if err != nil {
		return consent.Notice{}, err
	}
	existing, err := ledger.GetMany[consent.Notice](tx.Ledger, []ledger.Key{
		noticeKey(r.NoticeID, r.Version), noticeKey(r.NoticeID, r.Version-1), noticeKey(r.NoticeID, r.CompatibleWith),
	})
	if err != nil {
		return consent.Notice{}, err
	}
	if existing[0] != nil {
		return republish(*existing[0], r)
	}
	known, err := taxonomy(tx.Ledger)
	if err != nil {
		return consent.Notice{}, err
	}
	notice, err := r.Publish(existing[1], existing[2], known, act)
	if err != nil {
		return consent.Notice{}, err
	}
	return notice, publish(tx, notice)
}

func republish(existing consent.Notice, r consent.PublishNoticeRequest) (consent.Notice, error) {
	hash, err := r.Hash()
	if err == nil && hash != existing.SHA256 {
		err = fault.Field(fault.AlreadyExists, "version", "version %d of notice %s exists with other content; publish the next version", r.Version, r.NoticeID)
	}
	return existing, err
}

func publish(tx *transaction.Tx, notice consent.Notice) error {
	if err := ledger.Put(tx.Ledger, noticeKey(notice.NoticeID, notice.Version), notice); err != nil {
		return err
	}
	entry := noticeReference{consent.SchemaVersion, notice.NoticeID, notice.Version, notice.MainBasis().IsConsent()}
	if err := ledger.Put(tx.Ledger, noticeOfKey(notice), entry); err != nil {
		return err
	}
	return tx.Announce("consent.NoticePublished", consent.GetNoticeRequest{NoticeID: notice.NoticeID, Version: notice.Version})
}

// retireNotice ends the use of a version for new consents.
func retireNotice(tx *transaction.Tx, r consent.RetireNoticeRequest) (consent.NoticeStatus, error) {
	notice, err := loadNotice(tx.Ledger, r.NoticeID, r.Version)
	if err != nil {
		return consent.NoticeStatus{}, err
	}
	act, err := steward(tx, notice.Controller.MSP)
	if err != nil {
		return consent.NoticeStatus{}, err
	}
	status := consent.NoticeStatus{NoticeID: r.NoticeID, Version: r.Version, Mark: consent.NewMark(act, r.ReasonCode)}
	existing, found, err := ledger.Get[consent.Mark](tx.Ledger, retirementKey(r.NoticeID, r.Version))
	if err != nil {
		return status, err
	}
	if found {
		status.Mark = existing
		return status, nil
	}
	if err := ledger.Put(tx.Ledger, retirementKey(r.NoticeID, r.Version), status.Mark); err != nil {
		return status, err
	}
	return status, announceNotice(tx, "consent.NoticeRetired", status)
}

// suspendNotice stops every consent under a notice by one key.
func suspendNotice(tx *transaction.Tx, r consent.NoticeRequest) (consent.NoticeStatus, error) {
	act, err := authority(tx)
	if err != nil {
		return consent.NoticeStatus{}, err
	}
	if _, err := loadNotice(tx.Ledger, r.NoticeID, 1); err != nil {
		return consent.NoticeStatus{}, err
	}
	suspended, err := suspensions(tx.Ledger)
	if err != nil {
		return consent.NoticeStatus{}, err
	}
	status := consent.NoticeStatus{NoticeID: r.NoticeID, Mark: consent.NewMark(act, r.ReasonCode)}
	if existing := suspended.Of(r.NoticeID); existing != nil {
		status.Mark = *existing
		return status, nil
	}
	return status, saveSuspensions(tx, suspended.With(status), "consent.NoticeSuspended", status)
}

func saveSuspensions(tx *transaction.Tx, suspended consent.Suspensions, event string, status consent.NoticeStatus) error {
	if err := ledger.Put(tx.Ledger, suspensionsKey, suspended); err != nil {
		return err
	}
	return announceNotice(tx, event, status)
}

func announceNotice(tx *transaction.Tx, event string, status consent.NoticeStatus) error {
	return tx.Announce(event, consent.GetNoticeRequest{NoticeID: status.NoticeID, Version: status.Version})
}

// resumeNotice lifts a suspension.
func resumeNotice(tx *transaction.Tx, r consent.NoticeRequest) (consent.NoticeStatus, error) {
	status := consent.NoticeStatus{NoticeID: r.NoticeID}
	act, err := authority(tx)
	if err != nil {
		return status, err
	}
	suspended, err := suspensions(tx.Ledger)
	if err != nil {
		return status, err
	}
	existing := suspended.Of(r.NoticeID)
	if existing == nil {
		return status, fault.Field(fault.IllegalTransition, "noticeId", "notice %s is not suspended", r.NoticeID)
	}
	status.Mark = existing.Lift(act)
	return status, saveSuspensions(tx, suspended.Without(r.NoticeID), "consent.NoticeResumed", status)
}

// getNotice answers a version of a notice.
func getNotice(tx *transaction.Tx, r consent.GetNoticeRequest) (consent.NoticeView, error) {
	notice, err := loadNotice(tx.Ledger, r.NoticeID, r.Version)
	if err != nil {
		return consent.NoticeView{}, err
	}
	list, err := noticeViews(tx.Ledger, []consent.Notice{notice})
	if err != nil {
		return consent.NoticeView{}, err
	}
	return list[0], nil
}

// listNotices answers a page of notices.
func listNotices(tx *transaction.Tx, r consent.ListNoticesRequest) (consent.NoticePage, error) {
	notices, bookmark, err := noticePage(tx.Ledger, r)
	if err != nil {
		return consent.NoticePage{}, err
	}
	list, err := noticeViews(tx.Ledger, notices)
	return consent.NoticePage{Notices: list, Bookmark: bookmark}, err
}

func noticePage(l *ledger.Ledger, r consent.ListNoticesRequest) ([]consent.Notice, string, error) {
	if r.Controller == "" {
		return ledger.Page[consent.Notice](l, allNotices, r.Size(), r.Bookmark)
	}
	prefix := noticesOf(r.Controller)
	if r.Purpose != "" {
		prefix = noticesOf(r.Controller, r.Purpose)
	}
	entries, bookmark, err := ledger.Page[noticeReference](l, prefix, r.Size(), r.Bookmark)
	if err != nil {
		return nil, "", err
	}
	notices, err := loadNotices(l, entries)
	return notices, bookmark, err
}

func loadNotices(l *ledger.Ledger, entries []noticeReference) ([]consent.Notice, error) {
	keys := make([]ledger.Key, len(entries))
	for i, entry := range entries {
		keys[i] = noticeKey(entry.NoticeID, entry.Version)
	}
	found, err := ledger.GetMany[consent.Notice](l, keys)
	if err != nil {
		return nil, err
	}
	notices := make([]consent.Notice, len(found))
	for i, notice := range found {
		if notice == nil {
			return nil, fault.New(fault.Internal, "version %d of notice %s is missing", entries[i].Version, entries[i].NoticeID)
		}
		notices[i] = *notice
	}
	return notices, nil
}

func noticeViews(l *ledger.Ledger, notices []consent.Notice) ([]consent.NoticeView, error) {
	keys := []ledger.Key{suspensionsKey}
	for _, notice := range notices {
		keys = append(keys, retirementKey(notice.NoticeID, notice.Version))
	}
	if err := l.Prefetch(keys...); err != nil {
		return nil, err
	}
	suspended, err := suspensions(l)
	if err != nil {
		return nil, err
	}
	retired, err := ledger.GetMany[consent.Mark](l, keys[1:])
	if err != nil {
		return nil, err
	}
	list := make([]consent.NoticeView, len(notices))
	for i, notice := range notices {
		list[i] = consent.NoticeView{Notice: notice, Retired: retired[i].Holds(), Suspended: suspended.Of(notice.NoticeID) != nil}
	}
	return list, nil
}

// recordOfProcessing answers a page of the controller's register of processing (Art. 30), for its steward and the authority.
func recordOfProcessing(tx *transaction.Tx, r consent.RecordOfProcessingRequest) (consent.RegisterPage, error) {
	page := consent.RegisterPage{Activities: []consent.ProcessingActivity{}}
	if err := stewardOrAuthority(tx, r.Controller); err != nil {
		return page, err
	}
	all, err := newWalk(tx.Ledger, r.Controller, "", "")
	if err != nil {
		return page, err
	}
	first, _, err := consent.SplitBookmark(r.Bookmark, all.notices)
	if err != nil {
		return page, err
	}
	end := min(first+r.Size(), len(all.notices))
	for _, noticeID := range all.notices[first:end] {
		activity, err := activity(tx.Ledger, noticeID)
		if err != nil {
			return page, err
		}
		page.Activities = append(page.Activities, activity)
	}
	if end < len(all.notices) {
		page.Bookmark = consent.JoinBookmark(all.notices[end], "")
	}
	return page, nil
}

// activity is the register's entry of a notice in its newest version.
func activity(l *ledger.Ledger, noticeID string) (consent.ProcessingActivity, error) {
	versions, err := ledger.Scan[consent.Notice](l, versionsOf(noticeID))
	if err != nil {
		return consent.ProcessingActivity{}, err
	}
	newest, err := noticeViews(l, versions[len(versions)-1:])
	if err != nil {
		return consent.ProcessingActivity{}, err
	}
	states, err := statesUnder(l, noticeID)
	return newest[0].Activity(states), err
}

// statesUnder reads the states of all consents under a notice, page by page.
func statesUnder(l *ledger.Ledger, noticeID string) (states []consent.State, err error) {
	under := walk{notices: []string{noticeID}}
	for bookmark := ""; ; {
		list, next, err := under.page(l, request.Listing{Bookmark: bookmark})
		if err != nil {
			return nil, err
		}
		for _, view := range list {
			states = append(states, view.State)
		}
		if bookmark = next; bookmark == "" {
			return states, nil
		}
	}
}

// loadNotice reads a version of a notice that must exist.
func loadNotice(l *ledger.Ledger, noticeID string, version int) (consent.Notice, error) {
	notice, found, err := ledger.Get[consent.Notice](l, noticeKey(noticeID, version))
	if err == nil && !found {
		err = fault.Field(fault.NoticeNotFound, "noticeId", "no version %d of a notice %s", version, noticeID)
	}
	return notice, err
}

// open refuses a notice that takes no consents.
func open(l *ledger.Ledger, notice consent.Notice) error {
	retired, err := ledger.GetMany[consent.Mark](l, []ledger.Key{retirementKey(notice.NoticeID, notice.Version)})
	if err != nil {
		return err
	}
	suspended, err := suspensions(l)
	if err != nil {
		return err
	}
	now, err := l.Now()
	if err != nil {
		return err
	}
	return notice.Open(retired[0], suspended.Of(notice.NoticeID), now)
}

// suspensions reads which notices are suspended.
func suspensions(l *ledger.Ledger) (consent.Suspensions, error) {
	suspended, _, err := ledger.Get[consent.Suspensions](l, suspensionsKey)
	return suspended, err
}
