package settlement

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
)

// Private records with many numbers are packed: the form in the first byte, then texts with their length and integers as unsigned varints, all of it in
// base64. A meter day takes half of its JSON and a fiftieth of the time to read, and a run reads and writes a thousand of them. The base64 is for Fabric's
// peers: they format every gossip message that carries private data as text for a debug line, whether or not it is logged, and escaping bytes that are
// not printable takes them longer than all else that they do for a run.

// packing refuses what another encoder would have written otherwise.
var packing = base64.RawStdEncoding.Strict()

// errPacked reports a packed record that ends too early, goes on too long or has another form.
var errPacked = errors.New("not a packed record of this kind and version")

// packer writes a packed record.
type packer struct{ b []byte }

func newPacker(form byte, size int) *packer { return &packer{append(make([]byte, 0, size), form)} }

// done is the record as it is stored.
func (p *packer) done() []byte { return packing.AppendEncode(nil, p.b) }

func (p *packer) int(v int64) { p.b = binary.AppendUvarint(p.b, uint64(v)) }

func (p *packer) text(s string) {
	p.int(int64(len(s)))
	p.b = append(p.b, s...)
}

// hex writes the bytes that a text in lower-case hex names.
func (p *packer) hex(text string) {
	p.int(int64(len(text) / 2))
	p.b, _ = hex.AppendDecode(p.b, []byte(text)) // salts and hashes were checked when they came in, or made here
}

func (p *packer) ints(values []int64) {
	p.int(int64(len(values)))
	for _, v := range values {
		p.int(v)
	}
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

func (u *unpacker) int() int64 {
	v, n := binary.Uvarint(u.b)
	if n <= 0 || v > 1<<63-1 {
		u.b, u.err = nil, errPacked
		return 0
	}
	u.b = u.b[n:]
	return int64(v)
}

// count reads a number of elements of at least one byte each.
func (u *unpacker) count() int {
	n := u.int()
	if n > int64(len(u.b)) {
		u.b, u.err = nil, errPacked
		return 0
	}
	return int(n)
}

func (u *unpacker) bytes() []byte {
	n := u.count()
	b := u.b[:n]
	u.b = u.b[n:]
	return b
}

func (u *unpacker) text() string { return string(u.bytes()) }

func (u *unpacker) hex() string { return hex.EncodeToString(u.bytes()) }

func (u *unpacker) ints() []int64 {
	values := make([]int64, u.count())
	for i := range values {
		values[i] = u.int()
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
