// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gowebpki/jcs"
	"github.com/stretchr/testify/require"
	"github.com/transparency-dev/merkle/rfc6962"
	"pgregory.net/rapid"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/merkle"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
)

func TestDaysAreCutAtLocalMidnight(t *testing.T) {
	for sentence, row := range map[string]struct {
		zone, date string
		minutes    int
		intervals  int
		start      string
	}{
		"an ordinary day":                      {"Europe/Vienna", "2025-06-01", 15, 96, "2025-05-31T22:00:00Z"},
		"the clock goes forward":               {"Europe/Vienna", "2025-03-30", 15, 92, "2025-03-29T23:00:00Z"},
		"the clock goes back":                  {"Europe/Vienna", "2025-10-26", 15, 100, "2025-10-25T22:00:00Z"},
		"half-hours":                           {"Europe/Paris", "2025-10-26", 30, 50, "2025-10-25T22:00:00Z"},
		"hours":                                {"Europe/Paris", "2025-03-30", 60, 23, "2025-03-29T23:00:00Z"},
		"a zone without clock changes":         {"Indian/Reunion", "2025-03-30", 15, 96, "2025-03-29T20:00:00Z"},
		"midnight is skipped on the Azores":    {"Atlantic/Azores", "2025-03-30", 60, 23, "2025-03-30T01:00:00Z"},
		"the day before it is whole":           {"Atlantic/Azores", "2025-03-29", 60, 24, "2025-03-29T01:00:00Z"},
		"midnight comes twice on the Azores":   {"Atlantic/Azores", "2025-10-26", 60, 25, "2025-10-26T00:00:00Z"},
		"midnight is skipped in Santiago":      {"America/Santiago", "2025-09-07", 15, 92, "2025-09-07T04:00:00Z"},
		"the day before it in Santiago":        {"America/Santiago", "2025-09-06", 15, 96, "2025-09-06T04:00:00Z"},
		"the hour before midnight comes twice": {"America/Santiago", "2025-04-05", 15, 100, "2025-04-05T03:00:00Z"},
		"the day after it":                     {"America/Santiago", "2025-04-06", 15, 96, "2025-04-06T04:00:00Z"},
		"midnight is skipped in Cairo":         {"Africa/Cairo", "2025-04-25", 30, 46, "2025-04-24T22:00:00Z"},
	} {
		t.Run(sentence, func(t *testing.T) {
			day, err := Community{Terms: Terms{TimeZone: row.zone, IntervalMinutes: row.minutes}}.Day(row.date)
			require.NoError(t, err)
			require.Equal(t, row.intervals, day.Intervals)
			require.Equal(t, row.start, day.Start.Format(time.RFC3339))
			require.Equal(t, time.Duration(row.intervals*row.minutes)*time.Minute, day.End.Sub(day.Start))
		})
	}
}

func TestADayThatIsNoWholeNumberOfIntervalsIsRefused(t *testing.T) {
	_, err := Community{Terms: Terms{TimeZone: "Australia/Lord_Howe", IntervalMinutes: 60}}.Day("2025-04-06")
	require.ErrorIs(t, err, fault.InvalidField)
}

func TestDaysFollowEachOtherWithoutGap(t *testing.T) {
	for _, zone := range []string{"Europe/Paris", "Atlantic/Azores", "America/Santiago", "America/Havana", "Asia/Beirut", "Africa/Cairo"} {
		t.Run(zone, func(t *testing.T) { followEachOther(t, Community{Terms: Terms{TimeZone: zone, IntervalMinutes: 15}}) })
	}
}

func followEachOther(t *testing.T, community Community) {
	t.Helper()
	date, total := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), 0
	before, err := community.Day(date.Format(dateLayout))
	require.NoError(t, err)
	for range 365 {
		total += before.Intervals
		date = date.AddDate(0, 0, 1)
		day, err := community.Day(date.Format(dateLayout))
		require.NoError(t, err)
		require.Equal(t, before.End, day.Start)
		before = day
	}
	require.Equal(t, 365*96, total)
}

