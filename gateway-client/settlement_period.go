package gateway

import (
	"context"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// ChangeKey gives a community another allocation key.
func (s Settlement) ChangeKey(ctx context.Context, request settlement.ChangeKeyRequest) (settlement.Community, Receipt, error) {
	return submit[settlement.Community](ctx, s.client, "settlement:ChangeKey", request)
}

// ChangeTariff gives a community another tariff.
func (s Settlement) ChangeTariff(ctx context.Context, request settlement.ChangeTariffRequest) (settlement.Community, Receipt, error) {
	return submit[settlement.Community](ctx, s.client, "settlement:ChangeTariff", request)
}

// EndMember ends a membership.
func (s Settlement) EndMember(ctx context.Context, request settlement.EndMemberRequest) (settlement.Member, Receipt, error) {
	return submit[settlement.Member](ctx, s.client, "settlement:EndMember", request)
}

// ClosePeriod bills a month.
func (s Settlement) ClosePeriod(ctx context.Context, request settlement.ClosePeriodRequest) (settlement.Period, Receipt, error) {
	return submit[settlement.Period](ctx, s.client, "settlement:ClosePeriod", request)
}

// FinalizePeriod makes a provisional period final.
func (s Settlement) FinalizePeriod(ctx context.Context, request settlement.FinalizePeriodRequest) (settlement.Period, Receipt, error) {
	return submit[settlement.Period](ctx, s.client, "settlement:FinalizePeriod", request)
}

// RaiseDispute objects to a provisional period, or appeals.
func (s Settlement) RaiseDispute(ctx context.Context, request settlement.RaiseDisputeRequest) (settlement.Dispute, Receipt, error) {
	return submit[settlement.Dispute](ctx, s.client, "settlement:RaiseDispute", request)
}

// ResolveDispute accepts or rejects a dispute.
func (s Settlement) ResolveDispute(ctx context.Context, request settlement.ResolveDisputeRequest) (settlement.Dispute, Receipt, error) {
	return submit[settlement.Dispute](ctx, s.client, "settlement:ResolveDispute", request)
}

// ConfirmPayment confirms that a position was paid.
func (s Settlement) ConfirmPayment(ctx context.Context, request settlement.ConfirmPaymentRequest) (settlement.Payment, Receipt, error) {
	return submit[settlement.Payment](ctx, s.client, "settlement:ConfirmPayment", request)
}

// PurgeMeterDays purges the curves of a day.
func (s Settlement) PurgeMeterDays(ctx context.Context, request settlement.PurgeMeterDaysRequest) (settlement.Purge, Receipt, error) {
	return submit[settlement.Purge](ctx, s.client, "settlement:PurgeMeterDays", request)
}

// SubmitKeyDay stores the shares of every interval of a day; they go to the collection's members only.
func (s Settlement) SubmitKeyDay(ctx context.Context, request settlement.SubmitKeyDayRequest, key settlement.KeyDay) (settlement.KeyDayRecord, Receipt, error) {
	return submitPrivately[settlement.KeyDayRecord](ctx, s.client, "settlement:SubmitKeyDay", request, "keyDay", key)
}

// RecordOfficial stores the operator's official shared energies.
func (s Settlement) RecordOfficial(ctx context.Context, request settlement.RecordOfficialRequest, readings settlement.Readings) (settlement.SubmitMeterDaysAnswer, Receipt, error) {
	return submitPrivately[settlement.SubmitMeterDaysAnswer](ctx, s.client, "settlement:RecordOfficial", request, "readings", readings)
}

// MeterDays reads a page of curves.
func (s Settlement) MeterDays(ctx context.Context, request settlement.MeterDaysRequest) (settlement.MeterDayPage, error) {
	return evaluate[settlement.MeterDayPage](ctx, s.client, "settlement:MeterDays", request)
}

// GetPeriod reads a period.
func (s Settlement) GetPeriod(ctx context.Context, request settlement.GetPeriodRequest) (settlement.Period, error) {
	return evaluate[settlement.Period](ctx, s.client, "settlement:GetPeriod", request)
}

// PeriodTotals reads the private totals of a phase of a period.
func (s Settlement) PeriodTotals(ctx context.Context, request settlement.GetPeriodRequest) (settlement.PhaseTotals, error) {
	return evaluate[settlement.PhaseTotals](ctx, s.client, "settlement:PeriodTotals", request)
}

// RecordReads records which load profiles were read.
func (s Settlement) RecordReads(ctx context.Context, request settlement.RecordReadsRequest, reads settlement.Reads) (settlement.ReadsRecord, Receipt, error) {
	return submitPrivately[settlement.ReadsRecord](ctx, s.client, "settlement:RecordReads", request, "reads", reads)
}

// Uses reads a month's uses of a member's load profile.
func (s Settlement) Uses(ctx context.Context, request settlement.UsesRequest) (settlement.Uses, error) {
	return evaluate[settlement.Uses](ctx, s.client, "settlement:Uses", request)
}

// ListReads reads a page of the public traces of the reads that were recorded in a month.
func (s Settlement) ListReads(ctx context.Context, request settlement.ListReadsRequest) (settlement.ReadsRecords, error) {
	return evaluate[settlement.ReadsRecords](ctx, s.client, "settlement:ListReads", request)
}

// PublishFigures publishes a month's figures, or their next correction.
func (s Settlement) PublishFigures(ctx context.Context, request settlement.PublishFiguresRequest) (settlement.Figures, Receipt, error) {
	return submit[settlement.Figures](ctx, s.client, "settlement:PublishFigures", request)
}

// AgreeToFigures agrees, as a legal person that produces, that figures of fewer than 10 producers are published, or ends this agreement.
func (s Settlement) AgreeToFigures(ctx context.Context, request settlement.AgreeToFiguresRequest) (settlement.FigureAgreement, Receipt, error) {
	return submit[settlement.FigureAgreement](ctx, s.client, "settlement:AgreeToFigures", request)
}

// ListFigures reads what was published of a month.
func (s Settlement) ListFigures(ctx context.Context, request settlement.ListFiguresRequest) (settlement.FiguresList, error) {
	return evaluate[settlement.FiguresList](ctx, s.client, "settlement:ListFigures", request)
}

// Bill reads a party's bill with its proof.
func (s Settlement) Bill(ctx context.Context, request settlement.BillRequest) (settlement.BillStatement, error) {
	return evaluate[settlement.BillStatement](ctx, s.client, "settlement:Bill", request)
}

// Proof reads a Merkle path.
func (s Settlement) Proof(ctx context.Context, request settlement.ProofRequest) (settlement.Proof, error) {
	return evaluate[settlement.Proof](ctx, s.client, "settlement:Proof", request)
}

// Positions reads the netted positions of a period.
func (s Settlement) Positions(ctx context.Context, request settlement.PositionsRequest) (settlement.Positions, error) {
	return evaluate[settlement.Positions](ctx, s.client, "settlement:Positions", request)
}

// Differences reads the operator's official values beside ours.
func (s Settlement) Differences(ctx context.Context, request settlement.DifferencesRequest) (settlement.Differences, error) {
	return evaluate[settlement.Differences](ctx, s.client, "settlement:Differences", request)
}

// Coverage reads which meter days and runs a period has.
func (s Settlement) Coverage(ctx context.Context, request settlement.CoverageRequest) (settlement.Coverage, error) {
	return evaluate[settlement.Coverage](ctx, s.client, "settlement:Coverage", request)
}

// ListDisputes reads a page of the disputes of a period.
func (s Settlement) ListDisputes(ctx context.Context, request settlement.ListDisputesRequest) (settlement.Disputes, error) {
	return evaluate[settlement.Disputes](ctx, s.client, "settlement:ListDisputes", request)
}

// AllMeterDays reads all pages of a day's curves, and the day's shares by interval where there are any.
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
