// SPDX-License-Identifier: Apache-2.0

package network

import (
	"fmt"
	"strings"
)

// Endorsers is f+1, the fewest endorsers of which at least one is honest when f of n organisations lie; f is the most that SmartBFT bears.
func Endorsers(organisations int) int {
	return (organisations-1)/3 + 1
}

// EndorsementPolicy demands f+1 of the organisations' peers, so that any other organisation may be down.
func (t Topology) EndorsementPolicy() string {
	return outOf(Endorsers(len(t)), t.MSPs(), "peer")
}

func outOf(count int, msps []string, role string) string {
	principals := make([]string, len(msps))
	for i, msp := range msps {
		principals[i] = fmt.Sprintf("'%s.%s'", msp, role)
	}
	return fmt.Sprintf("OutOf(%d,%s)", count, strings.Join(principals, ","))
}