func TestLeafEncodesCanonically(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		leaf := Leaf{
			Schema: SchemaVersion, Run: Final, Salt: strings.Repeat("0a", 32),
			CommunityID: rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9._-]{0,63}`).Draw(t, "community"),
			MemberID:    rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9._-]{0,63}`).Draw(t, "member"),
			Day:         rapid.StringMatching(`20[0-9]{2}-[01][0-9]-[0-3][0-9]`).Draw(t, "day"),
		}
		for range rapid.IntRange(0, 100).Draw(t, "intervals") {
			pair := &Pair{rapid.Int64Range(0, MaxEnergy).Draw(t, "c"), rapid.Int64Range(0, MaxEnergy).Draw(t, "a")}
			leaf.Intervals = append(leaf.Intervals, pair)
		}
		encoded := leaf.Canonical()
		canonical, err := jcs.Transform(encoded)
		require.NoError(t, err)
		require.Equal(t, string(canonical), string(encoded), "the encoding is RFC 8785's")
		var again Leaf
		require.NoError(t, json.Unmarshal(encoded, &again))
		require.Equal(t, encoded, again.Canonical())
	})
}

func TestInputsAndRosterAreHashedAsCanonicalJSON(t *testing.T) {
	hex := strings.Repeat("0f", 32)
	for text, hash := range map[string]string{
		`[]`: InputsHash(nil),
		`[["a", 1, "` + hex + `"], ["b.c", 12, "` + hex + `"]]`: InputsHash([]ManifestEntry{certified("a", 1, hex), certified("b.c", 12, hex)}),
		`[["a", "consumption", 333333, 2, 100, "", ""], ["b", "production", 0, 0, 50, "household", "` + hex + `"]]`: RosterHash([]Member{
			{Membership: Membership{MemberID: "a", Direction: Consumption, Share: 333_333, Tier: 2, Factor: 100}},
			{Membership: Membership{MemberID: "b", Direction: Production, Factor: 50, Role: "household"}, Behind: Behind{PointRef: hex}},
		}),
	} {
		canonical, err := jcs.Transform([]byte(text))
		require.NoError(t, err)
		require.Equal(t, Hash(canonical), hash, text)
	}
}

// root is RFC 6962's definition, in its recursive form.
func root(leaves [][]byte) []byte {
	if len(leaves) == 1 {
		return leaves[0]
	}
	split := 1
	for split*2 < len(leaves) {
		split *= 2
	}
	return rfc6962.DefaultHasher.HashChildren(root(leaves[:split]), root(leaves[split:]))
}

func TestTreeIsRFC6962AndEveryLeafIsProven(t *testing.T) {
	for size := 1; size <= 70; size++ {
		outcome := Outcome{Summary: Summary{}}
		var leaves []Leaf
		for i := range size {
			leaf := Leaf{Schema: SchemaVersion, CommunityID: "c", Day: "2025-06-01", Run: Final, MemberID: "m" + strconv.Itoa(1000+i), Salt: strings.Repeat("0a", 32)}
			leaves = append(leaves, leaf)
			outcome.Summary.Members = append(outcome.Summary.Members, leaf.MemberID)
		}
		hashes := hashLeaves(leaves)
		got, err := merkle.Root(hashes)
		require.NoError(t, err)
		require.Equal(t, root(hashes), got, "size %d", size)
		outcome.Summary.LeafHashes = merkle.Encode(hashes)
		run := Run{CommunityID: "c", Day: "2025-06-01", Run: Final, Leaves: size, MerkleRoot: merkle.Encode([][]byte{got})[0]}
		for _, member := range outcome.Summary.Members {
			_, index, err := outcome.Summary.Find(member)
			require.NoError(t, err)
			statement, err := outcome.Summary.Statement(leaves[index], index)
			require.NoError(t, err)
			require.NoError(t, statement.Verify(run), "leaf %d of %d", index, size)
		}
	}
}

