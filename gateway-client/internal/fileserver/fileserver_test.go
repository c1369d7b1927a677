// SPDX-License-Identifier: Apache-2.0

package fileserver_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client/internal/fileserver"
)

var alice = strings.Repeat("a", 43)

// folder has files to be served, files that are not, and links out of it.
func folder(t *testing.T) (*fileserver.Folder, string) {
	t.Helper()
	outside, dir := t.TempDir(), t.TempDir()
	for path, text := range map[string]string{
		filepath.Join(outside, "secret"):        "SECRET",
		filepath.Join(dir, "day.csv"):           "42",
		filepath.Join(dir, "index.html"):        "<p>hello",
		filepath.Join(dir, ".htpasswd"):         "SECRET",
		filepath.Join(dir, ".git", "config"):    "SECRET",
		filepath.Join(dir, "both.csv"):          "42",
		filepath.Join(dir, "both.csv.subjects"): "alice\n bob\n\n",
		filepath.Join(dir, alice, "day.csv"):    "7",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret"), filepath.Join(dir, "link")))
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "away")))
	require.NoError(t, os.Symlink("day.csv", filepath.Join(dir, "newest.csv")))
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	opened, err := fileserver.Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, opened.Close()) })
	return opened, dir
}

func ask(t *testing.T, handler http.Handler, method, path string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, "/", nil)
	r.URL.Path = path
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	return recorder
}

func TestOnlyTheFolderSFilesAreServed(t *testing.T) {
	opened, _ := folder(t)
	for path, want := range map[string]string{
		"/day.csv": "42", "//day.csv": "42", "/x/../day.csv": "42", "/newest.csv": "42", "/" + alice + "/day.csv": "7", "/index.html": "<p>hello",
		"/": "", "": "", "/" + alice: "", "/" + alice + "/": "", "/missing": "", "/.htpasswd": "", "/.git/config": "", "/x/../.git/config": "", "/both.csv.subjects": "",
		"/link": "", "/away/secret": "", "/../secret": "", "/../../../../etc/hostname": "", "/..": "", "/pipe": "", "/day.csv\x00": "", `/..\secret`: "",
	} {
		t.Run(path, func(t *testing.T) {
			answer := ask(t, opened, http.MethodGet, path)
			require.NotContains(t, answer.Body.String(), "SECRET")
			if want == "" {
				require.Equal(t, http.StatusNotFound, answer.Code)
				return
			}
			require.Equal(t, http.StatusOK, answer.Code)
			require.Equal(t, want, answer.Body.String())
			sum := sha256.Sum256([]byte(want))
			require.Equal(t, "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":", answer.Header().Get("Repr-Digest"))
		})
	}
	require.Equal(t, http.StatusMethodNotAllowed, ask(t, opened, http.MethodPut, "/day.csv").Code)
	head := ask(t, opened, http.MethodHead, "/day.csv")
	require.Equal(t, "2", head.Header().Get("Content-Length"))
	require.Empty(t, head.Body.String())
}

func TestTheDigestFollowsTheFile(t *testing.T) {
	opened, dir := folder(t)
	before := ask(t, opened, http.MethodGet, "/day.csv").Header().Get("Repr-Digest")
	require.Equal(t, before, ask(t, opened, http.MethodGet, "/day.csv").Header().Get("Repr-Digest"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "day.csv"), []byte("43!"), 0o600))
	require.NotEqual(t, before, ask(t, opened, http.MethodGet, "/day.csv").Header().Get("Repr-Digest"))
}

func TestWhoseDataAFileHolds(t *testing.T) {
	opened, _ := folder(t)
	for path, want := range map[string][]string{
		"/" + alice + "/day.csv": {alice}, "/" + alice + "/none": {alice}, "/both.csv": {"alice", "bob"}, "/day.csv": nil, "/" + alice: nil, "/../both.csv": {"alice", "bob"},
		"/x/../" + alice + "/day.csv": {alice}, "/" + alice + "/../both.csv": {"alice", "bob"}, "/" + alice + "/../day.csv": nil,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL.Path = path
		require.Equal(t, want, opened.Subjects(r), path)
	}
}

func TestAFolderThatIsNotThere(t *testing.T) {
	_, err := fileserver.Open(filepath.Join(t.TempDir(), "none"))
	require.Error(t, err)
}
