// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// events are all that the contract announces.
var events = []transaction.EventDescription{
	{Name: "settlement.CommunityCreated", Payload: settlement.GetCommunityRequest{}, Summary: "A community was founded."},
	{Name: "settlement.CommunityChanged", Payload: settlement.GenerationAnnouncement{}, Summary: "A community gets another key or tariff from a local midnight on."},
	{Name: "settlement.KeyDaySubmitted", Payload: settlement.KeyDayRecord{}, Summary: "The shares of a day by interval were stored."},
	{Name: "settlement.MemberAdded", Payload: settlement.MemberAnnouncement{}, Summary: "A member was added, pending."},
	{Name: "settlement.MemberConfirmed", Payload: settlement.MemberAnnouncement{}, Summary: "The grid operator confirmed a member."},
	{Name: "settlement.MemberEnded", Payload: settlement.MemberAnnouncement{}, Summary: "A membership ends, or was cancelled."},
	{Name: "settlement.EndAssented", Payload: settlement.AssentToEndRequest{}, Summary: "The grid operator or the member assents to an end that changes a final month."},
	{Name: "settlement.TermsReplaced", Payload: settlement.GenerationAnnouncement{}, Summary: "The terms of a community were replaced before its first final run."},
	{Name: "settlement.MeterDaysSubmitted", Payload: settlement.MeterDaysAnnouncement{}, Summary: "Meter days of some local days were stored."},
	{Name: "settlement.OfficialRecorded", Payload: settlement.MeterDaysAnnouncement{}, Summary: "The grid operator's official values of some local days were stored."},
	{Name: "settlement.DaySettled", Payload: settlement.SettleDayRequest{}, Summary: "A run of a day was computed."},
	{Name: "settlement.PeriodClosed", Payload: settlement.PeriodAnnouncement{}, Summary: "A month was billed: a preview, provisionally, or a correction."},
	{Name: "settlement.PeriodFinalized", Payload: settlement.PeriodAnnouncement{}, Summary: "A month became final."},
	{Name: "settlement.FiguresPublished", Payload: settlement.FiguresAnnouncement{}, Summary: "A month's figures, or their correction, were published."},
	{Name: "settlement.DisputeRaised", Payload: settlement.DisputeAnnouncement{}, Summary: "A member objects to a provisional period."},
	{Name: "settlement.DisputeResolved", Payload: settlement.DisputeAnnouncement{}, Summary: "A dispute was accepted or rejected."},
	{Name: "settlement.PaymentConfirmed", Payload: settlement.ConfirmPaymentRequest{}, Summary: "A position was paid."},
	{Name: "settlement.MeterDaysPurged", Payload: settlement.PurgeMeterDaysRequest{}, Summary: "The private data of a day were purged after their retention."},
}
