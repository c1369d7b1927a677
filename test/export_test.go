// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/network"
)

// TestThePeerCommandNeedsNothingButTheExportedFolder has Fabric's own command evaluate and submit.
func TestThePeerCommandNeedsNothingButTheExportedFolder(t *testing.T) {
	nativeOnly(t, "Fabric's command submits to an orderer itself, and containers publish gateways only")
	ctx := within(t, time.Minute)
	folder := filepath.Join(t.TempDir(), "export")
	require.NoError(t, net.Export(folder))
	shell := func(script string) string {
		command := exec.CommandContext(ctx, "bash", "-euc", "set -a; . "+folder+"/community/.env; set +a\n"+script)
		command.Env = []string{"PATH=" + filepath.Dir(net.Program("peer")) + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + t.TempDir()}
		output, err := command.CombinedOutput()
		require.NoError(t, err, "%s", output)
		return string(output)
	}
	shell("export CORE_PEER_MSPCONFIGPATH=" + folder + "/community/users/organiser/msp\n" +
		`peer chaincode invoke $ORDERER $ENDORSERS -C $CHANNEL -n $CHAINCODE --waitForEvent -c '{"Args":["settlement:CreateCommunity","{\"communityId\":\"by-peer\",\"name\":\"Peer\",` +
		`\"country\":\"FR\",\"gridOperator\":\"UtilityMSP\",\"collection\":\"meterData\",\"intervalMinutes\":30,\"timeZone\":\"Europe/Paris\",\"key\":{\"type\":\"prorata\"},` +
		`\"rounding\":\"EXACT\",\"disputeDays\":30,\"validFrom\":\"2025-01-01\"}"]}'`)
	answer := shell(`peer chaincode query -C $CHANNEL -n $CHAINCODE -c '{"Args":["settlement:GetCommunity","{\"communityId\":\"by-peer\"}"]}'`)
	require.Contains(t, answer, `"organiser":"CommunityMSP"`)

	require.NoError(t, filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		require.False(t, strings.Contains(string(text), net.StateDir()), "%s names the state folder", path)
		return err
	}))
}

// TestEveryExportedFileIsDescribed compares the folder with what `network export` prints.
func TestEveryExportedFileIsDescribed(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "export")
	require.NoError(t, net.Export(folder))
	missing := map[string]bool{}
	for _, file := range network.ExportedFiles() {
		missing[file.Path] = true
	}
	described := maps.Clone(missing)
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		parts := strings.Split(filepath.ToSlash(name), "/")
		if len(parts) > 1 {
			parts[0] = "ORG"
		}
		if len(parts) > 2 && parts[1] == "users" {
			parts[2] = "USER"
		}
		kind := strings.Join(parts, "/")
		require.True(t, described[kind], "%s is not described", kind)
		delete(missing, kind)
		return err
	}))
	require.Empty(t, missing, "described, but not exported")
}
