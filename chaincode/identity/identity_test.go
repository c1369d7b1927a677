// SPDX-License-Identifier: Apache-2.0

package identity_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger/memory"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

const memberType = "test+jwt"

var issued = time.Unix(1767225600, 0).UTC()

// roots are those of two organisations.
func roots(t testing.TB) identity.Roots {
	t.Helper()
	all := identity.Roots{}
	for _, msp := range []string{"CityMSP", "UtilityMSP"} {
		root, err := memory.Root(msp)
		require.NoError(t, err)
		all[msp] = []*x509.Certificate{root}
	}
	return all
}

func signMember(t testing.TB, member memory.Identity, chain ...*x509.Certificate) string {
	t.Helper()
	compact, err := signing.SignMember(member.Key, append([]*x509.Certificate{member.Certificate}, chain...), memberType, map[string]any{"b": 1, "a": "x"})
	require.NoError(t, err)
	return compact
}

func TestAMemberSigns(t *testing.T) {
	member, err := memory.NewIdentity("CityMSP", "admin", "steward", "processor")
	require.NoError(t, err)
	signature, err := identity.VerifySignature(signMember(t, member), memberType, "CityMSP", roots(t), issued)
	require.NoError(t, err)
	require.Equal(t, "CityMSP", signature.MSP)
	require.Equal(t, []identity.Role{identity.Steward, identity.Processor}, signature.Roles)
	require.True(t, signature.Admin)
	require.Equal(t, `{"a":"x","b":1}`, string(signature.Payload), "canonical JSON")
}

func TestAMembersSignatureIsRefused(t *testing.T) {
	member, err := memory.NewIdentity("CityMSP", "client", "steward")
	require.NoError(t, err)
	other, err := memory.NewIdentity("UtilityMSP", "client", "steward")
	require.NoError(t, err)
	good := signMember(t, member)
	header := func(change func(map[string]any)) string {
		parts, members := strings.Split(good, "."), map[string]any{}
		text, err := base64.RawURLEncoding.DecodeString(parts[0])
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &members))
		change(members)
		text, err = json.Marshal(members)
		require.NoError(t, err)
		return base64.RawURLEncoding.EncodeToString(text) + "." + parts[1] + "." + parts[2]
	}
	ca, err := memory.Root("CityMSP")
	require.NoError(t, err)
	for sentence, row := range map[string]struct {
		compact string
		typ     string
		at      time.Time
		code    fault.Code
	}{
		"by another organisation's member":    {signMember(t, other), memberType, issued, fault.SignedRequestForged},
		"with the certificate of another":     {header(func(h map[string]any) { h["x5c"] = []string{base64.StdEncoding.EncodeToString(other.Certificate.Raw)} }), memberType, issued, fault.SignedRequestForged},
		"before its certificate is valid":     {good, memberType, time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC), fault.SignedRequestForged},
		"after its certificate has ended":     {good, memberType, time.Date(2201, 1, 1, 0, 0, 0, 0, time.UTC), fault.SignedRequestForged},
		"of another type":                     {good, "other+jwt", issued, fault.SignedRequestMalformed},
		"with the certificate of the CA":      {header(func(h map[string]any) { h["x5c"] = []string{base64.StdEncoding.EncodeToString(ca.Raw)} }), memberType, issued, fault.SignedRequestForged},
		"without a certificate":               {header(func(h map[string]any) { h["x5c"] = []string{} }), memberType, issued, fault.SignedRequestMalformed},
		"with a chain that is too long":       {header(func(h map[string]any) { h["x5c"] = []string{"", "", "", "", ""} }), memberType, issued, fault.SignedRequestMalformed},
		"with what is no certificate":         {header(func(h map[string]any) { h["x5c"] = []string{"AAAA"} }), memberType, issued, fault.SignedRequestMalformed},
		"with a further member in the header": {header(func(h map[string]any) { h["kid"] = "me" }), memberType, issued, fault.SignedRequestMalformed},
		"with a key in the header":            {header(func(h map[string]any) { h["jwk"] = map[string]string{} }), memberType, issued, fault.SignedRequestMalformed},
		"by no algorithm":                     {header(func(h map[string]any) { h["alg"] = "none" }), memberType, issued, fault.SignedRequestMalformed},
		"with a header that was changed after it": {header(func(h map[string]any) {
			h["x5c"] = []string{base64.StdEncoding.EncodeToString(member.Certificate.Raw), base64.StdEncoding.EncodeToString(ca.Raw)}
		}), memberType, issued, fault.SignedRequestForged},
		"with another payload":                          {strings.Replace(good, ".", ".e30.", 1), memberType, issued, fault.SignedRequestMalformed},
		"with the payload replaced":                     {strings.Split(good, ".")[0] + ".e30." + strings.Split(good, ".")[2], memberType, issued, fault.SignedRequestForged},
		"with a signature in another form of base64url": {good + "=", memberType, issued, fault.SignedRequestMalformed},
	} {
		t.Run(sentence, func(t *testing.T) {
			for range 2 { // what is refused is not remembered
				_, err := identity.VerifySignatureAgain(row.compact, row.typ, "CityMSP", roots(t), row.at)
				require.ErrorIs(t, err, row.code)
			}
		})
	}
	_, err = identity.VerifySignature(good, memberType, "StrangeMSP", roots(t), issued)
	require.ErrorIs(t, err, fault.SignedRequestForged, "an organisation without roots")
}

// FuzzVerifyMember reads any text: it is a member's signature, or it is refused by a code for signed requests.
func FuzzVerifyMember(f *testing.F) {
	member, err := memory.NewIdentity("CityMSP", "client", "steward")
	require.NoError(f, err)
	f.Add(signMember(f, member))
	accepted := roots(f)
	f.Fuzz(func(t *testing.T, text string) {
		signature, err := identity.VerifySignature(text, memberType, "CityMSP", accepted, issued)
		if err == nil {
			require.Equal(t, text, signature.Compact)
			return
		}
		refusal := fault.From(err)
		require.True(t, strings.HasPrefix(string(refusal.Code), "SIGNED_REQUEST_"), "%v", err)
	})
}
