// SPDX-License-Identifier: Apache-2.0

// Package keyfile reads files with private keys, and refuses those that others can read.
package keyfile

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrOpen reports a key that more than its owner can read.
var ErrOpen = errors.New("others than its owner can read this key; chmod 600")

// Read returns the content of a file that only its owner can read. Anything that a group can read too is accepted in a
// volume of a group of this process alone: Kubernetes gives volumes to the group fsGroup.
func Read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if err := check(path, info); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return io.ReadAll(file)
}

// Pair reads a certificate and its key for TLS.
func Pair(certificate, key string) (tls.Certificate, error) {
	text, err := os.ReadFile(certificate)
	if err != nil {
		return tls.Certificate{}, err
	}
	secret, err := Read(key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(text, secret)
}

func check(path string, info fs.FileInfo) error {
	switch perm := info.Mode().Perm(); {
	case perm&0o007 != 0:
		return ErrOpen
	case perm&0o070 == 0:
		return nil
	}
	real, err := filepath.EvalSymlinks(path) // a mounted secret is a link into the volume's present version
	if err != nil {
		return err
	}
	volume, err := os.Stat(filepath.Dir(real))
	if err != nil {
		return err
	}
	if !ours(info, volume) {
		return ErrOpen
	}
	return nil
}
