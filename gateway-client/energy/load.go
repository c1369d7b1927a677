// SPDX-License-Identifier: Apache-2.0

package energy

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// From returns the file from a row on.
func (l *Load) From(row int) *Load {
	cut := &Load{Start: l.Start[row:], lines: l.lines[row:]}
	for _, bad := range l.Bad {
		if bad.Row >= row {
			bad.Row -= row
			cut.Bad = append(cut.Bad, bad)
		}
	}
	cut.Consumption, cut.Production = from(l.Consumption, row), from(l.Production, row)
	return cut
}

func from(loadProfiles []LoadProfile, row int) []LoadProfile {
	cut := make([]LoadProfile, len(loadProfiles))
	for i, curve := range loadProfiles {
		cut[i] = LoadProfile{ID: curve.ID, Values: curve.Values[row:], Missing: curve.Missing[row:]}
	}
	return cut
}

// Named returns the file with other ids of its load profiles: allocation decides between equal claims by their order.
func (l *Load) Named(name func(id string, direction settlement.Direction) string) *Load {
	named := *l
	named.Consumption, named.Production = l.From(0).Consumption, l.From(0).Production
	for i := range named.Consumption {
		named.Consumption[i].ID = name(named.Consumption[i].ID, settlement.Consumption)
	}
	for i := range named.Production {
		named.Production[i].ID = name(named.Production[i].ID, settlement.Production)
	}
	return &named
}

// netted returns the file without what connections consume of their own production.
func (l *Load) netted(same map[string]string) *Load {
	if len(same) == 0 {
		return l
	}
	net := *l
	net.Consumption, net.Production = copied(l.Consumption), copied(l.Production)
	for _, consumption := range net.Consumption {
		for _, production := range net.Production {
			if same[consumption.ID] != production.ID {
				continue
			}
			for row := range net.Start {
				own := min(consumption.Values[row], production.Values[row]) // 0 where one is missing
				consumption.Values[row] -= own
				production.Values[row] -= own
			}
		}
	}
	return &net
}

func copied(loadProfiles []LoadProfile) []LoadProfile {
	copies := slices.Clone(loadProfiles)
	for i := range copies {
		copies[i].Values = slices.Clone(copies[i].Values)
	}
	return copies
}
