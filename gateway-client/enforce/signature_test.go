// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	sfv "github.com/dunglas/httpsfv"
	"github.com/stretchr/testify/require"
)

// TestTheExampleOfTheStandard is RFC 9421, appendix B.2.6, with the key of appendix B.1.4.
func TestTheExampleOfTheStandard(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "https://example.com/foo?param=Value&Pet=dog", strings.NewReader(`{"hello": "world"}`))
	r.Header.Set("Date", "Tue, 20 Apr 2021 02:07:55 GMT")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Content-Length", "18")
	inputs, err := sfv.UnmarshalDictionary([]string{
		`sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"`,
	})
	require.NoError(t, err)
	input, _ := inputs.Get("sig-b26")
	base, err := signatureBase(r, input.(sfv.InnerList))
	require.NoError(t, err)
	key, err := base64.RawURLEncoding.DecodeString("JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs")
	require.NoError(t, err)
	signature, err := base64.StdEncoding.DecodeString("wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==")
	require.NoError(t, err)
	require.True(t, verify(ed25519.PublicKey(key), base, signature))
	base[0]++
	require.False(t, verify(ed25519.PublicKey(key), base, signature))
}

// unsigned is a request over a connection without a certificate.
func unsigned() *http.Request {
	r := request(nil)
	r.URL.Path, r.URL.RawPath, r.URL.RawQuery = "/a b/today.csv", "/a%20b/today.csv", "at=noon&unit=MW"
	return r
}

func TestASignatureProvesTheAssignee(t *testing.T) {
	for sentence, key := range map[string]func(testing.TB) crypto.Signer{"ECDSA on P-256": ecKey, "Ed25519": edKey} {
		t.Run(sentence, func(t *testing.T) {
			f := newFixture(t)
			member := f.community.issue(t, key(t), nil)
			r := unsigned()
			require.NoError(t, Sign(r, member.Leaf, member.PrivateKey.(crypto.Signer)))
			handler := New(f, "grid-load", WithSignatures("data.example")).Wrap(data)
			require.Equal(t, http.StatusOK, do(handler, r).Code)
			require.Contains(t, do(handler, r).Body.String(), "used before")
			require.Equal(t, http.StatusUnauthorized, do(New(f, "grid-load").Wrap(data), r).Code, "a guard that was not told its name")
			require.Equal(t, http.StatusUnauthorized, do(New(f, "grid-load", WithSignatures("other.example")).Wrap(data), r).Code, "signed for another server")
		})
	}
}

