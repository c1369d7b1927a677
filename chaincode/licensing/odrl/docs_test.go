// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheDocumentationNamesEverything keeps docs/explanation/odrl.md complete.
func TestTheDocumentationNamesEverything(t *testing.T) {
	text, err := os.ReadFile("../../../docs/explanation/odrl.md")
	require.NoError(t, err)
	words := map[string]bool{}
	for _, word := range regexp.MustCompile(`[a-zA-Z]+(:[a-zA-Z]+)?`).FindAllString(string(text), -1) {
		words[word] = true
	}
	for left := range operands {
		assert.True(t, words[left], left)
	}
	for action, broader := range broaderAction {
		assert.True(t, words[action], action)
		if broader != "" {
			assert.Contains(t, string(text), "`"+broader+"`:", "%s includes others", broader)
		}
	}
	for _, operator := range operators {
		assert.True(t, words[string(operator)], operator)
	}
	assert.Contains(t, string(text), PurposesID)
	for uid := range divergences {
		assert.True(t, strings.Contains(string(text), uid), uid)
	}
}
