// SPDX-License-Identifier: Apache-2.0

// Package contracttest runs the whole chaincode against the in-memory ledger, for unit tests: four organisations, every role, real certificates.
package contracttest

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/batch"
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracts"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/ledger/memory"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/server"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// MSPs are the channel's organisations, MeterData the collection of the three that settle energy.
var (
	MSPs      = []string{"CityMSP", "CommunityMSP", "OversightMSP", "UtilityMSP"}
	MeterData = memory.Collection{Name: "meterData", Members: []string{"UtilityMSP", "CommunityMSP", "OversightMSP"}}
	// Roles are all roles.
	Roles = identity.Roles
)

// Suite is a channel with the chaincode.
type Suite struct {
	*memory.World
	// Founding is the founding record that the chaincode server was started with.
	Founding   governance.Founding
	chaincode  shim.Chaincode
	identities map[string]memory.Identity
	// submits names the transactions that are committed; the others are evaluated.
	submits map[string]bool
	// private names the queries whose answers are encrypted, answers is the key that opens them.
	private map[string]bool
	answers signing.AnswerKey
	// payloads are the types of the events' payloads.
	payloads map[string]reflect.Type
}

// Own is the collection of one organisation's own personal data.
func Own(msp string) memory.Collection {
	return memory.Collection{Name: "org-" + msp, Members: []string{msp}, OpenWrites: true}
}

func collections() []memory.Collection {
	all := []memory.Collection{MeterData}
	for _, msp := range MSPs {
		all = append(all, Own(msp))
	}
	return all
}

// New starts an empty channel whose peer is the utility's.
func New(t testing.TB) *Suite {
	t.Helper()
	t.Setenv("CORE_PEER_LOCALMSPID", "UtilityMSP")
	founding := Founding(t)
	chaincode, err := contracts.New(ledger.Network{ID: founding.NetworkID, FoundingSHA256: founding.SHA256()})
	require.NoError(t, err)
	s := &Suite{
		Founding: founding, World: memory.New("smartcity", "UtilityMSP", MSPs, collections()...), chaincode: server.Guard(chaincode),
		identities: map[string]memory.Identity{}, submits: map[string]bool{}, private: map[string]bool{}, payloads: map[string]reflect.Type{},
	}
	s.answers, err = signing.NewAnswerKey()
	require.NoError(t, err)
	for _, contract := range contracts.All() {
		for _, row := range contract.Transactions {
			s.submits[contract.API.GetName()+":"+row.Name] = row.Submit
			s.private[contract.API.GetName()+":"+row.Name] = row.PrivateAnswer
		}
		for _, event := range contract.Events {
			s.payloads[event.Name] = reflect.TypeOf(event.Payload)
		}
	}
	return s
}

// Governed starts a channel whose network is founded, with the oversight as authority and auditor.
func Governed(t testing.TB) *Suite {
	t.Helper()
	s := New(t)
	s.Submit(t, "CityMSP/admin", "governance:Found", s.FoundRequest(t), nil)
	s.Events = nil
	return s
}

// Network is the id of the network in tests.
var Network = strings.Repeat("5b", 32)

// Founding is a founding record of the channel's organisations.
func Founding(t testing.TB) governance.Founding {
	t.Helper()
	record := governance.Founding{
		Schema: governance.SchemaVersion, NetworkID: Network, Kind: governance.Development, Rules: governance.Rules{
			Version: 1, Authorities: []string{"OversightMSP"}, Auditors: []string{"OversightMSP"}, GridOperators: []string{"UtilityMSP"}, Witnesses: MSPs,
		},
	}
	for _, msp := range MSPs {
		root, err := memory.Root(msp)
		require.NoError(t, err)
		record.Organisations = append(record.Organisations, governance.Organisation{
			MSP: msp, Roots: []string{base64.StdEncoding.EncodeToString(root.Raw)}, Peers: true,
		})
	}
	return record
}

