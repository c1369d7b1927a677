// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// MSP is how the channel recognises the members of an organisation: by certificates of its CAs that were not revoked.
type MSP struct {
	// ID is the organisation's MSP id.
	ID string
	// Roots and Intermediates are the certificates of its CAs that sign for its members.
	Roots, Intermediates []*x509.Certificate
	// TLSRoots and TLSIntermediates are those of its CAs for servers.
	TLSRoots, TLSIntermediates []*x509.Certificate
	// RevocationLists are those that the channel's configuration holds.
	RevocationLists []*x509.RevocationList
}

// ErrRevoked is in the chain of an error about a certificate that its organisation revoked.
var ErrRevoked = errors.New("the certificate was revoked")

// MSPs reads the channel's organisations, ordered by id, from its configuration as its own organisation's peer holds
// it.
func (c *Client) MSPs(ctx context.Context) ([]MSP, error) {
	config := new(common.Config)
	if err := c.askPeer(ctx, "cscc", "GetChannelConfig", config); err != nil {
		return nil, err
	}
	var all []MSP
	for name, group := range config.GetChannelGroup().GetGroups()["Application"].GetGroups() {
		organisation, err := readMSP(group.GetValues()["MSP"].GetValue())
		if err != nil {
			return nil, fmt.Errorf("organisation %s in the channel's configuration: %w", name, err)
		}
		all = append(all, organisation)
	}
	slices.SortFunc(all, func(a, b MSP) int { return strings.Compare(a.ID, b.ID) })
	return all, nil
}

// readMSP reads an organisation's entry in the configuration.
func readMSP(text []byte) (MSP, error) {
	outer, inner := new(msp.MSPConfig), new(msp.FabricMSPConfig)
	if err := proto.Unmarshal(text, outer); err != nil {
		return MSP{}, err
	}
	if outer.GetType() != 0 {
		return MSP{}, fmt.Errorf("its MSP is of type %d, not of X.509 certificates", outer.GetType())
	}
	if err := proto.Unmarshal(outer.GetConfig(), inner); err != nil {
		return MSP{}, err
	}
	read := MSP{ID: inner.GetName()}
	var err error
	if read.Roots, err = parseAll(inner.GetRootCerts(), x509.ParseCertificate); err != nil {
		return MSP{}, err
	}
	if read.Intermediates, err = parseAll(inner.GetIntermediateCerts(), x509.ParseCertificate); err != nil {
		return MSP{}, err
	}
	if read.TLSRoots, err = parseAll(inner.GetTlsRootCerts(), x509.ParseCertificate); err != nil {
		return MSP{}, err
	}
	if read.TLSIntermediates, err = parseAll(inner.GetTlsIntermediateCerts(), x509.ParseCertificate); err != nil {
		return MSP{}, err
	}
	read.RevocationLists, err = parseAll(inner.GetRevocationList(), x509.ParseRevocationList)
	return read, err
}

// parseAll parses entries that are PEM or DER.
func parseAll[T any](texts [][]byte, parse func([]byte) (T, error)) ([]T, error) {
	var all []T
	for _, text := range texts {
		if block, _ := pem.Decode(text); block != nil {
			text = block.Bytes
		}
		parsed, err := parse(text)
		if err != nil {
			return nil, err
		}
		all = append(all, parsed)
	}
	return all, nil
}

// Verify refuses a certificate that is not one of the organisation's members at this time: not issued by its CAs, not valid, revoked, or a CA's.
func (m MSP) Verify(certificate *x509.Certificate, at time.Time) error {
	if certificate.IsCA {
		return errors.New("the certificate is that of a CA")
	}
	options := x509.VerifyOptions{
		Roots: pool(m.Roots), Intermediates: pool(m.Intermediates), CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	}
	chains, err := certificate.Verify(options)
	if err != nil {
		return err
	}
	for _, link := range chains[0] {
		if m.revoked(link) {
			return ErrRevoked
		}
	}
	return nil
}

func (m MSP) revoked(certificate *x509.Certificate) bool {
	for _, list := range m.RevocationLists {
		if !bytes.Equal(list.RawIssuer, certificate.RawIssuer) {
			continue
		}
		for _, entry := range list.RevokedCertificateEntries {
			if entry.SerialNumber.Cmp(certificate.SerialNumber) == 0 {
				return true
			}
		}
	}
	return false
}

func pool(certificates []*x509.Certificate) *x509.CertPool {
	all := x509.NewCertPool()
	for _, certificate := range certificates {
		all.AddCert(certificate)
	}
	return all
}
