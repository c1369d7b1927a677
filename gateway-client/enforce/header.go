// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// The headers in which a policy enforcement point gives the data server its decision. All that begin with Smartb- are
// the guard's: it deletes those of the caller.
const (
	AssigneeHeader = "Smartb-Assignee"
	DatasetHeader  = "Smartb-Dataset"
	ActionHeader   = "Smartb-Action"
	PurposeHeader  = "Smartb-Purpose"
	// SubjectsHeader lists the pseudonyms of those whose data may be served.
	SubjectsHeader = "Smartb-Subjects"
	// ClaimedHeader holds what the assignee claimed and nobody verified, as a form does: spatial=AT-9&resolution=15.
	ClaimedHeader = "Smartb-Claimed"
	// ReasonHeader lists the codes of an error, for proxies that do not pass on its body.
	ReasonHeader = "Smartb-Reason"
)

// isOwn reports whether a server can take the header for one of the guard's: gateway interfaces write every other
// character as they write the hyphen.
func isOwn(name string) bool {
	const own = "smartb-"
	if len(name) < len(own) {
		return false
	}
	for i := range len(own) {
		c := name[i]
		letter := c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
		if own[i] == '-' && letter || own[i] != '-' && c|0x20 != own[i] {
			return false
		}
	}
	return true
}

// isForwarded reports whether the header describes how a request looked before a proxy.
func isForwarded(name string) bool {
	name = strings.ToLower(strings.ReplaceAll(name, "_", "-"))
	for _, prefix := range []string{"x-forwarded-", "x-original-", "x-rewrite-"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == "forwarded" || name == "x-real-ip" || name == "x-client-ip" || name == "true-client-ip"
}

// connectionOptions are the names in the header Connection, in lower case.
func connectionOptions(header http.Header) (options []string) {
	for _, value := range header.Values("Connection") {
		for option := range strings.SplitSeq(value, ",") {
			if option = strings.ToLower(strings.TrimSpace(option)); option != "" {
				options = append(options, option)
			}
		}
	}
	return options
}

// passOn is the request as the data server gets it: without what only the guard may say, and with what it decided.
func (g *Guard) passOn(r *http.Request, check licensing.AccessCheck) {
	trusted := g.fromProxy(r)
	for name := range r.Header {
		if isOwn(name) || isForwarded(name) && !trusted {
			delete(r.Header, name)
		}
	}
	// A proxy behind the guard deletes the headers that Connection names.
	var options []string
	for _, option := range connectionOptions(r.Header) {
		if !isOwn(option) {
			options = append(options, option)
		}
	}
	r.Header.Del("Connection")
	if len(options) > 0 {
		r.Header.Set("Connection", strings.Join(options, ", "))
	}
	r.Trailer = nil
	describe(r.Header, check)
}

// describe sets the guard's headers.
func describe(header http.Header, check licensing.AccessCheck) {
	header.Set(DecisionHeader, check.DecisionID)
	header.Set(AssigneeHeader, check.Assignee)
	header.Set(DatasetHeader, check.DatasetID)
	header.Set(ActionHeader, check.Action)
	header.Set(PurposeHeader, check.Purpose)
	if check.Personal {
		header.Set(SubjectsHeader, strings.Join(check.Subjects, ", "))
	}
	if claimed := claims(check.Claimed); claimed != "" {
		header.Set(ClaimedHeader, claimed)
	}
}

// claims writes what was claimed, in the order of the names. A unit follows as NAME.unit.
func claims(claimed []licensing.Context) string {
	values := url.Values{}
	for _, claim := range claimed {
		values.Add(claim.LeftOperand, claim.Value)
		if claim.Unit != "" {
			values.Add(claim.LeftOperand+".unit", claim.Unit)
		}
	}
	return values.Encode()
}

// seal sets what no data server may change in an answer.
func seal(header http.Header, decisionID string) {
	for name := range header {
		if isOwn(name) {
			delete(header, name)
		}
	}
	header.Set(DecisionHeader, decisionID)
	header.Set("Cache-Control", "private, no-store")
}

// fromProxy reports whether the request came from a proxy that was configured.
func (g *Guard) fromProxy(r *http.Request) bool {
	if g.behind {
		return true
	}
	address, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	for _, proxy := range g.proxies {
		if proxy.Contains(address.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// outside is the request as its caller sent it, as far as a configured proxy reports it: its path and query.
func (g *Guard) outside(r *http.Request) *http.Request {
	uri := r.Header.Get("X-Original-Uri")
	if uri == "" || !g.fromProxy(r) {
		return r
	}
	u, err := url.ParseRequestURI(uri)
	if err != nil {
		return r
	}
	seen := *r
	seen.URL = u
	return &seen
}
