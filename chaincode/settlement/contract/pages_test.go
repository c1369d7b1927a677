// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// turned walks all pages of a list, of one entry each where the list has no coarser parts, and returns its entries and
// how many pages there were.
func turned(
	t *testing.T, s *contracttest.Suite, name, items string, size int, ask func(request.Listing) any,
) (entries []json.RawMessage, pages int) {
	t.Helper()
	for listing := (request.Listing{PageSize: size}); ; {
		page := contracttest.Answer[map[string]json.RawMessage](t, s.Submit(t, organiser, "settlement:"+name, ask(listing), nil))
		var list []json.RawMessage
		require.NoError(t, json.Unmarshal(page[items], &list))
		entries, pages = append(entries, list...), pages+1
		if page["bookmark"] == nil {
			return entries, pages
		}
		require.NoError(t, json.Unmarshal(page["bookmark"], &listing.Bookmark))
	}
}

// TestLongAnswersArePaged: whatever the size of the pages, all of them together are the whole list.
func TestLongAnswersArePaged(t *testing.T) {
	s := billable(t)
	s.Submit(t, operator, "settlement:RecordOfficial", settlement.RecordOfficialRequest{CommunityID: "sunny"},
		readings(flat("a", day, 96, 1000), flat("b", day, 96, 1000), flat("p", day, 96, 2000)))
	closed(t, s, settlement.Preview)
	for range 12 {
		s.Now = s.Now.AddDate(0, 0, 1)
		record(t, s, organiser, settlement.Read{MemberID: "a", What: settlement.ReadMeterDays, Days: []string{day}})
	}
	month := s.Now.Format("2006-01")
	for name, of := range map[string]struct {
		items string
		pages int
		ask   func(request.Listing) any
	}{
		"Positions": {"positions", 5, func(l request.Listing) any {
			return settlement.PositionsRequest{CommunityID: "sunny", Period: "2025-06", Phase: settlement.Preview, Listing: l}
		}},
		"Uses": {"uses", 2, func(l request.Listing) any {
			return settlement.UsesRequest{CommunityID: "sunny", MemberID: "a", Period: month, Listing: l}
		}},
		"MeterDays": {"meterDays", 3, func(l request.Listing) any {
			return settlement.MeterDaysRequest{CommunityID: "sunny", Day: day, Listing: l}
		}},
		"Differences": {"members", 3, func(l request.Listing) any {
			return settlement.DifferencesRequest{CommunityID: "sunny", Day: day, Run: settlement.Final, Listing: l}
		}},
		"ListCommunities": {"communities", 1, func(l request.Listing) any {
			return settlement.ListCommunitiesRequest{Listing: l}
		}},
		"ListFigures": {"figures", 1, func(l request.Listing) any {
			return settlement.ListFiguresRequest{CommunityID: "sunny", Period: "2025-06", Listing: l}
		}},
		"CheckDay": {"findings", 1, func(l request.Listing) any {
			return settlement.CheckDayRequest{SettleDayRequest: settleFinal, Listing: l}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			whole, once := turned(t, s, name, of.items, 0, of.ask)
			parts, pages := turned(t, s, name, of.items, 1, of.ask)
			require.Equal(t, whole, parts)
			require.Equal(t, 1, once)
			require.GreaterOrEqual(t, pages, of.pages)
			bad := of.ask(request.Listing{Bookmark: "-"})
			if name != "MeterDays" && name != "Differences" { // whose bookmarks are members
				require.Equal(t, fault.InvalidField, s.Refuse(t, organiser, "settlement:"+name, bad, nil).Code)
			}
		})
	}
}

// TestCheckDayNamesEveryGap: as many as there are, also above what one page holds.
func TestCheckDayNamesEveryGap(t *testing.T) {
	s := billable(t)
	for _, member := range []string{"a", "b", "p"} {
		gaps := flat(member, day, 96, 0)
		gaps.Version, gaps.Quality = 2, strings.Repeat("-", 96)
		s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(gaps))
	}
	ask := func(l request.Listing) any {
		return settlement.CheckDayRequest{SettleDayRequest: settleFinal, Listing: l}
	}
	whole, pages := turned(t, s, "CheckDay", "findings", 0, ask)
	require.GreaterOrEqual(t, len(whole), 3*96)
	require.Equal(t, 2, pages)
	parts, _ := turned(t, s, "CheckDay", "findings", 7, ask)
	require.Equal(t, whole, parts)
}

func TestPagesOfBillsThatWereClosedAnewAreNotMixed(t *testing.T) {
	s := billable(t)
	closed(t, s, settlement.Preview)
	ask := settlement.PositionsRequest{CommunityID: "sunny", Period: "2025-06", Phase: settlement.Preview}
	ask.PageSize = 2
	first := contracttest.Answer[settlement.Positions](t, s.Submit(t, organiser, "settlement:Positions", ask, nil))
	require.NotEmpty(t, first.Bookmark)
	correct(t, s, 2, 10*kWh, "correction-1")
	s.Submit(t, organiser, "settlement:ClosePeriod", closing(settlement.Preview), nil)
	ask.Bookmark = first.Bookmark
	require.Contains(t, s.Refuse(t, organiser, "settlement:Positions", ask, nil).Message, "closed anew")
}
