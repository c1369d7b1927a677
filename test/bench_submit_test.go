package test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// BenchmarkSubmitMeterDays compares how many interval readings are committed in the time in which the same network commits one creation of a key, both
// with several clients at once and in turn: an operator who delivers every day, and one who delivers ten days at once. Clients at once deliver different
// days, since two deliveries of a day follow each other.
func BenchmarkSubmitMeterDays(b *testing.B) {
	const turns, deliveries, clients = 6, 12, 6
	for _, days := range []int{1, 10} {
		b.Run(fmt.Sprintf("days=%d", days), func(b *testing.B) {
			ctx, p, baseline := within(b, 20*time.Minute), everyone(b), probe(b, "city", "steward")
			community := p.crowd(ctx, b, settlement.MaxMeterDays)
			var slots, readings float64
			var creating, submitting time.Duration
			for turn := range turns * b.N {
				creating += took(b, func() error { return create(ctx, b, baseline.Submit, 300) })
				slots += 300
				submitting += took(b, func() error {
					var group errgroup.Group
					group.SetLimit(clients)
					for n := range deliveries {
						group.Go(func() error {
							return p.submit(ctx, community, delivery(b, turn%days, (turn/days*deliveries+n)*days, days))
						})
					}
					return group.Wait()
				})
				readings += deliveries * settlement.MaxMeterDays * 96
			}
			perSecond, perSlot := readings/submitting.Seconds(), creating.Seconds()/slots
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(perSecond, "readings/s")
			b.ReportMetric(1/perSlot, "creations/s")
			b.ReportMetric(perSecond*perSlot, "readings/creation-slot")
		})
	}
}

// delivery is a transaction full of meter days: so many days from the first on, of as many members as fit.
func delivery(b *testing.B, part, first, days int) (readings []settlement.Reading) {
	b.Helper()
	members := settlement.MaxMeterDays / days
	for i := range members {
		for day := range days {
			date := time.Date(2025, 4, 1+first+day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
			readings = append(readings, curve(b, part*members+i, date))
		}
	}
	return readings
}

// create creates keys with 64 clients at once.
func create[R any, O any](ctx context.Context, b *testing.B, submit func(context.Context, string, any, any, ...O) (R, error), total int64) error {
	b.Helper()
	var next atomic.Int64
	var failed atomic.Value
	var group sync.WaitGroup
	for range 64 {
		group.Go(func() {
			for next.Add(1) <= total {
				if _, err := submit(ctx, "probe:Create", creation{random(b), "1"}, nil); err != nil {
					failed.Store(err)
				}
			}
		})
	}
	group.Wait()
	require.Nil(b, failed.Load())
	return nil
}
