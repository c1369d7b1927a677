// SPDX-License-Identifier: Apache-2.0

package energy

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// The sample community: six consumption points, of which 1 and 2 also inject (prosumers with one connection), and the roof of a school.
var (
	sampleConsumers = []sampleConsumer{{"1", 250, 900}, {"2", 180, 600}, {"3", 120, 450}, {"4", 300, 1100}, {"5", 90, 300}, {"6", 1500, 2500}}
	sampleProducers = []sampleProducer{{"1", 5000}, {"2", 3500}, {"7", 18000}}
)

// sampleConsumer has a base load and a daily peak on top of it, in watts.
type sampleConsumer struct {
	id         string
	base, peak int64
}

// sampleProducer has a photovoltaic plant of so many watts.
type sampleProducer struct {
	id   string
	peak int64
}

// Anything that the seasons change, by month from January: the sun's hours in quarter-hours, its strength and the
// heating's share in percent.
var (
	daylight = [12]int64{34, 40, 48, 55, 61, 64, 63, 58, 50, 43, 36, 33}
	strength = [12]int64{28, 42, 60, 75, 88, 95, 96, 86, 70, 48, 31, 24}
	heating  = [12]int64{100, 90, 70, 45, 20, 10, 10, 10, 20, 45, 70, 95}
)

// dailyShape is what part of its peak a household uses in each hour, in percent.
var dailyShape = [24]int64{8, 6, 5, 5, 6, 12, 35, 55, 45, 30, 28, 35, 50, 42, 30, 28, 32, 45, 70, 95, 100, 80, 45, 20}

// sampleCommunity is the sample community, or one of so many metering points: every third produces, and no two are alike.
func sampleCommunity(points int, random *rand.Rand) (consumers []sampleConsumer, producers []sampleProducer) {
	if points == 0 {
		return sampleConsumers, sampleProducers
	}
	for i := range points {
		id := fmt.Sprintf("%06d", i+1)
		if i%3 == 2 {
			producers = append(producers, sampleProducer{id, 2000 + random.Int64N(8000)})
		} else {
			consumers = append(consumers, sampleConsumer{id, 60 + random.Int64N(300), 200 + random.Int64N(1500)})
		}
	}
	return consumers, producers
}

// WriteSample writes a month of quarter-hours of an invented community as the plain CSV: the sample community, or one
// of so many metering points. It is made of integers and a documented generator (PCG), so that the same month, seed and
// size give the same bytes everywhere. A household has a daily shape with its weekend and its heating. Production is a
// parabola between sunrise and sunset under a cloud cover drawn for each day, with noise. Clock-change days have their
// right number of rows.
func WriteSample(w io.Writer, month string, seed uint64, points int) error {
	first, err := time.Parse("2006-01", month)
	if err != nil {
		return fmt.Errorf("%q is not a month like 2025-10", month)
	}
	if points < 0 || points > 100_000 {
		return fmt.Errorf("%d metering points; make 1 to 100,000", points)
	}
	out := bufio.NewWriter(w)
	random := rand.New(rand.NewPCG(seed, 0))
	consumers, producers := sampleCommunity(points, random)
	if _, err := fmt.Fprintln(out, strings.Join(sampleHeader(consumers, producers), ",")); err != nil {
		return err
	}
	for day := first; day.Month() == first.Month(); day = day.AddDate(0, 0, 1) {
		if err := writeSampleDay(out, day, random, consumers, producers); err != nil {
			return err
		}
	}
	return out.Flush()
}

func sampleHeader(consumers []sampleConsumer, producers []sampleProducer) []string {
	header := []string{"local_start"}
	for _, c := range consumers {
		header = append(header, "cons_"+c.id+"_mWh")
	}
	for _, p := range producers {
		header = append(header, "prod_"+p.id+"_mWh")
	}
	return header
}

func writeSampleDay(w io.Writer, day time.Time, random *rand.Rand, consumers []sampleConsumer, producers []sampleProducer) error {
	community := settlement.Community{Terms: settlement.Terms{TimeZone: "Europe/Vienna", IntervalMinutes: 15}}
	labels, err := community.Labels(day.Format(time.DateOnly))
	if err != nil {
		return err
	}
	clear := 30 + random.Int64N(71) // percent of the sun that the clouds leave
	for _, label := range labels {
		clock, err := time.Parse("2006-01-02T15:04", label)
		if err != nil {
			return err
		}
		cells := []string{label}
		for _, c := range consumers {
			cells = append(cells, strconv.FormatInt(c.energy(clock, random), 10))
		}
		for _, p := range producers {
			cells = append(cells, strconv.FormatInt(p.energy(clock, clear, random), 10))
		}
		if _, err := fmt.Fprintln(w, strings.Join(cells, ",")); err != nil {
			return err
		}
	}
	return nil
}

// quarterHour is the energy in mWh of a power in watts over a quarter-hour: 1 W·¼h = 250 mWh, as 1 Wh = 1,000 mWh.
const quarterHour = 250

func (c sampleConsumer) energy(clock time.Time, random *rand.Rand) int64 {
	shape := dailyShape[clock.Hour()]
	if clock.Weekday() == time.Saturday || clock.Weekday() == time.Sunday {
		shape = (shape + 40) / 2 // people are at home, and rise later
	}
	power := c.base + c.peak*shape/100 + c.base*heating[clock.Month()-1]/200
	return power * quarterHour * (70 + random.Int64N(61)) / 100
}

func (p sampleProducer) energy(clock time.Time, clear int64, random *rand.Rand) int64 {
	length := daylight[clock.Month()-1]
	since := int64(clock.Hour()*4+clock.Minute()/15) - (50 - length/2) // noon is at 12:30
	if since <= 0 || since >= length {
		return 0
	}
	power := p.peak * strength[clock.Month()-1] / 100 * 4 * since * (length - since) / (length * length)
	return power * quarterHour * clear / 100 * (90 + random.Int64N(11)) / 100
}
