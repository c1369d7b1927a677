package settlement

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// Pair is what one member metered and what of it was shared in one interval, in mWh: [c, a] for a consumer, [p, shared] for a producer.
type Pair [2]int64

// Leaf is one member's result of one day in one run: a leaf of the run's Merkle tree. Its members stand in the order of RFC 8785, so that its plain
// encoding is its canonical one: ids, dates and hex need no escaping and all numbers are integers below 2^53.
type Leaf struct {
	CommunityID string `json:"communityId"`
	Day         string `json:"day"`
	// Intervals has one pair per interval, nil where the interval is incomplete.
	Intervals []*Pair `json:"intervals"`
	MemberID  string  `json:"memberId"`
	Run       RunID   `json:"run"`
	// Salt is the lower-case hex HMAC-SHA-256 under the meter day's salt of communityId|day|run: without it a hash would tell a guessed curve.
	Salt   string `json:"salt"`
	Schema int    `json:"schema"`
}

// Canonical is the leaf's encoding after RFC 8785, the bytes that are hashed.
func (l Leaf) Canonical() ([]byte, error) {
	encoded, err := json.Marshal(l)
	if err != nil {
		return nil, fmt.Errorf("encode the leaf of member %s: %w", l.MemberID, err)
	}
	return encoded, nil
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
