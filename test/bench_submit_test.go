package test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// BenchmarkSubmitMeterDays compares how many interval readings are committed in the time in which the same network commits one creation of a key, both
// with several clients at once and in turn.
func BenchmarkSubmitMeterDays(b *testing.B) {
	const members, writers, slices, days = 1000, 4, 3, 8
	ctx, p, baseline := within(b, 20*time.Minute), everyone(b), probe(b, "city", "steward")
	community := p.crowd(ctx, b, members)
	var readings, slots float64
	var submitting, creating time.Duration
	for range b.N {
		for slice := range slices {
			creating += took(b, func() error { return create(ctx, b, baseline.Submit, 300) })
			slots += 300
			submitting += took(b, func() error {
				var group errgroup.Group
				group.SetLimit(writers)
				for day := range days {
					date := time.Date(2025, 4, 1+slice*days+day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
					group.Go(func() error { return p.submitDay(ctx, b, community, date, members) })
				}
				return group.Wait()
			})
			readings += members * 96 * days
		}
	}
	perSecond, perSlot := readings/submitting.Seconds(), creating.Seconds()/slots
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(perSecond, "readings/s")
	b.ReportMetric(1/perSlot, "creations/s")
	b.ReportMetric(perSecond*perSlot, "readings/creation-slot")
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
