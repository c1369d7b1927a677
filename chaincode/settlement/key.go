// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"maps"
	"slices"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
)

// AllocationKey names the rule by which the shared energy is divided, and its parameters.
type AllocationKey struct {
	Type allocation.Key `json:"type"`
	// Parameters refine the key; without, fixed shares and tiers are those of the members.
	Parameters *KeyParameters `json:"parameters,omitempty"`
}

// KeyParameters refine a key.
type KeyParameters struct {
	// Shares are fixed shares in ppm by member, of consumers and, in two-sided communities, of producers; they replace
	// the members' own. Anyone who is not named has none.
	Shares map[string]int64 `json:"shares,omitempty"`
	// Tiers are the tiers by member; they replace the members' own.
	Tiers map[string]int `json:"tiers,omitempty"`
	// TierKey divides inside a tier of the key priority; empty means prorata.
	TierKey allocation.Key `json:"tierKey,omitempty"`
	// ProducersByTier makes producers place their energy in the order of their tiers.
	ProducersByTier bool `json:"producersByTier,omitempty"`
	// ProductionKey makes the community two-sided, as in Luxembourg: it decides who places how much whenever production is not short.
	ProductionKey allocation.Key `json:"productionKey,omitempty"`
}

const maxKeyParameters = 1000

func (k AllocationKey) validate(field string, rounding allocation.Rounding) error {
	err := request.All(
		request.OneOf(field+"/type", k.Type, allocation.Keys()...),
		request.OneOf("rounding", rounding, allocation.Exact, allocation.OperatorAT),
	)
	if err != nil {
		return err
	}
	if rounding == allocation.OperatorAT && (k.Type != allocation.Prorata || k.Parameters != nil) {
		return fault.Field(fault.InvalidField, "rounding", "%s is defined for key %s without parameters only", allocation.OperatorAT, allocation.Prorata)
	}
	if k.Parameters == nil {
		return nil
	}
	return k.Parameters.validate(field+"/parameters", k.Type)
}

func (p KeyParameters) validate(field string, key allocation.Key) error {
	if max(len(p.Shares), len(p.Tiers)) > maxKeyParameters {
		return fault.Field(fault.OutOfRange, field, "at most %d members are named", maxKeyParameters)
	}
	for _, member := range slices.Sorted(maps.Keys(p.Shares)) {
		if err := request.All(request.ID(field+"/shares", member), request.Within(field+"/shares/"+member, p.Shares[member], 0, allocation.Whole)); err != nil {
			return err
		}
	}
	for _, member := range slices.Sorted(maps.Keys(p.Tiers)) {
		if err := request.All(request.ID(field+"/tiers", member), request.Within(field+"/tiers/"+member, int64(p.Tiers[member]), 0, maxTier)); err != nil {
			return err
		}
	}
	if inner := allocation.InnerKeys(); p.TierKey != "" && !slices.Contains(inner, p.TierKey) {
		return fault.Field(fault.InvalidField, field+"/tierKey", "expected one of %q", inner)
	}
	if keys := allocation.ProducerKeys(); p.ProductionKey != "" && !slices.Contains(keys, p.ProductionKey) {
		return fault.Field(fault.InvalidField, field+"/productionKey", "expected one of %q", keys)
	}
	if p.ProductionKey != "" && key.Bilateral() {
		return fault.Field(fault.InvalidField, field+"/productionKey", "key %s decides itself who places how much", key)
	}
	return nil
}

// PerInterval reports whether the organiser gives the key's shares for every interval.
func (k AllocationKey) PerInterval() bool {
	return k.Type.Tables() != allocation.NoTable
}

// side are the fixed shares and tiers of one direction's members. Shares are nil, which means equal ones, where nobody has any.
func (k AllocationKey) side(members []Member) (shares []int64, tiers []int) {
	var sum int64
	for _, member := range members {
		share, tier := member.Share, member.Tier
		if k.Parameters != nil && k.Parameters.Shares != nil {
			share = k.Parameters.Shares[member.MemberID]
		}
		if k.Parameters != nil && k.Parameters.Tiers != nil {
			tier = k.Parameters.Tiers[member.MemberID]
		}
		shares, tiers, sum = append(shares, share), append(tiers, tier), sum+share
	}
	if sum == 0 {
		shares = nil
	}
	return shares, tiers
}

// settings are those of the kernel for consumers and producers in byte order of their ids; same are the connections that are measured both ways.
func (g Generation) settings(consumers, producers []Member, same []int) allocation.Settings {
	s := allocation.Settings{Key: g.Key.Type, Rounding: g.Rounding, Same: same}
	if g.Rounding == allocation.OperatorAT {
		return s
	}
	s.Shares, s.Tiers = g.Key.side(consumers)
	if g.Key.Parameters == nil {
		return s
	}
	s.TierKey = g.Key.Parameters.TierKey
	shares, tiers := g.Key.side(producers)
	if g.Key.Parameters.ProducersByTier {
		s.ProducerTiers = tiers
	}
	if g.Key.Parameters.ProductionKey != "" {
		s.Production = &allocation.Side{Key: g.Key.Parameters.ProductionKey, Shares: shares, Tiers: tiers}
	}
	return s
}

const spain = "ES"

// national refuses shares that the community's country does not allow. In Spain those that an agreement names add up to the whole (RD 244/2019, annex I):
// what is left to nobody would be a mistake. Members who leave later make it less until the next agreement, and the others are settled all the same.
func (k AllocationKey) national(field, country string) error {
	if country != spain || k.Type != allocation.Static || k.Parameters == nil || k.Parameters.Shares == nil {
		return nil
	}
	var whole int64
	for _, share := range k.Parameters.Shares {
		whole += share
	}
	if whole != allocation.Whole {
		return fault.Field(fault.InvalidField, field+"/parameters/shares", "they add up to %d ppm, and in %s to exactly %d (RD 244/2019, annex I)", whole, spain, allocation.Whole)
	}
	return nil
}
