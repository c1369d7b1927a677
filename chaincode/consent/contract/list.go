// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// get answers a consent or a controller's request with its effective state, and whether it rests on what the resident signed. It names nobody, so anybody
// may check it.
func get(tx *transaction.Tx, r consent.GetRequest) (consent.View, error) {
	record, err := got(tx, r)
	if err != nil {
		return consent.View{}, err
	}
	now, err := tx.Now()
	if err != nil {
		return consent.View{}, err
	}
	recordState, err := recordStateOf(tx.Ledger, record)
	if err != nil || record.Asked() {
		return record.View(recordState, now), err
	}
	standings := []consent.RecordState{recordState}
	err = believe(tx.Ledger, []consent.Record{record}, standings)
	return record.View(standings[0], now), err
}

// got reads the record that a request names.
func got(tx *transaction.Tx, r consent.GetRequest) (consent.Record, error) {
	if r.Controller != "" {
		return loadRequest(tx.Ledger, consent.RequestRef{MSP: r.Controller, ID: r.ConsentID}, "consentId")
	}
	subject, err := subjectOf(tx, r.Subject)
	if err != nil {
		return consent.Record{}, err
	}
	return load(tx.Ledger, consent.ConsentRef{Subject: subject, ConsentID: r.ConsentID})
}

// subjectOf is the subject that a request names or, where a resident's leaves it out, the one that it is for.
func subjectOf(tx *transaction.Tx, named string) (string, error) {
	if named != "" {
		return named, nil
	}
	if tx.Caller.SignedRequest == nil {
		return "", fault.Field(fault.MissingField, "subject", "required")
	}
	return belongsTo(tx.Ledger, tx.Caller.SignedRequest)
}

// history answers a consent's events, newest first, for its resident and the authority.
func history(tx *transaction.Tx, r consent.GetRequest) (consent.History, error) {
	record, err := got(tx, r)
	if err != nil {
		return consent.History{}, err
	}
	if err := residentOrAuthority(tx, record.Subject); err != nil {
		return consent.History{}, err
	}
	recordState, err := recordStateOf(tx.Ledger, record)
	if err != nil {
		return consent.History{}, err
	}
	now, err := tx.Now()
	events := slices.Clone(record.Timeline(recordState, now))
	slices.Reverse(events)
	return consent.History{ConsentID: r.ConsentID, State: events[0].State, Events: events}, err
}

// The walk through a subject's lists goes through its consents, then through the requests to it.
const (
	walkConsents = "c"
	walkRequests = "r"
)

// listBySubject answers a page of a subject's consents, and after them of the requests to it, for the resident and the
// authority. Anything that was announced about its keys comes first.
func listBySubject(tx *transaction.Tx, r consent.ListBySubjectRequest) (consent.Page, error) {
	subject, err := listed(tx, r)
	if err != nil {
		return consent.Page{}, err
	}
	page := consent.Page{Consents: []consent.View{}}
	if r.Bookmark == "" {
		if page.Recoveries, err = recoveries(tx.Ledger, subject); err != nil {
			return page, err
		}
	}
	records, bookmark, err := subjectPage(tx.Ledger, subject, r.Listing)
	if err != nil {
		return page, err
	}
	page.Bookmark = bookmark
	list, err := views(tx.Ledger, records)
	page.Consents = append(page.Consents, unanswered(list)...)
	return page, err
}

// subjectPage reads the next records of the walk: consents, and in what is left of the page requests.
func subjectPage(l *ledger.Ledger, subject string, listing request.Listing) (records []consent.Record, bookmark string, err error) {
	where, inner, err := consent.SplitBookmark(listing.Bookmark, []string{walkConsents, walkRequests})
	if err != nil {
		return nil, "", err
	}
	if where == 0 {
		if records, bookmark, err = consentPage(l, subject, listing.Size(), inner); err != nil || bookmark != "" {
			return records, bookmark, err
		}
		inner = ""
	}
	left := listing.Size() - len(records)
	if left == 0 {
		return records, consent.JoinBookmark(walkRequests, ""), nil
	}
	asked, bookmark, err := requestPage(l, subject, left, inner)
	return append(records, asked...), bookmark, err
}

// unanswered leaves out requests that a consent answers: that stands for itself.
func unanswered(list []consent.View) []consent.View {
	return slices.DeleteFunc(list, func(view consent.View) bool { return view.Asked() && view.State == consent.Given })
}

func consentPage(l *ledger.Ledger, subject string, size int, inner string) ([]consent.Record, string, error) {
	records, next, err := ledger.Page[consent.Record](l, recordsOf(subject), size, inner)
	if next != "" {
		next = consent.JoinBookmark(walkConsents, next)
	}
	return records, next, err
}

func requestPage(l *ledger.Ledger, subject string, size int, inner string) ([]consent.Record, string, error) {
	entries, next, err := ledger.Page[entry](l, askedOf(subject), size, inner)
	if err != nil {
		return nil, "", err
	}
	if next != "" {
		next = consent.JoinBookmark(walkRequests, next)
	}
	records, err := resolve(l, entries)
	return records, next, err
}

// listed is the subject whose consents the caller may list.
func listed(tx *transaction.Tx, r consent.ListBySubjectRequest) (string, error) {
	if tx.Caller.SignedRequest != nil {
		act, err := speaksOf(tx, r.Subject, SpeakerOfRight)
		return act.Subject, err
	}
	if _, err := authority(tx); err != nil {
		return "", err
	}
	if r.Subject == "" {
		return "", fault.Field(fault.MissingField, "subject", "required")
	}
	return r.Subject, nil
}

