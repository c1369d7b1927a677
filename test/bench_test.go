// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"fmt"
	"os"
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

// holders are the organiser and the grid operator, who hold the load profiles: both sides of the comparison have them endorse side by side.
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
					outOfStep(round)
					wrote = append(wrote, took(b, func() error {
						_, err := baseline.Submit(ctx, "probe:CreatePrivate", creation{random(b), "1"}, nil, gateway.WithEndorsingOrganizations(holders...))
						return err
					}))
					outOfStep(round)
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
			b.ReportMetric(float64(settled[0].Milliseconds()), "first-settle-ms") // it copies the roster
			b.ReportMetric(median(closed), "close-month-ms")
			b.ReportMetric(median(settled), "settle-ms")
			b.ReportMetric(median(submitted), "submit-day-ms")
			b.ReportMetric(median(wrote), "private-write-ms")
			b.ReportMetric(median(settled)/median(wrote), "settle/private-write")
		})
	}
}

// outOfStep waits for another part of the orderers' beat in each round. They cut a block every 100 ms. Anyone who
// begins right after a commit always meets the same moment of it, and then a few milliseconds more or less are a whole
// beat or nothing.
func outOfStep(round int) { time.Sleep(time.Duration(round*35%100) * time.Millisecond) }

func took(b *testing.B, do func() error) time.Duration {
	b.Helper()
	begin := time.Now()
	require.NoError(b, do())
	return time.Since(begin)
}

func median(durations []time.Duration) float64 {
	sorted := slices.Sorted(slices.Values(durations))
	return float64(sorted[len(sorted)/2].Microseconds()) / 1000
}

// crowd founds a community of many members with the ids m100000, m100001, …, each a resident with a consent of their own; every third produces.
func (p parties) crowd(ctx context.Context, b *testing.B, members int) string {
	b.Helper()
	community, _ := p.found(ctx, b, 0, 0)
	theNeighbour(ctx, b) // the notice is there
	relay := connect(b, "city", "steward", gathered)
	var joining errgroup.Group
	joining.SetLimit(32)
	for i := range members {
		direction := settlement.Consumption
		if i%3 == 2 {
			direction = settlement.Production
		}
		joining.Go(func() error {
			return p.joinAs(ctx, b, relay, newResident(b), community, crowdID(i), direction)
		})
	}
	require.NoError(b, joining.Wait())
	return community
}

func crowdID(i int) string { return "m" + strconv.Itoa(100000+i) }

// joinAs adds the resident as a member with the id.
func (p parties) joinAs(ctx context.Context, b *testing.B, relay *gateway.Client, r resident, community, member string, direction settlement.Direction) error {
	request, private := r.member(b, community, direction, random(b))
	request.MemberID = member
	_, given, err := relay.Relay(ctx, r.agrees(b, community, private), nil)
	if err != nil {
		return err
	}
	if err := p.organiser.Await(ctx, given); err != nil {
		return err
	}
	return p.enter(ctx, request, private)
}

// submitDay submits a day of all members, up to 1,000 in a transaction, and waits until all peers that hold load profiles have it.
func (p parties) submitDay(ctx context.Context, b *testing.B, community, date string, members int) error {
	b.Helper()
	var all []settlement.Reading
	for i := range members {
		all = append(all, curve(b, i, date))
	}
	return p.submit(ctx, community, all)
}

// load profile is a day of a member in whole watt-hours, as meters count.
func curve(b *testing.B, member int, date string) settlement.Reading {
	b.Helper()
	reading := settlement.Reading{MemberID: crowdID(member), Day: date, Version: 1, Salt: random(b)}
	for interval := range int64(96) {
		reading.Values = append(reading.Values, 1000*(100+(int64(member)*7919+interval*104729)%900))
	}
	return reading
}

// submit submits readings, up to 1,000 in a transaction, and waits until all peers that hold load profiles have them.
func (p parties) submit(ctx context.Context, community string, readings []settlement.Reading) error {
	var receipt gateway.Receipt
	for part := range slices.Chunk(readings, settlement.MaxMeterDays) {
		answer, submitted, err := p.operator.Settlement().SubmitMeterDays(ctx, settlement.SubmitMeterDaysRequest{CommunityID: community}, settlement.Readings{MeterDays: part})
		if err != nil {
			return err
		}
		if answer.Accepted != len(part) {
			return fmt.Errorf("%d of %d readings were accepted", answer.Accepted, len(part))
		}
		receipt = submitted
	}
	for _, client := range []*gateway.Client{p.organiser, p.auditor} { // either may endorse beside the grid operator
		if err := client.Await(ctx, receipt); err != nil {
			return err
		}
	}
	return nil
}

