// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Changes refuses a correction with the content of the run before, whose private sums totals reads. Anyone who could
// settle the same again and again would restart the clock of disputes and keep a period from its end. Another version,
// salt or source of the same values is no new fact.
func (in Inputs) Changes(before *Run, totals func(Run) (DayTotals, error)) error {
	if in.Request.Run.Before() == "" || before == nil {
		return nil
	}
	if !in.Repeat(*before) || before.RosterSHA256 != RosterHash(in.Members) {
		earlier, err := totals(*before)
		if err != nil || earlier.ContentSHA256 != in.ContentHash() {
			return err
		}
	}
	return fault.New(fault.NothingChanged, "run %s of %s has the same inputs", before.Run, before.Day)
}

// ContentHash is the SHA-256 of all that a run computes with: generation, members, shares by interval, values and qualities. It is private: it has no salt.
func (in Inputs) ContentHash() string {
	d := digest{Hash: sha256.New()}
	d.numbers(int64(in.Generation().Number), int64(len(in.Days)))
	d.text(RosterHash(in.Members))
	if in.KeyDay != nil {
		d.names(in.KeyDay.Consumers)
		d.names(in.KeyDay.Producers)
		for _, table := range in.KeyDay.Shares {
			for _, row := range table {
				d.numbers(row...)
			}
		}
	}
	for i := range in.Days {
		d.text(in.Days[i].MemberID)
		d.text(in.Days[i].quality())
		d.numbers(in.Days[i].Values...)
	}
	return hex.EncodeToString(d.Sum(nil))
}

// digest hashes what it is given with lengths, so that no two contents look alike.
type digest struct {
	hash.Hash
	buffer []byte
}

func (d *digest) numbers(values ...int64) {
	d.buffer = binary.BigEndian.AppendUint64(d.buffer[:0], uint64(len(values)))
	for _, value := range values {
		d.buffer = binary.BigEndian.AppendUint64(d.buffer, uint64(value))
	}
	d.Write(d.buffer)
}

func (d *digest) names(list []string) {
	d.numbers(int64(len(list)))
	for _, name := range list {
		d.text(name)
	}
}

func (d *digest) text(s string) {
	d.numbers(int64(len(s)))
	d.Write([]byte(s))
}
