// SPDX-License-Identifier: Apache-2.0

// Package identity defines who acts: a member of an organisation, known by an X.509 certificate of its organisation's
// Fabric CA, or a resident, known by a signed request. A member's right always needs both the organisation that the
// object names and a role; an identity without its MSP is nobody.
package identity

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/attrmgr"
	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/cid"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/jws"
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

// maxChain bounds the certificates that a member's signature may carry: the member's own and those of intermediate CAs.
const maxChain = 4

// Roots are the certificates that the network accepts as an organisation's CAs, by MSP.
type Roots map[string][]*x509.Certificate

// Signature is what a member of an organisation signed: a JWS (RFC 7515) by the key of the member's certificate, which
// is in the header "x5c". Unlike an endorsement it can be verified by anybody at any later time, and no other
// organisations together can make it up.
type Signature struct {
	MSP   string
	Roles []Role
	// Admin is true for an administrator of the organisation (NodeOU admin).
	Admin bool
	// Payload is what was signed.
	Payload []byte
	// Certificate is the signer's.
	Certificate *x509.Certificate
	// Compact is the JWS in compact form, for records that anybody shall be able to verify again.
	Compact string
}

// VerifySignature reads a member's signature: an ES256 JWS in compact form. Its protected header is exactly {alg, typ,
// x5c}, with the given typ. Its certificate is valid at the time and leads to a root of the organisation. The time is
// that of the transaction which brings the signature; who verifies it again uses the recorded one, so that expiry,
// renewal and later revocation void nothing.
func VerifySignature(compact, typ, msp string, roots Roots, at time.Time) (Signature, error) {
	var none Signature
	segments, err := jws.Split(compact)
	if err != nil {
		return none, err
	}
	chain, err := readMemberHeader(segments[0], typ)
	if err != nil {
		return none, err
	}
	if err := issued(chain, msp, roots, at); err != nil {
		return none, err
	}
	key, ok := chain[0].PublicKey.(*ecdsa.PublicKey)
	if !ok {
		return none, jws.Malformed("x5c", "the certificate's key is not one of ECDSA on P-256")
	}
	if err := jws.CheckSignature(compact, jose.ES256, jose.JSONWebKey{Key: key}); err != nil {
		return none, err
	}
	attributes, err := attrmgr.New().GetAttributesFromCert(chain[0])
	if err != nil {
		return none, jws.Malformed("x5c", "the certificate's attributes cannot be read")
	}
	role, _, err := attributes.Value(roleAttribute)
	if err != nil {
		return none, jws.Malformed("x5c", "the certificate's attributes cannot be read")
	}
	return Signature{
		MSP: msp, Roles: roles(role), Admin: isAdmin(chain[0]), Payload: segments[1], Certificate: chain[0], Compact: compact,
	}, nil
}

// VerifySignatureAgain is VerifySignature for a signature that was accepted before and stored as evidence, at the time that was recorded then.
func VerifySignatureAgain(compact, typ, msp string, roots Roots, at time.Time) (Signature, error) {
	parts := []string{compact, typ, msp, at.UTC().Format(time.RFC3339Nano)}
	for _, root := range roots[msp] {
		parts = append(parts, string(root.Raw))
	}
	return memberSignatures.Recall(parts, func() (Signature, error) { return VerifySignature(compact, typ, msp, roots, at) })
}

var memberSignatures jws.Memo[Signature]

// isAdmin reports whether the certificate is an administrator's, in Fabric's own sense.
func isAdmin(certificate *x509.Certificate) bool {
	return slices.Contains(certificate.Subject.OrganizationalUnit, "admin")
}

// readMemberHeader reads the protected header: exactly alg, typ and x5c, the signer's certificate first.
func readMemberHeader(text []byte, typ string) ([]*x509.Certificate, error) {
	header, err := jws.ReadMembers("header", text)
	if err != nil {
		return nil, err
	}
	if err := header.Exactly("header", []string{"alg", "typ", "x5c"}); err != nil {
		return nil, err
	}
	if got, err := header.Text("typ"); err != nil || got != typ {
		return nil, jws.Malformed("typ", "is not %q", typ)
	}
	if algorithm, err := header.Text("alg"); err != nil || algorithm != string(jose.ES256) {
		return nil, jws.Malformed("alg", "is not ES256, by which members sign")
	}
	return readChain(header["x5c"])
}

// readChain reads the header parameter x5c.
func readChain(text []byte) ([]*x509.Certificate, error) {
	var encoded []string
	if err := json.Unmarshal(text, &encoded); err != nil || len(encoded) == 0 || len(encoded) > maxChain {
		return nil, jws.Malformed("x5c", "is not a list of 1 to %d certificates in base64", maxChain)
	}
	chain := make([]*x509.Certificate, len(encoded))
	for i, certificate := range encoded {
		der, err := base64.StdEncoding.Strict().DecodeString(certificate)
		if err != nil {
			return nil, jws.Malformed("x5c", "entry %d is not base64", i)
		}
		if chain[i], err = x509.ParseCertificate(der); err != nil {
			return nil, jws.Malformed("x5c", "entry %d is no X.509 certificate", i)
		}
	}
	return chain, nil
}

// issued refuses a certificate that no root of the organisation is above at the time, and one of a CA.
func issued(chain []*x509.Certificate, msp string, roots Roots, at time.Time) error {
	if chain[0].IsCA {
		return jws.About(fault.SignedRequestForged, "x5c", "the certificate is that of a CA")
	}
	options := x509.VerifyOptions{
		Roots: pool(roots[msp]), Intermediates: pool(chain[1:]), CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	}
	if _, err := chain[0].Verify(options); err != nil {
		return jws.About(fault.SignedRequestForged, "x5c", "the certificate is none of %s at %s", msp, at.Format(time.RFC3339))
	}
	return nil
}

func pool(certificates []*x509.Certificate) *x509.CertPool {
	all := x509.NewCertPool()
	for _, certificate := range certificates {
		all.AddCert(certificate)
	}
	return all
}
