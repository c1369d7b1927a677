// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// p1Telegram is what is read of a telegram of a DSMR meter.
type p1Telegram struct {
	line  int
	at    int64
	meter string
	// used and fed are the registers' sums.
	used, fed       amount
	hasUsed, hasFed bool
}

var p1Line = regexp.MustCompile(`^\d+-\d+:(\d+\.\d+\.\d+)\(([^)*]*)(?:\*([^)]*))?\)$`)

// readP1 reads telegrams of a meter in a row, as its port P1 sends them. Their registers become the energies between
// telegrams at the beginnings of intervals. The telegrams do not name the metering point.
func readP1(f *file) error {
	f.version = 0
	var last *p1Telegram
	rest, line := f.text, 1
	for len(rest) > 0 {
		begin := bytes.IndexByte(rest, '/')
		if begin < 0 {
			break
		}
		line += bytes.Count(rest[:begin], []byte("\n"))
		rest = rest[begin:]
		end := bytes.IndexByte(rest, '!')
		if end < 0 {
			f.refuse(refuse(line, "a telegram does not end", ""))
			break
		}
		telegram, reason := f.p1Telegram(rest[:end], strings.TrimSpace(string(rest[end+1:min(len(rest), end+5)])), line)
		line += bytes.Count(rest[:end], []byte("\n"))
		rest = rest[end:]
		if reason != "" {
			f.refuse(refuse(telegram.line, "a telegram that cannot be read", "%s", reason))
			continue
		}
		if telegram.at%int64(f.set.clock.minutes*60) != 0 {
			continue // within an interval
		}
		if last != nil {
			f.p1Between(*last, telegram)
		}
		last = &telegram
	}
	return nil
}

// p1Telegram reads a telegram, from / to !, and checks the sum of its bytes.
func (f *file) p1Telegram(text []byte, sum string, line int) (t p1Telegram, reason string) {
	t.line = line
	if want := fmt.Sprintf("%04X", crc16(append(bytes.Clone(text), '!'))); !strings.EqualFold(sum, want) {
		return t, fmt.Sprintf("its checksum is %s, not %s", quoted(sum), want)
	}
	for content := range bytes.Lines(text) {
		match := p1Line.FindStringSubmatch(strings.TrimRight(string(content), "\r\n"))
		if match == nil {
			continue
		}
		if reason := f.p1Object(&t, match[1], match[2], match[3]); reason != "" {
			return t, reason
		}
	}
	if t.at == 0 {
		return t, "it has no time"
	}
	return t, ""
}

func (f *file) p1Object(t *p1Telegram, code, value, unit string) (reason string) {
	switch code {
	case "1.0.0":
		t.at, reason = f.p1Time(value)
	case "96.1.1":
		if raw, err := hex.DecodeString(value); err == nil && t.meter == "" {
			t.meter = string(raw)
		}
	case "1.8.1", "1.8.2", "1.8.0", "2.8.1", "2.8.2", "2.8.0":
		if unit != "kWh" {
			return "its registers are in " + quoted(unit)
		}
		number, why := parse(value, point, units["kwh"])
		if why != "" {
			return quoted(value) + " is " + why
		}
		if code[0] == '1' {
			t.used, t.hasUsed = t.used.plus(number), true
		} else {
			t.fed, t.hasFed = t.fed.plus(number), true
		}
	}
	return reason
}

// p1Time reads a local time with S for summer and W for winter.
func (f *file) p1Time(text string) (int64, string) {
	if len(text) != 13 {
		return 0, quoted(text) + " is not a time"
	}
	wall, err := time.Parse("060102150405", text[:12])
	if err != nil {
		return 0, quoted(text) + " is not a time"
	}
	for _, at := range f.set.clock.passes(wall.Unix()) {
		if time.Unix(at, 0).In(f.set.clock.zone).IsDST() == (text[12] == 'S') {
			return at, ""
		}
	}
	return 0, quoted(text) + " is not a time in " + f.set.clock.zone.String()
}

// p1Between puts what was used and fed in between two telegrams.
func (f *file) p1Between(a, b p1Telegram) {
	length := b.at - a.at
	if length <= 0 || a.meter != b.meter {
		f.refuse(refuse(b.line, "the telegrams are not of one meter in the order of time", ""))
		return
	}
	if length > int64(f.set.clock.minutes)*60 && !f.set.options.Divide {
		f.refuse(refuse(b.line, "telegrams are missing", "the one before is of %s", f.set.clock.text(a.at)))
		return
	}
	f.p1Put(a, b, settlement.Consumption, a.hasUsed && b.hasUsed, a.used, b.used)
	f.p1Put(a, b, settlement.Production, a.hasFed && b.hasFed, a.fed, b.fed)
}

func (f *file) p1Put(a, b p1Telegram, direction settlement.Direction, has bool, before, after amount) {
	if !has {
		return
	}
	r := row{
		rowKey:  rowKey{direction: direction},
		line:    b.line,
		stamp:   stamp{seconds: a.at},
		step:    b.at - a.at,
		quality: Measured,
	}
	value := after.rat()
	var ok bool
	if r.value, ok = ofRat(value.Sub(value, before.rat())); !ok {
		r.fail("a register goes back", "")
	}
	f.put(r)
}

// crc16 is CRC-16/ARC, the telegrams' checksum.
func crc16(text []byte) (sum uint16) {
	for _, b := range text {
		sum ^= uint16(b)
		for range 8 {
			if sum&1 != 0 {
				sum = sum>>1 ^ 0xA001
			} else {
				sum >>= 1
			}
		}
	}
	return sum
}
