package contract

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// acknowledgeStop says that the caller's organisation stopped processing after a consent ended. Saying it again changes nothing.
func acknowledgeStop(tx *transaction.Tx, r consent.AcknowledgeStopRequest) (consent.Acknowledgement, error) {
	var none consent.Acknowledgement
	record, err := load(tx.Ledger, consent.ConsentRef(r))
	if err != nil {
		return none, err
	}
	act, err := processor(tx, record)
	if err != nil {
		return none, err
	}
	existing, found, err := ledger.Get[consent.Acknowledgement](tx.Ledger, stopKey(consent.ConsentRef(r), act.By))
	if err != nil || found {
		return existing, err
	}
	standing, err := standingOf(tx.Ledger, record)
	if err != nil {
		return none, err
	}
	acknowledged, err := record.Acknowledge(standing, act)
	if err != nil {
		return none, err
	}
	if err := ledger.Put(tx.Ledger, stopKey(consent.ConsentRef(r), act.By), acknowledged); err != nil {
		return none, err
	}
	return acknowledged, tx.Announce("consent.StopAcknowledged", consent.StopAnnouncement{Subject: r.Subject, ConsentID: r.ConsentID, MSP: act.By})
}

// listUnacknowledged answers who has not acknowledged a stop. A stop by WithdrawAll writes nothing to the consents, so the page is made from the
// consents themselves and may hold fewer entries than were read.
func listUnacknowledged(tx *transaction.Tx, r consent.ListUnacknowledgedRequest) (consent.UnacknowledgedPage, error) {
	var none consent.UnacknowledgedPage
	if err := stewardOrAuthority(tx, r.Controller); err != nil {
		return none, err
	}
	members, err := tx.ChannelMembers()
	if err != nil {
		return none, err
	}
	walk, err := newWalk(tx.Ledger, r.Controller, "", "")
	if err != nil {
		return none, err
	}
	list, bookmark, err := walk.page(tx.Ledger, r.Listing)
	if err != nil {
		return none, err
	}
	list = slices.DeleteFunc(list, func(view consent.View) bool { return !view.State.Stopped() || !view.WasGiven() })
	missing, err := unacknowledged(tx.Ledger, list, members)
	return consent.UnacknowledgedPage{Consents: missing, Bookmark: bookmark}, err
}

// unacknowledged keeps the consents for which an organisation of the channel has not acknowledged.
func unacknowledged(l *ledger.Ledger, list []consent.View, members []string) ([]consent.Unacknowledged, error) {
	var keys []ledger.Key
	for _, view := range list {
		for _, msp := range view.Parties(members) {
			keys = append(keys, stopKey(view.Ref(), msp))
		}
	}
	found, err := ledger.GetMany[consent.Acknowledgement](l, keys)
	if err != nil {
		return nil, err
	}
	open := []consent.Unacknowledged{}
	for _, view := range list {
		entry := consent.Unacknowledged{Subject: view.Subject, ConsentID: view.ConsentID, State: view.State}
		for _, msp := range view.Parties(members) {
			if found[0] == nil {
				entry.Missing = append(entry.Missing, msp)
			}
			found = found[1:]
		}
		if len(entry.Missing) > 0 {
			open = append(open, entry)
		}
	}
	return open, nil
}
