// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Route describes which dataset and action the requests of one method under one path are about.
type Route struct {
	// Method is the route's only one, but GET is HEAD too. Without it the route is for all methods of its action.
	Method string
	// Path is a path, or ends in /* for everything below it; {name} is one segment, and {subject} the pseudonym of the
	// person whose data the path holds.
	Path            string
	Dataset, Action string
	// Upgrade lets the connection change to another protocol, and Override lets the request name another method, if the
	// action admits that one.
	Upgrade, Override bool
}

// ParseRoute reads METHOD PATH=DATASET:ACTION, with :upgrade and :override at the end where the route admits these.
// METHOD PATH alone is of the given dataset and action.
func ParseRoute(text, dataset, action string) (Route, error) {
	method, rest, found := strings.Cut(strings.TrimSpace(text), " ")
	route := Route{Method: method, Dataset: dataset, Action: action}
	if !found {
		return route, fmt.Errorf("a route is METHOD PATH=DATASET:ACTION, not %q", text)
	}
	path, about, named := strings.Cut(strings.TrimSpace(rest), "=")
	route.Path = path
	for {
		var isUpgrade, isOverride bool
		about, isUpgrade = strings.CutSuffix(about, ":upgrade")
		about, isOverride = strings.CutSuffix(about, ":override")
		if !isUpgrade && !isOverride {
			break
		}
		route.Upgrade, route.Override = route.Upgrade || isUpgrade, route.Override || isOverride
	}
	if named {
		at := strings.LastIndexByte(about, ':')
		if at < 0 {
			return route, fmt.Errorf("the route %q names no DATASET:ACTION", text)
		}
		if before, ok := strings.CutSuffix(about[:at], ":cc"); ok { // the actions of Creative Commons have a prefix
			at = len(before)
		}
		route.Dataset, route.Action = about[:at], about[at+1:]
	}
	return route, route.check()
}

func (r Route) check() error {
	switch {
	case r.Dataset == "" || r.Action == "":
		return fmt.Errorf("the route %s names no dataset and action", r.Path)
	case r.Method != strings.ToUpper(r.Method) || r.Method == http.MethodConnect || r.Method == http.MethodOptions:
		return fmt.Errorf("a route is for no method %q", r.Method)
	case r.Method != "" && r.Method != http.MethodPost && !slices.Contains(methodsOf(r.Action), r.Method):
		return fmt.Errorf("the action %s admits %s, and POST where a route says so; not %s", r.Action,
			strings.Join(methodsOf(r.Action), ", "), r.Method)
	}
	plain := strings.NewReplacer("{", "", "}", "").Replace(strings.TrimSuffix(r.Path, "*"))
	u := &url.URL{Path: plain}
	if err := checkPath(u); err != nil || strings.Contains(plain, "*") || strings.Contains(r.Path, "...") {
		return fmt.Errorf("a route's path begins with a slash, has no special segments, and ends in /* if at all: %q", r.Path)
	}
	return nil
}

// pattern is the path as http.ServeMux has it.
func (r Route) pattern() string {
	if below, ok := strings.CutSuffix(r.Path, "/*"); ok {
		return below + "/{rest...}"
	}
	if strings.HasSuffix(r.Path, "/") {
		return r.Path + "{$}"
	}
	return r.Path
}

// Point is a policy enforcement point: it finds the route of a request, and its guard lets it through or not.
type Point struct {
	// routes finds by method and path, paths by path alone: anything that is served by other methods is no unknown
	// path.
	routes, paths *http.ServeMux
	next          http.Handler
	hook          func(*http.Request, *Problem)
}

// NewPoint makes a point before a data server. Options are those of the guards of all routes.
func NewPoint(ledger Ledger, routes []Route, next http.Handler, options ...Option) (p *Point, err error) {
	if len(routes) == 0 {
		return nil, errors.New("there is no route")
	}
	first := New(ledger, "", options...)
	p = &Point{routes: http.NewServeMux(), paths: http.NewServeMux(), next: next, hook: first.hook}
	defer func() {
		if conflict := recover(); conflict != nil { // the mux panics where two routes contradict each other
			p, err = nil, fmt.Errorf("%v", conflict)
		}
	}()
	known := map[string]bool{}
	for _, route := range routes {
		if err := route.check(); err != nil {
			return nil, err
		}
		at := &place{route.guard(*first)}
		p.routes.Handle(strings.TrimSpace(route.Method+" "+route.pattern()), at)
		if !known[route.pattern()] {
			known[route.pattern()] = true
			p.paths.Handle(route.pattern(), at)
		}
	}
	return p, nil
}

// guard is the guard of the route.
func (r Route) guard(g Guard) *Guard {
	g.dataset, g.action, g.upgrade, g.override = r.Dataset, r.Action, r.Upgrade, r.Override
	if strings.Contains(r.Path, "{subject}") {
		g.subjects = func(r *http.Request) []string { return []string{r.PathValue("subject")} }
	}
	if r.Method == http.MethodPost {
		g.methods = []string{http.MethodPost}
	}
	return &g
}

// place is what is served under a path.
type place struct{ guard *Guard }

// match is the place that the mux finds, and the request with the path's values.
type match struct {
	place   *place
	request *http.Request
}

type matchKey struct{}

// discard is for answers of the mux, which are not the point's.
type discard struct{}

// Header is nobody's.
func (discard) Header() http.Header { return http.Header{} }

// Write discards.
func (discard) Write(part []byte) (int, error) { return len(part), nil }

// WriteHeader discards.
func (discard) WriteHeader(int) {}

// ServeHTTP notes that the mux came here.
func (at *place) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	if found, ok := r.Context().Value(matchKey{}).(*match); ok {
		found.place, found.request = at, r
	}
}

// find asks a mux, which alone would redirect to other paths.
func find(mux *http.ServeMux, r *http.Request) *match {
	found := &match{request: r}
	mux.ServeHTTP(discard{}, r.WithContext(context.WithValue(r.Context(), matchKey{}, found)))
	return found
}

// guard finds the guard of a request.
func (p *Point) guard(r *http.Request) (*Guard, *http.Request, *Problem) {
	if err := checkPath(r.URL); err != nil {
		return nil, r, badPath(err)
	}
	if r.Method == http.MethodConnect { // the mux treats it in a way of its own
		return nil, r, noRoute()
	}
	if found := find(p.routes, r); found.place != nil {
		return found.place.guard, found.request, nil
	}
	if found := find(p.paths, r); found.place != nil {
		return nil, r, found.place.guard.otherAction(r, "method "+r.Method)
	}
	return nil, r, noRoute()
}

// ServeHTTP passes on what the request's guard lets through.
func (p *Point) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	guard, r, problem := p.guard(r)
	if problem != nil {
		problem.write(w)
		p.hook(r, problem)
		return
	}
	guard.Wrap(p.next).ServeHTTP(w, r)
}
