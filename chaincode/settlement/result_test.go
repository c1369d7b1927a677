// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

var idGenerator = rapid.OneOf(rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9._-]{0,63}`), rapid.StringMatching(`[0-9a-f]{0,64}`))

func TestPackedRecordsAreReadAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := MeterDay{Schema: SchemaVersion, CommunityID: idGenerator.Draw(t, "community"), Reading: Reading{
			MemberID: idGenerator.Draw(t, "member"), Day: "2025-06-01", Version: rapid.IntRange(1, 1000).Draw(t, "version"),
			Values: rapid.SliceOf(rapid.Int64Range(0, MaxEnergy)).Draw(t, "values"), Quality: rapid.StringMatching(`[MRE-]*`).Draw(t, "quality"),
			Source: rapid.String().Draw(t, "source"), Salt: rapid.StringMatching(`([0-9a-f]{2}){16,64}`).Draw(t, "salt"),
		}}
		again, err := UnpackMeterDay(day.Encode())
		require.NoError(t, err)
		require.Equal(t, day, again)
		packed, err := packing.DecodeString(string(day.Encode()))
		require.NoError(t, err)
		for sentence, changed := range map[string][]byte{"nothing may follow": append(packed, 0), "nothing may be missing": packed[:len(packed)-1]} {
			_, err = UnpackMeterDay(packing.AppendEncode(nil, changed))
			require.ErrorIs(t, err, errPacked, sentence)
		}
		_, err = UnpackChunk(day.Encode())
		require.ErrorIs(t, err, errPacked, "another kind")
	})
}

func TestRowsOfIntegersAreReadAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]int64{1, 10, 1000}).Draw(t, "unit")
		largest := rapid.SampledFrom([]int64{0, 1, 255, MaxEnergy / 1000, 1 << 43}).Draw(t, "largest")
		row := rapid.SliceOfN(rapid.Map(rapid.Int64Range(-largest, largest), func(v int64) int64 { return v * unit }), 0, 100).Draw(t, "row")
		requireReread(t, row)
	})
	requireReread(t, []int64{allocation.MaxTotal, -allocation.MaxTotal, -1, 0, allocation.MaxTotal - 1})
}

func requireReread(t require.TestingT, row []int64) {
	p := newPacker(packedChunk, 0)
	p.signed(row)
	u := newUnpacker(p.done(), packedChunk)
	require.Equal(t, row, u.signed())
	require.NoError(t, u.end())
}

func TestARowThatIsTooLongOrTooLargeIsRefused(t *testing.T) {
	for sentence, b := range map[string][]byte{
		"more numbers than memory":      {packedChunk, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 1, 1},
		"more numbers than bits":        {packedChunk, 9, 1, 1, 0},
		"a width of no bits":            {packedChunk, 1, 1, 0, 0},
		"wider than any number":         {packedChunk, 1, 1, maxWidth + 1, 0, 0, 0, 0, 0, 0, 0, 0},
		"no unit":                       {packedChunk, 1, 0, 1, 1},
		"a product beyond 63 bits":      {packedChunk, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 8, 0xff},
		"bits behind the last number":   {packedChunk, 1, 1, 1, 3},
		"a number that is not all here": {packedChunk, 2, 1, 8, 1},
	} {
		u := newUnpacker(packing.AppendEncode(nil, b), packedChunk)
		u.ints()
		require.ErrorIs(t, u.end(), errPacked, sentence)
	}
}

func TestAWholeWattHourTakesFewBits(t *testing.T) {
	day := MeterDay{Reading: Reading{Values: make([]int64, 96)}}
	for i := range day.Values {
		day.Values[i] = int64(i%10) * 100_000 // at most 900 Wh
	}
	require.Less(t, len(day.Encode()), 96, "ten values of 100 Wh need four bits each")
}

func TestARunsPrivateRecordsAreReadAsTheyWereWritten(t *testing.T) {
	in := inputs(7)
	in.Community.Tariff = &billing.Tariff{Currency: "EUR", Lines: []billing.Line{{
		LineID: "e", Kind: billing.EnergyPrice, Bands: []billing.Band{{From: "00:00"}, {From: "12:00"}}, Producers: map[string]int64{"m100002": 1},
	}}}
	in.Members[0].Role = "household"
	outcome, err := in.Settle("tx", "CommunityMSP", time.Unix(0, 0))
	require.NoError(t, err)
	summary, err := UnpackSummary(outcome.Summary.Encode())
	require.NoError(t, err)
	require.Equal(t, outcome.Summary, summary)
	totals, err := UnpackDayTotals(outcome.Totals.Encode())
	require.NoError(t, err)
	require.Equal(t, outcome.Totals, totals)
	require.Len(t, totals.Pairs, 2)
	require.Equal(t, "household", totals.Members[0].Role)
	for i, member := range totals.Members {
		require.Equal(t, member.Shared, member.Billed[0]+member.Billed[1], "member %d", i)
	}
	for i := range in.Days {
		in.Days[i].Salt = strings.Repeat("0b", 16)
	}
	other, err := in.Settle("tx", "CommunityMSP", time.Unix(0, 0))
	require.NoError(t, err)
	require.NotEqual(t, outcome.Chunks[0].Encode(), other.Chunks[0].Encode(), "a guess at the load profiles does not give the chunk's hash")
	key := KeyDay{Day: "2025-06-01", Version: 3, Consumers: []string{"a"}, Producers: []string{"p", "q"}, Shares: [][][]int64{{{1}, {2}}, {{3}, {4}}}, Salt: strings.Repeat("0a", 16)}
	again, err := UnpackKeyDay(key.Encode())
	require.NoError(t, err)
	require.Equal(t, key, again)
}

// FuzzUnpack feeds all readers of packed records: none may panic or take more memory than the input's size allows.
func FuzzUnpack(f *testing.F) {
	outcome, err := inputs(4).Settle("tx", "CommunityMSP", time.Unix(0, 0))
	require.NoError(f, err)
	for _, value := range [][]byte{outcome.Summary.Encode(), outcome.Totals.Encode(), outcome.Chunks[0].Encode(), inputs(1).Days[0].Encode(), Roster{SchemaVersion, "sunny", inputs(2).Members}.Encode(), []byte("BQ"), {}} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		read := 0
		for _, err := range []error{second(UnpackMeterDay(value)), second(UnpackChunk(value)), second(UnpackSummary(value)), second(UnpackDayTotals(value)), second(UnpackKeyDay(value)), second(UnpackRoster(value))} {
			if err == nil {
				read++
			}
		}
		require.LessOrEqual(t, read, 1, "a value is of one kind")
	})
}

func second[T any](_ T, err error) error { return err }
