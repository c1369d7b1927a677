// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// figureMember is one membership in a set: a person with a point.
type figureMember struct{ person, point string }

// Crowded are the persons of a set by their pseudonyms, each with the tags of the points that count.
type Crowded map[string][]string

// points are the tags of all points, packed in byte order.
func (c Crowded) points() string {
	var all []string
	for _, points := range c {
		all = append(all, points...)
	}
	slices.Sort(all)
	all = slices.Compact(all) // a household may share a point
	p := newPacker(packedFigurePoints, 40*len(all))
	p.int(int64(len(all)))
	for _, point := range all {
		p.hex(point)
	}
	return string(p.done())
}

// Equal reports whether the sets have the same persons with the same points.
func (c Crowded) Equal(other Crowded) bool { return maps.EqualFunc(c, other, slices.Equal[[]string]) }

// Distance counts the persons who are in one of the sets only, whatever their points.
func (c Crowded) Distance(other Crowded) (persons int) {
	for person := range c {
		if _, both := other[person]; !both {
			persons++
		}
	}
	for person := range other {
		if _, both := c[person]; !both {
			persons++
		}
	}
	return persons
}

// beside counts by how many persons at least the set differs from one of another collection, of which only the points
// are known. Its own persons with a point that is not in it. The persons of its other points are not known; they may be
// the same.
func (c Crowded) beside(other map[string]bool) (persons int, shares bool) {
	for _, points := range c {
		differs := false
		for _, point := range points {
			shares = shares || other[point]
			differs = differs || !other[point]
		}
		if differs {
			persons++
		}
	}
	return persons, shares
}

// apart reports whether the sets have no person in common.
func (c Crowded) apart(other Crowded) bool {
	for person := range c {
		if _, both := other[person]; both {
			return false
		}
	}
	return true
}

// within reports whether all persons of the set have all their points in the other one.
func (c Crowded) within(other Crowded) bool {
	for person, points := range c {
		for _, point := range points {
			if !slices.Contains(other[person], point) {
				return false
			}
		}
	}
	return true
}

func newCrowd(members []figureMember) Crowded {
	crowd := Crowded{}
	for _, m := range members {
		if !slices.Contains(crowd[m.person], m.point) {
			crowd[m.person] = append(crowd[m.person], m.point)
		}
	}
	for _, points := range crowd {
		slices.Sort(points)
	}
	return crowd
}

// FigurePersons are the persons of a set as they are stored in the community's collection.
type FigurePersons struct {
	// Salt keeps the hash, which is in blocks, from confirming a guess.
	Salt    string
	Persons Crowded
}

// Encode packs the persons as they are stored.
func (f FigurePersons) Encode() []byte {
	p := newPacker(packedFigurePersons, 100*len(f.Persons))
	p.hex(f.Salt)
	p.int(int64(len(f.Persons)))
	for _, person := range slices.Sorted(maps.Keys(f.Persons)) {
		p.text(person)
		p.int(int64(len(f.Persons[person])))
		for _, point := range f.Persons[person] {
			p.hex(point)
		}
	}
	return p.done()
}

// FigureSet is the public record of a set of persons and their points on one side, once for all figures that are of
// this set. The persons are in the community's collection; the public record has what other communities compare.
type FigureSet struct {
	Schema int `json:"schema"`
	// SetID is the id of the transaction that published figures of the set first.
	SetID       string    `json:"setId"`
	Side        Direction `json:"side"`
	CommunityID string    `json:"communityId"`
	// Collection holds the persons.
	Collection string `json:"collection"`
	// PersonsSHA256 is the hash of the private record of the persons.
	PersonsSHA256 string `json:"personsSha256"`
	// Points are the tags of the points, packed, in byte order: they say nothing of whose they are.
	Points string `json:"points"`
}

// ReadPoints are the tags of the set's points.
func (s FigureSet) ReadPoints() (map[string]bool, error) {
	u := newUnpacker([]byte(s.Points), packedFigurePoints)
	points := map[string]bool{}
	for range u.count() {
		points[u.hex()] = true
	}
	if err := u.end(); err != nil {
		return nil, fmt.Errorf("read the points of published figures: %w", err)
	}
	return points, nil
}

// Open reads the stored persons of the set. Others, or none, are PRIVATE_DATA_NOT_HERE.
func (s FigureSet) Open(value []byte) (Crowded, error) {
	if value == nil || Hash(value) != s.PersonsSHA256 {
		return nil, fault.New(fault.PrivateDataNotHere, "this peer does not hold the persons of published figures")
	}
	u := newUnpacker(value, packedFigurePersons)
	u.hex()
	crowd := Crowded{}
	for range u.count() {
		person := u.text()
		points := make([]string, u.count())
		for i := range points {
			points[i] = u.hex()
		}
		crowd[person] = points
	}
	if err := u.end(); err != nil {
		return nil, fmt.Errorf("read the persons of published figures: %w", err)
	}
	return crowd, nil
}

// FigurePoint is the tag of a metering point in sets: a hash under the point's reference, which is secret.
func FigurePoint(reference string) string {
	mac := hmac.New(sha256.New, []byte(reference))
	mac.Write([]byte("figures"))
	return hex.EncodeToString(mac.Sum(nil))
}