// FoundRequest is the founding record with the signatures of all administrators.
func (s *Suite) FoundRequest(t testing.TB) governance.FoundRequest {
	t.Helper()
	request := governance.FoundRequest{Founding: s.Founding}
	for _, msp := range s.Founding.Members() {
		request.Signatures = append(request.Signatures, s.SignMember(t, msp+"/admin", governance.FoundingType, s.Founding))
	}
	return request
}

// SignMember signs a payload as a member, "MSP/role,role".
func (s *Suite) SignMember(t testing.TB, as, typ string, payload any) string {
	t.Helper()
	identity := s.identity(t, as)
	compact, err := signing.SignMember(identity.Key, []*x509.Certificate{identity.Certificate}, typ, payload)
	require.NoError(t, err)
	return compact
}

// identity of "MSP/role,role"; the role admin is the organisation's administrator.
func (s *Suite) identity(t testing.TB, as string) memory.Identity {
	t.Helper()
	if identity, known := s.identities[as]; known {
		return identity
	}
	msp, roles, _ := strings.Cut(as, "/")
	unit := "client"
	if roles == "admin" {
		unit = "admin"
	}
	identity, err := memory.NewIdentity(msp, unit, strings.Split(roles, ",")...)
	require.NoError(t, err)
	s.identities[as] = identity
	return identity
}

// Simulate runs a transaction at the peer and commits nothing. The request is JSON text or a value to encode. A private query is given a key for its answer
// if the transient map has none.
func (s *Suite) Simulate(t testing.TB, as, name string, request any, transient map[string]any) (*memory.Tx, *peer.Response) {
	t.Helper()
	private := map[string][]byte{}
	for entry, value := range transient {
		private[entry] = encode(t, value)
	}
	signed, _ := request.(map[string]string) // of a resident, who signs the key
	if s.private[name] && private[signedrequest.AnswerTo] == nil && signed["signedRequest"] == "" {
		private[signedrequest.AnswerTo] = s.AnswerTo(t)
	}
	tx := s.Begin(s.identity(t, as), private, name, string(s.signed(t, as, name, encode(t, request))))
	return tx, s.chaincode.Invoke(tx)
}

// signed adds the caller's signature where the request needs one and has none.
func (s *Suite) signed(t testing.TB, as, name string, request []byte) []byte {
	t.Helper()
	text, err := licensing.Sign(signedrequest.Audience(s.Founding.NetworkID, "smartcity"), name, request, func(typ string, payload any) (string, error) {
		return s.SignMember(t, as, typ, payload), nil
	})
	require.NoError(t, err)
	switch name {
	case "consent:RecoverKey":
		return signFor(t, text, func(r *consent.RecoverKeyRequest) {
			made, err := signedrequest.VerifyPossession(r.Proof, signedrequest.Audience(s.Founding.NetworkID, "smartcity"))
			if err == nil && r.Signature == "" {
				payload := consent.Vouch{Subject: r.Subject, NewKey: made.Thumbprint, Controller: r.Controller}.Payload(s.Founding.NetworkID, r.With)
				r.Signature = s.SignMember(t, as, consent.VouchType, payload)
			}
		})
	case "consent:ApproveGuardian":
		return signFor(t, text, func(r *consent.ApproveGuardianRequest) {
			if r.Signature == "" {
				r.Signature = s.SignMember(t, as, consent.ApprovalType, r.Payload(s.Founding.NetworkID))
			}
		})
	default:
		return text
	}
}

// signFor completes a request by the member's signature for a person; what is no request stays for the contract to refuse.
func signFor[T any](t testing.TB, text []byte, sign func(*T)) []byte {
	t.Helper()
	var request T
	if json.Unmarshal(text, &request) != nil {
		return text
	}
	sign(&request)
	return encode(t, request)
}

// AnswerTo is the public key to which the answers of private queries are encrypted.
func (s *Suite) AnswerTo(t testing.TB) []byte {
	t.Helper()
	jwk, err := s.answers.Public()
	require.NoError(t, err)
	return jwk
}

