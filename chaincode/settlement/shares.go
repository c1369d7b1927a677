// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

// sides are the members by direction, in their order.
func sides(members []Member) (consumers, producers []Member) {
	for _, member := range members {
		if member.Direction == Consumption {
			consumers = append(consumers, member)
		} else {
			producers = append(producers, member)
		}
	}
	return consumers, producers
}

// intervalShares are the shares of each interval by table, interval and consumer; nil for keys that have none.
type intervalShares [][][]int64

// shares are those of the day's key, for keys that are given by interval.
func (in Inputs) shares(consumers, producers []Member) (intervalShares, error) {
	if !in.Generation().Key.PerInterval() {
		return nil, nil
	}
	if in.KeyDay == nil {
		return nil, fault.Field(fault.DayIncomplete, "day", "key %s needs the organiser's shares for %s: settlement:SubmitKeyDay", in.Generation().Key.Type, in.Request.Day)
	}
	if full := in.Generation().Key.Type.Tables() == allocation.TablePerProducer; full != (len(in.KeyDay.Producers) > 0) {
		return nil, fault.Field(fault.InvalidField, "day", "the shares of %s do not fit key %s: full-dynamic has a table for each producer, dynamic one for all", in.Request.Day, in.Generation().Key.Type)
	}
	return in.KeyDay.tables(consumers, producers), nil
}

// give adds the shares of one interval to it.
func (s intervalShares) give(interval int, of *allocation.Interval) {
	if len(s) == 0 {
		return
	}
	of.Shares, of.Matrix = s[0][interval], of.Matrix[:0]
	for _, table := range s {
		of.Matrix = append(of.Matrix, table[interval])
	}
}

// slots are the tariff's slots of the day's intervals, and how many slots there are.
func (in Inputs) slots() (of []int, count int, err error) {
	times := []string{"00:00"}
	if in.Generation().Tariff != nil {
		times = in.Generation().Tariff.Slots()
	}
	labels, err := in.Community.Labels(in.Request.Day)
	if err != nil {
		return nil, 0, err
	}
	of = make([]int, len(labels))
	for i, label := range labels {
		of[i] = billing.Slot(times, label[len("2006-01-02T"):])
	}
	return of, len(times), nil
}
