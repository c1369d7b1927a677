// SPDX-License-Identifier: Apache-2.0

package signedrequest_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/jws"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
)

// The test keys of RFC 7515 appendix A.3 (ES256) and RFC 8037 appendix A.1 (Ed25519); the thumbprint of the latter is in RFC 8037 appendix A.3.
const (
	ecX, ecY     = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
	ecD          = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"
	edX, edD     = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
	edThumbprint = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
	other        = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

	ecJWK    = `{"kty":"EC","crv":"P-256","x":"` + ecX + `","y":"` + ecY + `"}`
	edJWK    = `{"kty":"OKP","crv":"Ed25519","x":"` + edX + `"}`
	ecHeader = `{"alg":"ES256","typ":"smartb-request+jwt","jwk":` + ecJWK + `}`
	edHeader = `{"alg":"EdDSA","typ":"smartb-request+jwt","jwk":` + edJWK + `}`
	claims   = `{"sub":"` + edThumbprint + `","aud":"smartb/smartcity","txn":"consent:Withdraw","req":{"consentId":"c-1"},` +
		`"iat":1767225600,"exp":1767226200,"jti":"0123456789abcdef"}`
)

// issued is the time of claims' iat.
var issued = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func encode(bytes []byte) string { return base64.RawURLEncoding.EncodeToString(bytes) }

func decode(text string) []byte {
	bytes, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return bytes
}

func ecKey() *ecdsa.PrivateKey {
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), decode(ecD))
	if err != nil {
		panic(err)
	}
	return key
}

// thumbprint computes RFC 7638 from its text: the members in byte order, without spaces.
func thumbprint(canonicalJWK string) string {
	sum := sha256.Sum256([]byte(canonicalJWK))
	return encode(sum[:])
}

var ecThumbprint = thumbprint(`{"crv":"P-256","kty":"EC","x":"` + ecX + `","y":"` + ecY + `"}`)

// The ways to sign the text before the second dot.

func signEd(input string) []byte {
	return ed25519.Sign(ed25519.NewKeyFromSeed(decode(edD)), []byte(input))
}

func signEC(input string) []byte {
	digest := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, ecKey(), digest[:])
	if err != nil {
		panic(err)
	}
	return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
}

func signDER(input string) []byte {
	digest := sha256.Sum256([]byte(input))
	signature, err := ecKey().Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		panic(err)
	}
	return signature
}

// signHMAC is the classic confusion of algorithms: the public key taken for a shared secret, padded to the length that is expected.
func signHMAC(input string) []byte {
	mac := hmac.New(sha256.New, decode(edX))
	mac.Write([]byte(input))
	return append(mac.Sum(nil), make([]byte, 32)...)
}

func signNothing(string) []byte { return nil }

// signEverything is the signature that fits every message under a key of small order (R = S·B, S = 0).
func signEverything(string) []byte { return append([]byte{1}, make([]byte, 63)...) }

func compact(header, payload string, sign func(string) []byte) string {
	input := encode([]byte(header)) + "." + encode([]byte(payload))
	return input + "." + encode(sign(input))
}

func verify(text string) (signedrequest.Signed, error) {
	return signedrequest.Verify(text, "smartb/smartcity", issued.Add(time.Second), signedrequest.LongestSubmitted)
}