func TestASignatureThatProvesNothingIsRefused(t *testing.T) {
	f := newFixture(t)
	member, stranger := f.community.member(t), newCA(t, "ca.community").member(t)
	sign := func(r *http.Request) { require.NoError(t, Sign(r, member.Leaf, member.PrivateKey.(crypto.Signer))) }
	replace := func(name, old, to string) func(*http.Request) {
		return func(r *http.Request) {
			sign(r)
			before := r.Header.Get(name)
			r.Header.Set(name, strings.Replace(before, old, to, 1))
			require.NotEqual(t, before, r.Header.Get(name))
		}
	}
	for sentence, row := range map[string]struct {
		spoil func(*http.Request)
		says  string
	}{
		"of a stranger": {func(r *http.Request) {
			require.NoError(t, Sign(r, stranger.Leaf, stranger.PrivateKey.(crypto.Signer)))
		}, "none that a member"},
		"under a certificate of another key": {func(r *http.Request) {
			require.NoError(t, Sign(r, member.Leaf, stranger.PrivateKey.(crypto.Signer)))
		}, "not that of the certificate"},
		"of another method": {
			func(r *http.Request) { sign(r); r.Method = http.MethodHead }, "not that of the certificate",
		},
		"of another path": {
			func(r *http.Request) { sign(r); r.URL.Path, r.URL.RawPath = "/other.csv", "" }, "not that of the certificate",
		},
		"of another query": {
			func(r *http.Request) { sign(r); r.URL.RawQuery = "at=night" }, "not that of the certificate",
		},
		"of another decision": {
			func(r *http.Request) { sign(r); r.Header.Set(DecisionHeader, "CommunityMSP/d-2") }, "not that of the certificate",
		},
		"of two decisions": {
			func(r *http.Request) { sign(r); r.Header.Add(DecisionHeader, "CommunityMSP/d-2") }, "not that of the certificate",
		},
		"with another nonce": {
			replace(signatureInput, `nonce="`, `nonce="x`), "not that of the certificate",
		},
		"that leaves something out": {
			replace(signatureInput, ` "smartb-decision"`, ""), `does not cover "smartb-decision"`,
		},
		"that covers something twice":   {replace(signatureInput, `"@method"`, `"@method" "@method"`), "twice"},
		"with parameters of components": {replace(signatureInput, `"@method"`, `"@method";req`), "parameters"},
		"that covers what is not there": {
			replace(signatureInput, `"@method"`, `"@method" "date"`), "does not have",
		},
		"that covers what nobody knows": {
			replace(signatureInput, `"@method"`, `"@method" "@status"`), "does not have",
		},
		"without a time":          {replace(signatureInput, `;created=`, `;began=`), "created"},
		"with a text for a time":  {replace(signatureInput, `;created=`, `;created="now";was=`), "created"},
		"that expired":            {replace(signatureInput, `;created=`, `;expires=1;created=`), "expired"},
		"without a nonce":         {replace(signatureInput, `;nonce=`, `;once=`), "nonce"},
		"with a number for nonce": {replace(signatureInput, `;nonce=`, `;nonce=7;was=`), "nonce"},
		"of another algorithm":    {replace(signatureInput, ecdsaP256, edDSA), "alg"},
		"meant for somebody else": {replace(signatureInput, `tag="smartb"`, `tag="bank"`), "tag"},
		"that is no signature":    {replace(signatureField, "smartb=:", "smartb=:AAAA"), ""},
		"of a wrong type": {
			func(r *http.Request) { sign(r); r.Header.Set(signatureField, "smartb=7") }, "no byte sequence",
		},
		"that is missing": {func(r *http.Request) { sign(r); r.Header.Del(signatureField) }, ""},
		"that cannot be read": {
			func(r *http.Request) { sign(r); r.Header.Set(signatureField, "(") }, signatureField,
		},
		"whose input cannot be read": {
			func(r *http.Request) { sign(r); r.Header.Set(signatureInput, "(") }, signatureInput,
		},
		"without the certificate": {
			func(r *http.Request) { sign(r); r.Header.Del(CertificateHeader) }, CertificateHeader,
		},
		"with a text for the certificate": {
			func(r *http.Request) { sign(r); r.Header.Set(CertificateHeader, `"me"`) }, "no byte sequence",
		},
		"with bytes that are no certificate": {
			func(r *http.Request) { sign(r); r.Header.Set(CertificateHeader, ":AAAA:") }, CertificateHeader,
		},
		"of a request with a body": {func(r *http.Request) { sign(r); r.ContentLength = 5 }, "body"},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := unsigned()
			row.spoil(r)
			answer := do(New(f, "grid-load", WithSignatures("data.example")).Wrap(data), r)
			require.Equal(t, http.StatusUnauthorized, answer.Code)
			require.Empty(t, reasonsOf(t, answer))
			require.Contains(t, answer.Body.String(), strings.ReplaceAll(row.says, `"`, `\"`))
		})
	}
}

func TestASignatureLastsAMinuteAndIsUsedOnce(t *testing.T) {
	for _, age := range []time.Duration{-signatureLife - time.Second, -signatureLife, 0, signatureLife, signatureLife + time.Second} {
		t.Run(fmt.Sprint(age), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t)
				member := f.community.member(t)
				handler := New(f, "grid-load", WithSignatures("data.example")).Wrap(data)
				r := unsigned()
				if age < 0 {
					created := time.Now().Add(-age).Unix()
					require.NoError(t, Sign(r, member.Leaf, member.PrivateKey.(crypto.Signer)))
					resign(t, r, member.PrivateKey.(crypto.Signer), created)
				} else {
					require.NoError(t, Sign(r, member.Leaf, member.PrivateKey.(crypto.Signer)))
					time.Sleep(age)
				}
				accepted := age.Abs() <= signatureLife
				require.Equal(t, accepted, do(handler, r).Code == http.StatusOK)
				for range 5 {
					if !accepted && age < 0 {
						break // it will be accepted when its time comes
					}
					require.Equal(t, http.StatusUnauthorized, do(handler, r).Code, "used, or out of date")
					time.Sleep(signatureLife / 2)
				}
			})
		})
	}
}

