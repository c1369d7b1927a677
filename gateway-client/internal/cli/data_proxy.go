// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/enforce"
	"github.com/smartb-suite/smartb/gateway-client/internal/fileserver"
)

// enforcement is what the flags of data proxy and authz both say.
type enforcement struct {
	dataset, action string
	routes          []string
	filtered        bool
	authorities     []string
	endpoint
}

func (e *enforcement) flags(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&e.dataset, "dataset", "", "the `ID` of the dataset that all paths are of, or that routes without one are of")
	flags.StringVar(&e.action, "action", "read", "the ODRL `ACTION` that goes with --dataset")
	flags.StringArrayVar(&e.routes, "route", nil,
		"serve `\"METHOD PATH=DATASET:ACTION\"` only; may be repeated. PATH may end in /* and hold {subject}; :upgrade or "+
			":override at the end admits these")
	flags.BoolVar(&e.filtered, "filtered", false,
		"the data server itself leaves out everybody whom the header Smartb-Subjects does not name")
	command.MarkFlagsOneRequired("dataset", "route")
	e.endpoint.flags(command)
}

// read makes routes and options of the flags. Datasets of others are refused.
func (e *enforcement) read(ctx context.Context, a *App, mspID string) ([]enforce.Route, []enforce.Option, error) {
	var routes []enforce.Route
	for _, text := range e.routes {
		route, err := enforce.ParseRoute(text, e.dataset, e.action)
		if err != nil {
			return nil, nil, usagef("--route: %w", err)
		}
		routes = append(routes, route)
	}
	if len(routes) == 0 {
		routes = []enforce.Route{{Path: "/*", Dataset: e.dataset, Action: e.action}}
	}
	for i := range routes {
		var err error
		if routes[i].Dataset, err = a.ownDataset(ctx, routes[i].Dataset, mspID); err != nil {
			return nil, nil, err
		}
	}
	options := []enforce.Option{enforce.WithHook(a.noteRequest)}
	if e.filtered {
		options = append(options, enforce.WithFilter())
	}
	if len(e.authorities) > 0 {
		options = append(options, enforce.WithSignatures(e.authorities...))
	}
	return routes, options, nil
}

// dataProxy is what the flags of data proxy say.
type dataProxy struct {
	enforcement
	upstream string
	proxies  []string
	evidence bool
}

func newDataProxyCommand(app *App) *cobra.Command {
	var proxy dataProxy
	command := &cobra.Command{
		Use:   "proxy",
		Short: "Put a data server under the agreements of its datasets: a policy enforcement point (the provider's processor)",
		Long: `proxy is a reverse proxy over HTTPS before a data server. A request names a decision of RequestAccess in the header
Smartb-Decision. The proxy passes it on if the ledger confirms the decision at this moment for the dataset and the action of
the request, and the caller proves, by a client certificate of its MSP or a signature, to be the assignee. An answer ends
when the access ends. One of a limited number of uses is spent when the data server has answered, before the first byte
leaves.

An action admits methods: read admits GET and HEAD, and POST where a route says so. With --route, nothing else is served.
--upstream takes http:// or https://, or file:// and a folder, whose files are then served. If the data are personal, a file
in a folder that is named after a pseudonym is that subject's; any other file needs a list of all its subjects beside it,
one pseudonym a line, as FILE.subjects.

It runs until it is interrupted.`,
		Example: `  smartb data proxy --upstream http://127.0.0.1:1026 --route "POST /query=b:read" --cert c.crt --key c.key --as utility/processor
  smartb data proxy --upstream file:///srv/grid --dataset grid-load --cert server.crt --key server.key --as utility/processor`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error { return app.proxy(command.Context(), proxy) },
	}
	proxy.listen = "127.0.0.1:8443"
	proxy.flags(command)
	flags := command.Flags()
	flags.StringVar(&proxy.upstream, "upstream", "", "the data server's `URL`")
	flags.StringSliceVar(&proxy.authorities, "authority", nil,
		"accept signed requests, too, to these `HOST[:PORT],…`: the names by which callers know the server")
	flags.StringSliceVar(&proxy.proxies, "trusted-proxy", nil,
		"the `ADDRESS,…` (or CIDR) of proxies before this one, whose X-Forwarded-* and X-Original-* headers count")
	flags.BoolVar(&proxy.evidence, "evidence", false, "record the digest of every answer on the ledger before it is served")
	for _, name := range []string{"upstream", "cert", "key"} {
		must(command.MarkFlagRequired(name))
	}
	return command
}

