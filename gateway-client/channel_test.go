// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
)

// answering is a client of a peer that gives this answer to queries about the channel.
func answering(t *testing.T, answer proto.Message) (*gateway.Client, *gatewaytest.Ledger) {
	t.Helper()
	ledger := &gatewaytest.Ledger{Channel: true, Execute: func(gatewaytest.Call) ([]byte, error) { return proto.Marshal(answer) }}
	return connect(t, []*gatewaytest.Peer{ledger.Start(t, "own")}, nil), ledger
}

func TestTheOwnPeerTellsTheHeight(t *testing.T) {
	t.Parallel()
	c, ledger := answering(t, &common.BlockchainInfo{Height: 42})
	height, err := c.Height(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 42, height)
	call := ledger.Calls()[0]
	require.Equal(t, []string{"GetChainInfo", "smartcity"}, call.Arguments)
	require.Equal(t, []string{"UtilityMSP"}, call.Organizations, "and no other organisation's peer")
}

func TestFollowingBlocksEndsWithAnError(t *testing.T) {
	t.Parallel()
	ledger := &gatewaytest.Ledger{Channel: true, Execute: func(gatewaytest.Call) ([]byte, error) { return nil, status.Error(codes.Unavailable, "gone") }}
	c := connect(t, []*gatewaytest.Peer{ledger.Start(t, "own")}, nil)
	nothing := func(uint64) { t.Error("no block came") }
	require.ErrorContains(t, c.FollowBlocks(t.Context(), nothing), "gone")
	c, _ = answering(t, &common.BlockchainInfo{Height: 42})
	require.Error(t, c.FollowBlocks(t.Context(), nothing), "the fake has no stream of blocks")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, c.FollowBlocks(ended, nothing), context.Canceled)
}

// ca is a CA's key and certificate.
type ca struct {
	key         *ecdsa.PrivateKey
	certificate *x509.Certificate
}

func (c *ca) issue(t *testing.T, serial int64, isCA bool) *ca {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: big.NewInt(serial).String()}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: isCA, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	if c == nil {
		c = &ca{key, template}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, c.certificate, key.Public(), c.key)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return &ca{key, certificate}
}

func (c *ca) revoke(t *testing.T, certificate *x509.Certificate) []byte {
	t.Helper()
	list, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: certificate.SerialNumber, RevocationTime: time.Now()}},
	}, c.certificate, c.key)
	require.NoError(t, err)
	return list
}

func inPEM(certificate *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})
}

// configuration is a channel's with these organisations.
func configuration(t *testing.T, organisations ...proto.Message) *common.Config {
	t.Helper()
	groups := map[string]*common.ConfigGroup{}
	for i, organisation := range organisations {
		text, err := proto.Marshal(organisation)
		require.NoError(t, err)
		groups[string(rune('a'+i))] = &common.ConfigGroup{Values: map[string]*common.ConfigValue{"MSP": {Value: text}}}
	}
	return &common.Config{ChannelGroup: &common.ConfigGroup{Groups: map[string]*common.ConfigGroup{"Application": {Groups: groups}}}}
}

func x509MSP(t *testing.T, config *msp.FabricMSPConfig) *msp.MSPConfig {
	t.Helper()
	text, err := proto.Marshal(config)
	require.NoError(t, err)
	return &msp.MSPConfig{Config: text}
}

func TestTheChannelSConfigurationSaysWhoIsAMember(t *testing.T) {
	t.Parallel()
	var nobody *ca
	root := nobody.issue(t, 1, true)
	intermediate := root.issue(t, 2, true)
	member, nested, revoked, early := root.issue(t, 3, false), intermediate.issue(t, 4, false), root.issue(t, 5, false), root.issue(t, 6, false)
	stranger := nobody.issue(t, 1, true).issue(t, 3, false)
	c, ledger := answering(t, configuration(t,
		x509MSP(t, &msp.FabricMSPConfig{
			Name: "UtilityMSP", RootCerts: [][]byte{inPEM(root.certificate)}, IntermediateCerts: [][]byte{inPEM(intermediate.certificate)},
			RevocationList: [][]byte{root.revoke(t, revoked.certificate)},
		}),
		x509MSP(t, &msp.FabricMSPConfig{Name: "CityMSP"}),
	))
	msps, err := c.MSPs(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"GetChannelConfig", "smartcity"}, ledger.Calls()[0].Arguments)
	require.Equal(t, []string{"CityMSP", "UtilityMSP"}, []string{msps[0].ID, msps[1].ID})
	utility, now := msps[1], time.Now()
	require.NoError(t, utility.Verify(member.certificate, now))
	require.NoError(t, utility.Verify(nested.certificate, now), "by way of an intermediate CA")
	require.ErrorIs(t, utility.Verify(revoked.certificate, now), gateway.ErrRevoked)
	require.Error(t, utility.Verify(stranger.certificate, now), "of a CA of the same name")
	require.Error(t, utility.Verify(root.certificate, now), "the CA itself")
	require.Error(t, utility.Verify(early.certificate, now.Add(2*time.Hour)), "out of date")
	require.Error(t, msps[0].Verify(member.certificate, now), "of another organisation")
}

func TestAConfigurationThatCannotBeReadIsNoMember(t *testing.T) {
	t.Parallel()
	for sentence, organisation := range map[string]proto.Message{
		"an MSP of another kind":         &msp.MSPConfig{Type: 1},
		"what is no MSP":                 &msp.MSPConfig{Config: []byte("junk")},
		"a root that is no certificate":  x509MSP(t, &msp.FabricMSPConfig{RootCerts: [][]byte{[]byte("junk")}}),
		"an intermediate that is none":   x509MSP(t, &msp.FabricMSPConfig{IntermediateCerts: [][]byte{[]byte("junk")}}),
		"a revocation list that is none": x509MSP(t, &msp.FabricMSPConfig{RevocationList: [][]byte{[]byte("junk")}}),
	} {
		t.Run(sentence, func(t *testing.T) {
			c, _ := answering(t, configuration(t, organisation))
			_, err := c.MSPs(t.Context())
			require.ErrorContains(t, err, "organisation a in the channel's configuration")
		})
	}
}
