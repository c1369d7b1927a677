// SPDX-License-Identifier: Apache-2.0

package network

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"

	"github.com/hyperledger/fabric-admin-sdk/pkg/chaincode"
)

// firstVersion and firstSequence are those of a chaincode that was never upgraded.
const (
	firstVersion  = "1"
	firstSequence = 1
)

// chaincodePackage is what all organisations install. The same chaincode gives the same bytes everywhere, and so the same id.
type chaincodePackage struct {
	label, id string
	content   []byte
}

// connectionTemplate holds nothing of any organisation: the builder of each fills in its own.
var connectionTemplate = map[string]any{
	"address":              "{{.address}}",
	"dial_timeout":         "10s",
	"tls_required":         true,
	"client_auth_required": true,
	"client_key":           "{{file .clientKey}}",
	"client_cert":          "{{file .clientCert}}",
	"root_cert":            "{{file .rootCert}}",
}

func packageChaincode(name string) (chaincodePackage, error) {
	label := name + "_" + firstVersion
	connection, err := json.Marshal(connectionTemplate)
	if err != nil {
		return chaincodePackage{}, err
	}
	metadata, err := json.Marshal(chaincode.Metadata{Type: "ccaas", Label: label})
	if err != nil {
		return chaincodePackage{}, err
	}
	code, err := archive(entry{"connection.json", connection})
	if err != nil {
		return chaincodePackage{}, err
	}
	content, err := archive(entry{"metadata.json", metadata}, entry{"code.tar.gz", code})
	if err != nil {
		return chaincodePackage{}, err
	}
	return chaincodePackage{label: label, id: chaincode.GetPackageID(label, content), content: content}, nil
}

type entry struct {
	name    string
	content []byte
}

// archive makes a tar.gz without times and owners.
func archive(entries ...entry) ([]byte, error) {
	var buffer bytes.Buffer
	compressed := gzip.NewWriter(&buffer)
	files := tar.NewWriter(compressed)
	for _, e := range entries {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: e.name, Mode: 0o644, Size: int64(len(e.content))}
		if err := files.WriteHeader(header); err != nil {
			return nil, fmt.Errorf("package %s: %w", e.name, err)
		}
		if _, err := files.Write(e.content); err != nil {
			return nil, fmt.Errorf("package %s: %w", e.name, err)
		}
	}
	if err := files.Close(); err != nil {
		return nil, err
	}
	if err := compressed.Close(); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}