func TestASignedRequestTellsWhatWasSigned(t *testing.T) {
	asEC := strings.NewReplacer(edThumbprint, ecThumbprint)
	for sentence, row := range map[string]struct {
		text            string
		signer, subject string
	}{
		"by an Ed25519 key of RFC 8037":                 {compact(edHeader, claims, signEd), edThumbprint, edThumbprint},
		"under the algorithm's newer name, of RFC 9864": {compact(strings.Replace(edHeader, "EdDSA", "Ed25519", 1), claims, signEd), edThumbprint, edThumbprint},
		"by a P-256 key of RFC 7515":                    {compact(ecHeader, asEC.Replace(claims), signEC), ecThumbprint, ecThumbprint},
		"for another, by a guardian":                    {compact(edHeader, strings.Replace(claims, `"aud"`, `"for":"`+other+`","aud"`, 1), signEd), edThumbprint, other},
		"with its members in any order and spaces in its JSON": {
			compact(` {"typ" : "smartb-request+jwt", "jwk":`+edJWK+`, "alg":"EdDSA"} `, claims+"\n", signEd), edThumbprint, edThumbprint,
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			signedRequest, err := verify(row.text)
			require.NoError(t, err)
			require.Contains(t, signedRequest.JWK, `"kty"`, "the key that signed")
			signedRequest.JWK, signedRequest.Algorithm = "", ""
			require.Equal(t, signedrequest.Signed{
				Signer: row.signer, Subject: row.subject, ID: "0123456789abcdef", IssuedAt: issued, Expires: issued.Add(10 * time.Minute),
				Transaction: "consent:Withdraw", Request: `{"consentId":"c-1"}`, Compact: row.text,
			}, signedRequest)
		})
	}
}

func TestASecondSignatureOverTheSameClaimsHasTheSameSignerAndID(t *testing.T) {
	text := compact(ecHeader, strings.Replace(claims, edThumbprint, ecThumbprint, 1), signEC)
	first, err := verify(text)
	require.NoError(t, err)
	dot := strings.LastIndex(text, ".")
	signature := decode(text[dot+1:])
	s := new(big.Int).SetBytes(signature[32:])
	s.Sub(elliptic.P256().Params().N, s).FillBytes(signature[32:]) // the other of the high and the low S
	second, err := verify(text[:dot+1] + encode(signature))
	require.NoError(t, err)
	require.NotEqual(t, first.Compact, second.Compact)
	require.Equal(t, [2]string{first.Signer, first.ID}, [2]string{second.Signer, second.ID})
}