func TestAStatementOfAnotherRunIsNotProven(t *testing.T) {
	leaf := Leaf{Schema: SchemaVersion, CommunityID: "c", Day: "2025-06-01", Run: Final, MemberID: "m", Salt: strings.Repeat("0a", 32)}
	hashes := hashLeaves([]Leaf{leaf})
	run := Run{CommunityID: "c", Day: "2025-06-01", Run: Final, Leaves: 1, MerkleRoot: merkle.Encode(hashes)[0]}
	for sentence, change := range map[string]func(*Statement, *Run){
		"another day":                    func(_ *Statement, r *Run) { r.Day = "2025-06-02" },
		"another run":                    func(_ *Statement, r *Run) { r.Run = "correction-1" },
		"another community":              func(_ *Statement, r *Run) { r.CommunityID = "d" },
		"another size":                   func(s *Statement, _ *Run) { s.Size = 2 },
		"a negative index":               func(s *Statement, _ *Run) { s.Index = -1 },
		"another member":                 func(s *Statement, _ *Run) { s.Leaf.MemberID = "n" },
		"an id that would need escaping": func(s *Statement, _ *Run) { s.Leaf.MemberID = `m","run":"final` },
		"another schema":                 func(s *Statement, _ *Run) { s.Leaf.Schema = 2 },
		"a path too long":                func(s *Statement, _ *Run) { s.Path = []string{strings.Repeat("00", 32)} },
		"a path that is none":            func(s *Statement, _ *Run) { s.Path = []string{"zz"} },
		"another root":                   func(_ *Statement, r *Run) { r.MerkleRoot = strings.Repeat("00", 32) },
	} {
		t.Run(sentence, func(t *testing.T) {
			statement, changed := Statement{Leaf: leaf, Inclusion: Inclusion{Size: 1, Path: []string{}}}, run
			require.NoError(t, statement.Verify(changed))
			change(&statement, &changed)
			require.ErrorIs(t, statement.Verify(changed), ErrUnproven)
		})
	}
}

func TestTheNewestVersionCounts(t *testing.T) {
	a1, a2, b1, z1 := certified("a", 1, ""), certified("a", 2, ""), certified("b", 1, ""), certified("z", 1, "")
	all := []ManifestEntry{b1, a2, a1, z1}
	require.Equal(t, []ManifestEntry{a2, b1, z1}, Latest(all))
	slices.Reverse(all)
	require.Equal(t, []ManifestEntry{a2, b1}, OfMembers(Latest(all), []Member{{Membership: Membership{MemberID: "a"}}, {Membership: Membership{MemberID: "b"}}}))
}

func TestUsesOfAPoint(t *testing.T) {
	use := func(community string, factor int64, from, to string) PointUse {
		return PointUse{Community: community, Member: "m-" + community, Factor: factor, From: from, To: to}
	}
	for sentence, row := range map[string]struct {
		others  []PointUse
		new     PointUse
		refused bool
	}{
		"alone": {nil, use("a", 100, "2025-01-01", ""), false},
		"twice in one community": {
			[]PointUse{use("a", 10, "2025-01-01", "")}, PointUse{Community: "a", Member: "other", Factor: 10, From: "2025-06-01"}, true,
		},
		"again in one community, after the first ended": {
			[]PointUse{use("a", 100, "2025-01-01", "2025-06-01")}, PointUse{Community: "a", Member: "other", Factor: 100, From: "2025-06-01"}, false,
		},
		"sixty and forty percent":    {[]PointUse{use("a", 60, "2025-01-01", "")}, use("b", 40, "2025-03-01", ""), false},
		"sixty and fifty percent":    {[]PointUse{use("a", 60, "2025-01-01", "")}, use("b", 50, "2025-03-01", ""), true},
		"too much from a later day":  {[]PointUse{use("a", 60, "2026-01-01", "")}, use("b", 50, "2025-03-01", ""), true},
		"ended before the later day": {[]PointUse{use("a", 60, "2026-01-01", "")}, use("b", 50, "2025-03-01", "2026-01-01"), false},
		"one after the other beside a third": {
			[]PointUse{use("a", 60, "2025-01-01", "2025-02-01"), use("b", 60, "2025-02-01", "")}, use("c", 40, "2025-01-01", ""), false,
		},
		"a sixth community": {
			[]PointUse{use("a", 10, "2025-01-01", ""), use("b", 10, "2025-01-01", ""), use("c", 10, "2025-01-01", ""), use("d", 10, "2025-01-01", ""), use("e", 10, "2025-01-01", "")},
			use("f", 10, "2025-01-01", ""), true,
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := row.new.Join(row.others)
			if !row.refused {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, fault.PointTaken)
		})
	}
}

