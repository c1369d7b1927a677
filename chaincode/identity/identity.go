// SPDX-License-Identifier: Apache-2.0

// Package identity defines who acts: a member of an organisation, known by an X.509 certificate of its organisation's
// Fabric CA, or a resident, known by a signed request. A member's right always needs both the organisation that the
// object names and a role; an identity without its MSP is nobody.
package identity

import (
	"crypto/x509"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/cid"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
)

// Role is what a member may do for its organisation: a value of the certificate's attribute smartb.role, which may list several, separated by commas.
type Role string

const (
	// Steward speaks for the organisation as data owner, data user and controller.
	Steward Role = "steward"
	// Processor is a service that asks for access to data.
	Processor Role = "processor"
	// MeterOperator submits and confirms what the distribution system operator measured.
	MeterOperator Role = "meter-operator"
	// Organiser runs an energy community (personne morale organisatrice).
	Organiser Role = "organiser"
	// Authority is the data protection authority.
	Authority Role = "authority"
	// Auditor checks settlements independently.
	Auditor Role = "auditor"
)

// Roles are all roles.
var Roles = []Role{Steward, Processor, MeterOperator, Organiser, Authority, Auditor}

const roleAttribute = "smartb.role"

// Caller is who submitted or evaluates the transaction.
type Caller struct {
	MSP   string
	Roles []Role
	// Admin is true for an administrator of the organisation, in Fabric's own sense (NodeOU admin): who may also approve chaincode definitions.
	Admin bool
	// Certificate is the caller's, by which the transaction is signed.
	Certificate *x509.Certificate
	// Signed request is set where a resident acts through a signed request. Then the other members are empty: anyone
	// who relays has no right and no name here.
	SignedRequest *signedrequest.Signed
}

// FromCertificate reads the caller from the transaction's creator.
func FromCertificate(stub cid.ChaincodeStubInterface) (Caller, error) {
	identity, err := cid.New(stub) // not ctx.GetClientIdentity, which hides this error
	if err != nil {
		return Caller{}, fault.New(fault.Forbidden, "the caller's certificate cannot be read: %s", err)
	}
	msp, err := identity.GetMSPID()
	if err != nil {
		return Caller{}, fault.New(fault.Forbidden, "the caller's MSP cannot be read: %s", err)
	}
	attribute, _, err := identity.GetAttributeValue(roleAttribute)
	if err != nil {
		return Caller{}, fault.New(fault.Forbidden, "the caller's attribute %s cannot be read: %s", roleAttribute, err)
	}
	certificate, err := identity.GetX509Certificate()
	if err != nil || certificate == nil {
		return Caller{}, fault.New(fault.Forbidden, "the caller has no X.509 certificate")
	}
	return Caller{MSP: msp, Roles: roles(attribute), Certificate: certificate, Admin: isAdmin(certificate)}, nil
}

// CertificateOf is the certificate of the transaction's creator.
func CertificateOf(stub cid.ChaincodeStubInterface) (*x509.Certificate, error) {
	identity, err := cid.New(stub)
	if err != nil {
		return nil, fault.New(fault.Forbidden, "the caller's certificate cannot be read: %s", err)
	}
	certificate, err := identity.GetX509Certificate()
	if err != nil || certificate == nil {
		return nil, fault.New(fault.Forbidden, "the caller has no X.509 certificate")
	}
	return certificate, nil
}

func roles(attribute string) (list []Role) {
	for name := range strings.SplitSeq(attribute, ",") {
		if name = strings.TrimSpace(name); name != "" {
			list = append(list, Role(name))
		}
	}
	return list
}

// Is reports whether the caller acts for one of the organisations in the role.
func (c Caller) Is(role Role, msps ...string) bool {
	return slices.Contains(c.Roles, role) && slices.Contains(msps, c.MSP)
}

// RequireRole refuses a caller without the role, whatever its organisation: for what every organisation may do.
func (c Caller) RequireRole(role Role) error {
	if c.Is(role, c.MSP) {
		return nil
	}
	return fault.New(fault.Forbidden, "only the role %s may do this; the caller acts for %s as %s", role, c.organisation(), c)
}

// Require refuses a caller who does not act for the organisation in the role.
func (c Caller) Require(msp string, role Role) error {
	if c.Is(role, msp) {
		return nil
	}
	return fault.New(fault.Forbidden, "only the role %s of %s may do this; the caller acts for %s as %s", role, msp, c.organisation(), c)
}

func (c Caller) organisation() string {
	if c.SignedRequest != nil {
		return "no organisation"
	}
	return c.MSP
}

// InRole describes in which role a member calls, for messages.
func (c Caller) InRole() string {
	switch {
	case c.Admin:
		return "as an administrator"
	case len(c.Roles) == 0:
		return "without a role (certificate attribute " + roleAttribute + ")"
	default:
		return "with role " + c.String()
	}
}

// String lists the caller's roles for messages.
func (c Caller) String() string {
	if c.SignedRequest != nil {
		return "the resident " + c.SignedRequest.Signer
	}
	if len(c.Roles) == 0 {
		return "nobody (no " + roleAttribute + ")"
	}
	names := make([]string, len(c.Roles))
	for i, role := range c.Roles {
		names[i] = string(role)
	}
	return strings.Join(names, ", ")
}