// TestVerifyRefuses changes one thing of a good signed request, before it is signed, and names the code and the member at fault.
func TestVerifyRefuses(t *testing.T) {
	ec384 := `{"kty":"EC","crv":"P-384","x":"` + strings.Repeat("A", 64) + `","y":"` + strings.Repeat("A", 64) + `"}`
	malformed, forged := fault.SignedRequestMalformed, fault.SignedRequestForged
	type change struct{ old, new string }
	for sentence, row := range map[string]struct {
		header, payload change
		sign            func(string) []byte // by the Ed25519 key if nil
		code            fault.Code
		member          string
	}{
		"no signature and alg none":      {header: change{`EdDSA`, `none`}, sign: signNothing, code: malformed, member: "alg"},
		"no signature":                   {sign: signNothing, code: malformed, member: "signature"},
		"alg none":                       {header: change{`EdDSA`, `none`}, code: malformed, member: "alg"},
		"alg None":                       {header: change{`EdDSA`, `None`}, code: malformed, member: "alg"},
		"alg HS256 under the public key": {header: change{`EdDSA`, `HS256`}, sign: signHMAC, code: malformed, member: "alg"},
		"an HMAC that says it is EdDSA":  {sign: signHMAC, code: forged, member: "signature"},
		"alg RS256":                      {header: change{`EdDSA`, `RS256`}, code: malformed, member: "alg"},
		"alg ES384":                      {header: change{`EdDSA`, `ES384`}, code: malformed, member: "alg"},
		"alg ES384 with a signature of its length":  {header: change{`EdDSA`, `ES384`}, sign: func(string) []byte { return make([]byte, 96) }, code: malformed, member: "alg"},
		"alg ed25519 in other letters":              {header: change{`EdDSA`, `ed25519`}, code: malformed, member: "alg"},
		"alg Ed25519 with another's signature":      {header: change{`EdDSA`, `Ed25519`}, sign: signHMAC, code: forged, member: "signature"},
		"alg Ed25519 under a key on P-256":          {header: change{edHeader, strings.Replace(ecHeader, "ES256", "Ed25519", 1)}, sign: signEC, code: malformed, member: "jwk"},
		"alg Ed25519, the key that fits all":        {header: change{edHeader, strings.NewReplacer(edX, encode(append([]byte{1}, make([]byte, 31)...)), "EdDSA", "Ed25519").Replace(edHeader)}, sign: signEverything, code: malformed, member: "jwk"},
		"an alg that is no string":                  {header: change{`"EdDSA"`, `["EdDSA"]`}, code: malformed, member: "alg"},
		"a null alg":                                {header: change{`"EdDSA"`, `null`}, code: malformed, member: "header"},
		"a key of the other kind than its alg":      {header: change{`EdDSA`, `ES256`}, code: malformed, member: "jwk"},
		"a key on P-384":                            {header: change{`"EdDSA","typ":"smartb-request+jwt","jwk":` + edJWK, `"ES256","typ":"smartb-request+jwt","jwk":` + ec384}, code: malformed, member: "jwk"},
		"a key on X25519":                           {header: change{`Ed25519`, `X25519`}, code: malformed, member: "jwk"},
		"a symmetric key":                           {header: change{edJWK, `{"kty":"oct","k":"AAAA"}`}, code: malformed, member: "crv"},
		"a private key":                             {header: change{`"crv"`, `"d":"` + edD + `","crv"`}, code: malformed, member: "jwk"},
		"a key with a kid":                          {header: change{`"crv"`, `"kid":"1","crv"`}, code: malformed, member: "jwk"},
		"a key with a use":                          {header: change{`"crv"`, `"use":"sig","crv"`}, code: malformed, member: "jwk"},
		"a key without x":                           {header: change{`,"x":"` + edX + `"`, ``}, code: malformed, member: "x"},
		"a key without kty":                         {header: change{`"kty":"OKP",`, ``}, code: malformed, member: "kty"},
		"a key that is no object":                   {header: change{edJWK, `"` + edX + `"`}, code: malformed, member: "jwk"},
		"a key member twice":                        {header: change{`"crv"`, `"x":"` + edX + `","crv"`}, code: malformed, member: "header"},
		"a key with padding":                        {header: change{edX, edX + `=`}, code: malformed, member: "x"},
		"a key with unused bits":                    {header: change{edX, edX[:42] + `p`}, code: malformed, member: "x"},
		"a key that is too short":                   {header: change{edX, edX[:40]}, code: malformed, member: "jwk"},
		"the key of small order that fits all":      {header: change{edX, encode(append([]byte{1}, make([]byte, 31)...))}, sign: signEverything, code: malformed, member: "jwk"},
		"a point off the curve":                     {header: change{edHeader, strings.Replace(ecHeader, ecY, ecX, 1)}, sign: signEC, code: malformed, member: "jwk"},
		"a coordinate that is too long":             {header: change{edHeader, strings.Replace(ecHeader, ecX, "AAAA"+ecX, 1)}, sign: signEC, code: malformed, member: "jwk"},
		"a header with crit":                        {header: change{`"alg"`, `"crit":["exp"],"alg"`}, code: malformed, member: "header"},
		"a header with b64":                         {header: change{`"alg"`, `"b64":false,"alg"`}, code: malformed, member: "header"},
		"a header with kid":                         {header: change{`"alg"`, `"kid":"1","alg"`}, code: malformed, member: "header"},
		"a header with jku":                         {header: change{`"alg"`, `"jku":"https://example.org","alg"`}, code: malformed, member: "header"},
		"a header with x5c":                         {header: change{`"alg"`, `"x5c":["AAAA"],"alg"`}, code: malformed, member: "header"},
		"a header with an unknown parameter":        {header: change{`"alg"`, `"x":1,"alg"`}, code: malformed, member: "header"},
		"a header parameter in other letters":       {header: change{`"typ"`, `"Typ"`}, code: malformed, member: "typ"},
		"a header without typ":                      {header: change{`"typ":"smartb-request+jwt",`, ``}, code: malformed, member: "typ"},
		"another typ":                               {header: change{`smartb-request+jwt`, `JWT`}, code: malformed, member: "typ"},
		"a header without jwk":                      {header: change{`,"jwk":` + edJWK, ``}, code: malformed, member: "jwk"},
		"a header parameter twice":                  {header: change{`"alg"`, `"alg":"none","alg"`}, code: malformed, member: "header"},
		"a header parameter twice, once escaped":    {header: change{`"alg"`, `"\u0061lg":"none","alg"`}, code: malformed, member: "header"},
		"a header that is no JSON":                  {header: change{edHeader, `{`}, code: malformed, member: "header"},
		"a header that is null":                     {header: change{edHeader, `null`}, code: malformed, member: "header"},
		"two headers":                               {header: change{edHeader, edHeader + `{}`}, code: malformed, member: "header"},
		"invalid UTF-8":                             {payload: change{`c-1`, "\xff"}, code: malformed, member: "payload"},
		"another member in the payload":             {payload: change{`"aud"`, `"nbf":1,"aud"`}, code: malformed, member: "payload"},
		"the older name of for":                     {payload: change{`"aud"`, `"act_for":"` + other + `","aud"`}, code: malformed, member: "payload"},
		"a member of the payload twice":             {payload: change{`"aud"`, `"aud":"smartb/smartcity","aud"`}, code: malformed, member: "payload"},
		"a member of the request twice":             {payload: change{`"consentId":"c-1"`, `"consentId":"c-1","consentId":"c-2"`}, code: malformed, member: "payload"},
		"a payload without sub":                     {payload: change{`"sub":"` + edThumbprint + `",`, ``}, code: malformed, member: "sub"},
		"a payload without aud":                     {payload: change{`"aud":"smartb/smartcity",`, ``}, code: malformed, member: "aud"},
		"a payload without txn":                     {payload: change{`"txn":"consent:Withdraw",`, ``}, code: malformed, member: "txn"},
		"a payload without req":                     {payload: change{`"req":{"consentId":"c-1"},`, ``}, code: malformed, member: "req"},
		"a payload without iat":                     {payload: change{`"iat":1767225600,`, ``}, code: malformed, member: "iat"},
		"a payload without exp":                     {payload: change{`"exp":1767226200,`, ``}, code: malformed, member: "exp"},
		"a payload without jti":                     {payload: change{`,"jti":"0123456789abcdef"`, ``}, code: malformed, member: "jti"},
		"a payload that is a list":                  {payload: change{claims, `[]`}, code: malformed, member: "payload"},
		"an empty payload":                          {payload: change{claims, ``}, code: malformed, member: "payload"},
		"a null for":                                {payload: change{`"aud"`, `"for":null,"aud"`}, code: malformed, member: "payload"},
		"an empty for":                              {payload: change{`"aud"`, `"for":"","aud"`}, code: malformed, member: "for"},
		"a for that is no thumbprint":               {payload: change{`"aud"`, `"for":"me","aud"`}, code: malformed, member: "for"},
		"a request that is text":                    {payload: change{`{"consentId":"c-1"}`, `"{}"`}, code: malformed, member: "req"},
		"an iat that is text":                       {payload: change{`1767225600`, `"1767225600"`}, code: malformed, member: "iat"},
		"an iat with a fraction":                    {payload: change{`1767225600`, `1767225600.0`}, code: malformed, member: "iat"},
		"a negative iat":                            {payload: change{`1767225600`, `-1`}, code: malformed, member: "iat"},
		"an exp beyond 2^53":                        {payload: change{`1767226200`, `9007199254740992`}, code: malformed, member: "exp"},
		"an aud that is a list":                     {payload: change{`"smartb/smartcity"`, `["smartb/smartcity"]`}, code: malformed, member: "aud"},
		"a jti that is too short":                   {payload: change{`0123456789abcdef`, `0123456789abcde`}, code: malformed, member: "jti"},
		"a jti that is too long":                    {payload: change{`0123456789abcdef`, strings.Repeat("a", 65)}, code: malformed, member: "jti"},
		"a jti that no key can hold":                {payload: change{`0123456789abcdef`, `0123456789abcde\u0000`}, code: malformed, member: "jti"},
		"an exp before iat":                         {payload: change{`1767226200`, `1767225599`}, code: malformed, member: "exp"},
		"an exp at iat":                             {payload: change{`1767226200`, `1767225600`}, code: malformed, member: "exp"},
		"an exp one second too late":                {payload: change{`1767226200`, `1767229201`}, code: malformed, member: "exp"},
		"an iat long after the transaction's time":  {payload: change{`1767225600`, `1767225902`}, code: fault.SignedRequestNotYetValid, member: "iat"},
		"an exp at the transaction's time":          {payload: change{`1767226200`, `1767225601`}, code: fault.SignedRequestExpired, member: "exp"},
		"another channel":                           {payload: change{`smartb/smartcity`, `smartb/other`}, code: fault.SignedRequestMisplaced, member: "aud"},
		"another network":                           {payload: change{`smartb/smartcity`, `other/smartcity`}, code: fault.SignedRequestMisplaced, member: "aud"},
		"another's pseudonym":                       {payload: change{edThumbprint, other}, code: forged, member: "sub"},
		"a sub that is no thumbprint":               {payload: change{edThumbprint, `me`}, code: malformed, member: "sub"},
		"another's key in the header":               {header: change{edX, encode(ed25519.NewKeyFromSeed(make([]byte, 32)).Public().(ed25519.PublicKey))}, code: forged, member: "signature"},
		"an ES256 signature in DER form":            {header: change{edHeader, ecHeader}, sign: signDER, code: malformed, member: "signature"},
		"an ES256 signature by an Ed25519 key":      {header: change{edHeader, ecHeader}, code: forged, member: "signature"},
		"an ES256 signature of zeros":               {header: change{edHeader, ecHeader}, sign: func(string) []byte { return make([]byte, 64) }, code: forged, member: "signature"},
		"more bytes than a signed request may have": {payload: change{`c-1`, strings.Repeat("a", jws.MaxSize)}, code: malformed, member: "compact"},
		"a request nested beyond what JSON allows":  {payload: change{`"c-1"`, strings.Repeat("[", 12000) + strings.Repeat("]", 12000)}, code: malformed, member: "payload"},
	} {
		t.Run(sentence, func(t *testing.T) {
			require.Contains(t, edHeader, row.header.old)
			require.Contains(t, claims, row.payload.old)
			if row.sign == nil {
				row.sign = signEd
			}
			header, payload := strings.Replace(edHeader, row.header.old, row.header.new, 1), strings.Replace(claims, row.payload.old, row.payload.new, 1)
			signedRequest, err := verify(compact(header, payload, row.sign))
			requireRefusal(t, err, row.code, row.member)
			require.Zero(t, signedRequest)
		})
	}
}

