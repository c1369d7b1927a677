// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"encoding/hex"
	"net/http"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// serve has the handler answer. An answer that spends a use leaves when the ledger has spent it. One that is evidence
// when the ledger has its digest: not at all if the ledger refuses. The request is the guard's own copy.
func (g *Guard) serve(w http.ResponseWriter, r *http.Request, next http.Handler, check licensing.AccessCheck) (problem *Problem) {
	answer, r := g.watch(w, r, check)
	defer answer.cancel()
	out, decide := http.ResponseWriter(answer), g.decision(r, check)
	var pass *gate
	if decide != nil && !g.evidence {
		pass = &gate{w: answer, header: answer.Header().Clone(), decide: decide}
		out = pass
	}
	defer func() {
		if cut := answer.end(); cut != nil {
			problem = cut
		} else if pass != nil && pass.problem != nil {
			problem = pass.problem
		}
		if problem != nil {
			_ = recover() // a reverse proxy panics where it cannot write: the problem explains why
		}
	}()
	if g.evidence {
		return g.hold(answer, r, next, check, decide)
	}
	next.ServeHTTP(out, r)
	if pass != nil {
		pass.WriteHeader(http.StatusOK)
	}
	return nil
}

// decision is what decides whether an answer leaves; nil if all do.
func (g *Guard) decision(r *http.Request, check licensing.AccessCheck) func(int, http.Header) *Problem {
	switch {
	case !check.ServedOnce:
		return nil
	case isRest(r, check):
		return func(status int, header http.Header) *Problem { return rest(r, check, status, header) }
	default:
		r.Header.Del("Range") // a part would be the whole use
		r.Header.Del("If-Range")
		return func(status int, header http.Header) *Problem {
			if !isUse(r.Method, status) {
				return nil
			}
			return g.spend(r, check, status, header)
		}
	}
}

// hold holds the answer back until its digest is on the ledger.
func (g *Guard) hold(
	w http.ResponseWriter, r *http.Request, next http.Handler, check licensing.AccessCheck,
	decide func(int, http.Header) *Problem,
) *Problem {
	buffered := newBufferedResponse(w.Header())
	defer buffered.close()
	next.ServeHTTP(buffered, r)
	if buffered.err != nil {
		return unavailable(buffered.err)
	}
	buffered.WriteHeader(http.StatusOK)
	if decide != nil {
		if problem := decide(buffered.status, buffered.header); problem != nil {
			return problem
		}
	}
	if isUse(r.Method, buffered.status) {
		err := g.ledger.RecordDelivery(r.Context(), licensing.RecordDeliveryRequest{
			DecisionID: check.DecisionID, Digest: hex.EncodeToString(buffered.digest.Sum(nil)), Bytes: buffered.size,
		})
		if problem := g.committed(check.DecisionID, err); problem != nil {
			return problem
		}
	}
	buffered.release(w)
	return nil
}
