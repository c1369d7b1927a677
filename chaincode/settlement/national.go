// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
)

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
