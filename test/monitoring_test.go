// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// TestTheExportedMonitoringFindsItsMetrics scrapes every target of the exported configuration as Prometheus would, and looks for every metric of the
// dashboard.
func TestTheExportedMonitoringFindsItsMetrics(t *testing.T) {
	nativeOnly(t, "containers publish gateways only; Prometheus runs beside them in their networks")
	folder := filepath.Join(t.TempDir(), "export")
	require.NoError(t, net.Export(folder))
	var config struct {
		Jobs []struct {
			Path string `yaml:"metrics_path"`
			TLS  struct {
				CA string `yaml:"ca_file"`
			} `yaml:"tls_config"`
			Authorization struct {
				Token string `yaml:"credentials_file"`
			} `yaml:"authorization"`
			Static []struct {
				Targets []string `yaml:"targets"`
			} `yaml:"static_configs"`
		} `yaml:"scrape_configs"`
	}
	require.NoError(t, yaml.Unmarshal(read(t, filepath.Join(folder, "prometheus.yml")), &config))
	require.Len(t, config.Jobs, 2*len(net.Topology))
	var metrics strings.Builder
	for _, job := range config.Jobs {
		roots := x509.NewCertPool()
		require.True(t, roots.AppendCertsFromPEM(read(t, job.TLS.CA)))
		client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
		for _, group := range job.Static {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+group.Targets[0]+job.Path, nil)
			require.NoError(t, err)
			request.Header.Set("Authorization", "Bearer "+string(read(t, job.Authorization.Token)))
			response, err := client.Do(request)
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, response.StatusCode)
			text, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			metrics.Write(text)
		}
	}
	var dashboard struct {
		Panels []struct {
			Targets []struct {
				Expr string `json:"expr"`
			} `json:"targets"`
		} `json:"panels"`
	}
	require.NoError(t, json.Unmarshal(read(t, filepath.Join(folder, "grafana.json")), &dashboard))
	require.NotEmpty(t, dashboard.Panels)
	names := regexp.MustCompile(`(?:consensus|endorser|gossip|ledger|process)_\w+`)
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			name := names.FindString(target.Expr)
			require.Contains(t, metrics.String(), "\n"+name, target.Expr)
		}
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return text
}
