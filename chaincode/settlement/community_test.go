// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

var noon = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

func vienna() Community {
	return Community{Generation: 1, Terms: Terms{
		CommunityID: "c", TimeZone: "Europe/Vienna", IntervalMinutes: 15, ValidFrom: "2025-01-01", Key: AllocationKey{Type: allocation.Prorata}, Rounding: allocation.Exact,
	}}
}

func static(from string, retroactive bool) ChangeKeyRequest {
	return ChangeKeyRequest{CommunityID: "c", From: from, Key: AllocationKey{Type: allocation.Static}, Rounding: allocation.Exact, Retroactive: retroactive}
}

func TestAGenerationLastsUntilTheNextOneBegins(t *testing.T) {
	c, err := vienna().ChangeKey(static("2025-06-02", false), noon)
	require.NoError(t, err)
	tariff := &billing.Tariff{Currency: "EUR"}
	c, err = c.ChangeTariff(ChangeTariffRequest{CommunityID: "c", From: "2025-07-01", Tariff: tariff}, noon)
	require.NoError(t, err)
	require.Equal(t, 3, c.Generation)
	for day, want := range map[string]int{"2025-01-01": 1, "2025-06-01": 1, "2025-06-02": 2, "2025-06-30": 2, "2025-07-01": 3, "2030-01-01": 3} {
		require.Equal(t, want, c.On(day, Final).Number, day)
	}
	require.Equal(t, allocation.Static, c.On("2025-07-01", Final).Key.Type, "a new tariff keeps the key")
	again, err := c.ChangeTariff(ChangeTariffRequest{CommunityID: "c", From: "2025-07-01", Tariff: tariff}, noon.AddDate(0, 0, 1))
	require.NoError(t, err)
	require.Equal(t, c, again, "the same change again changes nothing")
	third, err := c.Numbered(3)
	require.NoError(t, err)
	require.Equal(t, tariff, third.Tariff)
	_, err = c.Numbered(4)
	require.ErrorIs(t, err, fault.NotFound)
}

func TestARetroactiveChangeCountsInCorrectionsOnly(t *testing.T) {
	c, err := vienna().ChangeKey(static("2025-03-01", true), noon)
	require.NoError(t, err)
	require.Equal(t, 1, c.On("2025-04-01", Provisional).Number)
	require.Equal(t, 1, c.On("2025-04-01", Final).Number)
	require.Equal(t, 2, c.On("2025-04-01", "correction-1").Number)
	require.Equal(t, 1, c.On("2025-02-28", "correction-1").Number)
}

func TestChangesThatAreRefused(t *testing.T) {
	for sentence, row := range map[string]struct {
		request ChangeKeyRequest
		field   string
	}{
		"a day that has begun":               {static("2025-06-01", false), "from"},
		"a day before the community":         {static("2024-12-31", true), "from"},
		"a coming day called retroactive":    {static("2025-06-02", true), "retroactive"},
		"the day that began at local summer": {static("2025-06-01", false), "from"},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := vienna().ChangeKey(row.request, noon)
			require.Equal(t, row.field, fault.From(err).Details["field"])
		})
	}
	// At 22:30 UTC the next day has begun in Vienna.
	_, err := vienna().ChangeKey(static("2025-06-02", false), noon.Add(10*time.Hour+30*time.Minute))
	require.Error(t, err)
}

func TestKeysThatAreRefused(t *testing.T) {
	for sentence, row := range map[string]struct {
		key      AllocationKey
		rounding allocation.Rounding
		field    string
	}{
		"an unknown key": {AllocationKey{Type: "lottery"}, allocation.Exact, "key/type"},
		"the grid operator's rounding of another": {AllocationKey{Type: allocation.Static}, allocation.OperatorAT, "rounding"},
		"a share above the whole":                 {AllocationKey{Type: allocation.Static, Parameters: &KeyParameters{Shares: map[string]int64{"a": 1_000_001}}}, allocation.Exact, "key/parameters/shares/a"},
		"a negative tier":                         {AllocationKey{Type: allocation.Priority, Parameters: &KeyParameters{Tiers: map[string]int{"a": -1}}}, allocation.Exact, "key/parameters/tiers/a"},
		"a tier by tiers":                         {AllocationKey{Type: allocation.Priority, Parameters: &KeyParameters{TierKey: allocation.Priority}}, allocation.Exact, "key/parameters/tierKey"},
		"two sides of a key that has both":        {AllocationKey{Type: allocation.FullDynamic, Parameters: &KeyParameters{ProductionKey: allocation.Static}}, allocation.Exact, "key/parameters/productionKey"},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := ChangeKeyRequest{CommunityID: "c", From: "2025-06-02", Key: row.key, Rounding: row.rounding}.Validate()
			require.Equal(t, row.field, fault.From(err).Details["field"])
		})
	}
}

