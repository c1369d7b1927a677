// SPDX-License-Identifier: Apache-2.0

// Package agent passes metrics on. Fabric's operations listeners give whoever they let in everything that they have,
// the logs' levels and an orderer's channels too. The agent, which they let in, gives whoever has its token the metrics
// and nothing else.
package agent

import (
	"context"
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/keyfile"
	"github.com/smartb-suite/smartb/network/health"
)

// maxPage bounds a page of metrics; Fabric's have some 100 kB.
const maxPage = 16 << 20

// Handler serves GET /<name>/metrics for each of the targets, whose values are the addresses of operations listeners (https://host:port). Nothing of a
// request but its target is passed on.
func Handler(targets map[string]string, token string, show *tls.Config) (http.Handler, error) {
	if token == "" {
		return nil, errors.New("the agent's token is empty")
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: show}, CheckRedirect: refuse}
	pages := map[string]string{}
	for name, address := range targets {
		at, err := url.Parse(address)
		if err != nil || at.Scheme != "https" || at.Host == "" || at.Path != "" {
			return nil, fmt.Errorf("target %s=%s: write it as name=https://host:port", name, address)
		}
		pages["/"+name+"/metrics"] = address + "/metrics"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, known := pages[r.URL.Path]
		shown := []byte(r.Header.Get("Authorization"))
		switch {
		case subtle.ConstantTimeCompare(shown, []byte("Bearer "+token)) != 1:
			http.Error(w, "show the agent's token", http.StatusUnauthorized)
		case !known || r.URL.RawQuery != "":
			http.NotFound(w, r)
		case r.Method != http.MethodGet:
			w.Header().Set("Allow", http.MethodGet)
			http.Error(w, "metrics are read only", http.StatusMethodNotAllowed)
		default:
			pass(r.Context(), client, page, w)
		}
	}), nil
}

func refuse(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func pass(ctx context.Context, client *http.Client, page string, w http.ResponseWriter) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
	if err != nil {
		http.Error(w, "the target's address is wrong", http.StatusInternalServerError)
		return
	}
	response, err := client.Do(request)
	if err != nil {
		http.Error(w, "the component does not answer", http.StatusBadGateway)
		return
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		http.Error(w, "the component answers "+response.Status, http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", response.Header.Get("Content-Type"))
	if _, err := io.Copy(w, io.LimitReader(response.Body, maxPage)); err != nil {
		slog.Warn("a page of metrics ended early", "page", page, "cause", err)
	}
}

// Run serves the targets (name=https://host:port) until the listener fails. In its folder are tls/server.{crt,key}, operations/{ca.crt,client.crt,client.key}
// and scrape.token.
func Run(listen, dir string, targets []string) error {
	all := map[string]string{}
	for _, target := range targets {
		name, address, _ := strings.Cut(target, "=")
		all[name] = address
	}
	at := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	show, err := health.TLS(at("operations", "ca.crt"), at("operations", "client.crt"), at("operations", "client.key"))
	if err != nil {
		return err
	}
	token, err := keyfile.Read(at("scrape.token"))
	if err != nil {
		return err
	}
	handler, err := Handler(all, strings.TrimSpace(string(token)), show)
	if err != nil {
		return err
	}
	server := &http.Server{
		Addr: listen, Handler: handler, TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12}, ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
		ReadTimeout: 10 * time.Second, WriteTimeout: 20 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 8 << 10,
	}
	pair, err := keyfile.Pair(at("tls", "server.crt"), at("tls", "server.key"))
	if err != nil {
		return err
	}
	server.TLSConfig.Certificates = []tls.Certificate{pair}
	return server.ListenAndServeTLS("", "")
}
