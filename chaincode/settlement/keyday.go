// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"fmt"
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

// KeyDay are the shares of every interval of a local day, for the keys dynamic and full-dynamic. The organiser computes them; since they may follow the
// members' consumption, they are private like the load profiles.
type KeyDay struct {
	Day string `json:"day"`
	// Version is 1 for the first key of the day; another one is the next version.
	Version int `json:"version"`
	// Consumers name the members of the columns.
	Consumers []string `json:"consumers"`
	// Producers name the members that the tables are for, one table for each; empty for the key dynamic, which has one table for all.
	Producers []string `json:"producers,omitempty"`
	// Shares are in ppm by table, interval and consumer; a row adds up to 1,000,000 at most.
	Shares [][][]int64 `json:"shares"`
	// Salt is random, 16 to 64 bytes in lower-case hex.
	Salt string `json:"salt"`
}

// maxKeyCells is for 12,000 consumers and the 100 intervals of a long day, or that many pairs: 20 bits each.
const maxKeyCells = 1_200_000

// Validate checks the key by itself.
func (k KeyDay) Validate() error {
	err := request.All(date("day", k.Day), request.Within("version", int64(k.Version), 1, 1000), request.Salt("salt", k.Salt), names("consumers", k.Consumers), names("producers", k.Producers))
	if err != nil {
		return err
	}
	if tables := max(1, len(k.Producers)); len(k.Shares) != tables {
		return fault.Field(fault.InvalidField, "shares", "expected %d tables, one for each producer or one for all", tables)
	}
	cells := 0
	for t, table := range k.Shares {
		for i, row := range table {
			at := fmt.Sprintf("shares/%d/%d", t, i)
			if len(row) != len(k.Consumers) {
				return fault.Field(fault.InvalidField, at, "%d shares for %d consumers", len(row), len(k.Consumers))
			}
			if err := wholeAtMost(at, row); err != nil {
				return err
			}
			cells += len(row)
		}
	}
	return request.Within("shares", int64(cells), 1, maxKeyCells)
}

func names(field string, members []string) error {
	seen := make(map[string]bool, len(members))
	for i, member := range members {
		if err := request.ID(field+"/"+strconv.Itoa(i), member); err != nil {
			return err
		}
		if seen[member] {
			return fault.Field(fault.DuplicateField, field+"/"+strconv.Itoa(i), "stands twice")
		}
		seen[member] = true
	}
	return nil
}

func wholeAtMost(field string, row []int64) error {
	var sum int64
	for _, share := range row {
		if share < 0 || share > allocation.Whole {
			return fault.Field(fault.OutOfRange, field, "a share is from 0 to %d ppm", allocation.Whole)
		}
		sum += share
	}
	return request.Within(field, sum, 0, allocation.Whole)
}

// Accept checks that the key has a row for every interval of its day.
func (k KeyDay) Accept(community Community) error {
	day, err := community.Day(k.Day)
	if err != nil {
		return err
	}
	for t, table := range k.Shares {
		if len(table) != day.Intervals {
			return fault.Field(fault.WrongIntervalCount, "shares/"+strconv.Itoa(t), "%s has %d intervals, got %d rows", k.Day, day.Intervals, len(table))
		}
	}
	return nil
}

// Encode packs the key as it is stored.
func (k KeyDay) Encode() []byte {
	p := newPacker(packedKeyDay, 128)
	p.text(k.Day)
	p.int(int64(k.Version))
	p.hex(k.Salt)
	for _, list := range [][]string{k.Consumers, k.Producers} {
		p.int(int64(len(list)))
		for _, member := range list {
			p.id(member)
		}
	}
	p.int(int64(len(k.Shares)))
	for _, table := range k.Shares {
		p.int(int64(len(table)))
		for _, row := range table {
			p.ints(row)
		}
	}
	return p.done()
}

// UnpackKeyDay reads a stored key.
func UnpackKeyDay(value []byte) (k KeyDay, err error) {
	u := newUnpacker(value, packedKeyDay)
	k.Day, k.Version, k.Salt = u.text(), int(u.int()), u.hex()
	for _, list := range []*[]string{&k.Consumers, &k.Producers} {
		*list = make([]string, u.count())
		for i := range *list {
			(*list)[i] = u.id()
		}
	}
	k.Shares = make([][][]int64, u.count())
	for t := range k.Shares {
		k.Shares[t] = make([][]int64, u.count())
		for i := range k.Shares[t] {
			k.Shares[t][i] = u.ints()
		}
	}
	if err := u.end(); err != nil {
		return k, fmt.Errorf("read a key of a day: %w", err)
	}
	return k, nil
}

// tables returns the shares of each interval in the order of the members: by producer for full-dynamic, one table for
// dynamic. Anyone who is not named has none.
func (k KeyDay) tables(consumers, producers []Member) [][][]int64 {
	column := places(k.Consumers)
	table := places(k.Producers)
	if len(k.Producers) == 0 {
		return [][][]int64{pickColumns(k.Shares[0], column, consumers)}
	}
	tables := make([][][]int64, len(producers))
	for j, producer := range producers {
		var rows [][]int64
		if at, named := table[producer.MemberID]; named {
			rows = k.Shares[at]
		} else {
			rows = grid[int64](len(k.Shares[0]), len(k.Consumers))
		}
		tables[j] = pickColumns(rows, column, consumers)
	}
	return tables
}

func places(members []string) map[string]int {
	at := make(map[string]int, len(members))
	for i, member := range members {
		at[member] = i
	}
	return at
}

func pickColumns(rows [][]int64, column map[string]int, consumers []Member) [][]int64 {
	picked := grid[int64](len(rows), len(consumers))
	for i, row := range rows {
		for c, consumer := range consumers {
			if at, named := column[consumer.MemberID]; named {
				picked[i][c] = row[at]
			}
		}
	}
	return picked
}

// SubmitKeyDayRequest gives the shares of every interval of a day; they come by the transient map.
type SubmitKeyDayRequest struct {
	CommunityID string `json:"communityId"`
}

// Validate checks the request by itself.
func (r SubmitKeyDayRequest) Validate() error { return request.ID("communityId", r.CommunityID) }

// KeyDayRecord is the public trace of a day's key: the newest version counts.
type KeyDayRecord struct {
	Schema      int    `json:"schema"`
	CommunityID string `json:"communityId"`
	Day         string `json:"day"`
	Version     int    `json:"version"`
	// SHA256 is the hash of the private value's bytes.
	SHA256 string `json:"sha256"`
}

// Open reads the private value that the record names. Another value is PRIVATE_DATA_NOT_HERE.
func (r KeyDayRecord) Open(value []byte) (KeyDay, error) {
	if Hash(value) != r.SHA256 {
		return KeyDay{}, fault.New(fault.PrivateDataNotHere, "this peer does not hold version %d of the key of %s", r.Version, r.Day)
	}
	return UnpackKeyDay(value)
}

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
