// SPDX-License-Identifier: Apache-2.0

package governance

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/canonical"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// The types of what administrators sign (header parameter "typ").
const (
	// FoundingType is that of a founding record.
	FoundingType = "smartb-founding+jwt"
	// VoteType is that of a vote on rules.
	VoteType = "smartb-vote+jwt"
	// RootType is that of a further root certificate.
	RootType = "smartb-root+jwt"
)

// Kind describes what a network is for.
type Kind string

// The kinds.
const (
	Development Kind = "development"
	Production  Kind = "production"
)

const maxRoots = 10

// Founding is the founding record: what all organisations signed before the first transaction. It never changes, and every call reads it.
type Founding struct {
	Schema int `json:"schema"`
	// NetworkID is the SHA-256 of the genesis block's header, in lower-case hex: anything that is signed for this
	// network is signed for no other.
	NetworkID string `json:"networkId"`
	Kind      Kind   `json:"kind"`
	// Organisations are in the order of their MSPs.
	Organisations []Organisation `json:"organisations"`
	// Rules are the first rules, version 1.
	Rules Rules `json:"rules"`
}

// Organisation is an organisation of the network, as its administrator signs for it.
type Organisation struct {
	MSP string `json:"mspId"`
	// Roots are the organisation's root certificates, in DER and base64.
	Roots []string `json:"roots"`
	// Peers is true where the organisation runs peers.
	Peers bool `json:"peers"`
}

// FoundRequest brings the founding record and the signatures of all administrators.
type FoundRequest struct {
	Founding Founding `json:"founding"`
	// Signatures are JWS of each organisation's administrator over the record's canonical JSON, in the order of the organisations.
	Signatures []string `json:"signatures"`
}

// Validate checks the request by itself.
func (r FoundRequest) Validate() error {
	if err := r.Founding.validate(); err != nil {
		return err
	}
	if len(r.Signatures) != len(r.Founding.Organisations) {
		return fault.Field(fault.SignatureMissing, "signatures", "give one for each of the %d organisations, in their order", len(r.Founding.Organisations))
	}
	return nil
}

func (f Founding) validate() error {
	if f.Schema != SchemaVersion {
		return fault.Field(fault.InvalidField, "founding/schema", "this chaincode founds by schema %d", SchemaVersion)
	}
	if !isSHA256(f.NetworkID) {
		return fault.Field(fault.InvalidField, "founding/networkId", "expected the SHA-256 of the genesis block's header in lower-case hex")
	}
	if f.Kind != Development && f.Kind != Production {
		return fault.Field(fault.InvalidField, "founding/kind", "expected %s or %s", Development, Production)
	}
	if err := f.checkOrganisations(); err != nil {
		return err
	}
	if err := f.Rules.validate(); err != nil {
		return err
	}
	if len(f.Rules.Admitted) > 0 {
		return fault.Field(fault.InvalidField, "founding/rules/admitted", "all organisations of the first day are in founding/organisations")
	}
	return f.Rules.Check(nil, f.Members())
}

// checkOrganisations refuses organisations that are out of order or lack a root.
func (f Founding) checkOrganisations() error {
	if len(f.Organisations) == 0 || len(f.Organisations) > maxOrganisations {
		return fault.Field(fault.InvalidField, "founding/organisations", "name 1 to %d organisations", maxOrganisations)
	}
	if !slices.IsSortedFunc(f.Organisations, func(a, b Organisation) int { return strings.Compare(a.MSP, b.MSP) }) {
		return fault.Field(fault.InvalidField, "founding/organisations", "give them in byte order of their MSPs")
	}
	for i, organisation := range f.Organisations {
		if i > 0 && organisation.MSP == f.Organisations[i-1].MSP {
			return fault.Field(fault.InvalidField, "founding/organisations", "each needs an MSP of its own")
		}
		if err := organisation.check("founding/organisations"); err != nil {
			return err
		}
	}
	return nil
}

// check refuses an organisation without a root or without a name.
func (o Organisation) check(field string) error {
	if o.MSP == "" {
		return fault.Field(fault.InvalidField, field, "an MSP is missing")
	}
	if n := len(o.Roots); n == 0 || n > maxRoots || slices.ContainsFunc(o.Roots, isNoRoot) {
		return fault.Field(fault.InvalidField, field, "%s: give 1 to %d certificates of CAs, in DER and base64", o.MSP, maxRoots)
	}
	return nil
}

