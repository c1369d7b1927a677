// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// A metering point has a reference, which its grid operator makes and gives to the person behind it, against proof. It
// is the grid operator's MSP, a slash, and a value that only holders of the grid operator's secret can compute. It
// reveals nothing about the point's number, and nobody can guess it.

var referencePattern = regexp.MustCompile(`^[A-Za-z0-9.-]{1,64}/[0-9a-f]{32,128}$`)

func reference(value string) error {
	return request.Matches("reference", value, referencePattern, "the grid operator's MSP, a slash and 16 to 64 bytes in lower-case hex, as the grid operator gave it")
}

// Reference is the reference of the metering point with the number. The secret is the grid operator's.
func Reference(operator string, secret []byte, number string) string {
	return operator + "/" + keyed(secret, number)
}

// PointOf is the grid operator that gave the reference.
func PointOf(reference string) string {
	operator, _, _ := strings.Cut(reference, "/")
	return operator
}

// PointPass is what the grid operator gives to a person for one consent. The salt is a fresh one each time: the hash of
// both is in the public record of the consent. Two equal ones would join the records of one person.
type PointPass struct {
	Reference string `json:"reference"`
	Salt      string `json:"salt"`
}

// Validate checks the pass by itself.
func (p PointPass) Validate() error {
	return request.All(reference(p.Reference), request.Salt("salt", p.Salt))
}

// SHA256 is the hash that a consent names: of the canonical JSON of the pass.
func (p PointPass) SHA256() string {
	text := appendText([]byte(`{"reference":`), p.Reference) // neither text needs escaping
	return Hash(append(appendText(append(text, `,"salt":`...), p.Salt), '}'))
}

// pass is the pass that the private part holds.
func (p MemberPrivate) pass() PointPass { return PointPass{p.Reference, p.Salt} }

// PointSHA256 is the hash by which the member's consent names the metering point.
func (p MemberPrivate) PointSHA256() string { return p.pass().SHA256() }

// Belongs refuses a metering point that is not the grid operator's.
func (p MemberPrivate) Belongs(operator string) error {
	if PointOf(p.Reference) != operator {
		return fault.Field(fault.InvalidField, "reference", "the metering point is not of %s, which is the grid operator of this community", operator)
	}
	return nil
}

// PointRef distinguishes the grid operator's metering points on the ledger: a hash under the reference, which is
// secret.
func PointRef(operator, reference string) string { return keyed([]byte(reference), "point|"+operator) }

func keyed(secret []byte, text string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// Point is what the ledger knows of a metering point in one direction, to see it taken twice. It names no community
// and no member.
type Point struct {
	Schema int        `json:"schema"`
	Uses   []PointUse `json:"uses"`
}

// PointUse is one membership of a metering point.
type PointUse struct {
	// Community and Member are hashes under the point's reference: equal ones are seen, and nobody reads them back.
	Community string `json:"community"`
	Member    string `json:"member"`
	Factor    int64  `json:"factor"`
	From      string `json:"from"`
	To        string `json:"to,omitempty"`
}

// Use is the member's use of its point.
func (p MemberPrivate) Use(m Member) PointUse {
	secret := []byte(p.Reference)
	return PointUse{
		Community: keyed(secret, "community|"+m.CommunityID), Member: keyed(secret, "member|"+m.CommunityID+"|"+m.MemberID),
		Factor: m.Factor, From: m.From, To: m.To,
	}
}

// Put adds the use, or takes its new end.
func (p Point) Put(use PointUse) Point {
	p.Schema, p.Uses = SchemaVersion, slices.Clone(p.Uses)
	if i := slices.IndexFunc(p.Uses, use.same); i >= 0 {
		p.Uses[i] = use
		return p
	}
	p.Uses = append(p.Uses, use)
	return p
}

const maxCommunitiesOfPoint = 5

// Join refuses a use of a point beside its other uses in the same direction. A point is in a community once, in at most
// five communities on any day, and its factors add up to at most 100 percent on any day.
func (u PointUse) Join(others []PointUse) error {
	days := []string{u.From}
	for _, other := range others {
		if u.same(other) {
			continue
		}
		if u.overlaps(other) && other.Community == u.Community {
			return fault.New(fault.PointTaken, "the metering point is already another member of this community")
		}
		if other.From > u.From {
			days = append(days, other.From) // the sums change only where a use begins
		}
	}
	for _, day := range days {
		if err := u.fits(day, others); err != nil {
			return err
		}
	}
	return nil
}

func (u PointUse) fits(day string, others []PointUse) error {
	if !u.covers(day) {
		return nil
	}
	communities, factors := 1, u.Factor
	for _, other := range others {
		if !u.same(other) && other.covers(day) {
			communities++
			factors += other.Factor
		}
	}
	if communities > maxCommunitiesOfPoint || factors > 100 {
		return fault.New(fault.PointTaken, "the metering point would be in more than %d communities or with more than 100 percent on a day", maxCommunitiesOfPoint)
	}
	return nil
}

func (u PointUse) same(other PointUse) bool { return u.Member == other.Member }

func (u PointUse) covers(day string) bool { return u.From <= day && (u.To == "" || day < u.To) }

// never reports whether the use was cancelled: it has no day.
func (u PointUse) never() bool { return u.To != "" && u.To <= u.From }

func (u PointUse) overlaps(other PointUse) bool {
	if u.never() || other.never() {
		return false
	}
	return u.covers(other.From) || other.covers(u.From)
}
