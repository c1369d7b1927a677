// SPDX-License-Identifier: Apache-2.0

package network

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/ledger"
)

// TestPeersReadMoreThanTheChaincodeScans: a peer ends a scan at its limit without an error.
func TestPeersReadMoreThanTheChaincodeScans(t *testing.T) {
	text, err := os.ReadFile("config/core.yaml.tmpl")
	require.NoError(t, err)
	found := regexp.MustCompile(`totalQueryLimit: (\d+)`).FindSubmatch(text)
	require.NotNil(t, found)
	limit, err := strconv.Atoi(string(found[1]))
	require.NoError(t, err)
	require.Greater(t, limit, ledger.ScanLimit)
}