func requireRefusal(t *testing.T, err error, code fault.Code, member string) {
	t.Helper()
	refusal := new(fault.Error)
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, fmt.Sprint(code, " ", member), fmt.Sprint(refusal.Code, " ", refusal.Details["member"]), refusal.Message)
	require.Equal(t, "signedRequest", refusal.Details["field"])
}

// TestVerifyRefusesOtherSpellings changes a good signed request after it was signed: what base64 decoders overlook.
func TestVerifyRefusesOtherSpellings(t *testing.T) {
	good := compact(edHeader, claims, signEd)
	parts := strings.Split(good, ".")
	last := good[len(good)-1:]
	for sentence, row := range map[string]struct{ text, member string }{
		"nothing":                      {"", "compact"},
		"one part":                     {parts[0], "compact"},
		"two parts":                    {parts[0] + "." + parts[1], "compact"},
		"a fourth part":                {good + ".", "compact"},
		"an empty header":              {"." + parts[1] + "." + parts[2], "header"},
		"a detached payload":           {parts[0] + ".." + parts[2], "signature"},
		"a space before":               {" " + good, "header"},
		"a line end after":             {good + "\n", "signature"},
		"a line end within":            {parts[0] + ".\r\n" + parts[1] + "." + parts[2], "payload"},
		"padding":                      {good + "==", "signature"},
		"unused bits that are not 0":   {good[:len(good)-1] + string(last[0]+1), "signature"},
		"the alphabet of plain base64": {strings.NewReplacer("-", "+", "_", "/").Replace(good), "payload"},
		"the JSON form of JWS":         {`{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`, "compact"},
	} {
		t.Run(sentence, func(t *testing.T) {
			signedRequest, err := verify(row.text)
			refusal := new(fault.Error)
			require.ErrorAs(t, err, &refusal)
			require.Contains(t, []fault.Code{fault.SignedRequestMalformed, fault.SignedRequestForged}, refusal.Code)
			require.Zero(t, signedRequest)
			if sentence != "the alphabet of plain base64" && sentence != "a detached payload" {
				requireRefusal(t, err, fault.SignedRequestMalformed, row.member)
			}
		})
	}
}

