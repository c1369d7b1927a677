// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/gateway-client/enforce"
)

// Bounds of the servers: nobody holds a connection for ever.
const (
	headerTime   = 10 * time.Second
	readTime     = 30 * time.Second
	writeTime    = 30 * time.Minute
	idleTime     = 2 * time.Minute
	shutdownTime = 10 * time.Second
	maxHeader    = 32 << 10
)

// endpoint is where a server listens, and how.
type endpoint struct {
	listen, certificate, key, clients string
}

func (e *endpoint) flags(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&e.listen, "listen", e.listen, "the `ADDRESS` to listen on")
	flags.StringVar(&e.certificate, "cert", "", "the server's TLS certificate, a PEM `FILE`")
	flags.StringVar(&e.key, "key", "", "the certificate's key, a PEM `FILE`")
	command.MarkFlagsRequiredTogether("cert", "key")
}

// open listens on an address, or on a Unix socket that its user alone can reach.
func (e endpoint) open(ctx context.Context) (net.Listener, error) {
	path, isSocket := strings.CutPrefix(e.listen, "unix:")
	if !isSocket {
		return new(net.ListenConfig).Listen(ctx, "tcp", e.listen)
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
		if err := os.Remove(path); err != nil { // of a run before
			return nil, err
		}
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	const group = 0o660 // the proxy's user shares a group with this one's
	return listener, os.Chmod(path, group)
}

// tls is the server's TLS: with a client's certificate of the callers' choice or, where the flags name a CA, of that.
func (e endpoint) tls() (*tls.Config, error) {
	config := enforce.TLSConfig()
	if e.clients == "" {
		return config, nil
	}
	text, err := os.ReadFile(e.clients)
	if err != nil {
		return nil, usagef("--client-ca: %w", err)
	}
	config.ClientCAs, config.ClientAuth = x509.NewCertPool(), tls.RequireAndVerifyClientCert
	if !config.ClientCAs.AppendCertsFromPEM(text) {
		return nil, usagef("--client-ca: %s holds no certificate", e.clients)
	}
	return config, nil
}

// listen serves until ctx ends, and lets running answers end.
func (a *App) listen(ctx context.Context, at endpoint, handler http.Handler, what string) error {
	config, err := at.tls()
	if err != nil {
		return err
	}
	listener, err := at.open(ctx)
	if err != nil {
		return usagef("--listen: %w", err)
	}
	server := &http.Server{
		Handler: handler, TLSConfig: config, MaxHeaderBytes: maxHeader,
		ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
	}
	stopped := make(chan error, 1)
	unregister := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		defer cancel()
		stopped <- server.Shutdown(grace)
	})
	a.Notef("%s on %s; interrupt to stop", what, listener.Addr())
	if at.certificate == "" {
		err = server.Serve(listener)
	} else {
		err = server.ServeTLS(listener, at.certificate, at.key)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return <-stopped
	}
	unregister()
	return errors.Join(usagef("the server cannot run: %w", err), listener.Close())
}
