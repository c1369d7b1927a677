// SPDX-License-Identifier: Apache-2.0

//go:build e2e && pkcs11

package test

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client"
)

const (
	softHSM = "/usr/lib/softhsm/libsofthsm2.so"
	pin     = "1234"
)

// tokens are SoftHSM's, in a folder of the network's. A process opens one folder only, and sees the tokens that were in it when it did.
type tokens struct {
	t     *testing.T
	fresh bool
}

func newTokens(t *testing.T) tokens {
	t.Helper()
	_, missing := exec.LookPath("softhsm2-util")
	if _, err := os.Stat(softHSM); missing != nil || err != nil {
		t.Skip("softhsm2-util or its library is missing: install softhsm2")
	}
	folder := filepath.Join(net.StateDir(), "tokens")
	_, err := os.Stat(folder)
	fresh := errors.Is(err, os.ErrNotExist)
	require.NoError(t, os.MkdirAll(folder, 0o700))
	conf := filepath.Join(folder, "softhsm2.conf")
	require.NoError(t, os.WriteFile(conf, []byte("directories.tokendir = "+folder+"\n"), 0o600))
	t.Setenv("SOFTHSM2_CONF", conf)
	return tokens{t, fresh}
}

// add makes a token with a key under an identifier, once.
func (s tokens) add(label, key, id string) {
	s.t.Helper()
	if !s.fresh {
		return
	}
	s.util("--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", pin)
	s.util("--import", key, "--token", label, "--pin", pin, "--label", "signing", "--id", id)
}

func (s tokens) util(args ...string) {
	s.t.Helper()
	output, err := exec.CommandContext(s.t.Context(), "softhsm2-util", args...).CombinedOutput()
	require.NoError(s.t, err, "%s", output)
}

// keyID is the subject key identifier of a key in a PEM file.
func keyID(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	key, err := identity.PrivateKeyFromPEM(text)
	require.NoError(t, err)
	point, err := key.(*ecdsa.PrivateKey).PublicKey.Bytes()
	require.NoError(t, err)
	id := sha256.Sum256(point)
	return hex.EncodeToString(id[:])
}

func TestATokenSigns(t *testing.T) {
	ctx, tokens := within(t, 2*time.Minute), newTokens(t)
	organiser := profile(t, "community", "organiser")
	key := organiser.PrivateKey
	tokens.add("organiser", key, keyID(t, key))
	tokens.add("locked", key, keyID(t, key))
	tokens.add("other", profile(t, "city", "steward").PrivateKey, keyID(t, key))
	processor := profile(t, "community", "processor")
	tokens.add("processor", processor.PrivateKey, keyID(t, processor.PrivateKey))
	organiser.PrivateKey, organiser.PKCS11 = "", &gateway.Token{Library: softHSM, Label: "organiser"}

	t.Setenv(gateway.PINVariable, pin)
	request := terms(t)
	_, receipt, err := open(t, organiser).Settlement().CreateCommunity(ctx, request)
	require.NoError(t, err)
	require.NoError(t, connect(t, "city", "steward").Await(ctx, receipt))

	t.Run("for the command smartb", func(t *testing.T) {
		text, err := json.Marshal(organiser)
		require.NoError(t, err)
		path := filepath.Join(t.TempDir(), "profile.json")
		require.NoError(t, os.WriteFile(path, text, 0o600))
		output, err := exec.CommandContext(ctx, "go", "run", "-tags", "pkcs11", "github.com/smartb-suite/smartb/gateway-client/cmd/smartb",
			"community", "show", request.CommunityID, "--profile", path).CombinedOutput()
		require.NoError(t, err, "%s", output)
		require.Contains(t, string(output), request.Name)
	})
	t.Run("for a data server", func(t *testing.T) {
		ctx, m := within(t, 2*time.Minute), theMarket(t)
		decision := m.access(ctx, t, m.licensed(ctx, t, false, ""))
		processor.PrivateKey, processor.PKCS11 = "", &gateway.Token{Library: softHSM, Label: "processor"}
		member := open(t, processor).Certificate()
		server := serve(ctx, t, decision.DatasetID)
		status, text, _ := server.fetch(ctx, t, &member, decision)
		require.Equal(t, http.StatusOK, status, text)
		status, text, _ = server.fetch(ctx, t, nil, decision, signedBy(t, &member))
		require.Equal(t, http.StatusOK, status, text)
	})
	for sentence, row := range map[string]struct {
		change func(*gateway.Profile)
		pin    string
		cause  string
	}{
		"no PIN":              {func(*gateway.Profile) {}, "", gateway.PINVariable},
		"another PIN":         {func(p *gateway.Profile) { p.PKCS11.Label = "locked" }, "4321", "login failed"},
		"no such token":       {func(p *gateway.Profile) { p.PKCS11.Label = "none" }, pin, "could not find token"},
		"another key":         {func(p *gateway.Profile) { p.PKCS11.Label = "other" }, pin, "not that of the certificate"},
		"no key of this name": {func(p *gateway.Profile) { p.Certificate = profile(t, "utility", "meter-operator").Certificate }, pin, "not found"},
		"no such module":      {func(p *gateway.Profile) { p.PKCS11.Library = "/none.so" }, pin, "instantiation failed"},
		"a key file as well":  {func(p *gateway.Profile) { p.PrivateKey = key }, pin, "there is a token, too"},
	} {
		t.Run(sentence, func(t *testing.T) {
			wrong, token := organiser, *organiser.PKCS11
			wrong.PKCS11 = &token
			row.change(&wrong)
			t.Setenv(gateway.PINVariable, row.pin)
			_, err := gateway.Connect(ctx, wrong)
			unusable := new(gateway.ProfileError)
			require.ErrorAs(t, err, &unusable)
			require.ErrorContains(t, err, row.cause)
			require.NotContains(t, err.Error(), pin)
		})
	}
}
