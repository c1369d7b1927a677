// SPDX-License-Identifier: Apache-2.0

// Package health reports whether a component of the network does its work. It knows no Fabric, so that the program for
// containers stays small.
package health

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/keyfile"
)

// Timeout bounds one look at one target.
const Timeout = 2 * time.Second

// Check describes when a component is healthy: each of its pages answers with 200 and each of its listeners completes a
// TLS handshake. Fabric's health pages are there before its other listeners, and a chaincode server has none.
type Check struct {
	// Root is the PEM file of the CA that the component's TLS certificate must come from.
	Root string
	// Cert and Key are the PEM files of the certificate that the check shows; empty where nobody asks for one.
	Cert, Key string
	// Targets are pages (https://…) and listeners (host:port).
	Targets []string
}

// Run returns why the component is not healthy, nil if it is.
func (c Check) Run(ctx context.Context) error {
	config, err := TLS(c.Root, c.Cert, c.Key)
	if err != nil {
		return err
	}
	for _, target := range c.Targets {
		if err := look(ctx, target, config); err != nil {
			return err
		}
	}
	return nil
}

// Print writes the page that is the check's only target.
func (c Check) Print(ctx context.Context, out io.Writer) error {
	config, err := TLS(c.Root, c.Cert, c.Key)
	if err != nil {
		return err
	}
	response, err := Get(ctx, c.Targets[0], config)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, response.Body)
	return errors.Join(err, response.Body.Close())
}

// Args are the arguments with which the command health makes this check.
func (c Check) Args() []string {
	args := []string{"-root", c.Root}
	if c.Cert != "" {
		args = append(args, "-cert", c.Cert, "-key", c.Key)
	}
	return append(args, c.Targets...)
}

func look(ctx context.Context, target string, config *tls.Config) error {
	if !strings.HasPrefix(target, "https://") {
		return shake(ctx, target, config)
	}
	response, err := Get(ctx, target, config)
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func shake(ctx context.Context, address string, config *tls.Config) error {
	config = config.Clone()
	config.NextProtos = []string{"h2"}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	connection, err := (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return connection.Close()
}

// Get returns only answers of success; the caller closes their body.
func Get(ctx context.Context, url string, config *tls.Config) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	client := http.Client{Timeout: Timeout, Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("%s answers %s", url, response.Status), response.Body.Close())
	}
	return response, nil
}

// TLS trusts the CA in the file root and shows the certificate, if one is named. All files are PEM.
func TLS(root, cert, key string) (*tls.Config, error) {
	roots, err := Roots(root)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	if cert == "" {
		return config, nil
	}
	pair, err := keyfile.Pair(cert, key)
	if err != nil {
		return nil, err
	}
	config.Certificates = []tls.Certificate{pair}
	return config, nil
}

// Roots reads the certificates to trust from a PEM file.
func Roots(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", file)
	}
	return pool, nil
}