// listByController answers a page of a controller's consents, for its steward and the authority.
func listByController(tx *transaction.Tx, r consent.ListByControllerRequest) (consent.Page, error) {
	if err := stewardOrAuthority(tx, r.Controller); err != nil {
		return consent.Page{}, err
	}
	walk, err := newWalk(tx.Ledger, r.Controller, r.Purpose, r.NoticeID)
	if err != nil {
		return consent.Page{}, err
	}
	walk.verify = true
	list, bookmark, err := fill(tx.Ledger, walk, r.Listing, func(list []consent.View) ([]consent.View, error) {
		return slices.DeleteFunc(list, func(view consent.View) bool { return r.Purpose != "" && view.Purpose != r.Purpose }), nil
	})
	return consent.Page{Consents: list, Bookmark: bookmark}, err
}

// listExpiring answers a page of the consents in force that end before a time, for the controller's steward and the authority.
func listExpiring(tx *transaction.Tx, r consent.ListExpiringRequest) (consent.Page, error) {
	if err := stewardOrAuthority(tx, r.Controller); err != nil {
		return consent.Page{}, err
	}
	walk, err := newWalk(tx.Ledger, r.Controller, "", "")
	if err != nil {
		return consent.Page{}, err
	}
	if walk.from, err = tx.Now(); err != nil {
		return consent.Page{}, err
	}
	walk.before = r.Before
	list, bookmark, err := fill(tx.Ledger, walk, r.Listing, func(list []consent.View) ([]consent.View, error) {
		return slices.DeleteFunc(list, func(view consent.View) bool { return !view.State.Active() }), nil
	})
	return consent.Page{Consents: list, Bookmark: bookmark}, err
}

// walk goes through a controller's consents notice by notice, and within a notice in the order of their ends.
type walk struct {
	notices []string
	// from and before bound the ends; zero for no bound.
	from, before time.Time
	// verify marks consents and ends that do not rest on what the resident signed.
	verify bool
}

// newWalk is a walk through the consents under all notices of the controller, or under those for a purpose, or under one.
func newWalk(l *ledger.Ledger, controller, purpose, noticeID string) (walk, error) {
	prefix := noticesOf(controller)
	if purpose != "" {
		prefix = noticesOf(controller, purpose)
	}
	entries, err := ledger.Scan[noticeReference](l, prefix)
	var w walk
	for _, entry := range entries {
		if noticeID == "" || entry.NoticeID == noticeID {
			w.notices = append(w.notices, entry.NoticeID)
		}
	}
	slices.Sort(w.notices)
	w.notices = slices.Compact(w.notices)
	return w, err
}

const (
	// mostWalked is how many entries a query reads to fill its page, mostTurns how many ranges. A page with fewer
	// entries than were asked for states by its bookmark that the list goes on.
	mostWalked = 1000
	mostTurns  = 100
)

// fill answers a page of what keep makes of the walk's views. It reads on, also from notice to notice, until the page is
// full: what is left out of a page never hides what comes after it.
func fill[T any](
	l *ledger.Ledger, w walk, listing request.Listing, keep func([]consent.View) ([]T, error),
) ([]T, string, error) {
	all, size, walked := []T{}, listing.Size(), 0
	for range mostTurns {
		listing.PageSize = size - len(all)
		list, bookmark, err := w.page(l, listing)
		if err != nil {
			return nil, "", err
		}
		kept, err := keep(list)
		if err != nil {
			return nil, "", err
		}
		all = append(all, kept...)
		walked += listing.PageSize
		if listing.Bookmark = bookmark; bookmark == "" || len(all) == size || walked >= mostWalked {
			break
		}
	}
	return all, listing.Bookmark, nil
}

// page answers the next views of the walk, of one notice at most.
func (w walk) page(l *ledger.Ledger, listing request.Listing) ([]consent.View, string, error) {
	references, bookmark, err := w.references(l, listing)
	if err != nil {
		return nil, "", err
	}
	records, err := resolve(l, references)
	if err != nil {
		return nil, "", err
	}
	list, err := views(l, records)
	if err == nil && w.verify {
		err = markUnproven(l, list)
	}
	return unanswered(list), bookmark, err
}

// markUnproven marks the consents that do not rest, or whose ends do not rest, on what the resident signed.
func markUnproven(l *ledger.Ledger, list []consent.View) error {
	var records []consent.Record
	var places []int
	for i, view := range list {
		if !view.Asked() {
			records, places = append(records, view.Record), append(places, i)
		}
	}
	standings, err := believed(l, records)
	for i, recordState := range standings {
		list[places[i]].Unproven = recordState.Unproven || recordState.EndUnproven
	}
	return err
}

// references reads one page below the notice where the bookmark points; after a notice's last page the bookmark points to the next notice.
func (w walk) references(l *ledger.Ledger, listing request.Listing) ([]entry, string, error) {
	current, inner, err := consent.SplitBookmark(listing.Bookmark, w.notices)
	if err != nil || current == len(w.notices) {
		return nil, "", err
	}
	noticeID := w.notices[current]
	if inner == "" && !w.from.IsZero() {
		if inner, err = ledger.BookmarkAt(l, endingFrom(noticeID, w.from)); err != nil {
			return nil, "", err
		}
	}
	page, next, err := ledger.Page[entry](l, underNotice(noticeID), listing.Size(), inner)
	if err != nil {
		return nil, "", err
	}
	var references []entry
	for _, e := range page {
		if !w.before.IsZero() && !e.ValidUntil.Before(w.before) {
			next = "" // all that follow under this notice end later
			break
		}
		references = append(references, e)
	}
	if next != "" {
		return references, consent.JoinBookmark(noticeID, next), nil
	}
	if current+1 < len(w.notices) {
		return references, consent.JoinBookmark(w.notices[current+1], ""), nil
	}
	return references, "", nil
}
