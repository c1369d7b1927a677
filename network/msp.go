package network

import (
	"errors"
	"fmt"
	"path/filepath"
)

// writeMSP makes an MSP folder: the organisation's roots and its NodeOUs. With a key pair it is that of one identity.
func writeMSP(dir string, caCertificate []byte, pair *keyPair) error {
	ous, err := configFiles.ReadFile("config/nodeous.yaml")
	if err != nil {
		return err
	}
	err = errors.Join(
		writeFile(filepath.Join(dir, "config.yaml"), ous),
		writeFile(filepath.Join(dir, "cacerts", "ca.pem"), caCertificate),
		writeFile(filepath.Join(dir, "tlscacerts", "ca.pem"), caCertificate),
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

// writeTLS makes a folder of TLS files named after the side they serve.
func writeTLS(folder tlsFolder, caCertificate []byte, pair *keyPair) error {
	return errors.Join(
		writeFile(filepath.Join(folder.dir, "ca.crt"), caCertificate),
		pair.write(filepath.Join(folder.dir, folder.side+".key"), filepath.Join(folder.dir, folder.side+".crt")),
	)
}