// Encode is the record's canonical JSON, as it is signed, hashed and stored.
func (f Founding) Encode() []byte {
	text, err := canonical.JSON(f)
	if err != nil { // texts, lists and flags always encode
		return nil
	}
	return text
}

// SHA256 is the record's hash: anything that a chaincode server is started with.
func (f Founding) SHA256() string { return hashOf(f.Encode()) }

// Members are the founding organisations' MSPs, in byte order.
func (f Founding) Members() []string {
	members := make([]string, len(f.Organisations))
	for i, organisation := range f.Organisations {
		members[i] = organisation.MSP
	}
	return members
}

// PeerOrganisations are the MSPs of those that run peers, in byte order.
func (f Founding) PeerOrganisations() (msps []string) {
	for _, organisation := range f.Organisations {
		if organisation.Peers {
			msps = append(msps, organisation.MSP)
		}
	}
	return msps
}

// Root is a root certificate that an organisation has beside those of the founding: signed by its administrator under a root that was accepted before.
type Root struct {
	Schema int    `json:"schema"`
	MSP    string `json:"mspId"`
	// Certificate is in DER, base64.
	Certificate string `json:"certificate"`
	// Signature is the administrator's JWS over a RootPayload.
	Signature string `json:"signature"`
	// At is the time at which the signature was accepted.
	At time.Time `json:"at"`
}

// RootPayload is what an administrator signs for a further root certificate.
type RootPayload struct {
	NetworkID string `json:"networkId"`
	MSP       string `json:"mspId"`
	// SHA256 is the new certificate's fingerprint.
	SHA256 string `json:"sha256"`
}

// Fingerprint is the SHA-256 of a certificate, in lower-case hex.
func Fingerprint(certificate *x509.Certificate) string { return hashOf(certificate.Raw) }

func isNoRoot(certificate string) bool {
	_, err := ParseRoot(certificate)
	return err != nil
}

// ParseRoot reads a root certificate in DER, base64.
func ParseRoot(certificate string) (*x509.Certificate, error) {
	der, err := base64.StdEncoding.Strict().DecodeString(certificate)
	if err != nil {
		return nil, errNoRoot
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil || !parsed.IsCA {
		return nil, errNoRoot
	}
	return parsed, nil
}

var errNoRoot = fault.New(fault.InvalidField, "expected the certificate of a CA, in DER and base64")

func hashOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func isSHA256(text string) bool {
	bytes, err := hex.DecodeString(text)
	return err == nil && len(bytes) == sha256.Size && strings.ToLower(text) == text
}

// AddRootRequest adds a root certificate of the caller's organisation, before the present one ends.
type AddRootRequest struct {
	// Certificate is in DER, base64.
	Certificate string `json:"certificate"`
	// Signature is a JWS of the caller, an administrator, over a RootPayload, by a certificate under a root that is accepted already.
	Signature string `json:"signature"`
}

// Validate checks the request by itself.
func (r AddRootRequest) Validate() error {
	if _, err := ParseRoot(r.Certificate); err != nil {
		return fault.Field(fault.InvalidField, "certificate", "%s", errNoRoot.Message)
	}
	if r.Signature == "" {
		return fault.Field(fault.SignatureMissing, "signature", "required")
	}
	return nil
}

// FoundingView is what anybody reads of the founding.
type FoundingView struct {
	Founding Founding `json:"founding"`
	SHA256   string   `json:"sha256"`
	// Signatures are the administrators' over the founding record.
	Signatures
}

// Signatures are the administrators' over the founding record.
type Signatures struct {
	Schema int `json:"schema"`
	// Signatures are JWS in compact form, in the order of the record's organisations.
	Signatures []string `json:"signatures"`
	// At is the time at which they were accepted.
	At time.Time `json:"at"`
}

// GetFoundingRequest asks for the founding record.
type GetFoundingRequest struct{}

// Validate accepts every GetFoundingRequest.
func (GetFoundingRequest) Validate() error { return nil }
