// SPDX-License-Identifier: Apache-2.0

package network

import (
	"fmt"
	"os"
	"path/filepath"
)

// layout names the places in the state folder:
//
//	network.json, genesis.block, configtx.yaml
//	agent-program                  the program of the agents
//	supervisor, supervisor.*       the program, its log, its socket and its process id
//	builder/bin                    the peers' external builder
//	chaincode/<name>/server        the program of the servers
//	<org>/msp                      the organisation's public MSP
//	<org>/ca                       home of its Fabric CA: the signing instance; in ca/tls and ca/operations the others
//	<org>/operations               certificate of the operations administrator
//	<org>/agent                    certificates of the agent, token of those who scrape it
//	<org>/orderer, <org>/peer      configuration, msp, tls, ledger
//	<org>/peer/servers             what the builder fills in, by package label
//	<org>/chaincode                TLS certificate of the chaincode servers
//	<org>/users/<name>             msp, profile.json
//	<org>/log
type layout string

func (l layout) record() string  { return filepath.Join(string(l), "network.json") }
func (l layout) genesis() string { return filepath.Join(string(l), "genesis.block") }
func (l layout) builder() string { return filepath.Join(string(l), "builder") }

func (l layout) chaincode(name string) string { return filepath.Join(string(l), "chaincode", name) }

func (l layout) org(org Organisation, parts ...string) string {
	return filepath.Join(append([]string{string(l), org.Name}, parts...)...)
}

func (l layout) user(org Organisation, name string, parts ...string) string {
	return l.org(org, append([]string{"users", name}, parts...)...)
}

func (l layout) log(org Organisation, component string) string {
	return l.org(org, "log", component+".log")
}

// writeFile writes a file that only its owner may read, with the folders above it, and leaves no half-written one behind.
func writeFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	draft := path + ".new"
	if err := os.WriteFile(draft, content, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(draft, path)
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return writeFile(to, content)
}

// copyProgram copies a file that everybody may run.
func copyProgram(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o755)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
