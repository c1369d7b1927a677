// SPDX-License-Identifier: Apache-2.0

// Package server runs a chaincode as a service: the organisation starts the process, its peer connects to it over mutual TLS.
package server

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/chaincode/budget"
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

// The bounds on the calls under way, for each unit of the machine: a processor that the Go runtime uses, if there is
// memory for it. A call that waits holds its peer's state lock, so that no block is committed: nothing waits here. And
// the more calls share a processor, the later each answer of the peer is taken up, the later therefore every call ends.
// So the bounds are a few for each processor. The peer's own limits (limits.concurrency) must are above.
const (
	// slots are those of all callers.
	slots = 64
	// keptForRights are slots that only signed requests take by which residents exercise rights.
	keptForRights = 32
	// keptForSubmissions are slots that no query takes.
	keptForSubmissions = 16
	// queriesOfOne, callsOfOne and rightsOfOne bound the calls of one MSP: its queries, these and its submissions, and its requests that exercise rights.
	queriesOfOne = 8
	callsOfOne   = 24
	rightsOfOne  = 8
	// large and largeOfOne bound the calls with more than a tenth of the steps that a call may take. Anything that has
	// begun before a block is committed must end first.
	large, largeOfOne = 2, 1
	// memoryOfUnit is what the calls of a unit may take together while each is a large one.
	memoryOfUnit = 96 << 20
)

// units is how often the bounds of one unit apply to the machine that this process runs on, or to the part of it that
// its container may use. The Go runtime knows the container's processors by itself, and its memory by GOMEMLIMIT.
func units(processors int, memory int64) int {
	return int(max(1, min(int64(processors), memory/memoryOfUnit)))
}

// Slots is how many calls the server has under way at most with so many processors. Its peer's limits must are above.
func Slots(processors int) int { return max(1, processors) * slots }

// load is how many calls are under way; large are those of them that are.
type load struct{ queries, submissions, rights, large int }

func (l *load) of(kind transaction.Kind) *int {
	switch kind {
	case transaction.Right:
		return &l.rights
	case transaction.Submission:
		return &l.submissions
	default:
		return &l.queries
	}
}

// fits reports whether one more call of a kind may begin on a machine of so many units, by all callers' load and the
// caller's own.
func fits(kind transaction.Kind, units int, all, own load) bool {
	others := all.queries + all.submissions // what exercises no right
	switch kind {
	case transaction.Right:
		return others+all.rights < units*slots && own.rights < units*rightsOfOne
	case transaction.Submission:
		return others < units*(slots-keptForRights) && own.queries+own.submissions < units*callsOfOne
	default:
		return others < units*(slots-keptForRights) && all.queries < units*(slots-keptForRights-keptForSubmissions) &&
			own.queries < units*queriesOfOne && own.queries+own.submissions < units*callsOfOne
	}
}

// gate lets calls in as far as there are slots.
type gate struct {
	units int
	mutex sync.Mutex
	all   load
	own   map[string]*load
}

// enter takes a slot and returns what gives it back, or refuses at once. The work of the call asks for more once it
// proves to be large.
func (g *gate) enter(kind transaction.Kind, mspID string) (work *budget.Work, leave func(), refusal *fault.Error) {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	own := g.own[mspID]
	if own == nil {
		own = &load{} // peers let only members of the channel's MSPs call, so there are few
		g.own[mspID] = own
	}
	if !fits(kind, g.units, g.all, *own) {
		return nil, nil, fault.New(fault.Busy, "as many calls are under way as the chaincode server takes at once")
	}
	*g.all.of(kind)++
	*own.of(kind)++
	grown := 0
	work = &budget.Work{Room: func() bool {
		g.mutex.Lock()
		defer g.mutex.Unlock()
		if g.all.large >= g.units*large || own.large >= g.units*largeOfOne {
			return false
		}
		g.all.large++
		own.large++
		grown = 1
		return true
	}}
	return work, func() {
		g.mutex.Lock()
		defer g.mutex.Unlock()
		*g.all.of(kind)--
		*own.of(kind)--
		g.all.large -= grown
		own.large -= grown
	}, nil
}