func TestSharesAreTheMembersOwnUnlessTheKeyNamesThem(t *testing.T) {
	members := []Member{{Membership: Membership{MemberID: "a", Share: 100, Tier: 2}}, {Membership: Membership{MemberID: "b", Share: 300, Tier: 1}}}
	shares, tiers := AllocationKey{Type: allocation.Static}.side(members)
	require.Equal(t, []int64{100, 300}, shares)
	require.Equal(t, []int{2, 1}, tiers)
	shares, _ = AllocationKey{Parameters: &KeyParameters{Shares: map[string]int64{"b": 7}}}.side(members)
	require.Equal(t, []int64{0, 7}, shares)
	shares, _ = AllocationKey{}.side([]Member{{}, {}})
	require.Nil(t, shares, "nobody has a share: all are equal")
}

func TestAnEndIsOnlyMovedToAnEarlierDay(t *testing.T) {
	member := Member{Membership: Membership{MemberID: "a", From: "2025-01-01"}}
	ended, err := member.End("2025-06-01")
	require.NoError(t, err)
	earlier, err := ended.End("2025-05-01")
	require.NoError(t, err)
	require.Equal(t, "2025-05-01", earlier.To)
	_, err = earlier.End("2025-06-01")
	require.ErrorIs(t, err, fault.IllegalTransition)
	_, err = member.End("2024-12-31")
	require.ErrorIs(t, err, fault.InvalidField)
	require.False(t, earlier.Cancelled())
	cancelled, err := earlier.End("2025-01-01")
	require.NoError(t, err)
	require.True(t, cancelled.Cancelled())
	cancelled.State = Confirmed
	require.False(t, cancelled.InForce("2025-01-01"))
}

func TestSharesNamedInSpainMakeUpTheWhole(t *testing.T) {
	for sentence, row := range map[string]struct {
		country string
		key     AllocationKey
		refused bool
	}{
		"the whole":                      {"ES", AllocationKey{allocation.Static, &KeyParameters{Shares: map[string]int64{"a": 600_000, "b": 400_000}}}, false},
		"a ppm too little":               {"ES", AllocationKey{allocation.Static, &KeyParameters{Shares: map[string]int64{"a": 600_000, "b": 399_999}}}, true},
		"nobody named, all get the same": {"ES", AllocationKey{allocation.Static, nil}, false},
		"another key":                    {"ES", AllocationKey{allocation.StaticRounds, &KeyParameters{Shares: map[string]int64{"a": 1}}}, false},
		"another country":                {"FR", AllocationKey{allocation.Static, &KeyParameters{Shares: map[string]int64{"a": 1}}}, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			created := CreateCommunityRequest{Terms{
				CommunityID: "c", Name: "c", Country: row.country, GridOperator: "UtilityMSP", Collection: "meterData", IntervalMinutes: 60, TimeZone: ZonesOf(row.country)[0],
				Key: row.key, Rounding: allocation.Exact, ValidFrom: "2025-01-01",
			}}
			before := vienna()
			before.Country = row.country
			_, changed := before.ChangeKey(ChangeKeyRequest{CommunityID: "c", From: "2025-06-02", Key: row.key, Rounding: allocation.Exact}, noon)
			for _, err := range []error{created.Validate(), changed} {
				if !row.refused {
					require.NoError(t, err)
					continue
				}
				require.ErrorIs(t, err, fault.InvalidField)
				require.Equal(t, "key/parameters/shares", fault.From(err).Details["field"])
			}
		})
	}
}
