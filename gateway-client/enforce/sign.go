// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"io"
	"math/big"
	"net/http"
	"slices"
	"time"

	sfv "github.com/dunglas/httpsfv"
)

// The algorithms of RFC 9421, section 3.3, that certificates of members have keys for.
const (
	ecdsaP256 = "ecdsa-p256-sha256"
	edDSA     = "ed25519"

	half = 32 // bytes of each of the two integers of an ECDSA signature on P-256
)

// Sign signs a request for a guard [WithSignatures], by the key of a certificate that the assignee's MSP issued: ECDSA on P-256 or Ed25519. The request
// must have its method, URL and header [DecisionHeader] by then; a body needs GetBody, as http.NewRequest sets it. A
// signature is good for one request within a minute.
func Sign(r *http.Request, certificate *x509.Certificate, key crypto.Signer) error {
	algorithm := algorithmOf(key.Public())
	if algorithm == "" {
		return errors.New("the key is neither ECDSA on P-256 nor Ed25519")
	}
	field, err := sfv.Marshal(sfv.NewItem(certificate.Raw))
	if err != nil {
		return err
	}
	r.Header.Set(CertificateHeader, field)
	input := sfv.InnerList{Params: sfv.NewParams()}
	components := covered
	if r.Body != nil && r.Body != http.NoBody {
		if err := digestBody(r); err != nil {
			return err
		}
		components = append(slices.Clone(covered), contentDigest)
	}
	for _, name := range components {
		input.Items = append(input.Items, sfv.NewItem(name))
	}
	input.Params.Add("created", time.Now().Unix())
	input.Params.Add("nonce", newNonce())
	input.Params.Add("alg", algorithm)
	input.Params.Add("tag", SignatureTag)
	base, err := signatureBase(r, input)
	if err != nil {
		return err
	}
	signature, err := sign(key, base)
	if err != nil {
		return err
	}
	return errors.Join(setMember(r.Header, signatureInput, input), setMember(r.Header, signatureField, sfv.NewItem(signature)))
}

// digestBody sets the header Content-Digest.
func digestBody(r *http.Request) error {
	if r.GetBody == nil {
		return errors.New("the request's body cannot be read twice; set GetBody")
	}
	body, err := r.GetBody()
	if err != nil {
		return err
	}
	defer body.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, body); err != nil {
		return err
	}
	digests := sfv.NewDictionary()
	digests.Add("sha-256", sfv.NewItem(hash.Sum(nil)))
	value, err := sfv.Marshal(digests)
	r.Header.Set("Content-Digest", value)
	return err
}

func newNonce() string {
	var bytes [16]byte
	rand.Read(bytes[:]) // never fails, by its documentation
	return base64.RawURLEncoding.EncodeToString(bytes[:])
}

func setMember(header http.Header, name string, member sfv.Member) error {
	dictionary := sfv.NewDictionary()
	dictionary.Add(SignatureTag, member)
	value, err := sfv.Marshal(dictionary)
	header.Set(name, value)
	return err
}

// algorithmOf is the algorithm of a public key, empty if there is none for it.
func algorithmOf(key crypto.PublicKey) string {
	switch key := key.(type) {
	case ed25519.PublicKey:
		return edDSA
	case *ecdsa.PublicKey:
		if key.Curve == elliptic.P256() {
			return ecdsaP256
		}
	}
	return ""
}

// sign makes a signature in RFC 9421's form: for ECDSA the two integers one after the other.
func sign(key crypto.Signer, base []byte) ([]byte, error) {
	if algorithmOf(key.Public()) == edDSA {
		return key.Sign(rand.Reader, base, crypto.Hash(0))
	}
	digest := sha256.Sum256(base)
	der, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &pair); err != nil {
		return nil, err
	}
	signature := make([]byte, 2*half)
	pair.R.FillBytes(signature[:half])
	pair.S.FillBytes(signature[half:])
	return signature, nil
}

// verify reports whether the signature is the key's on the base.
func verify(key crypto.PublicKey, base, signature []byte) bool {
	switch algorithmOf(key) {
	case edDSA:
		return ed25519.Verify(key.(ed25519.PublicKey), base, signature)
	case ecdsaP256:
		if len(signature) != 2*half {
			return false
		}
		digest := sha256.Sum256(base)
		r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
		return ecdsa.Verify(key.(*ecdsa.PublicKey), digest[:], r, s)
	default:
		return false
	}
}