// gathered is how a relay or a data user under load has its calls share transactions.
var gathered = gateway.WithBatching(32, 10*time.Millisecond)

// BenchmarkGive compares consents given by signed requests, each in a transaction of its own and gathered by their
// relay, with the creation of one key on the same network. It takes three turns each, with 64 clients.
func BenchmarkGive(b *testing.B) {
	ctx, baseline := within(b, 20*time.Minute), probe(b, "city", "steward")
	theNeighbour(ctx, b)
	signed := make(chan string, crowded)
	sign := func() error { // on the residents' own devices
		signed <- newResident(b).signed(b)
		return nil
	}
	give := func(options ...gateway.Option) func() error {
		relay := connect(b, "city", "steward", options...)
		return func() error {
			_, _, err := relay.Relay(ctx, <-signed, nil)
			return err
		}
	}
	throughput(b, baseline, measured{"give", sign, give()}, measured{"gathered-give", sign, give(gathered)})
}

// keysOfAConsent is how many keys of keySize bytes stand for a consent among many.
const keysOfAConsent, keySize = 4, 512

// BenchmarkGiveAmongMany is BenchmarkGive among as many consents as SMARTB_OBJECTS states, 20,000 if nothing, which
// plain keys stand for.
func BenchmarkGiveAmongMany(b *testing.B) {
	objects := 20_000
	if text := os.Getenv("SMARTB_OBJECTS"); text != "" {
		var err error
		objects, err = strconv.Atoi(text)
		require.NoError(b, err)
	}
	ctx, filler := within(b, 30*time.Minute), probe(b, "city", "steward")
	for range objects * keysOfAConsent / 2000 {
		_, err := filler.Submit(ctx, "probe:Fill", map[string]any{"prefix": random(b), "count": 2000, "size": keySize}, nil)
		require.NoError(b, err)
	}
	BenchmarkGive(b)
}

// BenchmarkRequestAccess compares access decisions on one resident's data, each in a transaction of its own and
// gathered by the data user, with creations of one key on the same network. It takes three turns each, with 64 clients.
func BenchmarkRequestAccess(b *testing.B) {
	ctx, baseline, m := within(b, 20*time.Minute), probe(b, "city", "steward"), theMarket(b)
	agreement := m.licensed(ctx, b, true, "")
	subject := m.consentsTo(ctx, b, theNeighbour(ctx, b), agreement).subject
	access := func(options ...gateway.Option) func() error {
		processor := connect(b, "community", "processor", options...)
		return func() error {
			decision, _, err := processor.Licensing().RequestAccess(ctx, ask(b, agreement, subject))
			if err == nil && !decision.Permit {
				err = fmt.Errorf("denied: %v", decision.Reasons)
			}
			return err
		}
	}
	none := func() error { return nil }
	throughput(b, baseline, measured{"access", none, access()}, measured{"gathered-access", none, access(gathered)})
}

// measured is a call whose throughput is compared with the baseline; prepare is not timed.
type measured struct {
	name        string
	prepare, do func() error
}

// throughput interleaves turns of calls with turns of the creation of one key.
func throughput(b *testing.B, baseline *gateway.Client, calls ...measured) {
	b.Helper()
	ctx := within(b, 20*time.Minute)
	create := func() error {
		_, err := baseline.Submit(ctx, "probe:Create", creation{random(b), "1"}, nil)
		return err
	}
	for range b.N {
		var created time.Duration
		took := make([]time.Duration, len(calls))
		for range 3 {
			created += together(b, create)
			for i, call := range calls {
				together(b, call.prepare)
				took[i] += together(b, call.do)
			}
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(3*crowded/created.Seconds(), "create-one-key/s")
		for i, call := range calls {
			b.ReportMetric(3*crowded/took[i].Seconds(), call.name+"/s")
			b.ReportMetric(float64(created)/float64(took[i]), call.name+"/create-one-key")
		}
	}
}

// crowded is how many transactions a turn of a throughput comparison makes.
const crowded = 1280

// together is how long 64 clients need for a turn.
func together(b *testing.B, do func() error) time.Duration {
	b.Helper()
	var clients errgroup.Group
	clients.SetLimit(64)
	begin := time.Now()
	for range crowded {
		clients.Go(do)
	}
	require.NoError(b, clients.Wait())
	return time.Since(begin)
}
