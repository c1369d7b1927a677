// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// TestNobodyBeginsNegotiationsWithoutEnd: anything that one party leaves open with another is bounded, and an end makes
// room.
func TestNobodyBeginsNegotiationsWithoutEnd(t *testing.T) {
	s := offered(t, policy())
	begin := func(as, msp string, i int) *fault.Error {
		_, refusal := s.Call(t, as, "licensing:RequestContract", licensing.RequestContractRequest{Proposal: licensing.Proposal{
			NegotiationID: fmt.Sprintf("%s/n-%d", msp, i), DatasetID: "UtilityMSP/grid-load", OfferID: "UtilityMSP/o-1",
		}}, nil)
		return refusal
	}
	open, refused := []int{}, -1
	for i := range 2 * licensing.MaxOpenNegotiations {
		if refusal := begin(consumer, "CommunityMSP", i); refusal != nil {
			require.Equal(t, fault.TooManyOpen, refusal.Code)
			refused = i
			continue
		}
		open = append(open, i)
	}
	require.LessOrEqual(t, len(open), licensing.MaxOpenNegotiations)
	require.Greater(t, len(open), licensing.MaxOpenNegotiations*9/10, "the bound is no trap for the honest")
	require.Nil(t, begin(outsider, "CityMSP", 0), "others have places of their own")
	for _, i := range open {
		s.Submit(t, consumer, "licensing:TerminateNegotiation", licensing.TerminateNegotiationRequest{NegotiationID: fmt.Sprintf("CommunityMSP/n-%d", i)}, nil)
	}
	require.Nil(t, begin(consumer, "CommunityMSP", refused))
	quick(t, s, "quick", "UtilityMSP/o-1")
	require.Zero(t, negotiation(t, s, "CommunityMSP/n-quick").Slot, "what ends at once takes none")
}

// TestAnAgreedNegotiationFreesItsPlace walks to its end.
func TestAnAgreedNegotiationFreesItsPlace(t *testing.T) {
	s := offered(t, policy())
	start := licensing.Proposal{NegotiationID: "CommunityMSP/n", DatasetID: "UtilityMSP/grid-load", OfferID: "UtilityMSP/o-1"}
	s.Submit(t, consumer, "licensing:RequestContract", licensing.RequestContractRequest{Proposal: start}, nil)
	require.Len(t, slots(s), 1)
	agree := negotiation(t, s).Terms("UtilityMSP/a-1")
	s.Submit(t, provider, "licensing:Agree", agree, nil)
	s.Submit(t, consumer, "licensing:VerifyAgreement", agree, nil)
	require.Len(t, slots(s), 1)
	s.Submit(t, provider, "licensing:FinalizeNegotiation", agree, nil)
	require.Empty(t, slots(s))
}

func slots(s *contracttest.Suite) (keys []string) {
	for _, key := range s.Keys() {
		if len(key) > len("licensing.negotiationSlot") && key[:len("licensing.negotiationSlot")] == "licensing.negotiationSlot" {
			keys = append(keys, key)
		}
	}
	return keys
}