// metered is the stub of a call whose work is counted.
type metered struct {
	shim.ChaincodeStubInterface
	work *budget.Work
}

// Work is what the work is counted by.
func (m metered) Work() *budget.Work { return m.work }

// callerMSP is the MSP that the peer has found the caller to be of.
func callerMSP(stub shim.ChaincodeStubInterface) string {
	creator, err := stub.GetCreator()
	if err != nil {
		return ""
	}
	identity := new(msp.SerializedIdentity)
	if err := proto.Unmarshal(creator, identity); err != nil {
		return ""
	}
	return identity.GetMspid()
}

// peerVariable names whom the server lets in: names, or fingerprints (sha256:<hex>), separated by commas.
const peerVariable = "SMARTB_PEER"

// fingerprintPrefix marks a fingerprint among the names.
const fingerprintPrefix = "sha256:"

// The values of the shim's own server; peers expect no less.
const (
	maxMessage        = 100 << 20
	connectionTimeout = 5 * time.Second
	pingInterval      = time.Minute
	pingTimeout       = 20 * time.Second
	minPingInterval   = time.Minute
)

// serve is the shim's Start with a server of our own, which lets in the chaincode's peer and nobody else. Otherwise
// every holder of a certificate of the same authority would be answered as if it were the peer, with a ledger of its
// own making.
func serve(s *shim.ChaincodeServer) error {
	config, err := tlsConfig(s.TLSProps, strings.Split(os.Getenv(peerVariable), ","))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", s.Address)
	if err != nil {
		return err
	}
	return newServer(s, config).Serve(listener)
}

func newServer(s peer.ChaincodeServer, config *tls.Config) *grpc.Server {
	server := grpc.NewServer(
		grpc.Creds(credentials.NewTLS(config)),
		grpc.MaxSendMsgSize(maxMessage), grpc.MaxRecvMsgSize(maxMessage), grpc.ConnectionTimeout(connectionTimeout),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: pingInterval, Timeout: pingTimeout}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: minPingInterval, PermitWithoutStream: true}),
	)
	peer.RegisterChaincodeServer(server, s)
	return server
}

// tlsConfig demands a certificate of the authority that is one of the peer's. By its name it is let in after a renewal
// too, since the authority for TLS gives each name to one node. A fingerprint holds for one certificate, and the next
// is added before the renewal.
func tlsConfig(properties shim.TLSProperties, peers []string) (*tls.Config, error) {
	for i, p := range peers {
		peers[i] = strings.TrimSpace(p)
		if peers[i] == "" {
			return nil, fmt.Errorf("set %s to the name of the peer in its TLS certificate, or to the certificate's fingerprint, %s…", peerVariable, fingerprintPrefix)
		}
	}
	pair, err := tls.X509KeyPair(properties.Cert, properties.Key)
	if err != nil {
		return nil, fmt.Errorf("the server's own certificate: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(properties.ClientCACerts) {
		return nil, errors.New("the authority of the peer's certificate: no certificate in it")
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, ClientCAs: roots, ClientAuth: tls.RequireAndVerifyClientCert,
		SessionTicketsDisabled: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			if !isPeer(state.PeerCertificates[0], peers) {
				return errors.New("only the chaincode's own peer is let in")
			}
			return nil
		},
	}, nil
}

func isPeer(certificate *x509.Certificate, peers []string) bool {
	sum := sha256.Sum256(certificate.Raw)
	fingerprint := fingerprintPrefix + hex.EncodeToString(sum[:])
	return slices.ContainsFunc(peers, func(p string) bool {
		if strings.HasPrefix(p, fingerprintPrefix) {
			return strings.EqualFold(p, fingerprint)
		}
		return p == certificate.Subject.CommonName
	})
}
