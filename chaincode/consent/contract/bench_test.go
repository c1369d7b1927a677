// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
)

// BenchmarkGive is the chaincode's whole work for a consent that a resident signed, without the peer.
func BenchmarkGive(b *testing.B) {
	s := open(b)
	signed := contracttest.NewResident(b).Sign(b, s, "consent:Give", give(s, "c-1"))
	b.ReportAllocs()
	for b.Loop() {
		_, response := s.Simulate(b, relay, "consent:Relay", signed, nil)
		require.EqualValues(b, 200, response.GetStatus())
	}
}
