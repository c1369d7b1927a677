// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	sfv "github.com/dunglas/httpsfv"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/enforce"
)

const (
	// behind is for how long a decision may be unknown to the provider's peer, which can be a block behind.
	behind     = 10 * time.Second
	askAgain   = 200 * time.Millisecond
	answerTime = time.Minute
	maxProblem = 64 << 10
)

// dataClient fetches from data servers as the profile's member.
type dataClient struct {
	http   *http.Client
	member tls.Certificate
	signed bool
}

func httpClient(ctx context.Context, client *gateway.Client, f fetch, assigner string) (*dataClient, error) {
	member := client.Certificate()
	roots, err := serverRoots(ctx, client, f.ca, assigner)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
	if !f.signed {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &member, nil }
	}
	return &dataClient{
		http: &http.Client{
			Transport:     &http.Transport{TLSClientConfig: config, ResponseHeaderTimeout: answerTime, ForceAttemptHTTP2: true},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // a decision is shown to nobody else
		},
		member: member, signed: f.signed,
	}, nil
}

// serverRoots are the CAs that the data server's certificate may be of.
func serverRoots(ctx context.Context, client *gateway.Client, file, assigner string) (*x509.CertPool, error) {
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, usagef("--ca: %w", err)
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(text) {
			return nil, usagef("--ca: %s holds no certificate", file)
		}
		return roots, nil
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, err
	}
	msps, err := client.MSPs(ctx)
	if err != nil {
		return nil, err
	}
	for _, msp := range msps {
		if msp.ID == assigner {
			for _, certificate := range append(msp.TLSRoots, msp.TLSIntermediates...) {
				roots.AddCert(certificate)
			}
		}
	}
	return roots, nil
}

// fetch gets the file with the decision. A provider's peer that does not know the decision yet is asked again.
func (c *dataClient) fetch(ctx context.Context, f fetch, decisionID string) (fetched, error) {
	for begin := time.Now(); ; {
		answer, problem, err := c.try(ctx, f, decisionID)
		if err != nil || problem == nil {
			return answer, err
		}
		if problem.Status >= http.StatusInternalServerError {
			return answer, fmt.Errorf("the server fails: %s (%d): %s", problem.Title, problem.Status, problem.Detail)
		}
		unknown := len(problem.Reasons) == 1 && problem.Reasons[0].Code == enforce.DecisionUnknown
		if !unknown || time.Since(begin) > behind {
			return answer, refusal(problem, decisionID)
		}
		select {
		case <-time.After(askAgain):
		case <-ctx.Done():
			return answer, ctx.Err()
		}
	}
}

func (c *dataClient) try(ctx context.Context, f fetch, decisionID string) (answer fetched, problem *enforce.Problem, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.url, nil)
	if err != nil {
		return answer, nil, usagef("%w", err)
	}
	request.Header.Set(enforce.DecisionHeader, decisionID)
	request.Header.Set("Accept-Encoding", "identity") // the digest is of the file as it is
	if c.signed {
		if err := enforce.Sign(request, c.member.Leaf, c.member.PrivateKey.(crypto.Signer)); err != nil {
			return answer, nil, err
		}
	}
	response, err := c.http.Do(request)
	if err != nil {
		return answer, nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return answer, readProblem(response), nil
	}
	answer, err = save(response, f.file)
	answer.DecisionID = decisionID
	return answer, nil, err
}

// refusal is the outcome of a request that the server refused.
func refusal(problem *enforce.Problem, decisionID string) error {
	code := "REFUSED"
	if len(problem.Reasons) > 0 {
		code = string(problem.Reasons[0].Code)
	}
	message := fmt.Errorf("the server refuses: %s (%d): %s", problem.Title, problem.Status, problem.Detail)
	return &checkError{message, code, "see whether the decision still holds: smartb access check " + decisionID}
}

// readProblem makes a problem of any answer that is not the file.
func readProblem(response *http.Response) *enforce.Problem {
	text, _ := io.ReadAll(io.LimitReader(response.Body, maxProblem)) // what is missing shows below
	problem := new(enforce.Problem)
	if json.Unmarshal(text, problem) != nil || problem.Title == "" {
		problem = &enforce.Problem{Title: http.StatusText(response.StatusCode), Detail: "the server does not say why"}
	}
	problem.Status = response.StatusCode
	return problem
}

// save writes a complete and verified file, or none.
func save(response *http.Response, name string) (answer fetched, err error) {
	draft, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".part-")
	if err != nil {
		return answer, usagef("--out: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(draft.Name()))
		}
	}()
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(draft, hash), response.Body)
	if err = errors.Join(err, draft.Close()); err != nil {
		return answer, err
	}
	told, verified := digestOf(response.Header)
	sum := hash.Sum(nil)
	if verified && !bytes.Equal(told, sum) {
		return answer, &checkError{error: fmt.Errorf("the file's SHA-256 is %x, the server told %x", sum, told), code: "DIGEST_MISMATCH", next: "fetch it again"}
	}
	return fetched{File: name, Bytes: size, SHA256: hex.EncodeToString(sum), Verified: verified}, os.Rename(draft.Name(), name)
}

// digestOf reads the SHA-256 of the header Repr-Digest (RFC 9530).
func digestOf(header http.Header) ([]byte, bool) {
	digests, err := sfv.UnmarshalDictionary(header.Values("Repr-Digest"))
	if err != nil {
		return nil, false
	}
	member, _ := digests.Get("sha-256")
	item, _ := member.(sfv.Item)
	sum, ok := item.Value.([]byte)
	return sum, ok
}
