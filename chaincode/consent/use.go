package consent

import (
	"strconv"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

const (
	// MaxUses is how many consents one RecordUses names.
	MaxUses = 1000
	// maxCount bounds the single uses of one consent in one batch.
	maxCount = 1_000_000
	// Single is the index of a use that is in no batch.
	Single = -1
)

// Use is the evidence that a processing took place under a consent.
type Use struct {
	Schema         int       `json:"schema"`
	Subject        string    `json:"subject"`
	ConsentID      string    `json:"consentId"`
	Purpose        string    `json:"purpose"`
	DataCategories []string  `json:"dataCategories"`
	By             string    `json:"by"`
	At             time.Time `json:"at"`
	TxID           string    `json:"txId"`
	// Count is how many uses this stands for: 1, or those of a batch.
	Count int64 `json:"count"`
	// Reference is the processor's own id of a single use.
	Reference string `json:"reference,omitempty"`
	// MerkleRoot is the RFC 6962 root over all the batch's single uses, Leaves their number.
	MerkleRoot string `json:"merkleRoot,omitempty"`
	Leaves     int64  `json:"leaves,omitempty"`
}

// RecordUseRequest records one use.
type RecordUseRequest struct {
	Subject        string   `json:"subject"`
	ConsentID      string   `json:"consentId"`
	Purpose        string   `json:"purpose"`
	DataCategories []string `json:"dataCategories"`
	// Reference is an id of the processor's, never a name: letters, digits and ._:/#-.
	Reference string `json:"reference"`
	// Object is what the data are about; it has to be the consent's.
	Object Object `json:"object,omitzero"`
}

// Validate checks the request by itself.
func (r RecordUseRequest) Validate() error {
	return request.All(request.Thumbprint("subject", r.Subject), request.ID("consentId", r.ConsentID), request.Term("purpose", r.Purpose), categories(r.DataCategories), request.Reference("reference", r.Reference), r.Object.validate())
}

// Evidence is the use that the request records.
func (r RecordUseRequest) Evidence(act Act) Use {
	return Use{
		Schema: SchemaVersion, Subject: r.Subject, ConsentID: r.ConsentID, Purpose: r.Purpose, DataCategories: r.DataCategories, By: act.By, At: act.At, TxID: act.TxID,
		Count: 1, Reference: r.Reference,
	}
}

// UseCount is how often one consent was used in a batch.
type UseCount struct {
	Subject   string `json:"subject"`
	ConsentID string `json:"consentId"`
	Count     int64  `json:"count"`
}

// RecordUsesRequest records a batch whose single uses are kept off-chain; their Merkle root proves each of them later.
type RecordUsesRequest struct {
	Purpose        string     `json:"purpose"`
	DataCategories []string   `json:"dataCategories"`
	Uses           []UseCount `json:"uses"`
	// MerkleRoot is the RFC 6962 root over the single uses (UseLeaf), as many as the counts add up to.
	MerkleRoot string `json:"merkleRoot"`
	// Object is what all of them are about; it has to be the consents'.
	Object Object `json:"object,omitzero"`
}

// Validate checks the request by itself.
func (r RecordUsesRequest) Validate() error {
	if err := request.All(request.Term("purpose", r.Purpose), categories(r.DataCategories),
		request.SHA256("merkleRoot", r.MerkleRoot), r.Object.validate()); err != nil {
		return err
	}
	if len(r.Uses) == 0 || len(r.Uses) > MaxUses {
		return fault.Field(fault.OutOfRange, "uses", "expected 1 to %d consents", MaxUses)
	}
	seen := map[ConsentRef]bool{}
	for i, use := range r.Uses {
		field := useField(i)
		if err := request.All(request.Thumbprint(field+"/subject", use.Subject), request.ID(field+"/consentId", use.ConsentID), request.Within(field+"/count", use.Count, 1, maxCount)); err != nil {
			return err
		}
		ref := ConsentRef{use.Subject, use.ConsentID}
		if seen[ref] {
			return fault.Field(fault.InvalidField, field+"/consentId", "occurs twice")
		}
		seen[ref] = true
	}
	return nil
}

// UseField names the consent of an entry of a batch, for refusals.
func UseField(i int) string { return useField(i) + "/consentId" }

func useField(i int) string { return "uses/" + strconv.Itoa(i) }

// Evidence is one Use for each consent of the batch.
func (r RecordUsesRequest) Evidence(act Act) []Use {
	uses := make([]Use, len(r.Uses))
	var leaves int64
	for i, use := range r.Uses {
		leaves += use.Count
		uses[i] = Use{
			Schema: SchemaVersion, Subject: use.Subject, ConsentID: use.ConsentID, Purpose: r.Purpose, DataCategories: r.DataCategories, By: act.By, At: act.At,
			TxID: act.TxID, Count: use.Count, MerkleRoot: r.MerkleRoot,
		}
	}
	for i := range uses {
		uses[i].Leaves = leaves
	}
	return uses
}

// RecordUsesAnswer tells what was recorded.
type RecordUsesAnswer struct {
	TxID     string `json:"txId"`
	Consents int    `json:"consents"`
	Leaves   int64  `json:"leaves"`
}

// Admit refuses a use that the consent does not allow now. index is the place in a batch, or Single.
func (r Record) Admit(purpose string, categories []string, about Object, by string, index int, standing Standing, facts Facts) error {
	question := CheckRequest{
		Subject: r.Subject, Controller: r.Controller, Purpose: purpose, DataCategories: categories, Recipient: by, Object: about,
	}
	for _, category := range categories {
		code := HasErased
		if !standing.HasErased() {
			code = question.denies(r, standing, category, facts)
		}
		if code == "" {
			continue
		}
		field := "consentId"
		if index != Single {
			field = UseField(index)
		}
		return fault.Field(fault.ProcessingDenied, field, "%s may not process %s for %s: %s", by, category, purpose, code).
			With("reason", string(code)).With("consentId", r.ConsentID)
	}
	return nil
}

// ListUsesRequest asks for the uses of a consent, newest first.
type ListUsesRequest struct {
	// Subject is whose consent it is; a resident's signed request may leave the own out.
	Subject   string `json:"subject,omitempty"`
	ConsentID string `json:"consentId"`
	request.Listing
}

// Validate checks the request by itself.
func (r ListUsesRequest) Validate() error {
	return request.All(request.Optional("subject", r.Subject, request.Thumbprint), request.ID("consentId", r.ConsentID), r.Check())
}

// UsePage is a page of uses.
type UsePage struct {
	Uses     []Use  `json:"uses"`
	Bookmark string `json:"bookmark"`
}
