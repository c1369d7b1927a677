// SPDX-License-Identifier: Apache-2.0

package transaction

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
)

// relayName is the name of the transaction that relays signed requests, in every contract that has one.
const relayName = "Relay"

// RelayRow is the row of a contract's table for its transaction Relay. Any member of the channel relays by it what a
// resident signed. One of the contract's own transactions that write and that the table marks as Resident; never a
// query, never Relay itself. The contract has no method of that name:
//
//	var transactions = []transaction.Description{
//		{Name: "Give", Handler: transaction.Writes(give), Resident: true, …},
//		{Name: "Get", Handler: transaction.Reads(get), Resident: true, …},
//		transaction.RelayRow(),
//	}
//
// The chaincode verifies the signed request and calls the method that it names. The method sees the resident's signed
// request and the transient data of the relay. There, Tx.Caller has the SignedRequest and nothing of the relay's
// certificate: neither its organisation nor its roles. Submit keeps the signed request from being used twice.
func RelayRow() Description {
	return Description{
		Name: relayName, Handler: Handler{Submit: true, Request: signedrequest.RelayRequest{}, Answer: map[string]any{}},
		Summary: "Anybody relays a signed request that a resident signed; the answer is that of the transaction which the signed request names.",
	}
}

// speaking is the stub of a transaction in which a resident acts: it has the call that was signed, not the one that
// carried it.
type speaking struct {
	shim.ChaincodeStubInterface
	signedRequest signedrequest.Signed
}

// Batch is the one that the relay's call belongs to.
func (s *speaking) Batch() *ledger.Batch { return ledger.BatchOf(s.ChaincodeStubInterface) }

// Network is the one that the relay's call is for.
func (s *speaking) Network() ledger.Network { return ledger.NetworkOf(s.ChaincodeStubInterface) }

// GetFunctionAndParameters returns the signed call.
func (s *speaking) GetFunctionAndParameters() (string, []string) {
	return s.signedRequest.Transaction, []string{s.signedRequest.Request}
}

// caller is the resident who signed or, without a signed request, the owner of the certificate.
func caller(stub shim.ChaincodeStubInterface) (identity.Caller, error) {
	if resident, ok := stub.(*speaking); ok {
		return identity.Caller{SignedRequest: &resident.signedRequest}, nil
	}
	return identity.FromCertificate(stub)
}

// relay verifies the signed request that a Relay carries and returns the row of the transaction that it calls.
func (c *chaincode) relay(stub shim.ChaincodeStubInterface, contract, request string) (*speaking, Description, error) {
	r, err := Decode[signedrequest.RelayRequest]([]byte(request), maxRequest)
	if err != nil {
		return nil, Description{}, err
	}
	if err := r.Validate(); err != nil {
		return nil, Description{}, err
	}
	resident, err := hear(stub, r.SignedRequest, signedrequest.LongestSubmitted)
	if err != nil {
		return nil, Description{}, err
	}
	name := resident.signedRequest.Transaction
	row := c.transactions[name]
	if !row.Submit || !row.Resident || !strings.HasPrefix(name, contract+":") {
		return nil, row, fault.New(fault.SignedRequestMisplaced, "%s:%s relays no signed request for %.100q", contract, relayName, name)
	}
	return resident, row, nil
}

// ask verifies the signed request that a query carries in the place of its request; it returns nil if there is none.
func ask(stub shim.ChaincodeStubInterface, name, request string) (*speaking, error) {
	r, err := Decode[signedrequest.RelayRequest]([]byte(request), maxRequest)
	if err != nil || r.SignedRequest == "" { // the query's own request, which the query reads
		return nil, nil
	}
	resident, err := hear(stub, r.SignedRequest, signedrequest.LongestEvaluated)
	if err != nil {
		return nil, err
	}
	if resident.signedRequest.Transaction != name {
		return nil, fault.New(fault.SignedRequestMisplaced, "the signed request is for %.100q, not for %s", resident.signedRequest.Transaction, name)
	}
	return resident, nil
}

func hear(stub shim.ChaincodeStubInterface, compact string, longest time.Duration) (*speaking, error) {
	now, err := ledger.New(stub).Now()
	if err != nil {
		return nil, err
	}
	signedRequest, err := signedrequest.Verify(compact, signedrequest.Audience(ledger.NetworkOf(stub).ID, stub.GetChannelID()), now, longest)
	if err != nil {
		return nil, err
	}
	return &speaking{stub, signedRequest}, nil
}

