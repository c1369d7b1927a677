// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/smartb-suite/smartb/chaincode/canonical"
	consents "github.com/smartb-suite/smartb/chaincode/consent/contract"
	"github.com/smartb-suite/smartb/chaincode/fault"
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// signature is a member's signature, under a key of its own.
type signature struct {
	Schema int `json:"schema"`
	// At is the time of the transaction that brought it, at which its certificate is looked at ever after.
	At  time.Time `json:"at"`
	JWS string    `json:"jws"`
}

// signed is the act with what it rests on: the resident's signed request or, for an organisation, the signature over the request without it, which is
// verified and stored.
func signed[T any](tx *transaction.Tx, act licensing.Action, name string, unsigned T, compact string) (licensing.Action, error) {
	if tx.Caller.SignedRequest != nil {
		if compact != "" {
			return act, fault.Field(fault.InvalidField, "signature", "a resident's signed request needs no other signature")
		}
		return act, nil
	}
	if err := verifySignature(tx, act, name, unsigned, compact); err != nil {
		return act, err
	}
	act.Evidence = &licensing.Evidence{SHA256: hashOf(compact)}
	return act, ledger.Put(tx.Ledger, signatureKey(act.Evidence.SHA256), signature{licensing.SchemaVersion, act.At, compact})
}

// verifySignature refuses a signature that is not that of a steward of the organisation on the request.
func verifySignature[T any](tx *transaction.Tx, act licensing.Action, name string, unsigned T, compact string) error {
	signedCall, err := memberCall(tx.Ledger, compact, act.By, act.At)
	if err != nil {
		return err
	}
	want, err := canonical.SHA256(unsigned)
	if err != nil {
		return err
	}
	var request T
	if signedCall == nil || signedCall.Transaction != "licensing:"+name || json.Unmarshal([]byte(signedCall.Request), &request) != nil {
		return fault.Field(fault.SignatureMissing, "signature", "it is not that of a steward of %s on this request to licensing:%s in this network", act.By, name)
	}
	if got, err := canonical.SHA256(request); err != nil || got != want {
		return fault.Field(fault.SignatureMissing, "signature", "it is on another request")
	}
	return nil
}

func hashOf(compact string) string {
	sum := sha256.Sum256([]byte(compact))
	return hex.EncodeToString(sum[:])
}

// memberCall is what a steward of the organisation signed for this network; nil where it is not such a signature.
func memberCall(l *ledger.Ledger, compact, msp string, at time.Time) (*licensing.SignedCall, error) {
	if compact == "" {
		return nil, nil //nolint:nilnil // no signature is no failure
	}
	verified, err := governance.VerifyMember(l, compact, licensing.SignatureType, msp, at)
	if err != nil {
		if refusal := (*fault.Error)(nil); errors.As(err, &refusal) && !slices.Contains(broken, refusal.Code) {
			return nil, nil //nolint:nilnil // a signature that does not verify is no proof; it is no failure of this transaction
		}
		return nil, err
	}
	var payload licensing.SignedRequest
	if json.Unmarshal(verified.Payload, &payload) != nil || payload.Audience != signedrequest.Audience(l.Network(), l.Channel()) ||
		!slices.Contains(verified.Roles, identity.Steward) {
		return nil, nil //nolint:nilnil // as above
	}
	return &licensing.SignedCall{Party: msp, Transaction: payload.Transaction, Request: string(payload.Request)}, nil
}

// broken are errors that are no answer about a signature.
var broken = []fault.Code{fault.Internal, fault.NetworkNotFounded, fault.WrongNetwork, fault.BatchConflict, fault.Busy}

// claim is a signature that a record names, and whose it is to be: an organisation's or a resident's.
type claim struct {
	by       string
	evidence *licensing.Evidence
}

// key is where the signature is.
func (c claim) key() ledger.Key {
	if licensing.IsResident(c.by) {
		return transaction.EvidenceKey(transaction.EvidenceRef(*c.evidence))
	}
	return signatureKey(c.evidence.SHA256)
}

