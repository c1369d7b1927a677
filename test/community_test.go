package test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
)

// pointSecret is the operator's secret for metering points.
var pointSecret = []byte("a secret of the tests' operator")

// parties are the clients that settle energy.
type parties struct{ organiser, operator, auditor, city *gateway.Client }

func everyone(t testing.TB) parties {
	t.Helper()
	return parties{connect(t, "community", "organiser"), connect(t, "utility", "meter-operator"), connect(t, "oversight", "auditor"), connect(t, "city", "steward")}
}

func random(t testing.TB) string {
	t.Helper()
	bytes := make([]byte, 16)
	_, err := rand.Read(bytes)
	require.NoError(t, err)
	return hex.EncodeToString(bytes)
}

// terms are those of a community with a random id.
func terms(t testing.TB) settlement.CreateCommunityRequest {
	t.Helper()
	return settlement.CreateCommunityRequest{Terms: settlement.Terms{
		CommunityID: "c-" + random(t), Name: "Test street", Country: "AT", Operator: "UtilityMSP", Collection: "meterData", IntervalMinutes: 15,
		TimeZone: "Europe/Vienna", Key: settlement.AllocationKey{Type: "prorata"}, Rounding: "EXACT", DisputeDays: 30, ValidFrom: "2025-01-01",
	}}
}

// found creates a community with as many members of each direction; it returns its id and the members' ids, consumers first.
func (p parties) found(ctx context.Context, t testing.TB, consumers, producers int) (string, []string) {
	t.Helper()
	request := terms(t)
	_, _, err := p.organiser.Settlement().CreateCommunity(ctx, request)
	require.NoError(t, err)
	var members []string
	for i := range consumers + producers {
		direction := settlement.Consumption
		if i >= consumers {
			direction = settlement.Production
		}
		members = append(members, p.join(ctx, t, request.CommunityID, direction, "AT-"+random(t)))
	}
	return request.CommunityID, members
}

// join adds and confirms one member.
func (p parties) join(ctx context.Context, t testing.TB, community string, direction settlement.Direction, point string) string {
	t.Helper()
	membership := settlement.Membership{
		CommunityID: community, MemberID: random(t), Direction: direction, Factor: 100, From: "2025-01-01", ConsentID: "consent-" + random(t),
	}
	private := settlement.MemberPrivate{MeteringPoint: point, Subject: "pseudonym", Address: "1 Test street", Salt: random(t)}
	_, added, err := p.organiser.Settlement().AddMember(ctx, settlement.AddMemberRequest{Membership: membership}, private)
	require.NoError(t, err)
	require.NoError(t, p.operator.Await(ctx, added))
	confirm := settlement.ConfirmMemberRequest{CommunityID: community, MemberID: membership.MemberID, PointRef: settlement.PointRef(pointSecret, point)}
	_, _, err = p.operator.Settlement().ConfirmMember(ctx, confirm)
	require.NoError(t, err)
	return membership.MemberID
}

const day = "2025-06-01"

// flat is a reading with the same value in every interval.
func flat(t testing.TB, member string, value int64) settlement.Reading {
	t.Helper()
	return settlement.Reading{MemberID: member, Day: day, Version: 1, Values: slices.Repeat([]int64{value}, 96), Salt: random(t), Source: "test"}
}

// measure submits the same value for every interval of a member each.
func (p parties) measure(ctx context.Context, t testing.TB, community string, values map[string]int64) {
	t.Helper()
	var readings settlement.Readings
	for member, value := range values {
		readings.MeterDays = append(readings.MeterDays, flat(t, member, value))
	}
	answer, receipt, err := p.operator.Settlement().SubmitMeterDays(ctx, settlement.SubmitMeterDaysRequest{CommunityID: community}, readings)
	require.NoError(t, err)
	require.NoError(t, p.organiser.Await(ctx, receipt))
	require.Equal(t, len(values), answer.Accepted)
}