// inputs are those of a community of any size, with pseudo-random load profiles.
func inputs(members int) Inputs {
	in := Inputs{
		Community: Community{Terms: Terms{CommunityID: "c", TimeZone: "Europe/Vienna", IntervalMinutes: 15, Key: AllocationKey{Type: "prorata"}, Rounding: "EXACT"}},
		Request:   SettleDayRequest{CommunityID: "c", Day: "2025-06-01", Run: Final},
	}
	seed := uint64(1)
	for i := range members {
		member := Member{State: Confirmed, Behind: Behind{PointRef: strconv.Itoa(i)}, Membership: Membership{MemberID: "m" + strconv.Itoa(100000+i), Direction: Consumption, Factor: 100}}
		if i%3 == 2 {
			member.Direction = Production
		}
		day := MeterDay{Reading: Reading{MemberID: member.MemberID, Day: "2025-06-01", Version: 1, Salt: strings.Repeat("0a", 16)}}
		for range 96 {
			seed = seed*6364136223846793005 + 1442695040888963407
			day.Values = append(day.Values, int64(seed>>42))
		}
		in.Members = append(in.Members, member)
		in.Days = append(in.Days, day)
		in.Entries = append(in.Entries, certified(member.MemberID, 1, strings.Repeat("0b", 32)))
	}
	return in
}

func TestARunConservesEnergyAndItsTotalsStandInItsSummary(t *testing.T) {
	outcome, err := inputs(30).Settle("tx", "CommunityMSP", time.Unix(0, 0))
	require.NoError(t, err)
	totals := outcome.Summary.Totals
	require.Equal(t, totals.Production, totals.Shared+totals.Surplus)
	var consumed, covered, produced, shared int64
	for i, leaf := range outcome.Leaves {
		metered, part := Statement{Leaf: leaf}.Totals()
		if i%3 == 2 {
			produced, shared = produced+metered, shared+part
		} else {
			consumed, covered = consumed+metered, covered+part
		}
	}
	require.Equal(t, Totals{Consumers: 20, Producers: 10, Production: produced, Consumption: consumed, Shared: covered, Surplus: produced - shared}, totals)
}

func TestAFactorCountsOnlyItsPartOfTheMeter(t *testing.T) {
	in := inputs(3)
	in.Members[0].Factor = 33
	in.Days[0].Values[0] = 101
	outcome, err := in.Settle("tx", "CommunityMSP", time.Unix(0, 0))
	require.NoError(t, err)
	require.EqualValues(t, 33, outcome.Leaves[0].Intervals[0][0])
}

func TestAConnectionNeverSharesWithItself(t *testing.T) {
	for rounding, want := range map[allocation.Rounding][3]Pair{
		// The first connection consumes 1000 and produces 1500: 500 are left for the neighbour.
		allocation.Exact: {{1000, 0}, {2000, 500}, {1500, 500}},
		// The grid operator's meters net already: the metered values are shared as they are.
		allocation.OperatorAT: {{1000, 500}, {2000, 1000}, {1500, 1500}},
	} {
		in := inputs(3)
		in.Community.Rounding = rounding
		in.Members[2].PointRef = in.Members[0].PointRef
		for i, value := range []int64{1000, 2000, 1500} {
			in.Days[i].Values = slices.Repeat([]int64{value}, 96)
		}
		outcome, err := in.Settle("tx", "CommunityMSP", time.Unix(0, 0))
		require.NoError(t, err)
		for i, leaf := range outcome.Leaves {
			require.Equal(t, want[i], *leaf.Intervals[0], "%s, member %d", rounding, i)
			again, err := outcome.Chunks[0].Leaf(outcome.Chunks[0].Results[i], in.Request, in.Days[i])
			require.NoError(t, err)
			require.Equal(t, leaf, again, "%s, member %d", rounding, i)
		}
		totals := outcome.Summary.Totals
		require.Equal(t, totals.Production, totals.SelfConsumed+totals.Shared+totals.Surplus)
	}
}

func TestResultsArePacked(t *testing.T) {
	const last = LeavesPerChunk + 2 // the third of the second chunk
	in := inputs(last + 1)
	outcome, err := in.Settle("tx", "CommunityMSP", time.Unix(0, 0))
	require.NoError(t, err)
	require.Len(t, outcome.Chunks, 2)
	unpacked, err := UnpackChunk(outcome.Chunks[1].Encode())
	require.NoError(t, err)
	require.Equal(t, outcome.Chunks[1], unpacked)
	chunk, index, err := outcome.Summary.Find(outcome.Summary.Members[last])
	require.NoError(t, err)
	require.Equal(t, []int{1, last}, []int{chunk, index})
	only, err := outcome.Chunks[chunk].Only(index)
	require.NoError(t, err)
	leaf, err := only.Leaf(only.Results[0], in.Request, in.Days[index])
	require.NoError(t, err)
	require.Equal(t, outcome.Leaves[index], leaf, "a result and its meter day make the leaf again")
	statement, err := outcome.Summary.Statement(leaf, index)
	require.NoError(t, err)
	require.NoError(t, statement.Verify(outcome.Run))
}