// claimKeys are the keys of signatures, to be read ahead.
func claimKeys(claims ...claim) (keys []ledger.Key) {
	for _, c := range claims {
		if c.evidence != nil {
			keys = append(keys, c.key())
		}
	}
	return keys
}

// call verifies a signature again, at the time that was recorded with it; nil where it is missing or does not prove anything.
func (c claim) call(l *ledger.Ledger) (*licensing.SignedCall, error) {
	if c.evidence == nil {
		return nil, nil //nolint:nilnil // no signature is no failure
	}
	if licensing.IsResident(c.by) {
		return c.residentCall(l)
	}
	stored, found, err := ledger.Get[signature](l, c.key())
	if err != nil || !found || hashOf(stored.JWS) != c.evidence.SHA256 {
		return nil, err
	}
	return memberCall(l, stored.JWS, c.by, stored.At)
}

func (c claim) residentCall(l *ledger.Ledger) (*licensing.SignedCall, error) {
	all, err := transaction.LoadEvidences(l, []transaction.EvidenceRef{transaction.EvidenceRef(*c.evidence)})
	if err != nil || all[0] == nil {
		return nil, err
	}
	signedRequest := all[0].Signed
	subject, err := consents.BelongsTo(l, signedRequest)
	if err != nil || subject != c.by {
		return nil, err
	}
	spoke, err := consents.Spoke(l, signedRequest, all[0].At)
	if err != nil || !spoke {
		return nil, err
	}
	return &licensing.SignedCall{Party: c.by, Transaction: signedRequest.Transaction, Request: signedRequest.Request}, nil
}

// proves reports whether a signature is what proves states that it must be.
func (c claim) proves(l *ledger.Ledger, about string, proves func(licensing.SignedCall) bool) (bool, error) {
	signedCall, err := c.call(l)
	if err != nil || signedCall == nil {
		return false, err
	}
	return proofs.recall(c.evidence.SHA256+" "+about, func() bool { return proves(*signedCall) }), nil
}

// proofs remembers what signatures were found to prove: anything that a signed text states of a record that is named in
// full never changes. Signatures and records are read every time.
var proofs = remembered[bool]{known: map[string]bool{}}

// hashes remembers the odrl.Hash of policies by the hash of their text.
var hashes = remembered[string]{known: map[string]string{}}

// maxRemembered bounds what a server remembers.
const maxRemembered = 10_000

type remembered[T any] struct {
	mutex sync.Mutex
	known map[string]T
}

func (r *remembered[T]) recall(key string, find func() T) T {
	r.mutex.Lock()
	value, known := r.known[key]
	r.mutex.Unlock()
	if known {
		return value
	}
	value = find()
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if len(r.known) >= maxRemembered {
		clear(r.known)
	}
	r.known[key] = value
	return value
}

// unproven describes which signature of an agreement does not fit; empty where all do. Before the licence is in force
// that is the provider's alone.
func unproven(l *ledger.Ledger, a licensing.Agreement, inForce *licensing.InForce, hash string) (string, error) {
	switch {
	case licensing.Author(a.Target) != a.Assigner || a.OfferID != "" && licensing.Author(a.OfferID) != a.Assigner:
		return "the dataset or the offer is not the assigner's", nil
	case hash != a.PolicySHA256:
		return "the policy is not the one that was signed", nil
	}
	text, err := canonical.SHA256([]any{a.Signed(), a.OfferID})
	if err != nil {
		return "", err
	}
	move, provider := licensing.MoveAgree, a.Evidence
	if inForce != nil {
		move, provider = licensing.MoveFinalize, inForce.Provider
	}
	proven, err := claim{a.Assigner, provider}.proves(l, move+" "+text, func(signedCall licensing.SignedCall) bool { return a.ProvenByProvider(signedCall, move) })
	if err != nil || !proven {
		return "the signature of " + a.Assigner + " does not fit", err
	}
	if inForce == nil {
		return "", nil
	}
	proven, err = claim{a.Assignee, inForce.Consumer}.proves(l, licensing.MoveVerify+" "+text, a.ProvenByConsumer)
	if err != nil || !proven {
		return "the signature of " + a.Assignee + " does not fit", err
	}
	return "", nil
}

