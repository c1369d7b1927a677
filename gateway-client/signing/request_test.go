// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/jws"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

var (
	algorithms = []signing.Algorithm{signing.ES256, signing.EdDSA}
	now        = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	withdraw   = signing.Claims{
		Network: "net", Channel: "smartcity", Transaction: "consent:Withdraw", Request: map[string]string{"consentId": "c-1"}, IssuedAt: now, Valid: time.Minute,
	}
)

func newKey(t *testing.T, algorithm signing.Algorithm) signing.Key {
	t.Helper()
	key, err := signing.NewKey(algorithm)
	require.NoError(t, err)
	return key
}

func TestTheLedgerVerifiesWhatIsSigned(t *testing.T) {
	for _, algorithm := range algorithms {
		t.Run(string(algorithm), func(t *testing.T) {
			key := newKey(t, algorithm)
			pseudonym, err := key.Thumbprint()
			require.NoError(t, err)
			guardian := withdraw
			guardian.For = strings.Repeat("A", 43)
			for subject, claims := range map[string]signing.Claims{pseudonym: withdraw, guardian.For: guardian} {
				compact, err := signing.Sign(key, claims)
				require.NoError(t, err)
				verified, err := signedrequest.Verify(compact, signedrequest.Audience("net", "smartcity"), now, time.Minute)
				require.NoError(t, err)
				require.NotEmpty(t, verified.ID)
				verified.ID = ""
				require.Contains(t, verified.JWK, `"kty"`)
				require.Equal(t, string(algorithm), verified.Algorithm)
				verified.JWK, verified.Algorithm = "", ""
				require.Equal(t, signedrequest.Signed{
					Signer: pseudonym, Subject: subject, IssuedAt: now, Expires: now.Add(time.Minute),
					Transaction: "consent:Withdraw", Request: `{"consentId":"c-1"}`, Compact: compact,
				}, verified)
			}
		})
	}
}

func TestEverySignedRequestHasAnIDOfItsOwn(t *testing.T) {
	key := newKey(t, signing.EdDSA)
	first, err := signing.Sign(key, withdraw)
	require.NoError(t, err)
	second, err := signing.Sign(key, withdraw)
	require.NoError(t, err)
	require.NotEqual(t, first, second)
}

func TestASignedRequestIsValidFromNowForTenMinutesUnlessItSaysOtherwise(t *testing.T) {
	claims := withdraw
	claims.IssuedAt, claims.Valid = time.Time{}, 0
	before := time.Now().Add(-time.Second)
	compact, err := signing.Sign(newKey(t, signing.EdDSA), claims)
	require.NoError(t, err)
	verified, err := signedrequest.Verify(compact, signedrequest.Audience("net", "smartcity"), time.Now(), signedrequest.LongestSubmitted)
	require.NoError(t, err)
	require.WithinRange(t, verified.IssuedAt, before, time.Now())
	require.Equal(t, 10*time.Minute, verified.Expires.Sub(verified.IssuedAt))
}

func TestSignRefuses(t *testing.T) {
	for sentence, change := range map[string]func(*signing.Claims){
		"no channel":                        func(c *signing.Claims) { c.Channel = "" },
		"a transaction without a contract":  func(c *signing.Claims) { c.Transaction = "Withdraw" },
		"a contract without a transaction":  func(c *signing.Claims) { c.Transaction = "consent:" },
		"a request that is a list":          func(c *signing.Claims) { c.Request = []int{1} },
		"no request":                        func(c *signing.Claims) { c.Request = nil },
		"a request that is no JSON":         func(c *signing.Claims) { c.Request = json.RawMessage(`{`) },
		"a request with a member twice":     func(c *signing.Claims) { c.Request = json.RawMessage(`{"a":1,"a":2}`) },
		"a window that ends before it is":   func(c *signing.Claims) { c.Valid = -time.Minute },
		"a longer window than is allowed":   func(c *signing.Claims) { c.Valid = time.Hour + time.Second },
		"more than the ledger would accept": func(c *signing.Claims) { c.Request = map[string]string{"a": strings.Repeat("a", jws.MaxSize)} },
	} {
		t.Run(sentence, func(t *testing.T) {
			claims := withdraw
			change(&claims)
			_, err := signing.Sign(newKey(t, signing.EdDSA), claims)
			require.Error(t, err)
		})
	}
	t.Run("a key that was never made", func(t *testing.T) {
		_, err := signing.Sign(signing.Key{}, withdraw)
		require.EqualError(t, err, "no key")
	})
}

func TestAKeyIsKeptInAFileOfItsOwner(t *testing.T) {
	for _, algorithm := range algorithms {
		t.Run(string(algorithm), func(t *testing.T) {
			key, path := newKey(t, algorithm), filepath.Join(t.TempDir(), "key.pem")
			require.NoError(t, key.Save(path))
			info, err := os.Stat(path)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode())
			loaded, err := signing.LoadKey(path)
			require.NoError(t, err)
			require.Equal(t, key, loaded)
			require.Equal(t, algorithm, loaded.Algorithm())

			require.ErrorIs(t, newKey(t, algorithm).Save(path), os.ErrExist, "a key is not overwritten")
			loaded, err = signing.LoadKey(path)
			require.NoError(t, err)
			require.Equal(t, key, loaded)
		})
	}
}

func TestNoOtherKeyIsTaken(t *testing.T) {
	_, err := signing.NewKey("HS256")
	require.ErrorContains(t, err, "choose ES256 or EdDSA")
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	bytes, err := x509.MarshalPKCS8PrivateKey(p384)
	require.NoError(t, err)
	for sentence, text := range map[string][]byte{
		"nothing":                nil,
		"a key on P-384":         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: bytes}),
		"a block of other bytes": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("a")}),
		"a certificate":          pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: bytes}),
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := signing.ParseKey(text)
			require.Error(t, err)
		})
	}
	_, err = signing.LoadKey(filepath.Join(t.TempDir(), "none.pem"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestTheThumbprintIsThatOfRFC8037 reads the key of its appendix A.1; the thumbprint is in appendix A.3.
func TestTheThumbprintIsThatOfRFC8037(t *testing.T) {
	seed, err := base64.RawURLEncoding.DecodeString("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
	require.NoError(t, err)
	pkcs8 := append([]byte{0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20}, seed...) // RFC 8410 section 7
	key, err := signing.ParseKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
	require.NoError(t, err)
	pseudonym, err := key.Thumbprint()
	require.NoError(t, err)
	require.Equal(t, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", pseudonym)
}
