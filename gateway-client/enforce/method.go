// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// reading are the methods that change nothing.
var reading = []string{http.MethodGet, http.MethodHead}

// changing are the methods that an action admits, where it is not one of those that only read.
var changing = map[string][]string{
	"modify":   {http.MethodPost, http.MethodPut, http.MethodPatch},
	"write":    {http.MethodPost, http.MethodPut, http.MethodPatch},
	"writeTo":  {http.MethodPost, http.MethodPut, http.MethodPatch},
	"append":   {http.MethodPost, http.MethodPatch},
	"appendTo": {http.MethodPost, http.MethodPatch},
	"delete":   {http.MethodDelete},
	"execute":  {http.MethodPost},
}

// methodsOf are the methods that an action admits by itself. POST is admitted by a route only, unless the action changes data.
func methodsOf(action string) []string {
	if methods, known := changing[action]; known {
		return methods
	}
	return reading
}

// overrideHeaders are read by frameworks as the method in place of the request's own.
var overrideHeaders = []string{
	"X-Http-Method-Override", "X-Http-Method", "X-Method-Override", "X-Method", "X-Http-Verb", "X-Request-Method",
}

// overrideParameters are such parameters of a query or a form.
var overrideParameters = []string{
	"_method", "_http_method", "_httpmethod", "$method", "$httpmethod", "httpmethod", "http_method", "method_override",
	"x-http-method-override", "x-http-method", "x-method-override",
}

// overrides are the methods that the request asks for besides its own. A form can hold one, so its body counts as one.
func overrides(r *http.Request) (methods []string) {
	for name, values := range r.Header {
		if slices.Contains(overrideHeaders, http.CanonicalHeaderKey(strings.ReplaceAll(name, "_", "-"))) {
			methods = append(methods, values...)
		}
	}
	for _, pair := range strings.FieldsFunc(r.URL.RawQuery, func(c rune) bool { return c == '&' || c == ';' }) {
		name, value, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); err == nil {
			name = decoded
		}
		name, _, _ = strings.Cut(strings.TrimSpace(name), "[")
		if slices.Contains(overrideParameters, strings.ToLower(name)) {
			methods = append(methods, value)
		}
	}
	return methods
}

// isForm reports whether the body can hold a parameter that overrides the method.
func isForm(r *http.Request) bool {
	for _, kind := range r.Header.Values("Content-Type") {
		kind = strings.ToLower(kind)
		if strings.Contains(kind, "x-www-form-urlencoded") || strings.Contains(kind, "multipart/form-data") {
			return true
		}
	}
	return false
}

// upgrades reports whether the request asks for another protocol on its connection.
func upgrades(r *http.Request) bool {
	return len(r.Header.Values("Upgrade")) > 0 || slices.Contains(connectionOptions(r.Header), "upgrade")
}

// admits finds out whether the guard's action admits what the request does.
func (g *Guard) admits(r *http.Request) *Problem {
	methods := append(slices.Clone(methodsOf(g.action)), g.methods...)
	if !slices.Contains(methods, r.Method) {
		return g.otherAction(r, "method "+r.Method)
	}
	asked := overrides(r)
	for _, method := range asked {
		if !g.override || !slices.Contains(methods, strings.ToUpper(strings.TrimSpace(method))) {
			return g.otherAction(r, "a request that overrides its method")
		}
	}
	switch {
	case isForm(r) && !g.override:
		return g.otherAction(r, "a form, which can override the method,")
	case upgrades(r) && !g.upgrade:
		return g.otherAction(r, "a change of protocol (Upgrade)")
	}
	return nil
}

func (g *Guard) otherAction(r *http.Request, what string) *Problem {
	problem := refused(r.Header.Get(DecisionHeader), licensing.Reason{Code: OtherAction})
	problem.Detail = what + " is not part of the action " + g.action + " here: " + string(OtherAction)
	return problem
}
