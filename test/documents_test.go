// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/internal/documents"
)

// TestConsoleBlocks types what the documents have a reader type. The console blocks of a document run in their order in
// one shell. It has a fresh copy of the repository, and the network is the tests'. A line with `# refused: CODE` must be refused so.
// In a block with prompts (`$ `), the lines without one are what is printed; … stands for any text.
func TestConsoleBlocks(t *testing.T) {
	nativeOnly(t, "the documents start the network as processes")
	files, err := documents.Files("..", "*.md")
	require.NoError(t, err)
	bin := t.TempDir()
	build := exec.Command("go", "build", "-o", bin, "github.com/smartb-suite/smartb/gateway-client/cmd/smartb")
	output, err := build.CombinedOutput()
	require.NoError(t, err, "%s", output)
	await := caughtUp(t)
	settled := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { assert.NoError(t, await()) }))
	defer settled.Close()
	// One place for all copies, so that the compiler reuses what it made.
	folder := filepath.Join(os.TempDir(), fmt.Sprint("smartb-documents-", os.Getuid()))
	lock := flock.New(folder + ".lock")
	require.NoError(t, lock.Lock())
	defer func() { require.NoError(t, lock.Unlock()) }()
	ran := 0
	for _, file := range files {
		document, err := documents.Read(filepath.Join("..", file))
		require.NoError(t, err)
		var blocks []string
		for _, block := range document.Blocks {
			if block.Language == "console" {
				blocks = append(blocks, block.Text)
			}
		}
		if len(blocks) == 0 {
			continue
		}
		ran++
		t.Run(file, func(t *testing.T) {
			needs(t, document.Needs...)
			require.NoError(t, os.RemoveAll(folder))
			require.NoError(t, os.MkdirAll(folder, 0o700))
			run := shell{folder: folder, environment: []string{
				"SMARTB_STATE=" + net.StateDir(),
				"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"),
				"SETTLED=" + settled.Listener.Addr().String(),
			}}
			run.blocks(t, blocks)
		})
	}
	require.Greater(t, ran, 5)
}

// shell runs one document.
type shell struct {
	folder      string
	environment []string
	script      strings.Builder
	printed     []string // what the commands with a prompt are said to print, in their order
}

// prelude makes the shell stop at the first failure. After each call of smartb it waits until all peers have what was
// committed, as a person is slower than a block. Where a command asks to be refused, it checks the code.
const prelude = `set -euo pipefail
set -m # kill %1 ends a server with its children, as in a person's shell
shopt -s expand_aliases
trap 'status=$?; echo "failed: $BASH_COMMAND" >&2; exit $status' ERR
settled() { exec 9<>"/dev/tcp/${SETTLED/:/\/}"; printf 'GET / HTTP/1.0\r\n\r\n' >&9; cat <&9 >/dev/null; exec 9>&-; }
smartb() { local status=0; command smartb "$@" || status=$?; settled; return $status; }
refused() {
  local code=$1 said; shift
  if said=$("$@" 2>&1); then echo "not refused: $*"; exit 1; fi
  grep -q "$code" <<<"$said" || { echo "not refused with $code: $*: $said"; exit 1; }
}
`

func (s *shell) blocks(t *testing.T, blocks []string) {
	copied := exec.Command("bash", "-c", `cd .. && git ls-files -z --cached --others --exclude-standard |
		tar --null --ignore-failed-read -T - -cf - | tar -xf - -C "$0"`, s.folder)
	output, err := copied.CombinedOutput()
	require.NoError(t, err, "%s", output)
	s.script.WriteString(prelude)
	for _, block := range blocks {
		s.block(strings.ReplaceAll(block, "\\\n", " "))
	}
	ctx := within(t, 10*time.Minute)
	command := exec.CommandContext(ctx, "bash", "-c", s.script.String())
	command.Dir, command.Env = s.folder, append(os.Environ(), s.environment...)
	command.WaitDelay = 10 * time.Second // what a document starts in the background and does not end
	text, err := command.CombinedOutput()
	require.NoError(t, err, "%s", text)
	for i, want := range s.printed {
		got, err := os.ReadFile(filepath.Join(s.folder, fmt.Sprint("printed.", i)))
		require.NoError(t, err)
		pattern := strings.ReplaceAll(regexp.QuoteMeta(want), "…", ".*")
		assert.Regexp(t, `^(?s:`+pattern+`)$`, string(got))
	}
}

// block adds a block of commands or of prompts, commands and what they print.
func (s *shell) block(text string) {
	if !strings.HasPrefix(text, "$ ") {
		for line := range strings.Lines(text) {
			s.script.WriteString(command(line))
		}
		return
	}
	for _, entry := range strings.Split("\n"+text, "\n$ ")[1:] {
		line, printed, _ := strings.Cut(entry, "\n")
		if printed == "" {
			s.script.WriteString(command(line + "\n"))
			continue
		}
		fmt.Fprintf(&s.script, "{ %s\n} > %q\n", line, filepath.Join(s.folder, fmt.Sprint("printed.", len(s.printed))))
		s.printed = append(s.printed, strings.TrimSuffix(printed, "\n")+"\n")
	}
}

var wantsRefusal = regexp.MustCompile(`^(.*?)\s*# refused: ([A-Z_]+).*\n$`)

// command has a line that is to be refused checked for it.
func command(line string) string {
	if found := wantsRefusal.FindStringSubmatch(line); found != nil {
		return "refused " + found[2] + " " + found[1] + "\n"
	}
	return line
}
