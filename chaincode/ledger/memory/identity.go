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
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// Identity is who calls: a certificate with Fabric CA's attributes, issued by nobody.
type Identity struct {
	MSP     string
	creator []byte
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
	template := &x509.Certificate{
		SerialNumber:    big.NewInt(1),
		Subject:         pkix.Name{CommonName: unit, OrganizationalUnit: []string{unit}},
		NotAfter:        time.Now().Add(time.Hour),
		ExtraExtensions: []pkix.Extension{{Id: attributesOID, Value: attributes}},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return Identity{}, fmt.Errorf("make a certificate: %w", err)
	}
	creator, err := proto.Marshal(&msp.SerializedIdentity{
		Mspid: mspID, IdBytes: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
	})
	return Identity{mspID, creator}, err
}
