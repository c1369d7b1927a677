// SPDX-License-Identifier: Apache-2.0

package memory

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// Identity is who calls: a certificate with Fabric CA's attributes, issued by the organisation's CA, with its key.
type Identity struct {
	MSP         string
	Certificate *x509.Certificate
	Key         *ecdsa.PrivateKey
	creator     []byte
}

// authority is an organisation's CA.
type authority struct {
	root *x509.Certificate
	key  *ecdsa.PrivateKey
}

// authorities are the CAs of all organisations that a test named, by MSP.
var authorities sync.Map

// Root is the certificate of the organisation's CA.
func Root(mspID string) (*x509.Certificate, error) {
	ca, err := authorityOf(mspID)
	return ca.root, err
}

func authorityOf(mspID string) (authority, error) {
	if known, found := authorities.Load(mspID); found {
		return known.(authority), nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return authority{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "ca." + mspID}, NotBefore: begin, NotAfter: end,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	root, err := issue(template, template, &key.PublicKey, key)
	if err != nil {
		return authority{}, err
	}
	made, _ := authorities.LoadOrStore(mspID, authority{root, key})
	return made.(authority), nil
}

// begin and end bound the certificates; they lie around every time that tests choose.
var begin, end = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)

func issue(template, parent *x509.Certificate, public *ecdsa.PublicKey, key *ecdsa.PrivateKey) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	return x509.ParseCertificate(der)
}

// attributesOID is where Fabric CA puts a certificate's attributes.
var attributesOID = asn1.ObjectIdentifier{1, 2, 3, 4, 5, 6, 7, 8, 1}

// NewIdentity makes an identity of the organisation with the unit (client, admin, peer) and the roles in its attribute smartb.role.
func NewIdentity(mspID, unit string, roles ...string) (Identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Identity{}, err
	}
	attributes, err := json.Marshal(map[string]map[string]string{"attrs": {"smartb.role": strings.Join(roles, ",")}})
	if err != nil {
		return Identity{}, err
	}
	ca, err := authorityOf(mspID)
	if err != nil {
		return Identity{}, err
	}
	certificate, err := issue(&x509.Certificate{
		SerialNumber:    big.NewInt(2),
		Subject:         pkix.Name{CommonName: unit, OrganizationalUnit: []string{unit}},
		NotBefore:       begin,
		NotAfter:        end,
		KeyUsage:        x509.KeyUsageDigitalSignature,
		ExtraExtensions: []pkix.Extension{{Id: attributesOID, Value: attributes}},
	}, ca.root, &key.PublicKey, ca.key)
	if err != nil {
		return Identity{}, err
	}
	creator, err := proto.Marshal(&msp.SerializedIdentity{
		Mspid: mspID, IdBytes: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw}),
	})
	return Identity{mspID, certificate, key, creator}, err
}
