// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
	"github.com/smartb-suite/smartb/gateway-client/report"
)

// month is October of a community of six consumers and three producers.
func month() report.Data {
	data := report.Data{
		Community: settlement.Community{Terms: settlement.Terms{CommunityID: "sunny", Name: "Sunny street <1>"}},
		Period: settlement.Period{
			Period: "2025-10", Phase: settlement.FinalPhase, Currency: "EUR", Leaves: 11, MerkleRoot: strings.Repeat("ab", 32),
		},
	}
	for day := range int64(31) {
		run := settlement.Run{Day: fmt.Sprintf("2025-10-%02d", day+1), Run: settlement.Final, MerkleRoot: strings.Repeat("cd", 32)}
		sun := 5 + day*7%20
		data.Days = append(data.Days, report.NewDay(run, settlement.Totals{Consumption: 60_000_000, Shared: sun * 1_000_000, Surplus: sun * 700_000}))
	}
	for i := range int64(9) {
		item := billing.Item{Counterparty: "pool", Energy: (i + 1) * 20_000_000, Generation: 1, Line: "energy", Net: (i + 1) * 240, Side: billing.Buys, VAT: (i + 1) * 48, VATRate: 2000}
		if i > 5 {
			item.Side = billing.Sells
		}
		data.Bills = append(data.Bills, settlement.Bill{
			MemberID: fmt.Sprintf("%08x90abcdef", 0xa1b2c3d4+i*0x1010101), Metered: (i + 1) * 30_000_000, Shared: item.Energy, Items: []billing.Item{item}, Position: item.Gross(), Currency: "EUR",
		})
	}
	data.Bills = append(data.Bills, settlement.Bill{MemberID: "msp:CommunityMSP", Position: 120}, settlement.Bill{MemberID: "msp:UtilityMSP", Position: 360})
	return data
}

func written(t *testing.T, data report.Data) string {
	t.Helper()
	var page bytes.Buffer
	require.NoError(t, report.Write(&page, data))
	return page.String()
}

func TestAReportIsOneFileThatNeedsNothingElse(t *testing.T) {
	page := written(t, month())
	require.Equal(t, 2, strings.Count(page, "<svg"))
	require.NotContains(t, page, "<script")
	require.NotContains(t, page, "<link")
	require.NotContains(t, page, "src=")
	require.Contains(t, page, "Sunny street &lt;1&gt;")
	require.Contains(t, page, "−2.88", "2.40 and 20 percent are to be paid")
	require.Contains(t, page, strings.Repeat("ab", 32))
	for _, chart := range strings.Split(page, "<svg")[1:] {
		element, _, _ := strings.Cut("<svg"+chart, "</svg>")
		decoder := xml.NewDecoder(strings.NewReader(element + "</svg>"))
		for {
			_, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err, "a chart is well-formed")
		}
	}
}

func TestAnEmptyMonthHasAReportToo(t *testing.T) {
	page := written(t, report.Data{Community: settlement.Community{Terms: settlement.Terms{Name: "x"}}})
	require.Contains(t, page, "0.000 kWh")
}
