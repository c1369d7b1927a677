// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
)

var errNotServed = errors.New("the answer is not served")

// gate is an answer that waits for its status: decide then reports whether any of it leaves.
type gate struct {
	w      http.ResponseWriter
	header http.Header
	// decide is asked once, with the final status and header.
	decide  func(status int, header http.Header) *Problem
	decided bool
	problem *Problem
}

// Header returns the answer's header: its own until the answer leaves.
func (g *gate) Header() http.Header {
	if g.decided && g.problem == nil {
		return g.w.Header()
	}
	return g.header
}

// WriteHeader decides with the first final status. Earlier ones do not leave.
func (g *gate) WriteHeader(status int) {
	if g.decided || status < http.StatusOK {
		return
	}
	g.decided = true
	if g.problem = g.decide(status, g.header); g.problem != nil {
		return
	}
	for name, values := range g.header {
		g.w.Header()[name] = values
	}
	g.w.WriteHeader(status)
}

// Write passes on a part of the body, unless the answer is not served.
func (g *gate) Write(part []byte) (int, error) {
	g.WriteHeader(http.StatusOK)
	if g.problem != nil {
		return 0, errNotServed
	}
	return g.w.Write(part)
}

// FlushError passes on what was written. There is no way around the gate: it has no Unwrap, so nobody takes the connection.
func (g *gate) FlushError() error {
	g.WriteHeader(http.StatusOK)
	if g.problem != nil {
		return errNotServed
	}
	return http.NewResponseController(g.w).Flush()
}

// isUse reports whether an answer spends a use: an error is none, nor is the answer to HEAD.
func isUse(method string, status int) bool {
	return method != http.MethodHead && status >= http.StatusOK && status < http.StatusMultipleChoices
}

// spend spends the decision's use on an answer with this status and header.
func (g *Guard) spend(r *http.Request, check licensing.AccessCheck, status int, header http.Header) *Problem {
	request := licensing.SpendUseRequest{DecisionID: check.DecisionID}
	if etag := header.Get("Etag"); status == http.StatusOK && isStrong(etag) {
		request.Representation = representation(r, check.DecisionID, etag)
	}
	return g.committed(check.DecisionID, g.ledger.SpendUse(r.Context(), request))
}

// committed is why nothing is served where a transaction about the decision failed.
func (g *Guard) committed(decisionID string, err error) *Problem {
	var refusal *gateway.ContractError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gateway.ErrDecisionServed):
		return refused(decisionID, licensing.Reason{Code: licensing.CauseServed})
	case errors.As(err, &refusal) && refusal.Code == gateway.ErrProcessingDenied:
		return refused(decisionID, licensing.Reason{Code: licensing.Cause(refusal.Details["reason"])})
	default:
		return unavailable(err)
	}
}

// isStrong reports whether equal entity tags of this form mean equal bytes (RFC 9110, section 8.8.3).
func isStrong(etag string) bool { return len(etag) >= 2 && etag[0] == '"' && etag[len(etag)-1] == '"' }

// representation names what a use is spent on: these bytes under this URL. The decision's id is random, so the hash
// reports nobody the URL.
func representation(r *http.Request, decisionID, etag string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{decisionID, r.URL.RequestURI(), etag}, "\n")))
	return hex.EncodeToString(sum[:])
}

// remainder is a range to the end, or to a place before it, that does not begin at the beginning.
var remainder = regexp.MustCompile(`^bytes=([1-9][0-9]{0,18})-[0-9]{0,19}$`)

// isRest reports whether the request is for the rest of the answer that the decision's use was spent on.
func isRest(r *http.Request, check licensing.AccessCheck) bool {
	etags, ranges := r.Header.Values("If-Range"), r.Header.Values("Range")
	return check.ServedOnce && !check.Valid && check.Delivers() && check.Representation != "" &&
		r.Method == http.MethodGet && len(etags) == 1 && isStrong(etags[0]) && len(ranges) == 1 &&
		remainder.MatchString(ranges[0]) && representation(r, check.DecisionID, etags[0]) == check.Representation
}

// rest lets the rest of an answer leave, and nothing else of success.
func rest(r *http.Request, check licensing.AccessCheck, status int, header http.Header) *Problem {
	if status >= http.StatusMultipleChoices {
		return nil
	}
	from := remainder.FindStringSubmatch(r.Header.Get("Range"))[1]
	if status == http.StatusPartialContent && header.Get("Etag") == r.Header.Get("If-Range") &&
		strings.HasPrefix(header.Get("Content-Range"), "bytes "+from+"-") {
		return nil
	}
	return refused(check.DecisionID, licensing.Reason{Code: licensing.CauseServed})
}
