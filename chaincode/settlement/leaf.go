// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Pair is what one member metered and what of it was shared in one interval, in mWh: [c, a] for a consumer, [p, shared] for a producer.
type Pair [2]int64

// Leaf is one member's result of one day in one run: a leaf of the run's Merkle tree. Its members are in the order of
// RFC 8785, so that its plain encoding is its canonical one. Ids, dates and hex need no escaping and all numbers are
// integers below 2^53. Anything that a stranger puts into a statement instead is refused by Verify before it is hashed.
type Leaf struct {
	CommunityID string `json:"communityId"`
	Day         string `json:"day"`
	// Intervals has one pair per interval, nil where the interval is incomplete.
	Intervals []*Pair `json:"intervals"`
	MemberID  string  `json:"memberId"`
	Run       RunID   `json:"run"`
	// Salt is the lower-case hex HMAC-SHA-256 under the meter day's salt of communityId|day|run: without it a hash would tell a guessed load profile.
	Salt   string `json:"salt"`
	Schema int    `json:"schema"`
}

// Canonical is the leaf's encoding after RFC 8785, the bytes that are hashed. It is written by hand because a run spends most of its time here.
func (l Leaf) Canonical() []byte { return l.appendCanonical(make([]byte, 0, 256+24*len(l.Intervals))) }

func (l Leaf) appendCanonical(b []byte) []byte {
	b = append(b, `{"communityId":"`...)
	b = append(b, l.CommunityID...)
	b = append(b, `","day":"`...)
	b = append(b, l.Day...)
	b = append(b, `","intervals":`...)
	b = appendPairs(b, l.Intervals)
	b = append(b, `,"memberId":"`...)
	b = append(b, l.MemberID...)
	b = append(b, `","run":"`...)
	b = append(b, l.Run...)
	b = append(b, `","salt":"`...)
	b = append(b, l.Salt...)
	b = append(b, `","schema":`...)
	b = strconv.AppendInt(b, int64(l.Schema), 10)
	return append(b, '}')
}

// MarshalJSON is Canonical.
func (l Leaf) MarshalJSON() ([]byte, error) { return l.Canonical(), nil }

func appendPairs(b []byte, pairs []*Pair) []byte {
	b = append(b, '[')
	for i, pair := range pairs {
		if i > 0 {
			b = append(b, ',')
		}
		if pair == nil {
			b = append(b, "null"...)
			continue
		}
		b = append(b, '[')
		b = strconv.AppendInt(b, pair[0], 10)
		b = append(b, ',')
		b = strconv.AppendInt(b, pair[1], 10)
		b = append(b, ']')
	}
	return append(b, ']')
}

// sums are what was metered and shared in the complete intervals.
func (l Leaf) sums() (metered, shared int64) {
	for _, pair := range l.Intervals {
		if pair != nil {
			metered += pair[0]
			shared += pair[1]
		}
	}
	return metered, shared
}

// deriveSalt is the lower-case hex HMAC-SHA-256 of the parts, joined by "|", under a salt in hex.
func deriveSalt(salt string, parts ...string) (string, error) {
	key, err := hex.DecodeString(salt)
	if err != nil {
		return "", fmt.Errorf("read a salt: %w", err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(strings.Join(parts, "|")))
	return hex.EncodeToString(mac.Sum(nil)), nil
}
