// SPDX-License-Identifier: Apache-2.0

package loadprofile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client/loadprofile"
)

func members(point string, direction settlement.Direction, _ string) (string, bool) {
	return "m" + point, point != "2" || direction == settlement.Production
}

func profileDays(t *testing.T, options loadprofile.Options, texts ...string) []loadprofile.Day {
	t.Helper()
	set, err := loadprofile.New(options)
	require.NoError(t, err)
	for _, text := range texts {
		set.Add("file", strings.NewReader(text))
	}
	days, refused := set.Days()
	require.Empty(t, refused)
	return days
}

func TestDaysBecomeMeterDaysOfTheirMembers(t *testing.T) {
	days := profileDays(t, at("Europe/Vienna", 60), strings.Join(plainDay(t, "2025-10-26"), "\n"))
	readings, strangers := loadprofile.MeterDays(days, "c", members, "test.csv")
	require.Empty(t, strangers)
	require.Len(t, readings, 2)
	require.Len(t, readings[0].Values, 25)
	require.Equal(t, "m1", readings[0].MemberID)
	require.EqualValues(t, 24, readings[0].Values[24])
	require.Empty(t, readings[0].Quality)
	require.Equal(t, "test.csv", readings[0].Source)
	require.NotEqual(t, readings[0].Salt, readings[1].Salt)
	require.NoError(t, readings[0].Validate())
}

func TestAMissingValueIsMarkedAndAnUnknownPointIsAStranger(t *testing.T) {
	rows := plainDay(t, "2025-06-01")
	rows[0] = "local_start,cons_1_mWh,cons_2_mWh"
	rows[3] = "2025-06-01T02:00,,7"
	readings, strangers := loadprofile.MeterDays(
		profileDays(t, at("Europe/Vienna", 60), strings.Join(rows, "\n")),
		"c",
		members,
		"x",
	)
	require.Len(t, readings, 1)
	require.Equal(t, "MM-"+strings.Repeat("M", 21), readings[0].Quality)
	require.Equal(t, []loadprofile.Stranger{
		{"2025-06-01", "2", "no confirmed consumption member of c has this metering point on this day"},
	}, strangers)
}

func TestADayWithoutAnyValueSaysNothing(t *testing.T) {
	options := at("Europe/Paris", 30)
	options.Point = "1"
	days := profileDays(t, options, enedisHead+"2025-06-01T00:30:00+02:00;\n2025-06-01T01:00:00+02:00;\n")
	require.Len(t, days, 1)
	readings, strangers := loadprofile.MeterDays(days, "c", members, "x")
	require.Empty(t, readings)
	require.Empty(t, strangers)
}

func TestMembersAreFoundByTheirReferenceAndDay(t *testing.T) {
	secret := []byte("secret")
	member := func(id, from, to string) settlement.ListedMember {
		return settlement.ListedMember{Member: settlement.Member{
			Membership: settlement.Membership{MemberID: id, Direction: settlement.Consumption, From: from, To: to},
			State:      settlement.Confirmed,
		}, Private: &settlement.MemberPrivate{Reference: settlement.Reference("UtilityMSP", secret, "AT001")}}
	}
	find := loadprofile.MembersByPoint([]settlement.ListedMember{
		member(
			"before",
			"2025-01-01",
			"2025-10-16",
		), member("after", "2025-10-16", ""), {Member: settlement.Member{State: settlement.Confirmed}},
	}, "UtilityMSP", secret)
	for day, want := range map[string]string{"2024-12-31": "", "2025-10-15": "before", "2025-10-16": "after", "2030-01-01": "after"} {
		id, found := find("AT001", settlement.Consumption, day)
		require.Equal(t, want, id, day)
		require.Equal(t, want != "", found)
	}
	_, found := find("AT001", settlement.Production, "2025-10-16")
	require.False(t, found)
}

