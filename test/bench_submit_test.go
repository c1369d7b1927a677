// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// BenchmarkSubmitMeterDays compares how many interval readings are committed in the time in which the same network
// commits one creation of a key, in turn. It does so by clients that deliver a day or ten days of a thousand meters
// each, different days at once. It also does so by one that delivers a day in ten parts, one after the other as parts
// of a day must be.
func BenchmarkSubmitMeterDays(b *testing.B) {
	const turns, deliveries, crowd = 6, 12, settlement.MaxMeterDays
	for _, row := range []struct {
		name                   string
		members, days, clients int
	}{{"a-day", crowd, 1, 6}, {"ten-days", crowd / 10, 10, 6}, {"a-day-in-ten-parts", crowd / 10, 1, 1}} {
		b.Run(row.name, func(b *testing.B) {
			ctx, p, baseline := within(b, 20*time.Minute), everyone(b), probe(b, "city", "steward")
			community := p.crowd(ctx, b, crowd)
			parts := crowd / row.members
			var slots, readings float64
			var creating, submitting time.Duration
			for turn := range turns * b.N {
				creating += took(b, func() error { return create(ctx, b, baseline.Submit, 300) })
				slots += 300
				submitting += took(b, func() error {
					var group errgroup.Group
					group.SetLimit(row.clients)
					for n := range deliveries {
						part, day := turn%parts, turn/parts*deliveries+n
						if row.clients == 1 {
							part, day = (turn*deliveries+n)%parts, (turn*deliveries+n)/parts
						}
						group.Go(func() error {
							return p.submit(ctx, community, delivery(b, part*row.members, row.members, day*row.days, row.days))
						})
					}
					return group.Wait()
				})
				readings += float64(deliveries * row.members * row.days * 96)
			}
			perSecond, perSlot := readings/submitting.Seconds(), creating.Seconds()/slots
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(perSecond, "readings/s")
			b.ReportMetric(1/perSlot, "creations/s")
			b.ReportMetric(perSecond*perSlot, "readings/creation-slot")
		})
	}
}

// delivery are some days of some members, the members and days counted from the first of each.
func delivery(b *testing.B, member, members, first, days int) (readings []settlement.Reading) {
	b.Helper()
	for i := range members {
		for day := range days {
			date := time.Date(2025, 4, 1+first+day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
			readings = append(readings, curve(b, member+i, date))
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