// Call runs a transaction, opens its answer if that is encrypted, and, unless it is refused or only to be evaluated, commits it.
func (s *Suite) Call(t testing.TB, as, name string, request any, transient map[string]any) ([]byte, *fault.Error) {
	t.Helper()
	tx, response := s.Simulate(t, as, name, request, transient)
	if response.GetStatus() != shim.OK {
		refusal, ok := fault.Parse(response.GetMessage())
		require.True(t, ok, "a refusal is fault's JSON: %s", response.GetMessage())
		require.EqualValues(t, refusal.Status, response.GetStatus())
		return nil, refusal
	}
	if s.submits[name] {
		events := len(s.Events)
		require.Equal(t, memory.Valid, s.Commit(tx))
		for _, event := range s.Events[events:] {
			s.requireDescribed(t, event.Name, event.Payload)
		}
	}
	answer := response.GetPayload()
	if s.private[name] {
		var err error
		answer, err = s.answers.Open(answer)
		require.NoError(t, err)
	}
	if _, arguments := tx.GetFunctionAndParameters(); len(arguments) == 1 && !isSigned(arguments[0]) {
		requireAgrees(t, name, "request", []byte(arguments[0]))
	}
	requireAgrees(t, name, "returns", answer)
	return answer, nil
}

// isSigned reports whether a resident's signed request is in the place of a request.
func isSigned(request string) bool {
	var signed map[string]json.RawMessage
	return json.Unmarshal([]byte(request), &signed) == nil && signed["signedRequest"] != nil
}

// requireDescribed checks that a contract's table has the event, and that its payload is of the type that is there.
func (s *Suite) requireDescribed(t testing.TB, name string, payload []byte) {
	t.Helper()
	events, err := batch.EventsOf(name, payload)
	require.NoError(t, err)
	for _, event := range events {
		require.Contains(t, s.payloads, event.Name, "no contract's table has the event")
		payload := reflect.New(s.payloads[event.Name]).Interface()
		require.NoError(t, json.Unmarshal(event.Payload, payload), event.Name)
		again, err := json.Marshal(payload)
		require.NoError(t, err)
		require.JSONEq(t, string(event.Payload), string(again), "%s has all members of its payload's type and no other", event.Name)
	}
}

// CallThrough calls a transaction as a client who called another chaincode, which then called this one; nil where it is not refused.
func (s *Suite) CallThrough(t testing.TB, chaincode, as, name string, request any) *fault.Error {
	t.Helper()
	tx := s.Begin(s.identity(t, as), nil, name, string(encode(t, request)))
	tx.Through = chaincode
	response := s.chaincode.Invoke(tx)
	if response.GetStatus() == shim.OK {
		return nil
	}
	refusal, ok := fault.Parse(response.GetMessage())
	require.True(t, ok, "a refusal is fault's JSON: %s", response.GetMessage())
	return refusal
}

// Submit calls a transaction that must succeed.
func (s *Suite) Submit(t testing.TB, as, name string, request any, transient map[string]any) []byte {
	t.Helper()
	answer, refusal := s.Call(t, as, name, request, transient)
	require.Nil(t, refusal)
	return answer
}

// Refuse calls a transaction that must be refused and change nothing.
func (s *Suite) Refuse(t testing.TB, as, name string, request any, transient map[string]any) *fault.Error {
	t.Helper()
	keys, private, events := s.Keys(), s.PrivateKeys(MeterData.Name), len(s.Events)
	_, refusal := s.Call(t, as, name, request, transient)
	require.NotNil(t, refusal, "expected a refusal")
	require.Equal(t, keys, s.Keys())
	require.Equal(t, private, s.PrivateKeys(MeterData.Name))
	require.Len(t, s.Events, events)
	return refusal
}

// Answer decodes an answer.
func Answer[T any](t testing.TB, answer []byte) (value T) {
	t.Helper()
	require.NoError(t, json.Unmarshal(answer, &value))
	return value
}

func encode(t testing.TB, value any) []byte {
	t.Helper()
	if text, ok := value.(string); ok {
		return []byte(text)
	}
	bytes, err := json.Marshal(value)
	require.NoError(t, err)
	return bytes
}
