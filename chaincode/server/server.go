// SPDX-License-Identifier: Apache-2.0

// Package server runs a chaincode as a service: the organisation starts the process, its peer connects to it over mutual TLS.
package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/chaincode/keyfile"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// collectAt is how far the heap grows before it is collected, in percent of what lives.
const collectAt = 800

// Run serves the chaincode until its listener fails. Its settings are environment variables with the names that Fabric's own chaincode images use:
//
//   - CHAINCODE_SERVER_ADDRESS: host and port to listen on
//   - CORE_CHAINCODE_ID_NAME: the package id that the peer knows the chaincode by
//   - CORE_PEER_LOCALMSPID: the MSP of the organisation that runs the server
//   - CORE_TLS_CLIENT_KEY_FILE, CORE_TLS_CLIENT_CERT_FILE: the server's own key and certificate (Fabric's names mislead)
//   - CORE_PEER_TLS_ROOTCERT_FILE: the CA of its peer's certificate
//   - SMARTB_PEER: the peer's name in its TLS certificate, or the certificate's fingerprint, sha256:<hex>; nobody else is let in
func Run(chaincode shim.Chaincode) error {
	tls, err := tlsFromEnvironment()
	if err != nil {
		return err
	}
	s := shim.ChaincodeServer{
		CCID:     os.Getenv("CORE_CHAINCODE_ID_NAME"),
		Address:  os.Getenv("CHAINCODE_SERVER_ADDRESS"),
		CC:       Guard(chaincode),
		TLSProps: tls,
	}
	if s.CCID == "" || s.Address == "" || os.Getenv("CORE_PEER_LOCALMSPID") == "" {
		return errors.New("set CORE_CHAINCODE_ID_NAME, CHAINCODE_SERVER_ADDRESS and CORE_PEER_LOCALMSPID; `go run ./network/cmd/network up` does it for you")
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt) // a server keeps nothing between transactions: a tiny heap would be collected all the time
	}
	slog.Info("serving", "chaincode", s.CCID, "address", s.Address)
	return serve(&s)
}

// Founding reads the founding record of the network that the server works for, as its own administrator signed it. Every call on a ledger with another
// founding record is refused.
func Founding(file string) (ledger.Network, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return ledger.Network{}, fmt.Errorf("set SMARTB_FOUNDING to the founding record that your administrator signed: %w", err)
	}
	var record governance.Founding
	if err := json.Unmarshal(text, &record); err != nil {
		return ledger.Network{}, fmt.Errorf("%s is no founding record: %w", file, err)
	}
	return ledger.Network{ID: record.NetworkID, FoundingSHA256: record.SHA256()}, nil
}

func tlsFromEnvironment() (shim.TLSProperties, error) {
	var tls shim.TLSProperties
	for name, target := range map[string]*[]byte{
		"CORE_TLS_CLIENT_KEY_FILE":    &tls.Key,
		"CORE_TLS_CLIENT_CERT_FILE":   &tls.Cert,
		"CORE_PEER_TLS_ROOTCERT_FILE": &tls.ClientCACerts,
	} {
		read := os.ReadFile
		if target == &tls.Key {
			read = keyfile.Read
		}
		pem, err := read(os.Getenv(name))
		if err != nil {
			return tls, fmt.Errorf("TLS is not optional; set %s to a readable PEM file: %w", name, err)
		}
		*target = pem
	}
	return tls, nil
}

// Guard keeps one panicking transaction from ending the process for everybody: the shim has no recover of its own. It
// refuses calls above the bounds of the machine.
func Guard(chaincode shim.Chaincode) shim.Chaincode {
	machine := units(runtime.GOMAXPROCS(0), debug.SetMemoryLimit(-1))
	return guard{chaincode, &gate{units: machine, own: map[string]*load{}}}
}

type guard struct {
	shim.Chaincode
	gate *gate
}

// kind is what the call is for; of a chaincode that has no tables, a submission.
func (g guard) kind(stub shim.ChaincodeStubInterface) transaction.Kind {
	tables, ok := g.Chaincode.(interface {
		Kind(name string, arguments []string) transaction.Kind
	})
	if !ok {
		return transaction.Submission
	}
	name, arguments := stub.GetFunctionAndParameters()
	return tables.Kind(name, arguments)
}

func (g guard) Invoke(stub shim.ChaincodeStubInterface) (response *peer.Response) {
	defer func() {
		if cause := recover(); cause != nil {
			slog.Error("transaction panicked", "txId", stub.GetTxID(), "cause", cause, "stack", string(debug.Stack()))
			refusal := fault.New(fault.Internal, "the transaction failed inside the chaincode; nothing was changed")
			response = &peer.Response{Status: int32(refusal.Status), Message: refusal.JSON()}
		}
	}()
	work, leave, refusal := g.gate.enter(g.kind(stub), callerMSP(stub))
	if refusal != nil {
		return &peer.Response{Status: int32(refusal.Status), Message: refusal.JSON()}
	}
	defer leave()
	return g.Chaincode.Invoke(metered{stub, work})
}
