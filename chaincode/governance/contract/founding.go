// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// signaturesKey holds the governance.Signatures of the founding record; written once by Found.
var signaturesKey = ledger.Key{Type: "governance.founding-signatures"}

// rootKey holds a governance.Root; written once by AddRoot. It names the signature, too, so that nobody who guesses the key can take it before.
func rootKey(msp, fingerprint, signature string) ledger.Key {
	return ledger.Key{Type: "governance.root", Attributes: []string{msp, fingerprint, signatureHash(signature)}}
}

// signatureHash is the SHA-256 of a signature in compact form, in lower-case hex.
func signatureHash(compact string) string {
	sum := sha256.Sum256([]byte(compact))
	return hex.EncodeToString(sum[:])
}

// rootsOf is the prefix of an organisation's later roots.
func rootsOf(msp string) ledger.Key {
	return ledger.Key{Type: "governance.root", Attributes: []string{msp}}
}

// found writes the founding record that this server's administrator signed, and no other. Founding again by the same record changes nothing.
func found(tx *transaction.Tx, r governance.FoundRequest) (governance.Founding, error) {
	if !tx.Caller.Admin {
		return r.Founding, fault.New(fault.Forbidden, "only an administrator of an organisation may found; the caller acts for %s as %s", tx.Caller.MSP, tx.Caller)
	}
	if r.Founding.SHA256() != tx.FoundingSHA256() || r.Founding.NetworkID != tx.Network() {
		return r.Founding, fault.Field(fault.WrongNetwork, "founding", "it is not the record that this chaincode server's administrator signed, %.16s…", tx.FoundingSHA256())
	}
	stored, err := tx.Raw(ledger.FoundingKey)
	if err != nil || bytes.Equal(stored, r.Founding.Encode()) {
		return r.Founding, err
	}
	return r.Founding, storeFounding(tx, r)
}

func storeFounding(tx *transaction.Tx, r governance.FoundRequest) error {
	now, err := tx.Now()
	if err != nil {
		return err
	}
	signed := governance.Signatures{Schema: governance.SchemaVersion, Signatures: r.Signatures, At: now}
	if err := checkFounding(r.Founding, signed); err != nil {
		return err
	}
	peers := r.Founding.PeerOrganisations()
	if err := ledger.PutOwned(tx.Ledger, ledger.FoundingKey, r.Founding, peers...); err != nil {
		return err
	}
	if err := ledger.PutOwned(tx.Ledger, signaturesKey, signed, peers...); err != nil {
		return err
	}
	first := governance.Record{
		Schema: governance.SchemaVersion, Adoption: governance.Adoption{Rules: r.Founding.Rules, Since: now}, ApprovedBy: r.Founding.Members(),
	}
	if err := adopt(tx.Ledger, first, peers); err != nil {
		return err
	}
	return tx.Announce("governance.NetworkFounded", governance.FoundingAnnouncement{NetworkID: r.Founding.NetworkID, SHA256: r.Founding.SHA256()})
}

// checkFounding verifies the signature of each organisation's administrator over the record.
func checkFounding(record governance.Founding, signed governance.Signatures) error {
	roots, text := rootsFrom(record), record.Encode()
	for i, organisation := range record.Organisations {
		if i >= len(signed.Signatures) {
			return fault.Field(fault.SignatureMissing, "signatures", "that of %s's administrator is missing", organisation.MSP)
		}
		signature, err := identity.VerifySignatureAgain(signed.Signatures[i], governance.FoundingType, organisation.MSP, roots, signed.At)
		if err != nil {
			return fault.Field(fault.SignatureMissing, "signatures", "entry %d is not that of %s's administrator: %s", i, organisation.MSP, err)
		}
		if !signature.Admin || !bytes.Equal(signature.Payload, text) {
			return fault.Field(fault.SignatureMissing, "signatures", "entry %d is not that of %s's administrator over this record", i, organisation.MSP)
		}
	}
	return nil
}

// getFounding answers the founding record with the signatures that everybody can verify.
func getFounding(tx *transaction.Tx, _ governance.GetFoundingRequest) (governance.FoundingView, error) {
	record, err := Founding(tx.Ledger)
	if err != nil {
		return governance.FoundingView{}, err
	}
	signed, _, err := ledger.Get[governance.Signatures](tx.Ledger, signaturesKey)
	if err != nil {
		return governance.FoundingView{}, err
	}
	return governance.FoundingView{Founding: record, SHA256: record.SHA256(), Signatures: signed}, checkFounding(record, signed)
}

// Founding is the founding record. The chaincode server's configuration names its hash, so that no two organisations can put another in its place.
func Founding(l *ledger.Ledger) (governance.Founding, error) {
	founded, err := readFounding(l)
	return founded.Founding, err
}

func readFounding(l *ledger.Ledger) (parsed, error) {
	if err := l.CheckNetwork(); err != nil {
		return parsed{}, err
	}
	text, err := l.Raw(ledger.FoundingKey)
	if err != nil {
		return parsed{}, err
	}
	return foundings.read(l.FoundingSHA256(), text)
}

// PutEnd queues an end: a record under a key that does not exist before and is never written again, under the policy of
// all organisations that run peers. So no two can take it back.
func PutEnd[T any](l *ledger.Ledger, key ledger.Key, record T) error {
	founded, err := Founding(l)
	if err != nil {
		return err
	}
	return ledger.PutOwned(l, key, record, founded.PeerOrganisations()...)
}

