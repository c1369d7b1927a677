// SPDX-License-Identifier: Apache-2.0

package keyfile

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAKeyIsItsOwnersOnly(t *testing.T) {
	for sentence, row := range map[string]struct {
		mode     os.FileMode
		accepted bool
	}{
		"of its owner":                          {0o600, true},
		"of its owner, who only reads":          {0o400, true},
		"of a group's volume":                   {0o440, true},
		"readable for everybody":                {0o644, false},
		"readable for others than the group":    {0o604, false},
		"writable for everybody":                {0o602, false},
		"searchable for others, which is wrong": {0o601, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "key.pem")
			require.NoError(t, os.WriteFile(file, []byte("secret"), 0o600))
			require.NoError(t, os.Chmod(file, row.mode))
			text, err := Read(file)
			if row.accepted {
				require.NoError(t, err)
				require.Equal(t, "secret", string(text))
				return
			}
			require.ErrorIs(t, err, ErrOpen)
			require.ErrorContains(t, err, file)
		})
	}
}

func TestAGroupThatIsNotOursReadsNoKey(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root gives files away")
	}
	const stranger = 54321
	for sentence, give := range map[string]func(volume, file string) error{
		"the key is another group's": func(_, file string) error { return os.Chown(file, -1, stranger) },
		"the volume is":              func(volume, _ string) error { return os.Chown(volume, -1, stranger) },
		"both are": func(volume, file string) error {
			return firstError(os.Chown(volume, -1, stranger), os.Chown(file, -1, stranger))
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			volume := t.TempDir()
			file := filepath.Join(volume, "key.pem")
			require.NoError(t, os.WriteFile(file, []byte("secret"), 0o640))
			require.NoError(t, give(volume, file))
			_, err := Read(file)
			require.ErrorIs(t, err, ErrOpen)
		})
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// TestAMountedSecretIsALink lays a secret out as Kubernetes does.
func TestAMountedSecretIsALink(t *testing.T) {
	volume := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(volume, "..2026"), 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(volume, "..2026", "key.pem"), []byte("secret"), 0o440))
	require.NoError(t, os.Symlink("..2026", filepath.Join(volume, "..data")))
	require.NoError(t, os.Symlink("..data/key.pem", filepath.Join(volume, "key.pem")))
	text, err := Read(filepath.Join(volume, "key.pem"))
	require.NoError(t, err)
	require.Equal(t, "secret", string(text))
}
