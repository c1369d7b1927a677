// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	sfv "github.com/dunglas/httpsfv"
)

const (
	// CertificateHeader carries the signer's X.509 certificate, in DER as a structured field's byte sequence, the form of RFC 9440. It is not RFC 9440's
	// Client-Cert, which proxies set and remove.
	CertificateHeader = "Smartb-Certificate"
	// SignatureTag is the parameter tag of signatures that are meant for guards.
	SignatureTag = "smartb"

	signatureInput = "Signature-Input"
	signatureField = "Signature"
	// signatureLife is how old a signature may be, and how far its signer's clock may be ahead.
	signatureLife = time.Minute
	maxNonce      = 128
)

// covered are the components that a signature must cover at least: all that the guard and a file server decide by.
var covered = []string{"@method", "@authority", "@path", "@query", "smartb-decision", "smartb-certificate"}

// acceptSignature asks for such a signature (RFC 9421, section 5.1).
const acceptSignature = `smartb=("@method" "@authority" "@path" "@query" "smartb-decision" "smartb-certificate");created;nonce;tag="smartb"`

// signer verifies the request's signature (RFC 9421, section 3.2) by the key of the certificate that it carries and
// covers. The caller still checks the certificate's owner, and that the nonce is new.
func (g *Guard) signer(r *http.Request) (proof, error) {
	certificate, err := readCertificate(r.Header)
	if err != nil {
		return proof{}, err
	}
	input, signature, err := readSignature(r.Header)
	if err != nil {
		return proof{}, err
	}
	nonce, err := checkInput(input, algorithmOf(certificate.PublicKey), time.Now())
	if err != nil {
		return proof{}, err
	}
	if err := g.checkBody(r, input); err != nil {
		return proof{}, err
	}
	if err := g.checkSigned(r, input, certificate, signature); err != nil {
		return proof{}, err
	}
	hash := sha256.Sum256(certificate.Raw)
	return proof{certificate, hex.EncodeToString(hash[:]) + nonce}, nil
}

// checkSigned verifies the signature on the request as it was outside, under one of the names by which callers know the
// server: proxies may change the header Host.
func (g *Guard) checkSigned(r *http.Request, input sfv.InnerList, certificate *x509.Certificate, signature []byte) error {
	seen := *g.outside(r)
	for _, name := range g.authorities {
		seen.Host = name
		base, err := signatureBase(&seen, input)
		if err != nil {
			return err
		}
		if verify(certificate.PublicKey, base, signature) {
			return nil
		}
	}
	return fmt.Errorf("the signature is not that of the certificate's key on this request to one of %q; a proxy in between "+
		"must pass on method, path and query as they came (nginx: proxy_pass without a path; else proxy_set_header "+
		"X-Original-URI $request_uri, from a configured proxy)", g.authorities)
}

// maxSignedBody bounds the body that is read before it is passed on.
const maxSignedBody = 1 << 20

// contentDigest is the component that signs a body, the header of RFC 9530.
const contentDigest = "content-digest"

// checkBody compares the body of a signed request with the digest that the signature covers.
func (g *Guard) checkBody(r *http.Request, input sfv.InnerList) error {
	covers := slices.ContainsFunc(input.Items, func(item sfv.Item) bool { return item.Value == contentDigest })
	changes := r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodDelete
	switch {
	case g.withoutBody && (covers || changes):
		return errors.New("this server decides without the body, so a signed request with a body is refused; " +
			"send it where smartb data proxy serves")
	case g.withoutBody || r.ContentLength == 0 && !covers:
		return nil
	case !covers:
		return errors.New("the signature of a request with a body covers \"content-digest\"")
	}
	return compareBody(r)
}

