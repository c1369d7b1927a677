// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

// own is a tariff of so many lines and bands under which one producer sells on its own.
func own(lines, bands int) *billing.Tariff {
	tariff := &billing.Tariff{Currency: "EUR"}
	for l := range lines {
		line := billing.Line{LineID: fmt.Sprint("l", l), Kind: billing.EnergyPrice, Producers: map[string]int64{"p00000": 1}}
		for b := range bands {
			line.Bands = append(line.Bands, billing.Band{From: fmt.Sprintf("%02d:%02d", b, 15*(l%4)*min(1, b)), Price: int64(b)})
		}
		tariff.Lines = append(tariff.Lines, line)
	}
	return tariff
}

// crowd are the inputs of a run of so many consumers and producers.
func crowd(consumers, producers int, tariff *billing.Tariff) Inputs {
	in := inputs(0)
	in.Community.Tariff = tariff
	in.Community.Organiser, in.Community.GridOperator, in.Community.Generation = "CommunityMSP", "UtilityMSP", 1
	add := func(prefix string, direction Direction, n int) {
		for i := range n {
			id := fmt.Sprintf("%s%05d", prefix, i)
			in.Members = append(in.Members, Member{
				State: Confirmed, Behind: Behind{PointRef: id}, Membership: Membership{MemberID: id, Direction: direction, Factor: 100},
			})
			in.Days = append(in.Days, MeterDay{Reading: Reading{
				MemberID: id, Day: "2025-06-01", Version: 1, Values: slices.Repeat([]int64{int64(1_000_000 + i*7919)}, 96), Salt: strings.Repeat("0a", 16),
			}})
			in.Entries = append(in.Entries, certified(id, 1, strings.Repeat("0b", 32)))
		}
	}
	add("c", Consumption, consumers)
	add("p", Production, producers)
	return in
}

// TestRunsThatAreTooMuchAreRefusedBeforeAnyWork: an organiser chooses members, key and tariff, and every endorser computes what it chose.
func TestRunsThatAreTooMuchAreRefusedBeforeAnyWork(t *testing.T) {
	relative := func(in Inputs) Inputs { in.Community.Key.Type = "static-relative"; return in }
	for sentence, row := range map[string]struct {
		in    Inputs
		words string
	}{
		"members":                                {crowd(15_001, 0, nil), "15000 members"},
		"pairs of a key":                         {relative(crowd(3000, 3000, nil)), "steps"},
		"slots of many members":                  {crowd(10_000, 10, withoutOwn(own(4, 24))), "slots of the tariff"},
		"pairs in slots":                         {crowd(100, 100, own(4, 24)), "pairs in"},
		"items of bills":                         {crowd(200, 200, own(1, 1)), "items"},
		"pairs, where the grid operator rigs it": {crowd(7000, 3000, own(1, 1)), "steps"},
	} {
		t.Run(sentence, func(t *testing.T) {
			begin := time.Now()
			_, err := row.in.Settle("tx", "CommunityMSP", time.Unix(0, 0))
			require.ErrorIs(t, err, fault.TooComplex)
			require.ErrorContains(t, err, row.words)
			require.Less(t, time.Since(begin), time.Second, "nothing was computed")
		})
	}
}

// withoutOwn is the tariff without own prices.
func withoutOwn(tariff *billing.Tariff) *billing.Tariff {
	for i := range tariff.Lines {
		tariff.Lines[i].Producers = nil
	}
	return tariff
}

// TestTenThousandMembersPass settles and bills what is just allowed; each private record stays below what the ledger takes.
func TestTenThousandMembersPass(t *testing.T) {
	for sentence, in := range map[string]Inputs{
		"ten thousand members":                    crowd(6667, 3333, withoutOwn(own(2, 20))),
		"ten thousand members and one own seller": crowd(9999, 1, own(1, 4)),
		"a hundred own sellers":                   crowd(100, 100, own(1, 24)),
	} {
		t.Run(sentence, func(t *testing.T) {
			begin := time.Now()
			outcome, err := in.Settle("tx", "CommunityMSP", time.Unix(0, 0))
			require.NoError(t, err)
			t.Logf("settled in %s", time.Since(begin).Round(time.Millisecond))
			sizes := map[string]int{
				"summary": len(outcome.Summary.Encode()), "totals": len(outcome.Totals.Encode()), "results": len(outcome.Chunks[0].Encode()),
				"roster": len(Roster{Schema: 1, CommunityID: "c", Members: in.Members}.Encode()),
			}
			period := PeriodInputs{
				Community: in.Community, Request: ClosePeriodRequest{CommunityID: "c", Period: "2025-06", Phase: ProvisionalPhase},
				Runs: []Run{outcome.Run}, Totals: []DayTotals{outcome.Totals}, Members: in.Members,
			}
			begin = time.Now()
			closed, err := period.Close("tx", time.Unix(0, 0))
			require.NoError(t, err)
			t.Logf("closed in %s", time.Since(begin).Round(time.Millisecond))
			for i, chunk := range closed.Chunks {
				text, err := json.Marshal(chunk)
				require.NoError(t, err)
				sizes[fmt.Sprint("bills ", i)] = len(text)
			}
			largest := 0
			for record, size := range sizes {
				require.LessOrEqual(t, size, ledger.MaxPrivate, record)
				largest = max(largest, size)
			}
			t.Logf("the largest record has %d kB", largest>>10)
		})
	}
}