// unprovenOffer explains why the owner's signature does not fit the offer; empty where it does.
func unprovenOffer(l *ledger.Ledger, o licensing.Offer) (string, error) {
	about := strings.Join(append([]string{"offer", o.OfferID, o.DatasetID, o.Owner, o.SHA256}, o.Takers...), " ")
	if o.Price != nil || !o.AutoAgree {
		text, err := canonical.SHA256([]any{o.Price, o.AutoAgree})
		if err != nil {
			return "", err
		}
		about += " " + text
	}
	proven, err := claim{o.Owner, o.Evidence}.proves(l, about, o.Proven)
	if err != nil || proven {
		return "", err
	}
	return "the signature of " + o.Owner + " does not fit", nil
}

// listUnprovenEnds answers the ends of residents' licences, offers or datasets that have no valid signature of the resident: those that liars made up.
func listUnprovenEnds(tx *transaction.Tx, r licensing.ListUnprovenEndsRequest) (licensing.UnprovenEndPage, error) {
	switch r.Of {
	case licensing.OfOffer:
		return unprovenEnds(tx.Ledger, key("licensing.offer-end"), r, unprovenWithdrawn)
	case licensing.OfDataset:
		return unprovenEnds(tx.Ledger, key("licensing.dataset-end"), r, unprovenDatasetEnd)
	default:
		return unprovenEnds(tx.Ledger, allEnds, r, unprovenEnding)
	}
}

// unprovenEnds is a page of the ends below a key, without those that are proven.
func unprovenEnds[T any](
	l *ledger.Ledger, prefix ledger.Key, r licensing.ListUnprovenEndsRequest, unproven func(*ledger.Ledger, T) (licensing.UnprovenEnd, bool, error),
) (page licensing.UnprovenEndPage, err error) {
	listed, bookmark, err := ledger.Page[T](l, prefix, r.Size(), r.Bookmark)
	if err != nil {
		return page, err
	}
	page.Ends, page.Bookmark = []licensing.UnprovenEnd{}, bookmark
	for _, record := range listed {
		end, forged, err := unproven(l, record)
		if err != nil {
			return page, err
		}
		if forged {
			page.Ends = append(page.Ends, end)
		}
	}
	return page, nil
}

func unprovenEnding(l *ledger.Ledger, e licensing.Termination) (licensing.UnprovenEnd, bool, error) {
	end := licensing.UnprovenEnd{ID: e.AgreementID, At: e.At, TxID: e.TxID}
	agreement, found, err := ledger.Get[licensing.Agreement](l, agreementKey(e.AgreementID))
	if err != nil || !found || !licensing.IsResident(agreement.Assigner) {
		return end, true, err
	}
	signedCall, err := claim{agreement.Assigner, e.Evidence}.call(l)
	return end, signedCall == nil || !e.Matches(*signedCall, agreement.Assigner), err
}

func unprovenWithdrawn(l *ledger.Ledger, w licensing.Withdrawal) (licensing.UnprovenEnd, bool, error) {
	forged, err := unprovenWithdrawal(l, w)
	return licensing.UnprovenEnd{ID: w.OfferID, At: w.At, TxID: w.TxID}, forged || !w.Withdrawn(), err
}

func unprovenDatasetEnd(l *ledger.Ledger, e licensing.DatasetEnd) (licensing.UnprovenEnd, bool, error) {
	end := licensing.UnprovenEnd{ID: e.DatasetID, At: e.At, TxID: e.TxID}
	owner := licensing.Author(e.DatasetID)
	if !licensing.IsResident(owner) {
		return end, true, nil
	}
	signedCall, err := claim{owner, e.Evidence}.call(l)
	return end, signedCall == nil || !e.Matches(*signedCall), err
}