func TestDeliveriesAreOfAMonthAtMost(t *testing.T) {
	readings := func(members, days int) (all []settlement.Reading) {
		for day := range days {
			for range members {
				all = append(
					all,
					settlement.Reading{Day: time.Date(2025, 1, 1+day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)},
				)
			}
		}
		return all
	}
	for sentence, row := range map[string]struct {
		all  []settlement.Reading
		want []int
	}{
		"nothing":                        {nil, nil},
		"a year of one member":           {readings(1, 70), []int{31, 31, 8}},
		"a month of a neighbourhood":     {readings(9, 31), []int{100, 100, 79}},
		"two months of two":              {readings(2, 59), []int{62, 56}},
		"a day of more than fit":         {readings(250, 1), []int{100, 100, 50}},
		"a day that is cut and the next": {readings(150, 2), []int{100, 100, 100}},
	} {
		t.Run(sentence, func(t *testing.T) {
			var sizes []int
			var again []settlement.Reading
			for part := range loadprofile.Deliveries(row.all, 100) {
				sizes, again = append(sizes, len(part)), append(again, part...)
			}
			require.Equal(t, row.want, sizes)
			require.Equal(t, row.all, again)
		})
	}
}

func TestACorrectionIsMergedWithWhatIsStored(t *testing.T) {
	reading := func(quality, source string, values ...int64) settlement.Reading {
		return settlement.Reading{
			MemberID: "a",
			Day:      "2025-06-01",
			Version:  1,
			Values:   values,
			Quality:  quality,
			Source:   source,
		}
	}
	for sentence, row := range map[string]struct {
		stored, now settlement.Reading
		want        settlement.Reading
		version     int
		kept        int
	}{
		"another value":                   {reading("", "", 10, 20), reading("", "", 11, 20), reading("", "", 11, 20), 4, 0},
		"the same value":                  {reading("", "", 10, 20), reading("MM", "", 10, 20), reading("", "", 10, 20), 3, 0},
		"a gap over a value":              {reading("", "", 10, 20), reading("-M", "", 0, 20), reading("", "", 10, 20), 3, 0},
		"a value in a gap":                {reading("M-", "", 10, 0), reading("-M", "", 0, 20), reading("", "", 10, 20), 4, 0},
		"an estimate over a measurement":  {reading("", "", 10, 20), reading("EM", "", 12, 20), reading("", "", 10, 20), 3, 1},
		"a measurement over an estimate":  {reading("EM", "", 10, 20), reading("MM", "", 10, 20), reading("", "", 10, 20), 4, 0},
		"a later version that is worse":   {reading("", "a@2025-07-01T00:00:00Z", 10, 20), reading("EM", "b@2025-08-01T00:00:00Z", 12, 20), reading("EM", "", 12, 20), 4, 0},
		"an earlier version":              {reading("", "b@2025-08-01T00:00:00Z", 10, 20), reading("", "a@2025-07-01T00:00:00Z", 12, 20), reading("", "", 10, 20), 3, 1},
		"a number as version":             {reading("", "b@2", 10, 20), reading("", "a@1", 12, 20), reading("", "", 10, 20), 3, 1},
		"a name that looks like a source": {reading("", "b@home", 10, 20), reading("", "a@1", 12, 20), reading("", "", 12, 20), 4, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			row.stored.Version = 3
			readings := []settlement.Reading{row.now}
			kept := loadprofile.Correct(readings, []settlement.MeterDay{{Reading: row.stored}})
			require.Equal(t, row.kept, kept)
			require.Equal(t, row.version, readings[0].Version)
			require.Equal(t, row.want.Values, readings[0].Values)
			require.Equal(t, row.want.Quality, readings[0].Quality)
		})
	}
	other := []settlement.Reading{reading("", "", 1)}
	loadprofile.Correct(
		other,
		[]settlement.MeterDay{{Reading: settlement.Reading{MemberID: "b", Day: "2025-06-01", Version: 3}}},
	)
	require.Equal(t, 1, other[0].Version, "nothing is stored of this member's day")
}

func TestTheVersionOfAMessageIsKept(t *testing.T) {
	text := strings.ReplaceAll(r4x(
		"2025-07-01T00:00:00+02:00",
		"CONS",
		"EA",
		"kW",
		`<Donnees_Point_Mesure Horodatage="2025-06-01T00:00:00+02:00" Valeur_Point="1" Statut_Point="C"/>`,
	), "<Granularite>10", "<Granularite>30")
	readings, _ := loadprofile.MeterDays(profileDays(t, at("Europe/Paris", 30), text), "c", members, "r4x.xml")
	require.Equal(t, "r4x.xml@2025-06-30T22:00:00Z", readings[0].Source)
	require.Equal(t, byte(settlement.Measured), readings[0].Quality[0], "what is edited counts like what is measured")
}
