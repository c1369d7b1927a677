// SPDX-License-Identifier: Apache-2.0

package governance

import (
	"slices"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// AdmissionType is the type of what the administrator of a new organisation signs (header parameter "typ").
const AdmissionType = "smartb-admission+jwt"

// Admission is an organisation that joined after the founding. An MSP id is admitted once: an organisation that lost its roots joins under another id.
type Admission struct {
	Organisation
	// Signature is a JWS of the organisation's own administrator over an AdmissionPayload, by a certificate under one of the roots.
	Signature string `json:"signature"`
}

// AdmissionPayload is what the administrator of a new organisation signs.
type AdmissionPayload struct {
	NetworkID string `json:"networkId"`
	Organisation
}

// Payload is what the organisation's administrator signs to join a network.
func (a Admission) Payload(networkID string) AdmissionPayload {
	return AdmissionPayload{NetworkID: networkID, Organisation: a.Organisation}
}

// Adoption is a version of the rules with the votes that brought it into force.
type Adoption struct {
	Rules
	// Votes are signatures, in byte order of the MSPs; none for the rules of the founding record, which all signed.
	Votes []Ballot `json:"votes,omitempty"`
	// Since is the time of the last vote needed, RFC 3339 in UTC.
	Since time.Time `json:"since"`
}

// checkAdmitted refuses admissions that are out of order or incomplete.
func (r Rules) checkAdmitted() error {
	if len(r.Admitted) > maxOrganisations {
		return fault.Field(fault.InvalidField, "admitted", "at most %d organisations join", maxOrganisations)
	}
	for i, admission := range r.Admitted {
		if i > 0 && admission.MSP <= r.Admitted[i-1].MSP {
			return fault.Field(fault.InvalidField, "admitted", "give the organisations in byte order of their MSPs, each once, so that equal rules look equal")
		}
		if err := admission.check("admitted"); err != nil {
			return err
		}
		if admission.Signature == "" {
			return fault.Field(fault.SignatureMissing, "admitted", "%s: the signature of its administrator is missing", admission.MSP)
		}
	}
	return nil
}

// checkKept refuses rules that leave out or change an organisation that was admitted before.
func (r Rules) checkKept(before []Admission) error {
	for _, admission := range before {
		same := func(other Admission) bool {
			return other.MSP == admission.MSP && other.Peers == admission.Peers && other.Signature == admission.Signature &&
				slices.Equal(other.Roots, admission.Roots)
		}
		if !slices.ContainsFunc(r.Admitted, same) {
			return fault.Field(fault.InvalidField, "admitted", "%s was admitted before: keep its entry as it is", admission.MSP)
		}
	}
	return nil
}

// admits reports whether the rules admit an organisation of this MSP.
func (r Rules) admits(msp string) bool {
	_, found := slices.BinarySearchFunc(r.Admitted, msp, func(admission Admission, msp string) int { return strings.Compare(admission.MSP, msp) })
	return found
}
