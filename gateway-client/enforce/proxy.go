// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"context"
	"errors"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"
)

const (
	upstreamTime  = time.Minute
	upstreamConns = 64
)

// Proxy passes requests on to a data server. It is behind a guard or a [Point], which cleans the requests' headers.
// Paths are appended to that of the URL as they are.
func Proxy(upstream *url.URL, note func(error)) http.Handler {
	transport := &http.Transport{
		ResponseHeaderTimeout: upstreamTime, MaxIdleConnsPerHost: upstreamConns, IdleConnTimeout: upstreamTime,
		DisableCompression: true, // entity tags are of the bytes that the data server sends
	}
	return &httputil.ReverseProxy{
		Transport: transport,
		ErrorLog:  log.New(writerTo(note), "", 0),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(upstream)
			// Anything that a configured proxy said is kept; the guard has deleted it from everybody else.
			for name, values := range r.In.Header {
				if isForwarded(name) {
					r.Out.Header[name] = values
				}
			}
			host, proto := r.In.Header.Get("X-Forwarded-Host"), r.In.Header.Get("X-Forwarded-Proto")
			r.SetXForwarded()
			if host != "" {
				r.Out.Header.Set("X-Forwarded-Host", host)
			}
			if proto != "" {
				r.Out.Header.Set("X-Forwarded-Proto", proto)
			}
			if len(r.In.Header.Values("User-Agent")) == 0 {
				r.Out.Header["User-Agent"] = nil // Go would add its own
			}
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
				return // who asked is gone, or the access has ended
			}
			note(err)
			(&Problem{
				Type: docs + "data-server-unavailable", Title: "The data server does not answer", Status: http.StatusBadGateway,
				Detail: "the data server behind this proxy does not answer; try again",
			}).write(w)
		},
	}
}

// writerTo makes a log of what notes errors.
type writerTo func(error)

// Write notes one line.
func (w writerTo) Write(line []byte) (int, error) {
	w(errors.New(string(line)))
	return len(line), nil
}
