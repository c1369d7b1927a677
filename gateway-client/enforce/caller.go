// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"time"

	"github.com/smartb-suite/smartb/gateway-client"
)

// TLSConfig is what a guarded server needs: it asks for the client's certificate, whose key the client proves to hold. Whether it is a member's is the
// guard's to find out, as the roots depend on the decision's assignee.
func TLSConfig() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequestClientCert}
}

// proof is a certificate whose key the caller proved to hold.
type proof struct {
	certificate *x509.Certificate
	// nonce is a signature's, empty for a connection.
	nonce string
}

var errNoProof = errors.New("connect with a client certificate of the assignee's MSP (mutual TLS)")

// callers are the MSPs, one as a rule, of which the caller proves to be a member.
func (g *Guard) callers(r *http.Request) ([]string, *Problem) {
	p, err := g.proof(r)
	if err != nil {
		return nil, noProof(err)
	}
	msps, err := g.organisations(r.Context())
	if err != nil {
		return nil, unavailable(err)
	}
	var callers []string
	revoked := false
	for _, msp := range msps {
		switch err := msp.Verify(p.certificate, time.Now()); {
		case err == nil:
			callers = append(callers, msp.ID)
		case errors.Is(err, gateway.ErrRevoked):
			revoked = true
		}
	}
	switch {
	case revoked:
		return nil, noProof(gateway.ErrRevoked)
	case len(callers) == 0:
		return nil, noProof(errors.New("the certificate is none that a member of the channel holds now"))
	case p.nonce != "" && !g.nonces.use(p.nonce, time.Now()):
		return nil, noProof(errors.New("the signature was used before; sign each request with another nonce"))
	}
	return callers, nil
}

// proof finds the signature, if the guard accepts any, or the client certificate.
func (g *Guard) proof(r *http.Request) (proof, error) {
	if len(g.authorities) > 0 && r.Header.Get(signatureInput) != "" {
		return g.signer(r)
	}
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return proof{}, errNoProof
	}
	return proof{certificate: r.TLS.PeerCertificates[0]}, nil
}

// organisations asks the ledger for the channel's organisations, unless it told them at this height.
func (g *Guard) organisations(ctx context.Context) ([]gateway.MSP, error) {
	height, now := g.ledger.Height(), time.Now()
	if msps, ok := g.msps.get("", height, now); ok {
		return msps, nil
	}
	msps, err := g.ledger.MSPs(ctx)
	if err == nil {
		g.msps.put("", msps, height, now.Add(staleAfter))
	}
	return msps, err
}