func (a *App) proxy(ctx context.Context, proxy dataProxy) error {
	profile, err := a.loadProfile()
	if err != nil {
		return err
	}
	upstream, subjects, err := a.upstream(proxy.upstream)
	if err != nil {
		return err
	}
	routes, options, err := proxy.read(ctx, a, profile.MSPID)
	if err != nil {
		return err
	}
	trusted, err := prefixes(proxy.proxies)
	if err != nil {
		return err
	}
	options = append(options, enforce.WithProxies(trusted...))
	if subjects != nil {
		options = append(options, enforce.WithSubjects(subjects))
	}
	if proxy.evidence {
		options = append(options, enforce.WithEvidence())
	}
	peer, err := enforce.Connect(ctx, profile, gateway.WithRetryHook(a.noteRetry))
	if err != nil {
		return err
	}
	defer peer.Close()
	point, err := enforce.NewPoint(peer, routes, upstream, options...)
	if err != nil {
		return usagef("--route: %w", err)
	}
	return a.listen(ctx, proxy.endpoint, point, "policy enforcement point before "+proxy.upstream)
}

// upstream is the handler of a data server and, for files, whose data they hold.
func (a *App) upstream(text string) (http.Handler, func(*http.Request) []string, error) {
	u, err := url.Parse(text)
	if err != nil {
		u = new(url.URL)
	}
	switch isHTTP := u.Scheme == "http" || u.Scheme == "https"; {
	case u.Scheme == "file" && u.Host == "" && u.Path != "":
		folder, err := fileserver.Open(u.Path)
		if err != nil {
			return nil, nil, usagef("--upstream: the folder cannot be served: %w", err)
		}
		return folder, folder.Subjects, nil
	case isHTTP && u.Host != "" && u.User == nil && u.RawQuery == "":
		return enforce.Proxy(u, func(err error) { a.Notef("upstream: %v", err) }), nil, nil
	default:
		return nil, nil, usagef("--upstream takes http://HOST, https://HOST or file:///FOLDER, not %q", text)
	}
}

// prefixes reads addresses and CIDR prefixes.
func prefixes(texts []string) (list []netip.Prefix, err error) {
	for _, text := range texts {
		var prefix netip.Prefix
		if strings.Contains(text, "/") {
			prefix, err = netip.ParsePrefix(text)
		} else {
			var address netip.Addr
			if address, err = netip.ParseAddr(text); err == nil {
				prefix = netip.PrefixFrom(address, address.BitLen())
			}
		}
		if err != nil {
			return nil, usagef("--trusted-proxy: %w", err)
		}
		list = append(list, prefix)
	}
	return list, nil
}

// ownDataset is the full name of a dataset. One that somebody else provides is refused: its decisions would be none of this
// server's.
func (a *App) ownDataset(ctx context.Context, id, mspID string) (string, error) {
	client, err := a.Client(ctx)
	if err != nil {
		return "", err
	}
	dataset, err := client.Licensing().GetDataset(ctx, licensing.DatasetRequest{DatasetID: id})
	if err != nil {
		return "", err
	}
	if dataset.Owner != mspID && dataset.Publisher != mspID {
		return "", usagef("dataset %s is owned by %s and published by %s; this profile is of %s",
			id, dataset.Owner, dataset.Publisher, mspID)
	}
	return dataset.DatasetID, nil
}

// noteRequest is the server's log.
func (a *App) noteRequest(r *http.Request, problem *enforce.Problem) {
	outcome := "served"
	switch {
	case problem != nil && problem.Cause != nil:
		outcome = problem.Title + ": " + problem.Cause.Error()
	case problem != nil:
		outcome = problem.Title + ": " + problem.Detail
	}
	path := r.URL.EscapedPath()
	if original := r.Header.Get("X-Original-Uri") + r.Header.Get("X-Forwarded-Uri"); original != "" {
		path += fmt.Sprintf(" (%q)", original)
	}
	a.Notef("%s %s decision %q: %s", r.Method, path, r.Header.Get(enforce.DecisionHeader), outcome)
}
