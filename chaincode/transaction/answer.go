// SPDX-License-Identifier: Apache-2.0

package transaction

import (
	"errors"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
)

// checkTransient refuses transient entries that the call does not take. It takes the one that its row names and, where
// its answer is private and a member calls, the key to encrypt it to. A resident signs that key instead, so that
// whoever relays the query cannot choose it.
func (d Description) checkTransient(stub shim.ChaincodeStubInterface, name string, signed bool) error {
	transient, err := stub.GetTransient()
	if err != nil {
		return err
	}
	taken := 0
	for _, entry := range d.entries(signed) {
		if _, given := transient[entry]; given {
			taken++
		} else if entry == d.Private {
			return fault.New(fault.PrivateDataUnexpected, "%s needs the transient entry %q", name, entry).With("transient", entry)
		}
	}
	if taken < len(transient) {
		return fault.New(fault.PrivateDataUnexpected, "%s takes no other transient entries than %q", name, d.entries(signed))
	}
	return nil
}

// entries are the transient entries that a call takes.
func (d Description) entries(signed bool) (names []string) {
	if d.Private != "" {
		names = append(names, d.Private)
	}
	if d.PrivateAnswer && !signed {
		names = append(names, signedrequest.AnswerTo)
	}
	return names
}

// answerKey is the key that the answer is encrypted to; nil where the answer is not private.
func (d Description) answerKey(stub shim.ChaincodeStubInterface, name string, resident *speaking) (*signedrequest.AnswerKey, error) {
	if !d.PrivateAnswer {
		if resident != nil && resident.signedRequest.AnswerTo != "" {
			return nil, fault.Field(fault.SignedRequestMalformed, "signedRequest", "answerTo: the answer of %s is not private", name).With("member", signedrequest.AnswerTo)
		}
		return nil, nil
	}
	jwk, signer, err := offered(stub, resident)
	if err != nil {
		return nil, err
	}
	if len(jwk) == 0 {
		return nil, fault.New(fault.AnswerKeyMissing, "the answer of %s holds private data: send a public key on P-256, made for this call, as answerTo", name)
	}
	key, err := signedrequest.ReadAnswerKey(jwk)
	if err != nil {
		return nil, err
	}
	own, err := signer(key)
	if err == nil && own {
		err = fault.Field(fault.AnswerKeyMalformed, signedrequest.AnswerTo, "the key signs; make one for this call")
	}
	return &key, err
}

// offered is the key that the caller offers, and what reports whether it is the one by which the caller signs.
func offered(stub shim.ChaincodeStubInterface, resident *speaking) ([]byte, func(signedrequest.AnswerKey) (bool, error), error) {
	if resident != nil {
		return []byte(resident.signedRequest.AnswerTo), func(key signedrequest.AnswerKey) (bool, error) {
			thumbprint, err := key.Thumbprint()
			return thumbprint == resident.signedRequest.Signer, err
		}, nil
	}
	transient, err := stub.GetTransient()
	return transient[signedrequest.AnswerTo], func(key signedrequest.AnswerKey) (bool, error) {
		certificate, err := identity.CertificateOf(stub)
		return err == nil && key.Is(certificate.PublicKey), err
	}, err
}

// public is the stub of a query whose answer is not private: it reads no private value, so that no handler can answer
// one in clear, whatever its row states.
type public struct{ shim.ChaincodeStubInterface }

// Network is the one that the call's ledger must be of.
func (p *public) Network() ledger.Network { return ledger.NetworkOf(p.ChaincodeStubInterface) }

// errPrivate refuses a private value; hashes, which every peer has, are public.
var errPrivate = errors.New("the transaction's answer is not marked as private, so it reads no private data")

// GetPrivateData refuses.
func (*public) GetPrivateData(string, string) ([]byte, error) { return nil, errPrivate }

// GetMultiplePrivateData refuses.
func (*public) GetMultiplePrivateData(string, ...string) ([][]byte, error) { return nil, errPrivate }

// GetPrivateDataByRange refuses.
func (*public) GetPrivateDataByRange(string, string, string) (shim.StateQueryIteratorInterface, error) {
	return nil, errPrivate
}

// GetPrivateDataByPartialCompositeKey refuses.
func (*public) GetPrivateDataByPartialCompositeKey(string, string, []string) (shim.StateQueryIteratorInterface, error) {
	return nil, errPrivate
}

// GetPrivateDataQueryResult refuses.
func (*public) GetPrivateDataQueryResult(string, string) (shim.StateQueryIteratorInterface, error) {
	return nil, errPrivate
}

// Private reads the named private input of the transaction as strictly as a request. The name must be in the transaction's Description.
func Private[T Request](tx *Tx, name string) (value T, err error) {
	transient, err := tx.Transient()
	if err != nil {
		return value, err
	}
	if value, err = Decode[T](transient[name], maxTransient); err != nil {
		return value, within(name, err)
	}
	return value, within(name, value.Validate())
}

// within describes in which private input the member at fault is.
func within(name string, err error) error {
	if err == nil {
		return nil
	}
	return fault.From(err).With("transient", name)
}
