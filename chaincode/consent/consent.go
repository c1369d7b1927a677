// Package consent is what residents decide about their data: notices that say openly what is done, consent records with their states, the answer to
// "may this be processed", the evidence of uses, and receipts. It decides; it reads and writes nothing, so that everybody can test it and decide
// again off-chain.
//
// Terms are those of the W3C Data Privacy Vocabulary (DPV 2.3), of ISO/IEC TS 27560:2023 (consent records and receipts) and of the GDPR.
package consent

import (
	"regexp"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// SchemaVersion is the version of the stored records' form; it stands in every record so that a later chaincode can read an older one.
const SchemaVersion = 1

const maxVersion = 999_999

func version(field string, value int) error {
	return request.Within(field, int64(value), 1, maxVersion)
}

var signedRequestIDPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}$`)

// signedRequestID checks the jti of a signed request.
func signedRequestID(field, value string) error {
	return request.Matches(field, value, signedRequestIDPattern, "the jti of a signed request")
}

// categories checks the data categories that every request about data names.
func categories(values []string) error {
	if len(values) == 0 {
		return fault.Field(fault.MissingField, "dataCategories", "required")
	}
	return request.List("dataCategories", values, request.Term)
}

// seconds is a time as the ledger keeps it: UTC, whole seconds.
func seconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