func TestAnyChangedBitOfASignedRequestIsRefused(t *testing.T) {
	for name, good := range map[string]string{
		"EdDSA":   compact(edHeader, claims, signEd),
		"Ed25519": compact(strings.Replace(edHeader, "EdDSA", "Ed25519", 1), claims, signEd),
		"ES256":   compact(ecHeader, strings.Replace(claims, edThumbprint, ecThumbprint, 1), signEC),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := verify(good)
			require.NoError(t, err)
			for i := range good {
				for bit := range 8 {
					changed := []byte(good)
					changed[i] ^= 1 << bit
					_, err := verify(string(changed))
					require.Error(t, err, "byte %d, bit %d", i, bit)
				}
			}
		})
	}
}

func TestTheWindowIsOpenFromIssueToExpiry(t *testing.T) {
	good := compact(edHeader, claims, signEd)
	for sentence, row := range map[string]struct {
		after, longest time.Duration
		refused        error
	}{
		"too long before its issue":           {-signedrequest.Ahead - 1, time.Hour, fault.SignedRequestNotYetValid},
		"a little before its issue":           {-signedrequest.Ahead, time.Hour, nil},
		"at its issue":                        {0, time.Hour, nil},
		"a nanosecond before its expiry":      {10*time.Minute - 1, time.Hour, nil},
		"at its expiry":                       {10 * time.Minute, time.Hour, fault.SignedRequestExpired},
		"where just this window is allowed":   {0, 10 * time.Minute, nil},
		"where a query allows a shorter only": {0, signedrequest.LongestEvaluated, fault.SignedRequestMalformed},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := signedrequest.Verify(good, "smartb/smartcity", issued.Add(row.after), row.longest)
			require.True(t, errors.Is(err, row.refused), "%v", err)
		})
	}
}

func TestAResidentHasNoRightOfAMember(t *testing.T) {
	resident := identity.Caller{SignedRequest: &signedrequest.Signed{Signer: edThumbprint}}
	for _, role := range identity.Roles {
		require.False(t, resident.Is(role, "", "CityMSP"))
		require.ErrorIs(t, resident.RequireRole(role), fault.Forbidden)
		require.ErrorIs(t, resident.Require("CityMSP", role), fault.Forbidden)
		require.ErrorIs(t, resident.Require("", role), fault.Forbidden)
	}
	require.ErrorContains(t, resident.Require("CityMSP", identity.Steward), "acts for no organisation as the resident "+edThumbprint)
}

// BenchmarkVerify is what the ledger pays for a resident's call beside a member's.
func BenchmarkVerify(b *testing.B) {
	for name, text := range map[string]string{
		"EdDSA": compact(edHeader, claims, signEd),
		"ES256": compact(ecHeader, strings.Replace(claims, edThumbprint, ecThumbprint, 1), signEC),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := verify(text)
				require.NoError(b, err)
			}
		})
	}
}
