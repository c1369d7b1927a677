package party

import "time"

// Statement is what a resident signed: it stands for the resident in the place of a certificate. Whoever relays it is the transaction's submitter and
// has no say in it.
type Statement struct {
	// Signer is the RFC 7638 thumbprint of the signing key.
	Signer string
	// Subject is the resident whose rights are exercised: the signer, or the person that the signer is guardian of (claim "for").
	Subject string
	// ID is the statement's own id (claim "jti"), unique for its signer.
	ID string
	// IssuedAt and Expires bound its validity (claims "iat" and "exp").
	IssuedAt, Expires time.Time
	// Compact is the statement as it was signed, a JWS in compact form, for records that anybody shall be able to verify again.
	Compact string
}