func TestEveryResultMakesItsLeafAgain(t *testing.T) {
	for sentence, change := range map[string]func(*Inputs){
		"parts by consumption":           func(*Inputs) {},
		"fixed shares":                   func(in *Inputs) { in.Community.Key.Type = "static" },
		"fixed shares in rounds":         func(in *Inputs) { in.Community.Key.Type = "static-rounds" },
		"fixed shares of each injection": func(in *Inputs) { in.Community.Key.Type = "static-relative" },
		"fixed shares and the rest":      func(in *Inputs) { in.Community.Key.Type = "hybrid" },
		"tiers": func(in *Inputs) {
			in.Community.Key.Type, in.Members[0].Tier, in.Members[1].Tier, in.Members[5].Tier = "priority", 2, 1, 1
		},
		"shares by interval": func(in *Inputs) {
			in.Community.Key.Type = "dynamic"
			in.KeyDay = &KeyDay{Consumers: []string{in.Members[0].MemberID, in.Members[4].MemberID}, Shares: [][][]int64{slices.Repeat([][]int64{{700_000, 200_000}}, 96)}}
		},
		"shares by interval and producer": func(in *Inputs) {
			in.Community.Key.Type = "full-dynamic"
			table := slices.Repeat([][]int64{{700_000, 200_000}}, 96)
			in.KeyDay = &KeyDay{
				Consumers: []string{in.Members[0].MemberID, in.Members[4].MemberID}, Producers: []string{in.Members[2].MemberID, in.Members[5].MemberID}, Shares: [][][]int64{table, table},
			}
		},
		"the grid operator's roundings": func(in *Inputs) { in.Community.Rounding = allocation.OperatorAT },
		"nothing was produced":          func(in *Inputs) { in.Days[2].Values, in.Days[5].Values = make([]int64, 96), make([]int64, 96) },
		"half of a member takes part":   func(in *Inputs) { in.Members[0].Factor = 50 },
		"intervals without some value": func(in *Inputs) {
			in.Days[1].Quality = "--" + strings.Repeat("M", 94)
			in.Days[1].Values[0], in.Days[1].Values[1] = 0, 0
		},
		"a connection measured two ways": func(in *Inputs) { in.Members[2].PointRef = in.Members[0].PointRef },
	} {
		in := inputs(7)
		change(&in)
		outcome, err := in.Settle("tx", "CommunityMSP", time.Unix(0, 0))
		require.NoError(t, err, sentence)
		chunk, err := UnpackChunk(outcome.Chunks[0].Encode())
		require.NoError(t, err, sentence)
		for i, result := range chunk.Results {
			leaf, err := chunk.Leaf(result, in.Request, in.Days[i])
			require.NoError(t, err, sentence)
			require.Equal(t, outcome.Leaves[i], leaf, sentence)
		}
	}
}

// FuzzReading feeds SubmitMeterDays's private input as it arrives: anything that is accepted must be storable and
// repeat itself.
func FuzzReading(f *testing.F) {
	f.Add([]byte(`{"memberId":"a","day":"2025-06-01","version":1,"values":[1,2,3],"quality":"MR-","salt":"00112233445566778899aabbccddeeff"}`))
	f.Add([]byte(`{"memberId":"a","day":"2025-06-01","version":1,"values":[-1],"salt":"00"}`))
	f.Add([]byte(`{"values":[0],"quality":"é"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var reading Reading
		if json.Unmarshal(text, &reading) != nil {
			return
		}
		err := reading.Validate()
		if err != nil {
			require.NotEqual(t, fault.Internal, fault.From(err).Code)
			return
		}
		require.True(t, reading.Repeats(reading))
		for i := range reading.Values {
			require.GreaterOrEqual(t, reading.Values[i], int64(0))
			reading.missing(i)
		}
	})
}

// BenchmarkSettle is the computation of one day without the ledger.
func BenchmarkSettle(b *testing.B) {
	for _, members := range []int{10, 1000, 10_000} {
		b.Run("members="+strconv.Itoa(members), func(b *testing.B) {
			in := inputs(members)
			for b.Loop() {
				if _, err := in.Settle("tx", "CommunityMSP", time.Unix(0, 0)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
