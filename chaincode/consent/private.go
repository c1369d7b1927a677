package consent

import (
	"github.com/smartb-suite/smartb/chaincode/canonical"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// Private is the private part of a consent, for receipts. It reaches the controller's collection only.
type Private struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"`
	Email   string `json:"email,omitempty"`
	Phone   string `json:"phone,omitempty"`
	// Note is free text of the resident.
	Note string `json:"note,omitempty"`
	// Salt is random, at least 16 bytes in lower-case hex, made by the client: hashes of private data stand in blocks for ever.
	Salt string `json:"salt"`
}

// Validate checks the private part by itself.
func (p Private) Validate() error {
	return request.All(
		request.Text("name", p.Name), request.Text("address", p.Address), request.Text("email", p.Email), request.Text("phone", p.Phone), request.LongText("note", p.Note),
		request.Salt("salt", p.Salt),
	)
}

// Hash is the lower-case hex SHA-256 of the canonical JSON (RFC 8785) without empty members: what a resident signs as privateSha256.
func (p Private) Hash() (string, error) { return canonical.SHA256(p) }

// StorePrivateRequest brings the private part of a consent.
type StorePrivateRequest struct {
	Subject   string `json:"subject"`
	ConsentID string `json:"consentId"`
}

// Validate checks the request by itself.
func (r StorePrivateRequest) Validate() error {
	return request.All(request.Thumbprint("subject", r.Subject), request.ID("consentId", r.ConsentID))
}

// StorePrivateAnswer tells which private part is stored.
type StorePrivateAnswer struct {
	Subject       string `json:"subject"`
	ConsentID     string `json:"consentId"`
	PrivateSHA256 string `json:"privateSha256"`
}

// Accept refuses a private part that is not the one whose hash was signed.
func (r Record) Accept(p Private) error {
	hash, err := p.Hash()
	if err != nil {
		return err
	}
	if r.PrivateSHA256 == "" || r.PrivateSHA256 != hash {
		return fault.New(fault.PrivateHashMismatch, "the private part's hash is not the privateSha256 of consent %s", r.ConsentID)
	}
	return nil
}
