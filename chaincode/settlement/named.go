// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"maps"
	"slices"
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

// MemberName is a place in a request or in terms that names a member.
type MemberName struct{ Field, MemberID string }

// Unknown is the error of a name that is no member's: a misspelt id would silently change the result.
func (n MemberName) Unknown(communityID string) *fault.Error {
	return fault.Field(fault.InvalidField, n.Field, "%s is no member of community %s; correct the id, or add the member first", n.MemberID, communityID)
}

// Named are the members that a key's parameters and a tariff's own prices name.
func Named(key AllocationKey, tariff *billing.Tariff) (names []MemberName) {
	add := func(field string, ids []string) {
		for _, id := range ids {
			names = append(names, MemberName{field + "/" + id, id})
		}
	}
	if p := key.Parameters; p != nil {
		add("key/parameters/shares", slices.Sorted(maps.Keys(p.Shares)))
		add("key/parameters/tiers", slices.Sorted(maps.Keys(p.Tiers)))
	}
	if tariff != nil {
		for i, line := range tariff.Lines {
			add("tariff/lines/"+strconv.Itoa(i)+"/producers", slices.Sorted(maps.Keys(line.Producers)))
		}
	}
	return names
}

// Named are the members that the shares of intervals name.
func (k KeyDay) Named() (names []MemberName) {
	for i, id := range k.Consumers {
		names = append(names, MemberName{"consumers/" + strconv.Itoa(i), id})
	}
	for i, id := range k.Producers {
		names = append(names, MemberName{"producers/" + strconv.Itoa(i), id})
	}
	return names
}
