// SPDX-License-Identifier: Apache-2.0

package network

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
)

// caClient speaks the REST interface of a Fabric CA. One request takes some milliseconds where a start of fabric-ca-client takes a hundred.
type caClient struct {
	url string
	// name is that of the instance among those that the server runs.
	name string
	http *http.Client
}

// codeRegistered is Fabric CA's error code for an identity that is registered already.
const codeRegistered = 74

// newCAClient speaks to the named one of the authorities that a server runs, which asks for a certificate of whoever speaks to it.
func newCAClient(address string, config *tls.Config, name string) *caClient {
	transport := &http.Transport{TLSClientConfig: config}
	return &caClient{url: "https://" + address, name: name, http: &http.Client{Transport: transport, Timeout: 30 * time.Second}}
}

// registration announces an identity to its CA.
type registration struct {
	CA             string      `json:"caname,omitempty"`
	ID             string      `json:"id"`
	Type           string      `json:"type"`
	Secret         string      `json:"secret"`
	MaxEnrollments int         `json:"max_enrollments"`
	Attributes     []attribute `json:"attrs,omitempty"`
}

// attribute goes into every certificate when ECert is set.
type attribute struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	ECert bool   `json:"ecert"`
}

// register is idempotent: an identity that is registered already keeps its secret.
func (c *caClient) register(ctx context.Context, registrar *keyPair, r registration) error {
	r.CA = c.name
	failure, err := c.post(ctx, "/api/v1/register", r, registrar.authorise, nil)
	if failure.Code == codeRegistered {
		return nil
	}
	return err
}

type enrolment struct {
	CA      string   `json:"caname,omitempty"`
	Request string   `json:"certificate_request"`
	Profile string   `json:"profile,omitempty"`
	Hosts   []string `json:"hosts,omitempty"`
}

// enrol has the CA certify a new key, for connections to the hosts if there are any, of an identity that proves itself by its secret.
func (c *caClient) enrol(ctx context.Context, id, secret string, hosts []string) (*keyPair, error) {
	withPassword := func(r *http.Request, _ []byte) error {
		r.SetBasicAuth(id, secret)
		return nil
	}
	return c.certify(ctx, "/api/v1/enroll", id, enrolment{Hosts: hosts}, withPassword)
}

func (c *caClient) certify(ctx context.Context, path, id string, e enrolment, authorise authorisation) (*keyPair, error) {
	pair, request, err := newKeyPair(id, e.Hosts)
	if err != nil {
		return nil, err
	}
	e.Request, e.CA = string(request), c.name
	var answer struct{ Cert []byte }
	if _, err := c.post(ctx, path, e, authorise, &answer); err != nil {
		return nil, err
	}
	pair.certificate = answer.Cert
	return pair, nil
}

// authorisation proves the caller of a request with this body.
type authorisation func(request *http.Request, body []byte) error

type caFailure struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (c *caClient) post(ctx context.Context, path string, question any, authorise authorisation, answer any) (caFailure, error) {
	body, err := json.Marshal(question)
	if err != nil {
		return caFailure{}, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+path, bytes.NewReader(body))
	if err != nil {
		return caFailure{}, err
	}
	if err := authorise(request, body); err != nil {
		return caFailure{}, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return caFailure{}, fmt.Errorf("certificate authority: %w", err)
	}
	defer response.Body.Close()
	envelope := struct {
		Result any         `json:"result"`
		Errors []caFailure `json:"errors"`
	}{Result: answer}
	if err := json.NewDecoder(response.Body).Decode(&envelope); err != nil {
		return caFailure{}, fmt.Errorf("certificate authority %s: %s: %w", c.url, response.Status, err)
	}
	if len(envelope.Errors) > 0 {
		first := envelope.Errors[0]
		return first, fmt.Errorf("certificate authority %s%s: %s (code %d)", c.url, path, first.Message, first.Code)
	}
	return caFailure{}, nil
}

// authorise proves the caller to the CA by a signature over method, path, body and certificate.
func (p *keyPair) authorise(request *http.Request, body []byte) error {
	encode := base64.StdEncoding.EncodeToString
	certificate := encode(p.certificate)
	digest := sha256.Sum256([]byte(request.Method + "." + encode([]byte(request.URL.RequestURI())) + "." + encode(body) + "." + certificate))
	sign, err := identity.NewPrivateKeySign(p.key)
	if err != nil {
		return err
	}
	signature, err := sign(digest[:])
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", certificate+"."+encode(signature))
	return nil
}
