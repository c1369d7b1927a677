package contract

import (
	"slices"
	"time"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/party"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// Check answers whether data may be processed, for a processor of the controller or, about itself, of a recipient.
func (*Contract) Check(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Evaluate(ctx, request, func(tx *transaction.Tx, r consent.CheckRequest) (consent.Verdict, error) {
		if !tx.Caller.Is(party.Processor, r.Controller, r.Recipient) {
			return consent.Verdict{}, fault.New(fault.Forbidden, "only the role %s of %s or of the recipient may ask; the caller acts for %s as %s",
				party.Processor, r.Controller, tx.Caller.MSP, tx.Caller)
		}
		return Check(tx.Ledger, r)
	})
}

// Check answers the question at this ledger, for every contract within its own transaction. The request must be valid.
func Check(l *ledger.Ledger, r consent.CheckRequest) (consent.Verdict, error) {
	facts, err := consentFacts(l, r)
	if err != nil {
		return consent.Verdict{}, err
	}
	verdict, err := consent.Check(r, facts)
	if err != nil || verdict.Allowed { // by consent alone: no other basis is looked for
		return verdict, err
	}
	if facts.Notices, facts.Of, err = otherBases(l, r, facts.Now); err != nil {
		return consent.Verdict{}, err
	}
	if err := addMarks(l, r, &facts); err != nil {
		return consent.Verdict{}, err
	}
	return consent.Check(r, facts)
}

// consentFacts reads what decides about the subject's consents.
func consentFacts(l *ledger.Ledger, r consent.CheckRequest) (consent.Facts, error) {
	records, err := ledger.Scan[consent.Record](l, recordsOf(r.Subject, r.Controller))
	if err != nil {
		return consent.Facts{}, err
	}
	facts := consent.Facts{Records: records, Of: map[string]consent.NoticeFacts{}}
	if facts.Now, err = l.Now(); err != nil {
		return facts, err
	}
	if err := l.Prefetch(append(markKeys(r, noticesIn(facts)), cutoffsKey(r.Subject), cutoffsKey(r.Subject, r.Controller))...); err != nil {
		return facts, err
	}
	if facts.Standing, err = standingOf(l, r.Subject, r.Controller); err != nil {
		return facts, err
	}
	if err := addMarks(l, r, &facts); err != nil {
		return facts, err
	}
	facts.Taxonomies, err = taxonomies(l, records, r.Purpose)
	return facts, err
}

// otherBases reads the controller's notices for the purpose that rest on another basis than consent, of each the version in force.
func otherBases(l *ledger.Ledger, r consent.CheckRequest, now time.Time) ([]consent.Notice, map[string]consent.NoticeFacts, error) {
	about := map[string]consent.NoticeFacts{}
	entries, err := ledger.Scan[noticeReference](l, noticesOf(r.Controller, r.Purpose))
	if err != nil {
		return nil, about, err
	}
	entries = slices.DeleteFunc(entries, func(entry noticeReference) bool { return entry.Consent })
	notices, err := loadNotices(l, entries)
	if err != nil {
		return nil, about, err
	}
	keys := make([]ledger.Key, len(notices))
	for i, notice := range notices {
		keys[i] = retirementKey(notice.NoticeID, notice.Version)
	}
	retired, err := ledger.GetMany[consent.Mark](l, keys)
	if err != nil {
		return nil, about, err
	}
	at := r.At
	if at.IsZero() {
		at = now
	}
	inForce, marks := consent.InForce(notices, retired, at)
	for i, notice := range inForce {
		about[notice.NoticeID] = consent.NoticeFacts{Retired: marks[i]}
	}
	return inForce, about, nil
}

// noticesIn are the ids of the notices of the facts' notices and records, each once.
func noticesIn(facts consent.Facts) (ids []string) {
	for _, notice := range facts.Notices {
		ids = append(ids, notice.NoticeID)
	}
	for _, record := range facts.Records {
		if !slices.Contains(ids, record.NoticeID) {
			ids = append(ids, record.NoticeID)
		}
	}
	return ids
}

// markKeys are the restriction and, for each notice, its suspension and the subject's objection.
func markKeys(r consent.CheckRequest, noticeIDs []string) []ledger.Key {
	keys := []ledger.Key{restrictionKey(r.Subject, r.Controller)}
	for _, noticeID := range noticeIDs {
		keys = append(keys, suspensionKey(noticeID), objectionKey(r.Subject, noticeID))
	}
	return keys
}

// addMarks reads suspensions, objections and the restriction that bear on the facts' records and notices.
func addMarks(l *ledger.Ledger, r consent.CheckRequest, facts *consent.Facts) error {
	ids := noticesIn(*facts)
	marks, err := ledger.GetMany[consent.Mark](l, markKeys(r, ids))
	if err != nil {
		return err
	}
	facts.Restricted = marks[0]
	for i, noticeID := range ids {
		about := facts.Of[noticeID]
		about.Suspended, about.Objected = marks[1+2*i], marks[2+2*i]
		facts.Of[noticeID] = about
	}
	return nil
}

// taxonomies reads the versions that decide whether a narrower purpose is covered.
func taxonomies(l *ledger.Ledger, records []consent.Record, purpose string) (map[int]consent.Taxonomy, error) {
	var versions []int
	for _, record := range records {
		if record.IncludeNarrower && record.Purpose != purpose && !slices.Contains(versions, record.TaxonomyVersion) {
			versions = append(versions, record.TaxonomyVersion)
		}
	}
	keys := make([]ledger.Key, len(versions))
	for i, version := range versions {
		keys[i] = taxonomyKey(version)
	}
	found, err := ledger.GetMany[consent.Taxonomy](l, keys)
	if err != nil {
		return nil, err
	}
	known := map[int]consent.Taxonomy{}
	for i, version := range versions {
		known[version] = value(found[i])
	}
	return known, nil
}
