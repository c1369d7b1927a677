package settlement

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

var idGenerator = rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9._-]{0,63}`)

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
	key := KeyDay{Day: "2025-06-01", Version: 3, Consumers: []string{"a"}, Producers: []string{"p", "q"}, Shares: [][][]int64{{{1}, {2}}, {{3}, {4}}}, Salt: strings.Repeat("0a", 16)}
	again, err := UnpackKeyDay(key.Encode())
	require.NoError(t, err)
	require.Equal(t, key, again)
}

// FuzzUnpack feeds all readers of packed records: none may panic or take more memory than the input's size allows.
func FuzzUnpack(f *testing.F) {
	outcome, err := inputs(4).Settle("tx", "CommunityMSP", time.Unix(0, 0))
	require.NoError(f, err)
	for _, value := range [][]byte{outcome.Summary.Encode(), outcome.Totals.Encode(), outcome.Chunks[0].Encode(), inputs(1).Days[0].Encode(), []byte("BQ"), {}} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		read := 0
		for _, err := range []error{second(UnpackMeterDay(value)), second(UnpackChunk(value)), second(UnpackSummary(value)), second(UnpackDayTotals(value)), second(UnpackKeyDay(value))} {
			if err == nil {
				read++
			}
		}
		require.LessOrEqual(t, read, 1, "a value is of one kind")
	})
}

func second[T any](_ T, err error) error { return err }
