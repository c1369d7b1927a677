// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/smartb-suite/smartb/chaincode/canonical"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/merkle"
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
func (r RecordUseRequest) Evidence(act Action) Use {
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

// UseField names the consent of an entry of a batch, for errors.
func UseField(i int) string { return useField(i) + "/consentId" }

func useField(i int) string { return "uses/" + strconv.Itoa(i) }

// Evidence is one Use for each consent of the batch.
func (r RecordUsesRequest) Evidence(act Action) []Use {
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

// RecordUsesAnswer reports what was recorded.
type RecordUsesAnswer struct {
	TxID     string `json:"txId"`
	Consents int    `json:"consents"`
	Leaves   int64  `json:"leaves"`
}

// Admit refuses a use that the consent does not allow now. index is the place in a batch, or Single.
func (r Record) Admit(purpose string, categories []string, about Object, by string, index int, recordState RecordState, facts Facts) error {
	question := CheckRequest{
		Subject: r.Subject, Controller: r.Controller, Purpose: purpose, DataCategories: categories, Recipient: by, Object: about,
	}
	for _, category := range categories {
		code := HasErased
		if !recordState.HasErased() {
			code = question.denies(r, recordState, category, facts)
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
	// Subject is whose consent it is; a resident's signed request may leave its own out.
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

// UseLeaf is a single use of a batch as the processor keeps it off-chain: a leaf of the batch's Merkle tree.
type UseLeaf struct {
	ConsentID string    `json:"consentId"`
	Reference string    `json:"reference"`
	At        time.Time `json:"at"`
	// Salt is random, in hex: without it the hash would tell a guessed use.
	Salt string `json:"salt"`
}

// hash is the RFC 6962 leaf hash of the canonical JSON.
func (l UseLeaf) hash() ([]byte, error) {
	text, err := canonical.JSON(l)
	return merkle.HashLeaf(text), err
}

// UsesRoot is the Merkle root that RecordUses takes, in lower-case hex, over at least one use.
func UsesRoot(leaves []UseLeaf) (string, error) {
	hashes, err := leafHashes(leaves)
	if err != nil {
		return "", err
	}
	root, err := merkle.Root(hashes)
	return hex.EncodeToString(root), err
}

func leafHashes(leaves []UseLeaf) ([][]byte, error) {
	hashes := make([][]byte, len(leaves))
	for i, leaf := range leaves {
		hash, err := leaf.hash()
		if err != nil {
			return nil, err
		}
		hashes[i] = hash
	}
	return hashes, nil
}

// UseProof is a single use with the proof that it belongs to a recorded batch.
type UseProof struct {
	Leaf  UseLeaf `json:"leaf"`
	Index int     `json:"index"`
	// Path is the RFC 6962 audit path from the leaf to the root, in hex.
	Path []string `json:"path"`
}

// ProveUse proves the use at the index.
func ProveUse(leaves []UseLeaf, index int) (UseProof, error) {
	hashes, err := leafHashes(leaves)
	if err != nil {
		return UseProof{}, err
	}
	path, err := merkle.Path(hashes, index)
	if err != nil {
		return UseProof{}, fmt.Errorf("prove a use: %w", err)
	}
	return UseProof{Leaf: leaves[index], Index: index, Path: merkle.Encode(path)}, nil
}

// ErrUnproven reports a use that does not belong to the batch.
var ErrUnproven = errors.New("the use is not proven")

// Verify checks the proof against the batch that the ledger holds.
func (p UseProof) Verify(batch Use) error {
	if p.Leaf.ConsentID != batch.ConsentID || p.Index < 0 || batch.Leaves < 1 {
		return fmt.Errorf("%w: it is not of this batch", ErrUnproven)
	}
	hash, err := p.Leaf.hash()
	if err != nil {
		return err
	}
	if err := merkle.Verify(hash, int64(p.Index), batch.Leaves, p.Path, batch.MerkleRoot); err != nil {
		return fmt.Errorf("%w: %w", ErrUnproven, err)
	}
	return nil
}
