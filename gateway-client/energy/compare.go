// SPDX-License-Identifier: Apache-2.0

package energy

import (
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
)

// Comparison is what each key would give each member of a file: what a community's assembly needs for its vote. Energies are sums over the complete
// intervals, in mWh.
type Comparison struct {
	Keys []allocation.Key `json:"keys"`
	// Consumers have what each received by key, Producers what each placed.
	Consumers []MemberComparison `json:"consumers"`
	Producers []MemberComparison `json:"producers"`
}

// MemberComparison is one metering point's.
type MemberComparison struct {
	ID      string `json:"id"`
	Metered int64  `json:"metered"`
	// Shared is by key, in the order of Keys.
	Shared []int64 `json:"shared"`
}

// Compare allocates the file by each rule.
func Compare(load *Load, rules []Rule) (Comparison, error) {
	var c Comparison
	for _, curve := range load.Consumption {
		c.Consumers = append(c.Consumers, MemberComparison{ID: curve.ID})
	}
	for _, curve := range load.Production {
		c.Producers = append(c.Producers, MemberComparison{ID: curve.ID})
	}
	for k, rule := range rules {
		c.Keys = append(c.Keys, rule.Key)
		result, err := Allocate(load, rule)
		if err != nil {
			return c, err
		}
		for i := range c.Consumers {
			c.Consumers[i].Shared = append(c.Consumers[i].Shared, 0)
		}
		for j := range c.Producers {
			c.Producers[j].Shared = append(c.Producers[j].Shared, 0)
		}
		c.add(load, result, k)
	}
	return c, nil
}

func (c *Comparison) add(load *Load, result Allocation, key int) {
	consumers := len(load.Consumption)
	for row, record := range result.Records() {
		if record[1] == "" { // incomplete
			continue
		}
		for i := range c.Consumers {
			c.Consumers[i].Shared[key] += cell(record[1+consumers+i])
			if key == 0 {
				c.Consumers[i].Metered += load.Consumption[i].Values[row]
			}
		}
		for j := range c.Producers {
			c.Producers[j].Shared[key] += result.net.Production[j].Values[row] - cell(record[1+2*consumers+j])
			if key == 0 {
				c.Producers[j].Metered += load.Production[j].Values[row]
			}
		}
	}
}
