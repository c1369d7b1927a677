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
// with several clients at once and in turn: an operator who delivers every day, and one who delivers ten days at once.
func BenchmarkSubmitMeterDays(b *testing.B) {
	const turns, clients = 6, 4
	for _, days := range []int{1, 10} {
		b.Run(fmt.Sprintf("days=%d", days), func(b *testing.B) {
			ctx, p, baseline := within(b, 20*time.Minute), everyone(b), probe(b, "city", "steward")
			community := p.crowd(ctx, b, settlement.MaxMeterDays)
			var slots, readings float64
			var creating, submitting time.Duration
			first := time.Date(2025, 4, 1, 0, 0, 0, 0, time.UTC)
			for range b.N {
				for range turns {
					creating += took(b, func() error { return create(ctx, b, baseline.Submit, 200) })
					slots += 200
					submitting += took(b, func() error {
						var group errgroup.Group
						for client := range clients {
							group.Go(func() error { return p.submit(ctx, community, delivery(b, first, days, client)) })
						}
						return group.Wait()
					})
					readings += clients * settlement.MaxMeterDays * 96
					first = first.AddDate(0, 0, 10)
				}
			}
			perSecond, perSlot := readings/submitting.Seconds(), creating.Seconds()/slots
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(perSecond, "readings/s")
			b.ReportMetric(1/perSlot, "creations/s")
			b.ReportMetric(perSecond*perSlot, "readings/creation-slot")
		})
	}
}

// delivery is a transaction full of meter days, the client's own among those of a turn: with days=1 a day of all members, the first, second, … day from first
// on; with days=10 ten days from first on of the first, second, … tenth of the members.
func delivery(b *testing.B, first time.Time, days, client int) (readings []settlement.Reading) {
	b.Helper()
	members := settlement.MaxMeterDays / days
	for i := range members {
		for day := range days {
			date := first.AddDate(0, 0, client/days+day).Format(time.DateOnly)
			readings = append(readings, curve(b, client%days*members+i, date))
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
