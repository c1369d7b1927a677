// SPDX-License-Identifier: Apache-2.0

package network

import (
	"bytes"
	"testing"

	"github.com/hyperledger/fabric-admin-sdk/pkg/chaincode"
	"github.com/stretchr/testify/require"
)

func TestThePackageIsTheSameForEverybody(t *testing.T) {
	first, err := packageChaincode("smartb")
	require.NoError(t, err)
	second, err := packageChaincode("smartb")
	require.NoError(t, err)
	require.Equal(t, first, second)
	// A change here is a change of every network's package id: those that are up would have to install anew.
	require.Equal(t, "smartb_1:b7106c48f32bf8986958682971e2c28b0e267202925101e4fc8a24896c690875", first.id)
}

func TestThePackageIsOneThatFabricReads(t *testing.T) {
	pkg, err := packageChaincode("smartb")
	require.NoError(t, err)
	id, err := chaincode.PackageID(bytes.NewReader(pkg.content))
	require.NoError(t, err)
	require.Equal(t, pkg.id, id)
	metadata, _, err := chaincode.ParseChaincodePackage(pkg.content)
	require.NoError(t, err)
	require.Equal(t, "ccaas", metadata.Type)
	require.Equal(t, "smartb_1", metadata.Label)
}
