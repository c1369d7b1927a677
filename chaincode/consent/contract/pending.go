package contract

import (
	"crypto/sha256"
	"strconv"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
)

const (
	// maxPending is how many requests of a controller may wait for one subject's answer: without end they would bury what the subject has to read.
	maxPending = 256
	// pendingProbes is how many places a request looks at.
	pendingProbes = 32
)

// pendingKey holds a pendingSlot: the place that a request takes until the subject answers it or its time is over; written by Request. The request's id says
// at which place it begins to look, so that requests at the same time share no key. An answer is the subject's right and writes nothing here: a place is free
// where its request is found answered.
func pendingKey(subject string, r consent.RequestRef, probe int) ledger.Key {
	sum := sha256.Sum256([]byte(r.ID))
	return ledger.Key{Type: "consent.pending", Attributes: []string{subject, r.MSP, strconv.Itoa((int(sum[0]) + probe) % maxPending)}}
}

type pendingSlot struct {
	Schema     int       `json:"schema"`
	ConsentID  string    `json:"consentId"`
	ValidUntil time.Time `json:"validUntil"`
}

// takePending takes a place for a new request.
func takePending(l *ledger.Ledger, record consent.Record, ref consent.RequestRef, at time.Time) error {
	for probe := range pendingProbes {
		key := pendingKey(record.Subject, ref, probe)
		slot, err := optional[pendingSlot](l, key)
		if err != nil {
			return err
		}
		waits := false
		if slot != nil && at.Before(slot.ValidUntil) {
			if waits, err = stillWaits(l, record.Subject, consent.RequestRef{MSP: ref.MSP, ID: slot.ConsentID}); err != nil {
				return err
			}
		}
		if !waits {
			return ledger.Put(l, key, pendingSlot{consent.SchemaVersion, ref.ID, record.ValidUntil})
		}
	}
	return fault.Field(fault.TooManyOpen, "subject", "too many requests of %s wait for the subject's answer (at most %d)", ref.MSP, maxPending)
}

// stillWaits reports whether the subject has neither consented nor refused. To put an answer off is none.
func stillWaits(l *ledger.Ledger, subject string, ref consent.RequestRef) (bool, error) {
	answers, err := ledger.GetMany[consent.Answer](l, []ledger.Key{answerKey(subject, ref), refusalKey(subject, ref)})
	if err != nil {
		return false, err
	}
	return answers[1] == nil && (answers[0] == nil || answers[0].ConsentID == ""), nil
}
