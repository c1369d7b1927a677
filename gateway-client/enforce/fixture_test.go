// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
)

// ledger is a fake: anything that it answers is the test's to say.
type ledger struct {
	mu         sync.Mutex
	msps       []gateway.MSP
	checks     map[string]licensing.AccessCheck
	err        error // of every question
	recordErr  error
	height     uint64
	asked      int
	deliveries []licensing.RecordDeliveryRequest
	spent      []licensing.SpendUseRequest
	spending   func() // before a use is spent
}

func (l *ledger) CheckAccess(_ context.Context, id string) (licensing.AccessCheck, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	check, found := l.checks[id]
	if l.err == nil && !found {
		return check, &gateway.ContractError{Code: gateway.ErrNotFound, Status: 404}
	}
	return check, l.err
}

// SpendUse refuses the second of a decision, whose check states from then on that it was served.
func (l *ledger) SpendUse(_ context.Context, request licensing.SpendUseRequest) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.recordErr != nil {
		return l.recordErr
	}
	if l.spending != nil {
		l.spending()
	}
	check := l.checks[request.DecisionID]
	if !check.Valid {
		return &gateway.ContractError{Code: gateway.ErrDecisionServed, Status: 409}
	}
	check.Valid, check.Representation = false, request.Representation
	check.Reasons = []licensing.Reason{{Code: licensing.CauseServed}}
	l.checks[request.DecisionID] = check
	l.spent = append(l.spent, request)
	return nil
}

// RecordDelivery records.
func (l *ledger) RecordDelivery(_ context.Context, request licensing.RecordDeliveryRequest) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.recordErr != nil {
		return l.recordErr
	}
	l.deliveries = append(l.deliveries, request)
	return nil
}

func (l *ledger) MSPs(context.Context) ([]gateway.MSP, error) { return l.msps, l.err }

func (l *ledger) Height() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.height
}

// change changes what the ledger answers from the next block on.
func (l *ledger) change(block bool, to func(*ledger)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	to(l)
	if block {
		l.height++
	}
}

// certifier is an organisation's CA.
type certifier struct {
	certificate *x509.Certificate
	key         crypto.Signer
	serial      int64
}

func newCA(t testing.TB, name string) *certifier {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := template(name, 1)
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
	ca := &certifier{key: key, serial: 1}
	ca.certificate = ca.create(t, template, template, key.Public())
	return ca
}

func template(name string, serial int64) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, KeyUsage: x509.KeyUsageDigitalSignature,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
}

func (c *certifier) create(t testing.TB, template, parent *x509.Certificate, key crypto.PublicKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key, c.key)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return certificate
}

// issue makes a member with a key of the kind; change may spoil the certificate.
func (c *certifier) issue(t testing.TB, key crypto.Signer, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	c.serial++
	template := template("processor", c.serial)
	if change != nil {
		change(template)
	}
	leaf := c.create(t, template, c.certificate, key.Public())
	return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}
}

func (c *certifier) member(t testing.TB) tls.Certificate {
	t.Helper()
	return c.issue(t, ecKey(t), nil)
}

func ecKey(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

func edKey(t testing.TB) crypto.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	return key
}

// fixture is a channel of two organisations besides the provider's, and a decision "CommunityMSP/d-1" of the community's on "grid-load".
type fixture struct {
	*ledger
	community, city *certifier
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{community: newCA(t, "ca.community"), city: newCA(t, "ca.city")}
	f.ledger = &ledger{
		height: 7,
		msps: []gateway.MSP{
			{ID: "CityMSP", Roots: []*x509.Certificate{f.city.certificate}}, {ID: "CommunityMSP", Roots: []*x509.Certificate{f.community.certificate}},
		},
		checks: map[string]licensing.AccessCheck{"CommunityMSP/d-1": {
			DecisionID: "CommunityMSP/d-1", Valid: true, DatasetID: "grid-load", Action: "read", Assignee: "CommunityMSP", Undivided: true, ValidUntil: time.Now().Add(15 * time.Minute),
		}},
	}
	return f
}

// amend changes the decision d-1 in place, with or without a new block.
func (f *fixture) amend(block bool, to func(*licensing.AccessCheck)) {
	f.change(block, func(l *ledger) {
		check := l.checks["CommunityMSP/d-1"]
		to(&check)
		l.checks["CommunityMSP/d-1"] = check
	})
}

// data is a handler that serves a text.
var data = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "42 MW") })

// request names the decision d-1 and comes over a connection of the member, if there is one.
func request(member *tls.Certificate) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "https://data.example/today.csv", nil)
	r.Header.Set(DecisionHeader, "CommunityMSP/d-1")
	r.TLS = &tls.ConnectionState{}
	if member != nil {
		r.TLS.PeerCertificates = []*x509.Certificate{member.Leaf}
	}
	return r
}

func do(handler http.Handler, r *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	return recorder
}

// reasonsOf checks the form of an error and returns its reasons.
func reasonsOf(t testing.TB, answer *httptest.ResponseRecorder) (codes []licensing.Cause) {
	t.Helper()
	require.Equal(t, ProblemType, answer.Header().Get("Content-Type"))
	require.NotContains(t, answer.Body.String(), "MW")
	var problem Problem
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &problem))
	require.Equal(t, answer.Code, problem.Status)
	require.NotEmpty(t, problem.Title)
	require.NotEmpty(t, problem.Detail)
	require.Contains(t, problem.Type, "#")
	for _, reason := range problem.Reasons {
		codes = append(codes, reason.Code)
	}
	return codes
}
