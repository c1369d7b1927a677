// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"math/bits"
	"slices"
)

// Private records with many numbers are packed in base64. The form is in the first byte. Then come texts with their
// length, integers as unsigned varints, and rows of integers with as many bits as the largest needs. A meter day takes
// less than half of its JSON and a fiftieth of the time to read, and a run reads and writes a thousand of them. The
// base64 is for Fabric's peers: they format every gossip message that carries private data as text for a debug line,
// whether or not it is logged. Escaping bytes that are not printable takes them longer than all else that they do for a
// run. A roster is packed likewise inside of its public record, since every run reads it.

// packing refuses what another encoder would have written otherwise.
var packing = base64.RawStdEncoding.Strict()

// errPacked reports a packed record that ends too early, goes on too long or has another form.
var errPacked = errors.New("not a packed record of this kind and version")

// packer writes a packed record. folded is room for a row.
type packer struct {
	b      []byte
	folded []int64
}

func newPacker(form byte, size int) *packer { return &packer{b: append(make([]byte, 0, size), form)} }

// done is the record as it is stored.
func (p *packer) done() []byte { return packing.AppendEncode(nil, p.b) }

func (p *packer) int(v int64) { p.b = binary.AppendUvarint(p.b, uint64(v)) }

func (p *packer) text(s string) {
	p.int(int64(len(s)))
	p.b = append(p.b, s...)
}

// id writes an id. Random ones are in lower-case hex, and take half of their length.
func (p *packer) id(id string) {
	raw, err := hex.DecodeString(id)
	if err != nil || hex.EncodeToString(raw) != id {
		p.int(int64(len(id)) << 1)
		p.b = append(p.b, id...)
		return
	}
	p.int(int64(len(raw))<<1 | 1)
	p.b = append(p.b, raw...)
}

// hex writes the bytes that a text in lower-case hex names.
func (p *packer) hex(text string) {
	p.int(int64(len(text) / 2))
	p.b, _ = hex.AppendDecode(p.b, []byte(text)) // salts and hashes were checked when they came in, or made here
}

// maxWidth is how many bits a number in a row has at most: seven bits that are left of the one before and its own fit into 64. Totals are at most 2^53-1,
// which takes 54 bits with a sign.
const maxWidth = 56

// ints writes a row of integers from 0 to 2^56-1, such as a load profile. It has their number, their greatest common
// divisor, the width in bits of the largest of them divided by it. All of them follow, so divided and with this width,
// low bits first.
func (p *packer) ints(values []int64) {
	p.int(int64(len(values)))
	if len(values) == 0 {
		return
	}
	unit := divisor(values)
	width := max(1, bits.Len64(uint64(slices.Max(values)/unit)))
	p.int(unit)
	p.int(int64(width))
	var held uint64
	var n int
	for _, v := range values {
		held |= uint64(v/unit) << n
		for n += width; n >= 8; n -= 8 {
			p.b = append(p.b, byte(held))
			held >>= 8
		}
	}
	if n > 0 {
		p.b = append(p.b, byte(held))
	}
}

// divisor is the greatest common divisor, 1 for zeros.
func divisor(values []int64) (d int64) {
	for _, v := range values {
		if d == 1 {
			break
		}
		for v != 0 {
			d, v = v, d%v
		}
	}
	return max(d, 1)
}

// signed writes a row of integers of either sign.
func (p *packer) signed(values []int64) {
	p.folded = p.folded[:0]
	for _, v := range values {
		p.folded = append(p.folded, v<<1^v>>63)
	}
	p.ints(p.folded)
}

// unpacker reads a packed record; after the first error it answers zeros.
type unpacker struct {
	b   []byte
	err error
}

func newUnpacker(value []byte, form byte) *unpacker {
	b, err := packing.AppendDecode(nil, value)
	if err != nil || len(b) == 0 || b[0] != form {
		return &unpacker{err: errPacked}
	}
	return &unpacker{b: b[1:]}
}

// fail is the first error; nothing is left to read after it.
func (u *unpacker) fail() int64 {
	u.b, u.err = nil, errPacked
	return 0
}

func (u *unpacker) int() int64 {
	v, n := binary.Uvarint(u.b)
	if n <= 0 || v > math.MaxInt64 {
		return u.fail()
	}
	u.b = u.b[n:]
	return int64(v)
}

// count reads a number of elements of at least one byte each.
func (u *unpacker) count() int { return u.elements(1) }

// elements reads a number of elements of which a byte holds so many at most.
func (u *unpacker) elements(perByte int64) int {
	n := u.int()
	if n > int64(len(u.b))*perByte {
		return int(u.fail())
	}
	return int(n)
}

func (u *unpacker) bytes() []byte { return u.take(u.int()) }

func (u *unpacker) take(n int64) []byte {
	if n > int64(len(u.b)) {
		n = u.fail()
	}
	b := u.b[:n]
	u.b = u.b[n:]
	return b
}

func (u *unpacker) text() string { return string(u.bytes()) }

func (u *unpacker) id() string {
	n := u.int()
	b := u.take(n >> 1)
	if n&1 == 1 {
		return hex.EncodeToString(b)
	}
	return string(b)
}

func (u *unpacker) hex() string { return hex.EncodeToString(u.bytes()) }

func (u *unpacker) ints() []int64 {
	n := u.elements(8)
	values := make([]int64, n)
	if n == 0 {
		return values
	}
	unit, width := u.int(), u.int()
	if unit < 1 || width < 1 || width > maxWidth || int64(n)*width > int64(len(u.b))*8 {
		u.fail()
		return values
	}
	var held uint64
	var have, at int64
	for i := range values {
		for ; have < width; have += 8 {
			held |= uint64(u.b[at]) << have
			at++
		}
		high, low := bits.Mul64(held&(1<<width-1), uint64(unit))
		if high != 0 || low > math.MaxInt64 {
			u.fail()
			clear(values)
			return values
		}
		values[i] = int64(low)
		held >>= width
		have -= width
	}
	u.b = u.b[at:]
	if held != 0 { // bits behind the last number
		u.fail()
	}
	return values
}

func (u *unpacker) signed() []int64 {
	values := u.ints()
	for i, v := range values {
		values[i] = v>>1 ^ -(v & 1)
	}
	return values
}

// end reports an error on the way, or bytes that nobody asked for.
func (u *unpacker) end() error {
	if u.err == nil && len(u.b) > 0 {
		u.err = errPacked
	}
	return u.err
}