// EvidenceRef names the signed request that a record rests on. The signed request is under a key of its own, and every
// reader verifies it again: what endorsers say of it proves nothing.
type EvidenceRef struct {
	// Signer is the thumbprint of the key that signed, ID the signed request's jti.
	Signer string `json:"signer"`
	ID     string `json:"id"`
	// SHA256 is the hash of the signed request in compact form, in lower-case hex.
	SHA256 string `json:"sha256"`
}

// signedRequest is a resident's signed request that was carried out. Its key keeps it from being carried out again, and its text is the evidence.
type signedRequest struct {
	Schema int `json:"schema"`
	// Transaction is what it called.
	Transaction string `json:"transaction"`
	// At is the time of the transaction that carried it out.
	At time.Time `json:"at"`
	// JWS is its compact form.
	JWS string `json:"jws"`
}

// EvidenceKey holds a signed request; written once by every transaction that a resident calls.
func EvidenceKey(ref EvidenceRef) ledger.Key {
	return ledger.Key{Type: "transaction.signedRequest", Attributes: []string{ref.Signer, ref.ID}}
}

// Evidence names the signed request that the call carries; nil where a member calls.
func (tx *Tx) Evidence() *EvidenceRef {
	signed := tx.Caller.SignedRequest
	if signed == nil {
		return nil
	}
	sum := sha256.Sum256([]byte(signed.Compact))
	return &EvidenceRef{Signer: signed.Signer, ID: signed.ID, SHA256: hex.EncodeToString(sum[:])}
}

// Evidenced is a signed request that was verified again, with the time of the transaction that carried it out.
type Evidenced struct {
	signedrequest.Signed
	At time.Time
}

// LoadEvidence reads and verifies a signed request again; EVIDENCE_INVALID where it is missing, another one or not signed for this network.
func LoadEvidence(l *ledger.Ledger, ref EvidenceRef) (Evidenced, error) {
	all, err := LoadEvidences(l, []EvidenceRef{ref})
	if err != nil {
		return Evidenced{}, err
	}
	if all[0] == nil {
		return Evidenced{}, fault.New(fault.EvidenceInvalid, "the signed request %s is missing, another one, or not signed for this network", ref.ID)
	}
	return *all[0], nil
}

// LoadEvidences reads several signed requests in one round trip and verifies each again; nil where one is no evidence.
func LoadEvidences(l *ledger.Ledger, refs []EvidenceRef) ([]*Evidenced, error) {
	keys := make([]ledger.Key, len(refs))
	for i, ref := range refs {
		keys[i] = EvidenceKey(ref)
	}
	found, err := ledger.GetMany[signedRequest](l, keys)
	if err != nil {
		return nil, err
	}
	all := make([]*Evidenced, len(refs))
	for i, stored := range found {
		if stored != nil {
			all[i] = stored.verify(l, refs[i])
		}
	}
	return all, nil
}

func (s signedRequest) verify(l *ledger.Ledger, ref EvidenceRef) *Evidenced {
	if sum := sha256.Sum256([]byte(s.JWS)); hex.EncodeToString(sum[:]) != ref.SHA256 {
		return nil
	}
	signed, err := signedrequest.VerifyAgain(s.JWS, signedrequest.Audience(l.Network(), l.Channel()))
	if err != nil || signed.Signer != ref.Signer || signed.ID != ref.ID {
		return nil
	}
	return &Evidenced{signed, s.At}
}

// spend refuses a signed request that was carried out before and stores this one with the transaction's other writes. Of two at the same time, one is
// invalidated for having read the other's key.
func spend(tx *Tx) error {
	ref := tx.Evidence()
	if ref == nil {
		return nil
	}
	_, found, err := ledger.Get[signedRequest](tx.Ledger, EvidenceKey(*ref))
	if err != nil {
		return err
	}
	if found {
		return fault.Field(fault.SignedRequestReplayed, "signedRequest", "the signed request %s was carried out already", ref.ID)
	}
	now, err := tx.Now()
	if err != nil {
		return err
	}
	signed := tx.Caller.SignedRequest
	return ledger.Put(tx.Ledger, EvidenceKey(*ref), signedRequest{Schema: 1, Transaction: signed.Transaction, At: now, JWS: signed.Compact})
}
