// SPDX-License-Identifier: Apache-2.0

package network

import (
	"errors"
	"path/filepath"
)

// scrape is one organisation in Prometheus' configuration.
type scrape struct {
	Name, Dir, Agent string
	Components       []string
}

// scrapeToken is what Prometheus shows to an agent.
const scrapeToken = "scrape.token"

func (n *Network) writeScrapeToken(org Organisation) error {
	file := n.layout.org(org, Agent, scrapeToken)
	if exists(file) {
		return nil
	}
	return writeFile(file, []byte(newSecret()))
}

// exportMonitoring writes a scrape configuration for Prometheus and a dashboard for Grafana.
func (n *Network) exportMonitoring(dir string) error {
	var jobs []scrape
	for _, org := range n.Topology {
		p := n.ports(org)
		jobs = append(jobs, scrape{org.Name, filepath.Join(dir, org.Name), p.address(portAgent), []string{Orderer, Peer}})
	}
	config, err := render("prometheus.yml.tmpl", jobs)
	if err != nil {
		return err
	}
	dashboard, err := configFiles.ReadFile("config/grafana.json")
	if err != nil {
		return err
	}
	return errors.Join(
		writeFile(filepath.Join(dir, "prometheus.yml"), config),
		writeFile(filepath.Join(dir, "grafana.json"), dashboard),
	)
}
