// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"net"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/enforce"
)

// authz is what the flags of authz say.
type authz struct {
	enforcement
	asker  string
	spends bool
}

func newAuthzCommand(app *App) *cobra.Command {
	var service authz
	command := &cobra.Command{
		Use:   "authz",
		Short: "Decide for a proxy about each request: an external authorisation (the provider's processor)",
		Long: `authz answers a proxy, such as nginx with auth_request or Traefik with forwardAuth, about each of its requests: 200, 401 or
403 and nothing else, with the reason in the header Smartb-Reason. Callers sign their requests (smartb data get --sign), as
the proxy ends their TLS. Only the proxy may reach it: it listens on a loopback address or a Unix socket, or asks for client
certificates of --client-ca.

It does not see the answer. So it refuses decisions under a limited number of uses, unless --spend-on-allow says that letting
a request through spends a use, and it does not cut an answer off when the access ends; smartb data proxy does. nginx does
not show it the body: signed requests with a body are refused.

It runs until it is interrupted.`,
		Example: `  smartb authz --asker nginx --dataset grid-load --authority data.utility.example --as utility/processor
  smartb authz --asker traefik --route "GET /a/*=grid-load:read" --authority data.example --as utility/processor`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error { return app.authz(command.Context(), service) },
	}
	service.listen = "127.0.0.1:9191"
	service.flags(command)
	flags := command.Flags()
	flags.StringSliceVar(&service.authorities, "authority", nil, "the `HOST[:PORT],…` by which callers know the server")
	flags.StringVar(&service.asker, "asker", "", "the `PROXY` that asks: nginx or traefik")
	flags.StringVar(&service.clients, "client-ca", "", "require client certificates of the CAs in this PEM `FILE`")
	flags.BoolVar(&service.spends, "spend-on-allow", false, "letting a request through spends one of a limited number of uses")
	must(command.MarkFlagRequired("asker"))
	must(command.MarkFlagRequired("authority"))
	return command
}

func (a *App) authz(ctx context.Context, service authz) error {
	asker := enforce.Asker(service.asker)
	if !slices.Contains(enforce.Askers, asker) {
		return usagef("--asker is one of %q", enforce.Askers)
	}
	if err := service.private(); err != nil {
		return err
	}
	profile, err := a.loadProfile()
	if err != nil {
		return err
	}
	routes, options, err := service.read(ctx, a, profile.MSPID)
	if err != nil {
		return err
	}
	peer, err := enforce.Connect(ctx, profile, gateway.WithRetryHook(a.noteRetry))
	if err != nil {
		return err
	}
	defer peer.Close()
	authorizer, err := enforce.NewAuthorizer(peer, routes, asker, service.spends, options...)
	if err != nil {
		return usagef("--route: %w", err)
	}
	return a.listen(ctx, service.endpoint, authorizer, "external authorisation for "+service.asker)
}

// private refuses an address that others than the proxy can reach.
func (e endpoint) private() error {
	if strings.HasPrefix(e.listen, "unix:") || e.clients != "" && e.certificate != "" {
		return nil
	}
	if e.clients != "" {
		return usagef("--client-ca needs --cert and --key")
	}
	host, _, err := net.SplitHostPort(e.listen)
	if err != nil {
		return usagef("--listen: %w", err)
	}
	if address := net.ParseIP(host); address == nil || !address.IsLoopback() {
		return usagef("--listen: choose a loopback address or unix:PATH, " +
			"or let the proxy prove itself by --client-ca, --cert and --key")
	}
	return nil
}
