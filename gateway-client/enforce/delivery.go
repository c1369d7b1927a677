package enforce

import (
	"encoding/hex"
	"errors"
	"net/http"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
)

// serve has the handler answer. Where the answer is evidence, it leaves when the ledger has its digest, and not at all if the ledger refuses it: of two
// requests with a decision that is served once, one is answered.
func (g *Guard) serve(w http.ResponseWriter, r *http.Request, next http.Handler, check licensing.AccessCheck) *Problem {
	w.Header().Set(DecisionHeader, check.DecisionID)
	w.Header().Set("Cache-Control", "private, no-store")
	if !check.ServedOnce && !g.evidence {
		next.ServeHTTP(w, r)
		return nil
	}
	if check.ServedOnce {
		r.Header = r.Header.Clone() // the caller's request stays as it was
		r.Header.Del("Range")       // a part would be the whole use
	}
	held := newHeld(w.Header())
	defer held.close()
	next.ServeHTTP(held, r)
	if held.err != nil {
		return unavailable(held.err)
	}
	if held.isDelivery(r.Method) {
		if problem := g.record(r, held, check.DecisionID); problem != nil {
			return problem
		}
	}
	held.release(w)
	return nil
}

func (g *Guard) record(r *http.Request, held *held, decisionID string) *Problem {
	err := g.ledger.RecordDelivery(r.Context(), licensing.RecordDeliveryRequest{
		DecisionID: decisionID, Digest: hex.EncodeToString(held.digest.Sum(nil)), Bytes: held.size,
	})
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
