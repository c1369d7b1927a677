// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"fmt"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// SubmitKeyDay stores the shares of every interval of a day; they go to the collection's members only.
func (s Settlement) SubmitKeyDay(ctx context.Context, request settlement.SubmitKeyDayRequest, key settlement.KeyDay) (settlement.KeyDayRecord, Receipt, error) {
	return submitPrivately[settlement.KeyDayRecord](ctx, s.client, "settlement:SubmitKeyDay", request, "keyDay", key)
}

// RecordOfficial stores the grid operator's official shared energies.
func (s Settlement) RecordOfficial(ctx context.Context, request settlement.RecordOfficialRequest, readings settlement.Readings) (settlement.SubmitMeterDaysAnswer, Receipt, error) {
	return submitPrivately[settlement.SubmitMeterDaysAnswer](ctx, s.client, "settlement:RecordOfficial", request, "readings", readings)
}

// RecordReads records which load profiles were read.
func (s Settlement) RecordReads(ctx context.Context, request settlement.RecordReadsRequest, reads settlement.Reads) (settlement.ReadsRecord, Receipt, error) {
	return submitPrivately[settlement.ReadsRecord](ctx, s.client, "settlement:RecordReads", request, "reads", reads)
}

// AllMeterDays reads all pages of a day's load profiles, and the day's shares by interval where there are any.
func (s Settlement) AllMeterDays(ctx context.Context, request settlement.MeterDaysRequest) (days []settlement.MeterDay, key *settlement.KeyDay, err error) {
	for {
		page, err := s.MeterDays(ctx, request)
		if err != nil {
			return nil, nil, err
		}
		days, key = append(days, page.MeterDays...), page.KeyDay
		if request.Bookmark = page.Bookmark; request.Bookmark == "" {
			return days, key, nil
		}
	}
}

// AllPositions reads all pages of the netted positions of a period. That they are zero together is checked.
func (s Settlement) AllPositions(ctx context.Context, of settlement.GetPeriodRequest) (settlement.Positions, error) {
	var all settlement.Positions
	request := settlement.PositionsRequest{CommunityID: of.CommunityID, Period: of.Period, Phase: of.Phase}
	positions, err := pages(&request.Bookmark, func() ([]settlement.Position, string, error) {
		page, err := s.Positions(ctx, request)
		all.Currency = page.Currency
		return page.Positions, page.Bookmark, err
	})
	all.Positions = positions
	if sum := all.Sum(); err == nil && sum != 0 {
		err = fmt.Errorf("the positions of %s of %s add up to %d cents and not to zero", of.Phase, of.Period, sum)
	}
	return all, err
}
