// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// Asker is the kind of proxy that asks an external authorisation: it describes in which headers the request is told.
type Asker string

// The kinds.
const (
	// Nginx is nginx with auth_request. It does not show the body.
	Nginx Asker = "nginx"
	// Traefik is Traefik with forwardAuth.
	Traefik Asker = "traefik"
)

// Askers are all kinds.
var Askers = []Asker{Nginx, Traefik}

// original are the names of the headers that tell method and URI.
func (k Asker) original() (method, uri string) {
	if k == Traefik {
		return "X-Forwarded-Method", "X-Forwarded-Uri"
	}
	return "X-Original-Method", "X-Original-Uri"
}

func (k Asker) missing() error {
	if k == Traefik {
		return errors.New("the headers X-Forwarded-Method and X-Forwarded-Uri are missing: ask by Traefik's forwardAuth, " +
			"or say which proxy asks by --asker")
	}
	return errors.New("the headers X-Original-Method and X-Original-URI are missing: set proxy_set_header " +
		"X-Original-Method $request_method and proxy_set_header X-Original-URI $request_uri where nginx asks, " +
		"as it changes the method of its question to GET")
}

// Authorizer is an external authorisation: proxies ask it about each request. It answers 200, 401 or 403 and nothing else.
// Only proxies may reach it: what they say of the request decides.
type Authorizer struct {
	point *Point
	asker Asker
	// spends is true where a use is spent when a request is let through.
	spends bool
}

// NewAuthorizer makes an external authorisation. Decisions under a limited number of uses are refused, as it does not
// see the answer, unless spendOnAllow states that letting a request through spends a use.
func NewAuthorizer(ledger Ledger, routes []Route, asker Asker, spendOnAllow bool, options ...Option) (*Authorizer, error) {
	decides := func(g *Guard) { g.behind, g.withoutBody = true, asker != Traefik }
	point, err := NewPoint(ledger, routes, http.NotFoundHandler(), append(options, decides)...)
	if err != nil {
		return nil, err
	}
	return &Authorizer{point, asker, spendOnAllow}, nil
}

// ServeHTTP answers about the request that the proxy describes.
func (a *Authorizer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	check, problem := a.decide(r)
	a.point.hook(r, problem)
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	if problem == nil {
		describe(header, check)
		w.WriteHeader(http.StatusOK)
		return
	}
	if problem.Status != http.StatusUnauthorized {
		problem.Status = http.StatusForbidden
	}
	reasons := make([]string, 0, len(problem.Reasons))
	for _, reason := range problem.Reasons {
		reasons = append(reasons, string(reason.Code))
	}
	if len(reasons) == 0 {
		reasons = append(reasons, string(problem.code))
	}
	header.Set(ReasonHeader, strings.Join(reasons, ", "))
	problem.write(w)
}

// decide never panics: a proxy takes every other answer for a failure of its own.
func (a *Authorizer) decide(r *http.Request) (check licensing.AccessCheck, problem *Problem) {
	defer func() {
		if fault := recover(); fault != nil {
			problem = unavailable(fmt.Errorf("panic: %v", fault))
		}
	}()
	asked, problem := a.asked(r)
	if problem != nil {
		return check, problem
	}
	guard, asked, problem := a.point.guard(asked)
	if problem != nil {
		return check, problem
	}
	if check, problem = guard.admit(asked); problem != nil || !check.ServedOnce || asked.Method == http.MethodHead {
		return check, problem
	}
	switch {
	case !check.Valid:
		return check, refused(check.DecisionID, licensing.Reason{Code: licensing.CauseServed})
	case !a.spends:
		return check, refused(check.DecisionID, licensing.Reason{Code: CountedUse})
	}
	return check, guard.spend(asked, check, 0, nil)
}

// asked is the request that the question is about.
func (a *Authorizer) asked(r *http.Request) (*http.Request, *Problem) {
	methodHeader, uriHeader := a.asker.original()
	methods, uris := r.Header.Values(methodHeader), r.Header.Values(uriHeader)
	if len(methods) != 1 || len(uris) != 1 || methods[0] == "" || uris[0] == "" {
		problem := refused(r.Header.Get(DecisionHeader), licensing.Reason{Code: ProxyUnknown})
		problem.Detail = a.asker.missing().Error()
		return nil, problem
	}
	u, err := url.ParseRequestURI(uris[0])
	if err != nil {
		return nil, badPath(errors.New("the path cannot be read"))
	}
	asked := r.Clone(r.Context())
	asked.Method, asked.URL, asked.RequestURI, asked.TLS = methods[0], u, uris[0], nil
	asked.Header.Del("X-Original-Uri") // the URL is the original one; under Traefik it would be the caller's
	return asked, nil
}