// VerifyMember reads and verifies a member's signature by a root of the organisation: one of the founding record, of
// the version that admitted it, or one that it added later. The time is the transaction's when the signature is
// brought, and the recorded one ever after.
func VerifyMember(l *ledger.Ledger, compact, typ, msp string, at time.Time) (identity.Signature, error) {
	known, err := organisationsOf(l, msp)
	if err != nil {
		return identity.Signature{}, err
	}
	return known.verify(l, compact, typ, msp, at)
}

// organisationsOf are organisations with their roots, among them the named one: the rules in force are read only for one that the founding record does not know.
func organisationsOf(l *ledger.Ledger, msp string) (electorate, error) {
	founded, err := readFounding(l)
	if err != nil || len(founded.roots[msp]) > 0 {
		return founders(founded), err
	}
	_, admitted, err := inForce(l)
	return admitted, err
}

// laterRoots are an organisation's roots with those that it added: each counts that is signed under one that counts already.
func laterRoots(l *ledger.Ledger, msp string, first []*x509.Certificate) (identity.Roots, error) {
	added, err := ledger.Scan[governance.Root](l, rootsOf(msp))
	if err != nil {
		return nil, err
	}
	known := identity.Roots{msp: slices.Clone(first)}
	for range added { // in as many rounds as there are roots, whatever the order of their fingerprints
		var left []governance.Root
		for _, root := range added {
			if certificate, signed := signedRoot(root, known, l.Network()); signed {
				known[msp] = append(known[msp], certificate)
			} else {
				left = append(left, root)
			}
		}
		if len(left) == len(added) {
			break
		}
		added = left
	}
	return known, nil
}

func signedRoot(root governance.Root, known identity.Roots, networkID string) (*x509.Certificate, bool) {
	certificate, err := governance.ParseRoot(root.Certificate)
	if err != nil {
		return nil, false
	}
	return certificate, checkRoot(certificate, root, known, networkID) == nil
}

func checkRoot(certificate *x509.Certificate, root governance.Root, known identity.Roots, networkID string) error {
	signature, err := identity.VerifySignatureAgain(root.Signature, governance.RootType, root.MSP, known, root.At)
	if err != nil {
		return fault.Field(fault.SignatureMissing, "signature", "it is not that of an administrator of %s: %s", root.MSP, err)
	}
	payload := governance.RootPayload{NetworkID: networkID, MSP: root.MSP, SHA256: governance.Fingerprint(certificate)}
	return checkSigned(signature, payload, "signature", "this certificate")
}

// addRoot adds a root certificate of the caller's organisation. Adding it again changes nothing.
func addRoot(tx *transaction.Tx, r governance.AddRootRequest) (governance.Root, error) {
	root := governance.Root{Schema: governance.SchemaVersion, MSP: tx.Caller.MSP, Certificate: r.Certificate, Signature: r.Signature}
	if !tx.Caller.Admin {
		return root, fault.New(fault.Forbidden, "only an administrator of an organisation may add its root; the caller acts for %s as %s", tx.Caller.MSP, tx.Caller)
	}
	certificate, err := governance.ParseRoot(r.Certificate)
	if err != nil {
		return root, err
	}
	key := rootKey(root.MSP, governance.Fingerprint(certificate), root.Signature)
	if existing, known, err := ledger.Get[governance.Root](tx.Ledger, key); err != nil || known {
		return existing, err
	}
	if root.At, err = tx.Now(); err != nil {
		return root, err
	}
	return root, storeRoot(tx, root, certificate, key)
}

func storeRoot(tx *transaction.Tx, root governance.Root, certificate *x509.Certificate, key ledger.Key) error {
	organisations, err := organisationsOf(tx.Ledger, root.MSP)
	if err != nil {
		return err
	}
	known, err := laterRoots(tx.Ledger, root.MSP, organisations.roots[root.MSP])
	if err != nil {
		return err
	}
	if err := checkRoot(certificate, root, known, tx.Network()); err != nil {
		return err
	}
	if err := PutEnd(tx.Ledger, key, root); err != nil {
		return err
	}
	return tx.Announce("governance.RootAdded", governance.RootAnnouncement{MSP: root.MSP, SHA256: governance.Fingerprint(certificate)})
}

// parsed is a founding record with its certificates.
type parsed struct {
	governance.Founding
	roots identity.Roots
}

// foundings remembers the founding record that was read last: a server knows one, and the hash that names it was compared before.
var foundings founding

type founding struct {
	mutex  sync.Mutex
	sha256 string
	parsed parsed
}

func (f *founding) read(sha256 string, text []byte) (parsed, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.sha256 == sha256 {
		return f.parsed, nil
	}
	var record governance.Founding
	if err := json.Unmarshal(text, &record); err != nil {
		return parsed{}, fault.New(fault.Internal, "the founding record cannot be read: %s", err)
	}
	if record.SHA256() != sha256 { // whatever the caller checked: another record is never remembered under this hash
		return parsed{}, fault.New(fault.WrongNetwork, "the founding record is not the one that this chaincode server's administrator signed, %.16s…", sha256)
	}
	f.sha256, f.parsed = sha256, parsed{record, rootsFrom(record)}
	return f.parsed, nil
}

// rootsFrom parses the certificates of a founding record, which was checked when it was written.
func rootsFrom(record governance.Founding) identity.Roots {
	roots := identity.Roots{}
	for _, organisation := range record.Organisations {
		roots[organisation.MSP] = certificates(organisation.Roots)
	}
	return roots
}
