package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
)

// find reads a record by its id; nil if there is none.
func find(l *ledger.Ledger, consentID string) (*consent.Record, error) {
	where, found, err := ledger.Get[reference](l, consentKey(consentID))
	if err != nil || !found {
		return nil, err
	}
	record, found, err := ledger.Get[consent.Record](l, recordKey(where))
	if err == nil && !found {
		err = fault.New(fault.Internal, "the record of consent %s is missing", consentID)
	}
	return &record, err
}

// load reads a record that must exist.
func load(l *ledger.Ledger, consentID string) (consent.Record, error) {
	record, err := find(l, consentID)
	if err != nil {
		return consent.Record{}, err
	}
	if record == nil {
		return consent.Record{}, fault.Field(fault.NotFound, "consentId", "no consent %s", consentID)
	}
	return *record, nil
}

// loadMany reads records that must exist in two round trips; field names the member of the request that has an id.
func loadMany(l *ledger.Ledger, consentIDs []string, field func(i int) string) ([]consent.Record, error) {
	keys := make([]ledger.Key, len(consentIDs))
	for i, id := range consentIDs {
		keys[i] = consentKey(id)
	}
	found, err := ledger.GetMany[reference](l, keys)
	if err != nil {
		return nil, err
	}
	references := make([]reference, len(found))
	for i, where := range found {
		if where == nil {
			return nil, fault.Field(fault.NotFound, field(i), "no consent %s", consentIDs[i])
		}
		references[i] = *where
	}
	return resolve(l, references)
}

// resolve reads the records of references in few round trips.
func resolve(l *ledger.Ledger, references []reference) ([]consent.Record, error) {
	keys := make([]ledger.Key, len(references))
	for i, where := range references {
		keys[i] = recordKey(where)
	}
	found, err := ledger.GetMany[consent.Record](l, keys)
	if err != nil {
		return nil, err
	}
	records := make([]consent.Record, len(found))
	for i, record := range found {
		if record == nil {
			return nil, fault.New(fault.Internal, "the record of consent %s is missing", references[i].ConsentID)
		}
		records[i] = *record
	}
	return records, nil
}

// loadSubject reads what is kept of a subject beside the records; zero for most.
func loadSubject(l *ledger.Ledger, subject string) (consent.Subject, error) {
	known, _, err := ledger.Get[consent.Subject](l, subjectKey(subject))
	return known, err
}

// standingOf reads what a subject cut off towards all and towards the controller.
func standingOf(l *ledger.Ledger, subject, controller string) (consent.Standing, error) {
	known, err := loadSubject(l, subject)
	return known.Standing(controller), err
}

// standingsOf reads the standings of the records' subjects towards their controllers, in the same order.
func standingsOf(l *ledger.Ledger, records []consent.Record) ([]consent.Standing, error) {
	keys := make([]ledger.Key, len(records))
	for i, record := range records {
		keys[i] = subjectKey(record.Subject)
	}
	found, err := ledger.GetMany[consent.Subject](l, keys)
	if err != nil {
		return nil, err
	}
	standings := make([]consent.Standing, len(records))
	for i, record := range records {
		standings[i] = value(found[i]).Standing(record.Controller)
	}
	return standings, nil
}

func value[T any](pointer *T) (v T) {
	if pointer != nil {
		v = *pointer
	}
	return v
}

// views adds the effective states.
func views(l *ledger.Ledger, records []consent.Record) ([]consent.View, error) {
	now, err := l.Now()
	if err != nil {
		return nil, err
	}
	standings, err := standingsOf(l, records)
	if err != nil {
		return nil, err
	}
	list := make([]consent.View, len(records))
	for i, record := range records {
		list[i] = record.View(standings[i], now)
	}
	return list, nil
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

// taxonomyHead reads which taxonomy is in force.
func taxonomyHead(l *ledger.Ledger) (consent.TaxonomyHead, error) {
	head, found, err := ledger.Get[consent.TaxonomyHead](l, taxonomyHeadKey)
	if err == nil && !found {
		err = fault.New(fault.TaxonomyMissing, "no taxonomy of purposes is loaded")
	}
	return head, err
}

// taxonomy reads the taxonomy in force.
func taxonomy(l *ledger.Ledger) (consent.Taxonomy, error) {
	head, err := taxonomyHead(l)
	if err != nil {
		return consent.Taxonomy{}, err
	}
	loaded, _, err := ledger.Get[consent.Taxonomy](l, taxonomyKey(head.Version))
	return loaded, err
}
