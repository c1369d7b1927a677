package test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// BenchmarkSubmitMeterDays compares how many interval readings are committed in the time in which the same network commits one creation of a key, both
// with several clients at once and in turn: an operator who delivers every day, and one who delivers ten days at once. Besides the time it reports what of
// the machine's processors each of them took, which other work on the machine disturbs less.
func BenchmarkSubmitMeterDays(b *testing.B) {
	const members, writers, slices, parts = 1000, 4, 6, 4
	for _, days := range []int{1, 10} {
		b.Run(fmt.Sprintf("days=%d", days), func(b *testing.B) {
			ctx, p, baseline := within(b, 20*time.Minute), everyone(b), probe(b, "city", "steward")
			community := p.crowd(ctx, b, members)
			var slots, readings float64
			var created, submitted effort
			next := time.Date(2025, 4, 1, 0, 0, 0, 0, time.UTC)
			for range b.N {
				for range slices {
					created.add(b, func() error { return create(ctx, b, baseline.Submit, 200) })
					slots += 200
					submitted.add(b, func() error { return p.deliver(ctx, b, community, next, members, days, parts, writers) })
					readings += members * 96 * parts
					next = next.AddDate(0, 0, 10)
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(slots/created.wall.Seconds(), "creations/s")
			b.ReportMetric(readings/submitted.wall.Seconds(), "readings/s")
			b.ReportMetric(readings/submitted.wall.Seconds()*created.wall.Seconds()/slots, "readings/creation-slot")
			b.ReportMetric(readings/submitted.cpu.Seconds()*created.cpu.Seconds()/slots, "readings/creation-cpu")
		})
	}
}

// deliver submits so many thousand meter days, in transactions of a thousand: each of days from first on, for the members in turn.
func (p parties) deliver(ctx context.Context, b *testing.B, community string, first time.Time, members, days, parts, writers int) error {
	b.Helper()
	var group errgroup.Group
	group.SetLimit(writers)
	each := members / days
	for part := range parts {
		group.Go(func() error {
			var readings []settlement.Reading
			for i := range each {
				for day := range days {
					date := first.AddDate(0, 0, part/days*days+day).Format(time.DateOnly)
					readings = append(readings, curve(b, part%days*each+i, date))
				}
			}
			return p.submit(ctx, community, readings)
		})
	}
	return group.Wait()
}

// effort is time by the clock, and of all processors of the machine.
type effort struct{ wall, cpu time.Duration }

func (e *effort) add(b *testing.B, do func() error) {
	b.Helper()
	before := busy(b)
	e.wall += took(b, do)
	e.cpu += busy(b) - before
}

// busy is the time that the machine's processors have worked since its start (proc(5), /proc/stat: ticks of 10 ms).
func busy(b *testing.B) time.Duration {
	b.Helper()
	text, err := os.ReadFile("/proc/stat")
	require.NoError(b, err)
	var user, nice, system, idle, wait, irq, softirq int64
	_, err = fmt.Sscanf(string(text), "cpu %d %d %d %d %d %d %d", &user, &nice, &system, &idle, &wait, &irq, &softirq)
	require.NoError(b, err)
	return time.Duration(user+nice+system+irq+softirq) * 10 * time.Millisecond
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
