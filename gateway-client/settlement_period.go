package gateway

import (
	"context"

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
		if !page.More {
			return days, key, nil
		}
		request.After = page.MeterDays[len(page.MeterDays)-1].MemberID
	}
}
