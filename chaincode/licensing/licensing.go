// Package licensing is the permission to access data: datasets, offers, negotiations, licences, decisions on access, and the evidence of it. The data stay
// where they are. It decides; it reads and writes nothing, so that everybody can test it and decide again off-chain.
//
// Terms are those of W3C ODRL 2.2, of the Dataspace Protocol 2025-1 (DSP) and of DCAT 3.
package licensing

import (
	"regexp"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// SchemaVersion is the version of the stored records' form; it stands in every record so that a later chaincode can read an older one.
const SchemaVersion = 1

const maxVersion = 999_999

// Act is who does something, proven by the caller's certificate or signature, and when.
type Act struct {
	// By is the MSP of the organisation or the pseudonym of the resident.
	By   string
	TxID string
	At   time.Time
	// Proof is the statement that a resident signed, empty for organisations.
	Proof string
}

var residentPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// IsResident reports whether an owner is a resident, named by the RFC 7638 thumbprint of a key, and no organisation, named by its MSP.
func IsResident(owner string) bool { return residentPattern.MatchString(owner) }

// party checks an owner: the id of an MSP or a resident's pseudonym, which may begin with any letter of base64url.
func party(field, value string) error {
	if IsResident(value) {
		return nil
	}
	return request.MSP(field, value)
}

// absent refuses a member that does not go with the others.
func absent(field, value, with string) error {
	if value != "" {
		return fault.Field(fault.InvalidField, field, "does not go with %s", with)
	}
	return nil
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
