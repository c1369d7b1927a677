// SPDX-License-Identifier: Apache-2.0

package builder

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

type folders struct{ source, metadata, output, release, values string }

func newFolders(t *testing.T, metadata, connection string) folders {
	t.Helper()
	f := folders{t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()}
	write(t, filepath.Join(f.metadata, "metadata.json"), metadata)
	write(t, filepath.Join(f.source, "connection.json"), connection)
	return f
}

func write(t *testing.T, file, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
}

func TestAPackageBecomesAConnection(t *testing.T) {
	f := newFolders(t, `{"type":"ccaas","label":"smartb_1"}`, `{"address":"{{.address}}","tls_required":true,"client_key":"{{file .clientKey}}"}`)
	key := filepath.Join(f.values, "key.pem")
	write(t, key, "line one\nline \"two\"\n")
	write(t, filepath.Join(f.values, "smartb_1.json"), `{"address":"127.0.0.1:17030","clientKey":"`+key+`"}`)

	require.NoError(t, Run("detect", []string{f.source, f.metadata}, f.values))
	require.NoError(t, Run("build", []string{f.source, f.metadata, f.output}, f.values))
	require.NoError(t, Run("release", []string{f.output, f.release}, f.values))

	file := filepath.Join(f.release, "chaincode", "server", "connection.json")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var connection map[string]any
	require.NoError(t, json.Unmarshal(text, &connection))
	require.Equal(t, map[string]any{"address": "127.0.0.1:17030", "tls_required": true, "client_key": "line one\nline \"two\"\n"}, connection)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestDetectLeavesOtherPackagesAlone(t *testing.T) {
	f := newFolders(t, `{"type":"golang","label":"smartb_1"}`, `{}`)
	require.ErrorContains(t, Run("detect", []string{f.source, f.metadata}, f.values), "golang")
}

func TestBuildRefuses(t *testing.T) {
	cases := map[string]struct{ metadata, connection, values, says string }{
		"a package without a server here": {`{"type":"ccaas","label":"other_1"}`, `{}`, `{}`, "runs no server"},
		"a label that leaves the folder":  {`{"type":"ccaas","label":"../smartb_1"}`, `{}`, `{}`, "label"},
		"a value that is missing":         {`{"type":"ccaas","label":"smartb_1"}`, `{"address":"{{.address}}"}`, `{}`, "address"},
		"a key that is missing":           {`{"type":"ccaas","label":"smartb_1"}`, `{"k":"{{file .k}}"}`, `{"k":"/nowhere"}`, "nowhere"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			f := newFolders(t, c.metadata, c.connection)
			write(t, filepath.Join(f.values, "smartb_1.json"), c.values)
			require.ErrorContains(t, Run("build", []string{f.source, f.metadata, f.output}, f.values), c.says)
			require.NoFileExists(t, filepath.Join(f.output, "connection.json"))
		})
	}
}

func TestUnknownStepsAreRefused(t *testing.T) {
	require.Error(t, Run("run", []string{"a", "b"}, "values"))
	require.Error(t, Run("detect", []string{"a"}, "values"))
	require.Error(t, Run("build", []string{"a", "b", "c"}, ""))
}
