package test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
)

// rounds is how many pairs a comparison takes; the medians are reported, and their ratio.
const rounds = 20

// holders are the organiser and the operator, who hold the curves: both sides of the comparison have them endorse side by side.
var holders = []string{"CommunityMSP", "UtilityMSP"}

// BenchmarkSettleDay compares settling a day of 1,000 members with writing one private key on the same network, interleaved.
func BenchmarkSettleDay(b *testing.B) {
	for _, size := range []struct{ members, rounds int }{{9, rounds}, {1000, rounds}, {10_000, 3}} {
		members, rounds := size.members, size.rounds
		b.Run(fmt.Sprintf("members=%d", members), func(b *testing.B) {
			ctx, p, baseline := within(b, 30*time.Minute), everyone(b), probe(b, "community", "steward")
			community := p.crowd(ctx, b, members)
			var settled, wrote, submitted, closed []time.Duration
			for range b.N {
				for round := range rounds {
					date := time.Date(2025, 2, 1+round, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
					submitted = append(submitted, took(b, func() error { return p.submitDay(ctx, b, community, date, members) }))
					wrote = append(wrote, took(b, func() error {
						_, err := baseline.Submit(ctx, "probe:CreatePrivate", creation{random(b), "1"}, nil, gateway.WithEndorsingOrganizations(holders...))
						return err
					}))
					settled = append(settled, took(b, func() error {
						_, _, err := p.organiser.Settlement().SettleDay(ctx, settlement.SettleDayRequest{CommunityID: community, Day: date, Run: settlement.Final}, holders...)
						return err
					}))
				}
				closed = append(closed, took(b, func() error {
					request := settlement.ClosePeriodRequest{CommunityID: community, Period: "2025-02", Phase: settlement.Preview}
					_, _, err := p.organiser.Settlement().ClosePeriod(ctx, request)
					return err
				}))
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(closed), "close-month-ms")
			b.ReportMetric(median(settled), "settle-ms")
			b.ReportMetric(median(submitted), "submit-day-ms")
			b.ReportMetric(median(wrote), "private-write-ms")
			b.ReportMetric(median(settled)/median(wrote), "settle/private-write")
		})
	}
}

func took(b *testing.B, do func() error) time.Duration {
	b.Helper()
	begin := time.Now()
	require.NoError(b, do())
	return time.Since(begin)
}

func median(durations []time.Duration) float64 {
	slices.Sort(durations)
	return float64(durations[len(durations)/2].Microseconds()) / 1000
}

// crowd founds a community of many members with the ids m0000, m0001, …; every third produces.
func (p parties) crowd(ctx context.Context, b *testing.B, members int) string {
	b.Helper()
	community, _ := p.found(ctx, b, 0, 0)
	var joining errgroup.Group
	joining.SetLimit(32)
	for i := range members {
		direction := settlement.Consumption
		if i%3 == 2 {
			direction = settlement.Production
		}
		joining.Go(func() error { return p.joinAs(ctx, b, community, crowdID(i), direction) })
	}
	require.NoError(b, joining.Wait())
	return community
}

func crowdID(i int) string { return "m" + strconv.Itoa(100000+i) }

func (p parties) joinAs(ctx context.Context, b *testing.B, community, member string, direction settlement.Direction) error {
	membership := settlement.Membership{CommunityID: community, MemberID: member, Direction: direction, Factor: 100, From: "2025-01-01", ConsentID: "c"}
	point := random(b)
	_, added, err := p.organiser.Settlement().AddMember(ctx, settlement.AddMemberRequest{Membership: membership}, settlement.MemberPrivate{MeteringPoint: point, Salt: random(b)})
	if err != nil {
		return err
	}
	if err := p.operator.Await(ctx, added); err != nil {
		return err
	}
	_, _, err = p.operator.Settlement().ConfirmMember(ctx, settlement.ConfirmMemberRequest{
		CommunityID: community, MemberID: member, PointRef: settlement.PointRef(pointSecret, point),
	})
	return err
}

// submitDay submits a day of all members, up to 1,000 in a transaction, and waits until all peers that hold curves have it.
func (p parties) submitDay(ctx context.Context, b *testing.B, community, date string, members int) error {
	b.Helper()
	var all []settlement.Reading
	for i := range members {
		reading := settlement.Reading{MemberID: crowdID(i), Day: date, Version: 1, Salt: random(b)}
		for interval := range int64(96) {
			reading.Values = append(reading.Values, 100_000+(int64(i)*7919+interval*104729)%900_000)
		}
		all = append(all, reading)
	}
	var receipt gateway.Receipt
	for part := range slices.Chunk(all, settlement.MaxMeterDays) {
		var err error
		if _, receipt, err = p.operator.Settlement().SubmitMeterDays(ctx, settlement.SubmitMeterDaysRequest{CommunityID: community}, settlement.Readings{MeterDays: part}); err != nil {
			return err
		}
	}
	for _, client := range []*gateway.Client{p.organiser, p.auditor} { // either may endorse beside the operator
		if err := client.Await(ctx, receipt); err != nil {
			return err
		}
	}
	return nil
}
