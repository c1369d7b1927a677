// SPDX-License-Identifier: Apache-2.0

package network

import (
	"errors"
	"fmt"
	"path/filepath"
)

// writeMSP makes an MSP folder: the organisation's roots and its NodeOUs. With a key pair it is that of one identity. A certificate for TLS is of no
// identity, and a member's makes no TLS connection of a node, since each of the two folders has another root.
func writeMSP(dir string, signingRoot, tlsRoot []byte, pair *keyPair) error {
	ous, err := configFiles.ReadFile("config/nodeous.yaml")
	if err != nil {
		return err
	}
	err = errors.Join(
		writeFile(filepath.Join(dir, "config.yaml"), ous),
		writeFile(filepath.Join(dir, "cacerts", "ca.pem"), signingRoot),
		writeFile(filepath.Join(dir, "tlscacerts", "ca.pem"), tlsRoot),
	)
	if err != nil {
		return fmt.Errorf("MSP folder: %w", err)
	}
	if pair == nil {
		return nil
	}
	return pair.write(keyOf(dir), certificateOf(dir))
}

func keyOf(msp string) string         { return filepath.Join(msp, "keystore", "key.pem") }
func certificateOf(msp string) string { return filepath.Join(msp, "signcerts", "cert.pem") }

// writeTLS makes a connector's folder: its pair, what it trusts of those it connects to, and, for a node, the authority of the certificates that open
// its operations listeners.
func (n *Network) writeTLS(org Organisation, c connector, pair *keyPair) error {
	return errors.Join(
		copyFile(tlsCA.root(n.layout, org), filepath.Join(c.dir, "ca.crt")),
		copyFile(operationsCA.root(n.layout, org), filepath.Join(c.dir, "operations.crt")),
		pair.write(c.key(), c.certificate()),
	)
}
