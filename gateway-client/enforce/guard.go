// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
)

// DecisionHeader is the request header that names the decision, and the answer's that repeats it.
const DecisionHeader = "Smartb-Decision"

// Guard lets requests through to a dataset's handler that the ledger allows.
type Guard struct {
	ledger      Ledger
	dataset     string
	action      string
	subjects    func(*http.Request) []string
	filtered    bool
	evidence    bool
	authorities []string
	hook        func(*http.Request, *Problem)
	// methods are admitted besides those of the action; override and upgrade are true where a route reports it.
	methods           []string
	override, upgrade bool
	// proxies are the addresses of configured proxies; behind is true where only such can reach the guard.
	proxies []netip.Prefix
	behind  bool
	// withoutBody is true where the guard does not see the body of the request that it decides about.
	withoutBody bool

	*memory
}

// memory is what guards of one server share.
type memory struct {
	checks cache[licensing.AccessCheck]
	msps   cache[[]gateway.MSP]
	nonces nonces
}

// Option changes what a guard asks for.
type Option func(*Guard)

// WithAction guards another ODRL action than read.
func WithAction(action string) Option { return func(g *Guard) { g.action = action } }

// WithSubjects returns the pseudonyms of those whose personal data the answer to a request holds: all of them must be
// permitted. Without it, and without [WithFilter], nothing of a dataset with personal data is served.
func WithSubjects(of func(*http.Request) []string) Option { return func(g *Guard) { g.subjects = of } }

// WithFilter states that the handler itself leaves out everybody but the permitted subjects that [From] returns.
func WithFilter() Option { return func(g *Guard) { g.filtered = true } }

// WithEvidence records every answer's digest before it is served, not only those of decisions that are served once.
func WithEvidence() Option { return func(g *Guard) { g.evidence = true } }

// WithSignatures accepts HTTP message signatures, too, of requests to these authorities (host, or host:port if that is not 443): those under which callers
// know the server. A request that was signed for another server proves nothing here. It is for servers behind a proxy that ends TLS.
func WithSignatures(authorities ...string) Option {
	return func(g *Guard) { g.authorities = authorities }
}

// WithMethods admits more methods than the action does by itself, such as POST for a query that a body describes.
func WithMethods(methods ...string) Option { return func(g *Guard) { g.methods = methods } }

// WithProxies names the proxies before the server: their headers Forwarded, X-Forwarded-* and X-Original-* count. Those of
// everybody else are deleted.
func WithProxies(addresses ...netip.Prefix) Option { return func(g *Guard) { g.proxies = addresses } }

// WithHook has hook called after each request, with the problem it was refused with or nil: for the provider's log. It must be safe for concurrent use.
func WithHook(hook func(*http.Request, *Problem)) Option { return func(g *Guard) { g.hook = hook } }

// New makes the guard of a dataset.
func New(ledger Ledger, dataset string, options ...Option) *Guard {
	g := &Guard{memory: new(memory), ledger: ledger, dataset: dataset, action: "read", hook: func(*http.Request, *Problem) {}}
	for _, option := range options {
		option(g)
	}
	return g
}

// Wrap puts a handler behind the guard. The handler finds the check in the request's context, see [From].
func (g *Guard) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		own := r.Clone(r.Context()) // the caller's request stays as it was
		check, problem := g.admit(own)
		if problem == nil {
			own = own.WithContext(context.WithValue(own.Context(), checkKey{}, check))
			g.passOn(own, check)
			problem = g.serve(w, own, next, check)
		}
		if problem != nil && !problem.cut {
			problem.write(w)
		}
		g.hook(r, problem)
		if problem != nil && problem.cut {
			panic(http.ErrAbortHandler) // the caller sees that the answer is not complete
		}
	})
}

type checkKey struct{}

// From returns the check by which a request was let through: its dataset, action and assignee, and the subjects whose data may be served.
func From(ctx context.Context) (licensing.AccessCheck, bool) {
	check, ok := ctx.Value(checkKey{}).(licensing.AccessCheck)
	return check, ok
}

// admit decides about a request. Strangers cost the ledger nothing: anyone who asks is found out first.
func (g *Guard) admit(r *http.Request) (none licensing.AccessCheck, problem *Problem) {
	if err := checkPath(r.URL); err != nil {
		return none, badPath(err)
	}
	if problem := g.admits(r); problem != nil {
		return none, problem
	}
	id := r.Header.Get(DecisionHeader)
	if err := (licensing.CheckAccessRequest{DecisionID: id}).Validate(); err != nil {
		return none, noDecision("name the decision in the header " + DecisionHeader + ": " + err.Error())
	}
	callers, problem := g.callers(r)
	if problem != nil {
		return none, problem
	}
	check, err := g.check(r.Context(), id)
	switch {
	case errors.Is(err, gateway.ErrNotFound):
		return none, refused(id, licensing.Reason{Code: DecisionUnknown})
	case err != nil:
		return none, unavailable(err)
	}
	if reasons := g.reasons(r, check, callers); len(reasons) > 0 {
		return none, refused(id, reasons...)
	}
	return check, nil
}

// check asks the ledger about a decision, unless it confirmed it at this height.
func (g *Guard) check(ctx context.Context, id string) (licensing.AccessCheck, error) {
	height, now := g.ledger.Height(), time.Now()
	if check, ok := g.checks.get(id, height, now); ok {
		return check, nil
	}
	check, err := g.ledger.CheckAccess(ctx, id)
	if err == nil && check.Valid && !check.ServedOnce {
		until := now.Add(staleAfter)
		if check.ValidUntil.Before(until) {
			until = check.ValidUntil
		}
		g.checks.put(id, check, height, until)
	}
	return check, err
}

// reasons are all reasons against serving, none if there is none. To whom the decision is not addressed, nothing else is told.
func (g *Guard) reasons(r *http.Request, check licensing.AccessCheck, callers []string) (reasons []licensing.Reason) {
	against := func(code licensing.Cause) { reasons = append(reasons, licensing.Reason{Code: code}) }
	if !slices.Contains(callers, check.Assignee) {
		against(NotTheAssignee)
		return reasons
	}
	if check.DatasetID != g.dataset {
		against(OtherDataset)
	}
	if check.Action != g.action {
		against(OtherAction)
	}
	rest := isRest(r, check)
	switch {
	case rest && check.Personal:
		reasons = append(reasons, g.personal(r, check)...)
	case rest:
	case !check.Valid && len(check.Reasons) == 0:
		against(licensing.CauseDenied)
	case !check.Valid:
		reasons = append(reasons, check.Reasons...)
	case !time.Now().Before(check.ValidUntil):
		against(licensing.CauseExpired)
	case check.Personal:
		reasons = append(reasons, g.personal(r, check)...)
	}
	return reasons
}

// personal are the reasons against serving personal data.
func (g *Guard) personal(r *http.Request, check licensing.AccessCheck) (reasons []licensing.Reason) {
	if g.filtered {
		return nil
	}
	var subjects []string
	if g.subjects != nil {
		subjects = g.subjects(r)
	}
	if len(subjects) == 0 {
		return []licensing.Reason{{Code: SubjectsUnknown}}
	}
	for _, subject := range subjects {
		if !slices.Contains(check.Subjects, subject) {
			return []licensing.Reason{{Code: SubjectNotPermitted}}
		}
	}
	return nil
}
