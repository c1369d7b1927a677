// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/enforce"
)

// server is the utility's own data server, put under enforcement.
type server struct {
	*httptest.Server
	peer *enforce.Peer
	path string
}

// serve starts the server with the first day of the first consumer as the resident's.
func (s *story) serve(ctx context.Context, dataset, subject string) (*server, error) {
	profile, err := gateway.LoadProfile(gateway.ProfileFor("utility", "processor"))
	if err != nil {
		return nil, err
	}
	peer, err := enforce.Connect(ctx, profile)
	if err != nil {
		return nil, err
	}
	existing := http.NewServeMux()
	existing.HandleFunc("GET /"+subject, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, s.data.firstDay()) })
	about := func(r *http.Request) []string { return []string{strings.TrimPrefix(r.URL.Path, "/")} }
	local := httptest.NewUnstartedServer(enforce.New(peer, dataset, enforce.WithSubjects(about)).Wrap(existing))
	local.TLS = enforce.TLSConfig()
	local.StartTLS()
	return &server{local, peer, "/" + subject}, nil
}

func (s *server) close() {
	s.Close()
	s.peer.Close()
}

// firstDay is a day of the first consumer as CSV.
func (d *data) firstDay() string {
	text := "local_start,mWh\n"
	for i, start := range d.load.Start {
		if strings.HasPrefix(start, d.dates()[0]) {
			text += start + "," + strconv.FormatInt(d.load.Consumption[0].Values[i], 10) + "\n"
		}
	}
	return text
}

// refusal is a server's answer that is not the data.
type refusal struct{ enforce.Problem }

func (r *refusal) Error() string { return fmt.Sprintf("%d %s: %s", r.Status, r.Title, r.Detail) }

// denied returns nil for an error by the ledger, and an error for everything else, success included.
func denied(err error) error {
	if refused := new(refusal); errors.As(err, &refused) && refused.Status == http.StatusForbidden {
		return nil
	}
	return fmt.Errorf("the server did not refuse: %w", cmp.Or(err, errors.New("it served the data")))
}

// get fetches the data as an organisation's processor, over mutual TLS.
func (s *server) get(ctx context.Context, org string, decision licensing.Decision) (string, error) {
	profile, err := gateway.LoadProfile(gateway.ProfileFor(org, "processor"))
	if err != nil {
		return "", err
	}
	member, err := tls.LoadX509KeyPair(profile.Certificate, profile.PrivateKey)
	if err != nil {
		return "", err
	}
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{member}}}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+s.path, nil)
	if err != nil {
		return "", err
	}
	request.Header.Set(enforce.DecisionHeader, decision.DecisionID)
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		refused := new(refusal)
		if err := json.NewDecoder(answer.Body).Decode(&refused.Problem); err != nil {
			return "", err
		}
		return "", refused
	}
	text, err := io.ReadAll(answer.Body)
	return string(text), err
}

// hears waits until the guard has heard of a transaction's block.
func (s *server) hears(ctx context.Context, receipt gateway.Receipt) error {
	for s.peer.Height() <= receipt.BlockNumber {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
	return nil
}
