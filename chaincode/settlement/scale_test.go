// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

// settledMonth is a settled month of 31 days of so many members: the inputs that ClosePeriod reads.
func settledMonth(t testing.TB, members int) PeriodInputs {
	t.Helper()
	in := inputs(members)
	in.Community.Organiser, in.Community.GridOperator, in.Community.Generation = "CommunityMSP", "UtilityMSP", 1
	in.Community.Tariff = &billing.Tariff{Currency: "EUR", Lines: []billing.Line{
		{LineID: "energy", Kind: billing.EnergyPrice, Bands: []billing.Band{{From: "00:00", Price: 100_000}, {From: "07:00", Price: 140_000}}, VAT: billing.VAT{Rate: 2000}},
		{LineID: "fee", Kind: billing.CommunityFee, Bands: []billing.Band{{From: "00:00", Price: 10_000}}, VAT: billing.VAT{Rate: 2000}},
		{LineID: "grid", Kind: billing.GridFee, Bands: []billing.Band{{From: "00:00", Price: 30_000}}, VAT: billing.VAT{Rate: 2000}},
	}}
	outcome, err := in.Settle("tx", "CommunityMSP", time.Unix(0, 0))
	require.NoError(t, err)
	period := PeriodInputs{Community: in.Community, Request: ClosePeriodRequest{CommunityID: "c", Period: "2025-06", Phase: ProvisionalPhase}}
	for day := range 31 {
		run := outcome.Run
		run.Day = fmt.Sprintf("2025-06-%02d", day+1)
		period.Runs, period.Totals = append(period.Runs, run), append(period.Totals, outcome.Totals)
	}
	return period
}

// TestBytesOnTheLedger states what a member costs by day and month; docs/explanation/settlement.md repeats the numbers.
func TestBytesOnTheLedger(t *testing.T) {
	const members = 1000
	in := inputs(members)
	finest := 0
	in.Community.CommunityID = "c-" + strings.Repeat("0", 32)
	for i := range in.Days {
		id := fmt.Sprintf("%032x", i) // as long as random ids are
		in.Members[i].MemberID, in.Days[i].MemberID, in.Entries[i].MemberID = id, id, id
		in.Members[i].ConsentID, in.Members[i].Subject, in.Members[i].From = id, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "2025-01-01"
		in.Members[i].PrivateSHA256, in.Members[i].PointRef = Hash([]byte(id)), Hash([]byte(id))
		in.Days[i].CommunityID = in.Community.CommunityID
		finest += len(in.Days[i].Encode())
		for t, value := range in.Days[i].Values {
			in.Days[i].Values[t] -= value % 1000 // meters count whole watt-hours
		}
	}
	outcome, err := in.Settle("tx", "CommunityMSP", time.Unix(0, 0))
	require.NoError(t, err)
	public := func(v any) int {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		return len(text)
	}
	loadProfiles, results := 0, len(outcome.Summary.Encode())+len(outcome.Totals.Encode())
	filed, records := File("c", "2025-06-01", strings.Repeat("0", 64), in.Days)
	for _, chunk := range records {
		loadProfiles += len(chunk.Encode())
	}
	for _, chunk := range outcome.Chunks {
		results += len(chunk.Encode())
	}
	manifest := public(filed)
	period, err := settledMonth(t, members).Close("tx", time.Unix(0, 0))
	require.NoError(t, err)
	bills := len(period.Summary.Encode())
	for _, chunk := range period.Chunks {
		bills += public(chunk)
	}
	t.Logf("a member and day: %d B of load profile in Wh (%d in mWh), %d B of results and sums (private), %d B of manifest and run (public)",
		loadProfiles/members, finest/members, results/members, (manifest+public(outcome.Run))/members)
	t.Logf("a member and month of 31 days: %d kB private, %d B of it bills; %d kB public", (31*(loadProfiles+results)+bills)/members/1000, bills/members, (31*manifest+public(period.Period))/members/1000)
	t.Logf("a copy of the roster: %d B for each member (private)", len(Roster{SchemaVersion, "c", in.Members}.Encode())/members)
	require.Less(t, (loadProfiles+results)/members, 672, "a quarter-hour of one member takes less than seven bytes on each peer that holds load profiles")
}

// BenchmarkClosePeriod bills a month of 31 days.
func BenchmarkClosePeriod(b *testing.B) {
	for _, members := range []int{1000, 10_000} {
		b.Run(fmt.Sprintf("members=%d", members), func(b *testing.B) {
			in := settledMonth(b, members)
			for b.Loop() {
				if _, err := in.Close("tx", time.Unix(0, 0)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
