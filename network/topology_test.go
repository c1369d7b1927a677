// SPDX-License-Identifier: Apache-2.0

package network

import (
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/stretchr/testify/require"
)

func TestEveryListenerHasItsOwnPortWithinTheNetworksBlock(t *testing.T) {
	const organisations, listenersEach = 10, 9 + chaincodesPerOrganisation
	offsets := []int{portCA, portCAOperations, portAgent, portOrderer, portOrdererOperation, portOrdererAdmin, portPeer, portPeerChaincode, portPeerOperations}
	for slot := range chaincodesPerOrganisation {
		offsets = append(offsets, portChaincode+slot)
	}
	seen := map[int]bool{}
	for i := range organisations {
		for _, offset := range offsets {
			number := ports{base: 17000, org: Organisation{Index: i}}.number(offset)
			require.Falsef(t, seen[number], "port %d is given twice", number)
			require.GreaterOrEqual(t, number, 17000)
			require.Less(t, number, 17400)
			seen[number] = true
		}
	}
	require.Len(t, seen, organisations*listenersEach)
}

func TestEndorsersAreOneMoreThanMayLie(t *testing.T) {
	for organisations, want := range map[int]int{1: 1, 3: 1, 4: 2, 6: 2, 7: 3, 10: 4} {
		require.Equalf(t, want, Endorsers(organisations), "of %d organisations", organisations)
	}
}

func TestEndorsementPolicyNamesEveryPeer(t *testing.T) {
	require.Equal(t, "OutOf(2,'CityMSP.peer','UtilityMSP.peer','CommunityMSP.peer','OversightMSP.peer')", DefaultTopology().EndorsementPolicy())
}

func TestCollectionsFollowFromTheTopology(t *testing.T) {
	own := func(msp string) Collection {
		return Collection{Name: "org-" + msp, Members: []string{msp}, Endorsers: 1, MemberOnlyRead: true}
	}
	want := []Collection{
		own("CityMSP"), own("UtilityMSP"), own("CommunityMSP"), own("OversightMSP"),
		{Name: "meterData", Members: []string{"UtilityMSP", "CommunityMSP", "OversightMSP"}, Endorsers: 2, MemberOnlyRead: true, MemberOnlyWrite: true},
	}
	require.Equal(t, want, DefaultTopology().Collections())
}

func TestCollectionsReachFabricAsTheyAreMeant(t *testing.T) {
	pkg, err := collectionPackage(DefaultTopology().Collections(), 4)
	require.NoError(t, err)
	require.Len(t, pkg.GetConfig(), 5)

	curves := pkg.GetConfig()[4].GetStaticCollectionConfig()
	require.Equal(t, "meterData", curves.GetName())
	require.Zero(t, curves.GetRequiredPeerCount())
	require.EqualValues(t, 3, curves.GetMaximumPeerCount())
	require.Zero(t, curves.GetBlockToLive())
	require.True(t, curves.GetMemberOnlyRead())
	require.True(t, curves.GetMemberOnlyWrite())
	require.EqualValues(t, 2, curves.GetEndorsementPolicy().GetSignaturePolicy().GetRule().GetNOutOf().GetN())
	require.Len(t, curves.GetEndorsementPolicy().GetSignaturePolicy().GetIdentities(), 3)
	require.EqualValues(t, 1, curves.GetMemberOrgsPolicy().GetSignaturePolicy().GetRule().GetNOutOf().GetN())

	own := pkg.GetConfig()[0].GetStaticCollectionConfig()
	require.Equal(t, "/Channel/Application/CityMSP/Endorsement", own.GetEndorsementPolicy().GetChannelConfigPolicyReference())
	require.IsType(t, &common.SignaturePolicy_SignedBy{}, own.GetMemberOrgsPolicy().GetSignaturePolicy().GetRule().GetType())
	require.True(t, own.GetMemberOnlyRead())
	require.False(t, own.GetMemberOnlyWrite())
	require.Len(t, own.GetMemberOrgsPolicy().GetSignaturePolicy().GetIdentities(), 1)
}

func TestACollectionThatNobodyCanEndorseIsRefused(t *testing.T) {
	_, err := collectionPackage([]Collection{{Name: "meterData", Members: []string{"CommunityMSP"}, Endorsers: 2}}, 4)
	require.ErrorContains(t, err, "2 members' peers shall endorse a write, it has 1 members")
}

func TestAChaincodeWithoutCollectionsHasNoPackageOfThem(t *testing.T) {
	pkg, err := collectionPackage(nil, 4)
	require.NoError(t, err)
	require.Nil(t, pkg)
}

func TestUsersHaveTheRolesOfTheirOrganisation(t *testing.T) {
	want := map[string][]string{
		"city":      {"admin", "steward", "processor"},
		"utility":   {"admin", "steward", "processor", "meter-operator"},
		"community": {"admin", "steward", "processor", "organiser"},
		"oversight": {"admin", "authority", "auditor"},
	}
	for _, org := range DefaultTopology() {
		var names []string
		for _, user := range org.Users {
			names = append(names, user.Name)
			require.Equal(t, user.Name == AdminName, user.Admin)
			if !user.Admin {
				require.Equal(t, []string{user.Name}, user.Roles)
			}
		}
		require.Equal(t, want[org.Name], names)
		require.False(t, org.Client().Admin)
	}
}

func TestAnUnknownOrganisationIsRefusedWithTheKnownOnes(t *testing.T) {
	_, err := DefaultTopology().Find("mars")
	require.ErrorContains(t, err, "city utility community oversight")
}
