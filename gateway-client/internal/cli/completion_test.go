// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
)

func TestIDsAreCompletedFromTheLedger(t *testing.T) {
	profile := gatewaytest.WriteProfile(t, t.TempDir(), []*gatewaytest.Peer{paged(t, answers(t)).Start(t, "own")}, nil)
	for _, args := range [][]string{
		{"run", "list", ""}, {"member", "end", "sunny", ""}, {"dispute", "resolve", "sunny", "2025-10", ""},
		{"agreement", "show", ""}, {"access", "list", "--dataset", ""}, {"consent", "held", "--notice", ""},
	} {
		var stdout bytes.Buffer
		args = append([]string{"__complete"}, append(args[:len(args)-1:len(args)-1], "--profile", profile, "")...)
		if args[len(args)-4][:2] == "--" { // the flag's value comes last
			args = append(args[:len(args)-4], "--profile", profile, args[len(args)-4], "")
		}
		run(t.Context(), args, &App{stdin: new(bytes.Buffer), stdout: &stdout, stderr: new(bytes.Buffer)})
		assert.Contains(t, stdout.String(), "entry0\n", "%v", args)
		assert.Contains(t, stdout.String(), "entry3\n", "all pages")
	}
}

func TestEveryCommandIsInAGroup(t *testing.T) {
	for _, command := range newRoot(&App{}).Commands() {
		if !command.IsAvailableCommand() {
			continue
		}
		assert.NotEmpty(t, command.GroupID, "%s", command.Name())
	}
}

func TestDistance(t *testing.T) {
	for words, want := range map[[2]string]int{{"limt", "limit"}: 1, {"list", "list"}: 0, {"", "abc"}: 3, {"phase", "hase"}: 1} {
		assert.Equal(t, want, distance(words[0], words[1]), "%v", words)
	}
}