// compareBody reads the body, and leaves it to be read again.
func compareBody(r *http.Request) error {
	told, ok := sha256Of(r.Header, "Content-Digest")
	if !ok {
		return errors.New("the header Content-Digest holds no sha-256")
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxSignedBody+1))
	if err != nil {
		return fmt.Errorf("read the body: %w", err)
	}
	if len(body) > maxSignedBody {
		return fmt.Errorf("a signed request has a body of %d bytes at most", maxSignedBody)
	}
	sum := sha256.Sum256(body)
	if !bytes.Equal(told, sum[:]) {
		return errors.New("the body is not that of the header Content-Digest")
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.TransferEncoding = nil
	return nil
}

// sha256Of reads the SHA-256 of a header of RFC 9530.
func sha256Of(header http.Header, name string) ([]byte, bool) {
	digests, err := sfv.UnmarshalDictionary(header.Values(name))
	if err != nil {
		return nil, false
	}
	member, _ := digests.Get("sha-256")
	item, _ := member.(sfv.Item)
	sum, ok := item.Value.([]byte)
	return sum, ok
}

func readCertificate(header http.Header) (*x509.Certificate, error) {
	item, err := sfv.UnmarshalItem(header.Values(CertificateHeader))
	if err != nil {
		return nil, fmt.Errorf("header %s: %w", CertificateHeader, err)
	}
	der, ok := item.Value.([]byte)
	if !ok {
		return nil, fmt.Errorf("header %s is no byte sequence", CertificateHeader)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("header %s: %w", CertificateHeader, err)
	}
	return certificate, nil
}

// readSignature finds the one signature that is meant for guards, whatever its label.
func readSignature(header http.Header) (input sfv.InnerList, signature []byte, err error) {
	inputs, err := sfv.UnmarshalDictionary(header.Values(signatureInput))
	if err != nil {
		return input, nil, fmt.Errorf("header %s: %w", signatureInput, err)
	}
	signatures, err := sfv.UnmarshalDictionary(header.Values(signatureField))
	if err != nil {
		return input, nil, fmt.Errorf("header %s: %w", signatureField, err)
	}
	for _, label := range inputs.Names() {
		member, _ := inputs.Get(label)
		list, ok := member.(sfv.InnerList)
		if !ok || parameter[string](list, "tag") != SignatureTag {
			continue
		}
		member, _ = signatures.Get(label)
		item, _ := member.(sfv.Item)
		if signature, ok = item.Value.([]byte); !ok {
			return input, nil, fmt.Errorf("header %s holds no byte sequence %s", signatureField, label)
		}
		return list, signature, nil
	}
	return input, nil, fmt.Errorf("header %s holds none with tag=%q", signatureInput, SignatureTag)
}

// parameter is a signature's parameter, the type's zero value if it is missing or of another type.
func parameter[T any](input sfv.InnerList, name string) T {
	value, _ := input.Params.Get(name)
	typed, _ := value.(T)
	return typed
}

// checkInput checks what the signature covers and its parameters, and returns the nonce.
func checkInput(input sfv.InnerList, algorithm string, now time.Time) (nonce string, err error) {
	for _, name := range covered {
		if !slices.ContainsFunc(input.Items, func(item sfv.Item) bool { return item.Value == name }) {
			return "", fmt.Errorf("the signature does not cover %q", name)
		}
	}
	created := time.Unix(parameter[int64](input, "created"), 0)
	if created.Before(now.Add(-signatureLife)) || created.After(now.Add(signatureLife)) {
		return "", fmt.Errorf("the signature's parameter created is not within %s of this server's clock", signatureLife)
	}
	if _, limited := input.Params.Get("expires"); limited && !now.Before(time.Unix(parameter[int64](input, "expires"), 0)) {
		return "", errors.New("the signature expired")
	}
	if _, named := input.Params.Get("alg"); named && parameter[string](input, "alg") != algorithm {
		return "", errors.New("the signature's parameter alg is not that of the certificate's key")
	}
	if nonce = parameter[string](input, "nonce"); nonce == "" || len(nonce) > maxNonce {
		return "", fmt.Errorf("the signature needs a parameter nonce of 1 to %d characters", maxNonce)
	}
	return nonce, nil
}
