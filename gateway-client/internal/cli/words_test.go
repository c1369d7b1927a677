// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client"
)

// goWords are words of the program's inside, which no message for people has.
var goWords = regexp.MustCompile(`strconv|(^|[^.])json: |jsontext|unmarshal|invalid syntax|Go (struct|value|type)|parsing time|` +
	`netip\.|encoding/|asn1:|x509: |pem: |url\.|%!|<nil>|\bnil\b|reflect|\bu?int(8|16|32|64)?\b|float64|\[\]|map\[|` +
	`parse "|EOF|runtime error|goroutine|hex: |base64 data|parse error|on line \d+: |bufio|time: |panic|0x[0-9a-f]|arg\(s\)`)

// junk are contents of files that hold nothing that a command takes.
var junk = map[string]string{
	"binary": "\x00\xff\xfe\x01\n\x00", "cut.json": `{"a":`, "list.json": "[1]\n", "text.json": `"text"`, "null.json": "null\n",
	"other.json": `{"nobody":1}`, "empty": "", "lines.csv": "a,b\n1\n\"", "key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
	"certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
}

// TestNoMessageSpeaksGo calls every command with every flag set wrongly, and with files of junk in the place of every
// argument. Anything that is said about it has no word of the program's inside.
func TestNoMessageSpeaksGo(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("SMARTB_PROFILE", "")
	t.Setenv("SMARTB_STATE", t.TempDir())
	var files []string
	for name, content := range junk {
		require.NoError(t, os.WriteFile(name, []byte(content), 0o600))
		files = append(files, name)
	}
	slices.Sort(files)
	said := map[string]string{} // by message, the first command that states it
	for _, path := range leaves(newRoot(&App{}), nil) {
		for _, args := range wrongCalls(t, path, files) {
			var stderr bytes.Buffer
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			run(ctx, args, &App{stdin: strings.NewReader("x"), stdout: &bytes.Buffer{}, stderr: &stderr})
			cancel()
			if word := goWords.FindString(stderr.String()); word != "" && said[word+path[0]] == "" {
				said[word+path[0]] = strings.Join(args, " ") + "\n" + stderr.String()
			}
		}
	}
	for _, message := range said {
		t.Errorf("smartb %s", message)
	}
}

// leaves are the paths of all commands that do something.
func leaves(command *cobra.Command, above []string) (paths [][]string) {
	if len(command.Commands()) == 0 && !slices.Contains([]string{"help", "bash", "zsh", "fish", "powershell"}, command.Name()) {
		return [][]string{above}
	}
	for _, child := range command.Commands() {
		paths = append(paths, leaves(child, append(slices.Clone(above), child.Name()))...)
	}
	return paths
}

// wrongCalls are calls of a command, each with one mistake.
func wrongCalls(t *testing.T, path, files []string) (calls [][]string) {
	t.Helper()
	command, _, err := newRoot(&App{}).Find(path)
	require.NoError(t, err)
	places := 0
	for command.Args != nil && places < 6 && command.Args(command, slices.Repeat([]string{"other.json"}, places)) != nil {
		places++
	}
	call := func(flags []string, wrong string, at int) []string {
		args := slices.Concat(path, flags)
		for place := range places {
			args = append(args, map[bool]string{true: wrong, false: "other.json"}[place == at])
		}
		return args
	}
	var required []string
	flags := map[string][]string{}
	visit := func(flag *pflag.Flag) {
		if _, must := flag.Annotations[cobra.BashCompOneRequiredFlag]; must {
			required = append(required, "--"+flag.Name+"="+map[bool]string{true: "15", false: "other.json"}[flag.Value.Type() == "int"])
		}
		values := []string{"☃", "99999999999999999999"}
		if strings.HasPrefix(flag.Value.Type(), "string") {
			values = []string{"☃", "binary", "cut.json", "key"}
		}
		flags[flag.Name] = values
	}
	command.Flags().VisitAll(visit)
	calls = append(calls, path, call(nil, "", -1))
	for name, values := range flags {
		if name == "help" {
			continue
		}
		for _, value := range values {
			calls = append(calls, call(append(slices.Clone(required), "--"+name+"="+value), "", -1))
		}
	}
	for at := range places {
		for _, file := range append(files, "☃", "-", "missing", filepath.Join("other.json", "x")) {
			calls = append(calls, call(required, file, at))
		}
	}
	return append(calls, call(append(slices.Clone(required), "--nonsense"), "", -1), append(call(required, "", -1), strings.Fields("a b c d e f g")...))
}

// privatePatterns are sentences that begin with no subject, and an owner that has no name.
var privatePatterns = regexp.MustCompile(`(?:^|[.!]\s+|\n\n)(?:Who|What|Whoever|Whatever)\s[^?]|\b[Tt]he own\b`)

// TestHelpIsPlainEnglish reads the help of every command and the summary of every transaction, which the prose linter
// does not see.
func TestHelpIsPlainEnglish(t *testing.T) {
	plain := func(where, text string) {
		if found := privatePatterns.FindString(text); found != "" {
			t.Errorf("%s says %q", where, strings.TrimSpace(found))
		}
	}
	for _, transaction := range gateway.Transactions() {
		plain(transaction.Name, transaction.Summary)
	}
	var read func(*cobra.Command)
	read = func(command *cobra.Command) {
		plain(command.CommandPath(), command.Short)
		plain(command.CommandPath(), command.Long)
		command.Flags().VisitAll(func(flag *pflag.Flag) { plain(command.CommandPath()+" --"+flag.Name, flag.Usage) })
		for _, child := range command.Commands() {
			read(child)
		}
	}
	read(newRoot(&App{}))
}