func TestANonceIsRememberedForAsLongAsASignatureCanBeAccepted(t *testing.T) {
	for begin := time.Duration(0); begin <= 2*remembered; begin += 7 * time.Second {
		var used nonces
		start := time.Now()
		for at := time.Duration(0); at < begin; at += time.Second {
			require.True(t, used.use(fmt.Sprint(at), start.Add(at)))
		}
		for at := begin; at <= begin+remembered; at += time.Second {
			require.Equal(t, at == begin, used.use("mine", start.Add(at)), "%s after its use at %s", at-begin, begin)
		}
		require.LessOrEqual(t, len(used.old)+len(used.new), int(2*remembered/time.Second)+2, "and not for ever")
	}
}

// resign signs the request again as of another time.
func resign(t *testing.T, r *http.Request, key crypto.Signer, created int64) {
	t.Helper()
	input, _, err := readSignature(r.Header)
	require.NoError(t, err)
	input.Params.Add("created", created)
	base, err := signatureBase(r, input)
	require.NoError(t, err)
	signature, err := sign(key, base)
	require.NoError(t, err)
	require.NoError(t, setMember(r.Header, signatureInput, input))
	require.NoError(t, setMember(r.Header, signatureField, sfv.NewItem(signature)))
}

func TestSignRefusesAKeyWithoutAnAlgorithm(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	require.ErrorContains(t, Sign(unsigned(), newFixture(t).city.certificate, key), "P-256")
}

// FuzzSignature has the guard read hostile headers: it refuses and does not panic.
func FuzzSignature(f *testing.F) {
	fixture := newFixture(f)
	member := fixture.community.member(f)
	r := unsigned()
	require.NoError(f, Sign(r, member.Leaf, member.PrivateKey.(crypto.Signer)))
	certificate := r.Header.Get(CertificateHeader)
	f.Add(r.Header.Get(signatureInput), r.Header.Get(signatureField))
	f.Add(`smartb=();created="x";nonce=1;tag="smartb"`, `smartb=:AA==:`)
	f.Add(`smartb=1`, `smartb=(1)`)
	f.Add(`smartb=("@method";req ?1 1.5 :AA==: tok);created=1;tag="smartb"`, `smartb`)
	handler := New(fixture, "grid-load", WithSignatures("data.example")).Wrap(data)
	f.Fuzz(func(t *testing.T, input, signature string) {
		if input == "" {
			return
		}
		r := unsigned()
		r.Header[CertificateHeader], r.Header[signatureInput], r.Header[signatureField] = []string{certificate}, []string{input}, []string{signature}
		r.Header.Set(DecisionHeader, "CommunityMSP/d-3") // no signature of the corpus is on it
		require.Equal(t, http.StatusUnauthorized, do(handler, r).Code)
	})
}

func TestASignedBodyIsComparedWithItsDigest(t *testing.T) {
	for sentence, row := range map[string]struct {
		spoil  func(*http.Request)
		status int
	}{
		"as it was signed":   {func(*http.Request) {}, http.StatusOK},
		"under another Host": {func(r *http.Request) { r.Host = "127.0.0.1:8080" }, http.StatusOK},
		"another body": {
			func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(`{"q":2}`)) }, http.StatusUnauthorized,
		},
		"another digest": {
			func(r *http.Request) { r.Header.Set("Content-Digest", "sha-256=:AAAA:") }, http.StatusUnauthorized,
		},
		"no digest": {func(r *http.Request) { r.Header.Del("Content-Digest") }, http.StatusUnauthorized},
		"a body that is too large": {
			func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(strings.Repeat("x", maxSignedBody+1))) }, http.StatusUnauthorized,
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := newFixture(t)
			member := f.community.member(t)
			r := httptest.NewRequest(http.MethodPost, "https://data.example/query", nil)
			body := `{"q":1}`
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
			r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(body)), nil }
			r.Header.Set(DecisionHeader, "CommunityMSP/d-1")
			require.NoError(t, Sign(r, member.Leaf, member.PrivateKey.(crypto.Signer)))
			row.spoil(r)
			echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
			answer := do(New(f, "grid-load", WithMethods("POST"), WithSignatures("other.example", "data.example")).Wrap(echo), r)
			require.Equal(t, row.status, answer.Code, answer.Body.String())
			if row.status == http.StatusOK {
				require.Equal(t, body, answer.Body.String(), "the data server gets the body that was compared")
			}
		})
	}
}
