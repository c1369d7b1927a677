// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var memberGenerator = rapid.Custom(func(t *rapid.T) Member {
	hash := rapid.StringMatching(`[0-9a-f]{64}`)
	day := rapid.SampledFrom([]string{"2025-06-01", "2025-06-02"})
	return Member{
		Schema: SchemaVersion, State: Confirmed, PrivateSHA256: hash.Draw(t, "private"),
		Behind:     Behind{Subject: rapid.StringMatching(`[A-Za-z0-9_-]{43}`).Draw(t, "subject"), ConsentID: idGenerator.Draw(t, "consent"), PointRef: hash.Draw(t, "point")},
		LimitWatts: rapid.Int64Range(0, 1_000_000_000).Draw(t, "limit"),
		Membership: Membership{
			CommunityID: "sunny", MemberID: idGenerator.Draw(t, "id"), Direction: rapid.SampledFrom([]Direction{Consumption, Production}).Draw(t, "direction"),
			Share: rapid.Int64Range(0, 1_000_000).Draw(t, "share"), Tier: rapid.IntRange(0, maxTier).Draw(t, "tier"), Factor: rapid.Int64Range(1, 100).Draw(t, "factor"),
			From: day.Draw(t, "from"), To: rapid.OneOf(rapid.Just(""), day).Draw(t, "to"), Role: rapid.OneOf(rapid.Just(""), idGenerator).Draw(t, "role"),
		},
	}
})

func TestARosterIsReadAsItWasCopied(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members := rapid.SliceOf(memberGenerator).Draw(t, "members")
		again, err := UnpackRoster(Roster{SchemaVersion, "sunny", members}.Encode())
		require.NoError(t, err)
		require.Equal(t, members, again.Members)
	})
}

// TestARosterCopiesAllOfAMember fails for a field that packing forgets.
func TestARosterCopiesAllOfAMember(t *testing.T) {
	whole := Member{
		Schema: SchemaVersion, State: Confirmed, PrivateSHA256: strings.Repeat("0a", 32), Retention: "P3Y", LimitWatts: 1,
		Behind: Behind{Subject: "s", ConsentID: "c", PointRef: strings.Repeat("0b", 32)},
		Membership: Membership{
			CommunityID: "sunny", MemberID: "m", Direction: Production, Share: 1, Tier: 1, Factor: 1, From: "2025-06-01", To: "2025-06-02", Role: "household",
		},
	}
	requireFilled(t, reflect.ValueOf(whole))
	again, err := UnpackRoster(Roster{SchemaVersion, "sunny", []Member{whole}}.Encode())
	require.NoError(t, err)
	require.Equal(t, []Member{whole}, again.Members)
}

func requireFilled(t *testing.T, of reflect.Value) {
	t.Helper()
	for i := range of.NumField() {
		require.False(t, of.Field(i).IsZero(), "the sample leaves %s empty", of.Type().Field(i).Name)
		if of.Field(i).Kind() == reflect.Struct {
			requireFilled(t, of.Field(i))
		}
	}
}

func TestChangedMembersTakeThePlacesOfTheirCopies(t *testing.T) {
	named := func(ids ...string) (members []Member) {
		for _, id := range ids {
			members = append(members, Member{Membership: Membership{MemberID: strings.TrimSuffix(id, "'"), To: id}})
		}
		return members
	}
	for sentence, row := range map[string]struct{ copies, changed, want []Member }{
		"nothing changed":            {named("a", "b"), nil, named("a", "b")},
		"one joined":                 {named("a", "c"), named("b"), named("a", "c", "b")},
		"one changed":                {named("a", "b"), named("a'"), named("a'", "b")},
		"all changed and one joined": {named("a", "b"), named("c", "b'", "a'"), named("a'", "b'", "c")},
	} {
		t.Run(sentence, func(t *testing.T) {
			require.Equal(t, row.want, CurrentMembers(row.copies, row.changed))
		})
	}
}
