package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

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
