// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"reflect"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// ReplaceTermsRequest replaces the terms of a community. All of them are named; those that stay are repeated.
type ReplaceTermsRequest struct{ Terms }

// Validate checks the request by itself.
func (r ReplaceTermsRequest) Validate() error { return r.Terms.Validate() }

// InUse is what of a community rests on its terms already.
type InUse struct {
	// Final is a day with a final run, empty for none.
	Final string
	// FirstMember is the earliest first day of a member, pending ones included; empty while nobody was added.
	FirstMember string
	// Measured is true where readings or shares of intervals are stored.
	Measured bool
}

// Replace makes the community with the terms of the request. The same terms again change nothing.
func (c Community) Replace(r ReplaceTermsRequest, use InUse) (Community, error) {
	replaced := c
	replaced.Terms = r.Terms
	if reflect.DeepEqual(c.Terms, r.Terms) {
		return c, nil
	}
	if use.Final != "" {
		return c, fault.New(fault.IllegalTransition,
			"%s is settled finally, and the terms stay what they are; allocation key and tariff change by ChangeKey and ChangeTariff", use.Final)
	}
	if err := c.replaceable(r.Terms, use); err != nil {
		return c, err
	}
	if before, after := c.first(), replaced.first(); c.IntervalMinutes != r.IntervalMinutes || !before.sameKey(after) || !before.sameTariff(after) {
		replaced.Generation++
		replaced.FirstGeneration = replaced.Generation
	}
	return replaced, nil
}

// replaceable refuses to replace what members consented to, what readings were cut by, and what later changes rest on.
func (c Community) replaceable(r Terms, use InUse) error {
	if use.FirstMember != "" {
		for _, fact := range []struct {
			field   string
			differs bool
		}{
			{"gridOperator", c.GridOperator != r.GridOperator}, {"country", c.Country != r.Country},
			{"timeZone", c.TimeZone != r.TimeZone}, {"collection", c.Collection != r.Collection},
		} {
			if fact.differs {
				return fault.Field(fault.IllegalTransition, fact.field, "members consented to a community with another %s; create another community for it", fact.field)
			}
		}
		if r.ValidFrom > use.FirstMember {
			return fault.Field(fault.IllegalTransition, "validFrom", "a member begins on %s already", use.FirstMember)
		}
	}
	if use.Measured && c.IntervalMinutes != r.IntervalMinutes {
		return fault.Field(fault.IllegalTransition, "intervalMinutes", "readings or shares of intervals of %d minutes are stored already", c.IntervalMinutes)
	}
	before, after := c.first(), Community{Terms: r}.first()
	if len(c.Changes) > 0 && (!before.sameKey(after) || !before.sameTariff(after) || r.ValidFrom > c.Changes[0].From) {
		return fault.New(fault.IllegalTransition,
			"generation %d changed key or tariff after these terms; change them by ChangeKey and ChangeTariff", c.Changes[0].Number)
	}
	return nil
}
