// SPDX-License-Identifier: Apache-2.0

package vectors_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/internal/vectors"
)

func TestFolder(t *testing.T) {
	root := vectors.Root()
	require.FileExists(t, filepath.Join(root, "go.mod"))
	t.Setenv(vectors.Env, "some/folder")
	require.Equal(t, filepath.Join(root, "some", "folder"), vectors.Folder(), "a relative path starts at the root")
	absolute := t.TempDir()
	t.Setenv(vectors.Env, absolute)
	require.Equal(t, absolute, vectors.Folder())
	t.Setenv(vectors.Env, "")
	require.Contains(t, []string{filepath.Join(root, "vectors"), filepath.Join(root, "..", "shared", "vectors")}, vectors.Folder())
}

func TestPath_SkipsWithWhatIsMissing(t *testing.T) {
	t.Setenv(vectors.Env, t.TempDir())
	require.NoError(t, os.WriteFile(filepath.Join(vectors.Folder(), "suite.json"), []byte("[]"), 0o600))
	require.Equal(t, "[]", string(vectors.Read(t, "suite.json")))
	skipped := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		vectors.Read(skipped, "other.json")
	}()
	<-done
	require.Contains(t, skipped.message, "is not in")
	require.Contains(t, skipped.message, "make vectors")
}

// recorder keeps the message of a skip, and ends the goroutine as a skip does.
type recorder struct {
	testing.TB
	message string
}

func (r *recorder) Skipf(format string, args ...any) {
	r.message = fmt.Sprintf(format, args...)
	runtime.Goexit()
}
