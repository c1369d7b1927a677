package contract

import (
	"slices"
	"time"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// Get answers a consent with its effective state. It names nobody, so anybody may check it.
func (*Contract) Get(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Evaluate(ctx, request, func(tx *transaction.Tx, r consent.GetRequest) (consent.View, error) {
		record, err := load(tx.Ledger, r.ConsentID)
		if err != nil {
			return consent.View{}, err
		}
		list, err := views(tx.Ledger, []consent.Record{record})
		if err != nil {
			return consent.View{}, err
		}
		return list[0], nil
	})
}

// History answers a consent's events, newest first, for its resident and the authority.
func (*Contract) History(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Evaluate(ctx, request, func(tx *transaction.Tx, r consent.GetRequest) (consent.History, error) {
		record, err := load(tx.Ledger, r.ConsentID)
		if err != nil {
			return consent.History{}, err
		}
		if err := residentOrAuthority(tx, record); err != nil {
			return consent.History{}, err
		}
		standing, err := standingOf(tx.Ledger, record.Subject, record.Controller)
		if err != nil {
			return consent.History{}, err
		}
		now, err := tx.Now()
		events := record.Timeline(standing, now)
		slices.Reverse(events)
		return consent.History{ConsentID: r.ConsentID, State: events[0].State, Events: events}, err
	})
}

// ListBySubject answers a page of a subject's consents, for the resident and the authority.
func (*Contract) ListBySubject(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Evaluate(ctx, request, func(tx *transaction.Tx, r consent.ListBySubjectRequest) (consent.Page, error) {
		subject, err := listed(tx, r)
		if err != nil {
			return consent.Page{}, err
		}
		records, bookmark, err := ledger.Page[consent.Record](tx.Ledger, recordsOf(subject), r.Size(), r.Bookmark)
		if err != nil {
			return consent.Page{}, err
		}
		list, err := views(tx.Ledger, records)
		return consent.Page{Consents: list, Bookmark: bookmark}, err
	})
}

// listed is the subject whose consents the caller may list.
func listed(tx *transaction.Tx, r consent.ListBySubjectRequest) (string, error) {
	signed := tx.Caller.Statement
	if signed == nil {
		if _, err := authority(tx); err != nil {
			return "", err
		}
		if r.Subject == "" {
			return "", fault.Field(fault.MissingField, "subject", "required")
		}
		return r.Subject, nil
	}
	if r.Subject != "" && r.Subject != signed.Subject {
		return "", fault.Field(fault.Forbidden, "subject", "the statement is for another subject")
	}
	_, err := residentHerself(tx)
	return signed.Subject, err
}

// ListByController answers a page of a controller's consents, for its steward and the authority.
func (*Contract) ListByController(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Evaluate(ctx, request, func(tx *transaction.Tx, r consent.ListByControllerRequest) (consent.Page, error) {
		if err := stewardOrAuthority(tx, r.Controller); err != nil {
			return consent.Page{}, err
		}
		walk, err := newWalk(tx.Ledger, r.Controller, r.Purpose, r.NoticeID)
		if err != nil {
			return consent.Page{}, err
		}
		list, bookmark, err := walk.page(tx.Ledger, r.Listing)
		list = slices.DeleteFunc(list, func(view consent.View) bool { return r.Purpose != "" && view.Purpose != r.Purpose })
		return consent.Page{Consents: list, Bookmark: bookmark}, err
	})
}

// ListExpiring answers a page of the consents in force that end before a time, for the controller's steward and the authority.
func (*Contract) ListExpiring(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Evaluate(ctx, request, func(tx *transaction.Tx, r consent.ListExpiringRequest) (consent.Page, error) {
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
		list, bookmark, err := walk.page(tx.Ledger, r.Listing)
		list = slices.DeleteFunc(list, func(view consent.View) bool { return !view.State.Active() })
		return consent.Page{Consents: list, Bookmark: bookmark}, err
	})
}

// walk goes through a controller's consents notice by notice, and within a notice in the order of their ends.
type walk struct {
	notices []string
	// from and before bound the ends; zero for no bound.
	from, before time.Time
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

// page answers the next views of the walk.
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
	return list, bookmark, err
}

// references reads one page below the notice where the bookmark points; after a notice's last page the bookmark points to the next notice.
func (w walk) references(l *ledger.Ledger, listing request.Listing) ([]reference, string, error) {
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
	var references []reference
	for _, e := range page {
		if !w.before.IsZero() && !e.ValidUntil.Before(w.before) {
			next = "" // all that follow under this notice end later
			break
		}
		references = append(references, e.reference)
	}
	if next != "" {
		return references, consent.JoinBookmark(noticeID, next), nil
	}
	if current+1 < len(w.notices) {
		return references, consent.JoinBookmark(w.notices[current+1], ""), nil
	}
	return references, "", nil
}
