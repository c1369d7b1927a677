// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// BenchmarkSettleDay is the chaincode's whole work for a day of 1,000 members, without the peer: decoding what it reads, computing, encoding what it writes.
func BenchmarkSettleDay(b *testing.B) {
	s := consented(b)
	s.Now = s.Now.AddDate(0, 0, 1)
	s.Submit(b, organiser, "settlement:CreateCommunity", terms, nil)
	var all settlement.Readings
	for i := range 1000 {
		id, direction := fmt.Sprintf("m%04d", i), settlement.Consumption
		if i%3 == 2 {
			direction = settlement.Production
		}
		join(b, s, membership(id, direction), i)
		reading := flat(id, day, 96, 0)
		for interval := range reading.Values {
			reading.Values[interval] = 100_000 + int64(i*7919+interval*104729)%900_000
		}
		all.MeterDays = append(all.MeterDays, reading)
	}
	answer := contracttest.Answer[settlement.SubmitMeterDaysAnswer](b, s.Submit(b, operator, "settlement:SubmitMeterDays", submit, readings(all.MeterDays...)))
	require.Equal(b, 1000, answer.Accepted)
	s.Submit(b, organiser, "settlement:SettleDay", settlement.SettleDayRequest{CommunityID: "sunny", Day: day, Run: settlement.Provisional}, nil) // copies the roster
	for b.Loop() {
		s.Simulate(b, organiser, "settlement:SettleDay", settleFinal, nil)
	}
}

// BenchmarkSubmitMeterDays is the chaincode's whole work to take a day of 1,000 members, each with a consent of its own, without the peer.
func BenchmarkSubmitMeterDays(b *testing.B) {
	s := consented(b)
	s.Now = s.Now.AddDate(0, 0, 1)
	s.Submit(b, organiser, "settlement:CreateCommunity", terms, nil)
	var all settlement.Readings
	for i := range 1000 {
		id := fmt.Sprintf("m%04d", i)
		enter(b, s, contracttest.NewResident(b), id, i)
		all.MeterDays = append(all.MeterDays, flat(id, day, 96, int64(100_000+i*7919)))
	}
	for b.Loop() {
		s.Simulate(b, operator, "settlement:SubmitMeterDays", submit, readings(all.MeterDays...))
	}
}
