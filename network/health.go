package network

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"
)

// probeTimeout bounds one look at a component.
const probeTimeout = 2 * time.Second

// probe succeeds when a component does its work.
type probe func(context.Context) error

func allOf(probes ...probe) probe {
	return func(ctx context.Context) error {
		for _, p := range probes {
			if err := p(ctx); err != nil {
				return err
			}
		}
		return nil
	}
}

// httpsProbe asks a health page.
func httpsProbe(url, caFile string) probe {
	return func(ctx context.Context) error {
		roots, err := certPool(caFile)
		if err != nil {
			return err
		}
		response, err := get(ctx, url, &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12})
		if err != nil {
			return err
		}
		return response.Body.Close()
	}
}

// get returns only answers of success; the caller closes their body.
func get(ctx context.Context, url string, config *tls.Config) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	client := http.Client{Timeout: probeTimeout, Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("%s answers %s", url, response.Status), response.Body.Close())
	}
	return response, nil
}

// handshakeProbe looks whether somebody of the organisation listens: Fabric's health pages are there before its other listeners, and a chaincode server
// has none. The caller shows the certificate in the folder of TLS files.
func handshakeProbe(address, tlsDir, side string) probe {
	return func(ctx context.Context) error {
		config, err := clientTLS(tlsDir, side)
		if err != nil {
			return err
		}
		config.NextProtos = []string{"h2"}
		ctx, cancel := context.WithTimeout(ctx, probeTimeout)
		defer cancel()
		connection, err := (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return connection.Close()
	}
}

// clientTLS trusts the organisation's CA and shows the certificate in the folder of TLS files.
func clientTLS(dir, side string) (*tls.Config, error) {
	roots, err := certPool(filepath.Join(dir, "ca.crt"))
	if err != nil {
		return nil, err
	}
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, side+".crt"), filepath.Join(dir, side+".key"))
	if err != nil {
		return nil, err
	}
	return &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}
