// Package contract holds the transactions of contract "settlement": who may act, what is read, what is stored and announced. What is decided stands
// in package settlement.
package contract

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// Contract is the contract as contract-api calls it: each method takes and returns one JSON object.
type Contract struct {
	contractapi.Contract
}

// The names of the transient entries.
const (
	privateMember       = "member"
	privateConfirmation = "confirmation"
	privateReadings     = "readings"
	privateKeyDay       = "keyDay"
	privateReads        = "reads"
)

// New returns the contract with its table of transactions.
func New() transaction.Contract {
	c := new(Contract)
	c.Name = "settlement"
	return transaction.Contract{API: c, Events: events, Transactions: []transaction.Description{
		{
			Name: "CreateCommunity", Submit: true, Request: settlement.CreateCommunityRequest{}, Answer: settlement.Community{},
			Summary: "An organiser creates a community of the own organisation.",
		},
		{
			Name: "ChangeKey", Submit: true, Request: settlement.ChangeKeyRequest{}, Answer: settlement.Community{},
			Summary: "The community's organiser sets another allocation key from a local midnight on.",
		},
		{
			Name: "ChangeTariff", Submit: true, Request: settlement.ChangeTariffRequest{}, Answer: settlement.Community{},
			Summary: "The community's organiser sets another tariff from a local midnight on.",
		},
		{
			Name: "SubmitKeyDay", Submit: true, Request: settlement.SubmitKeyDayRequest{}, Answer: settlement.KeyDayRecord{},
			Private: privateKeyDay, PrivateType: settlement.KeyDay{},
			Summary: "The community's organiser stores the shares of every interval of a day, for the keys dynamic and full-dynamic.",
		},
		{
			Name: "AddMember", Submit: true, Request: settlement.AddMemberRequest{}, Answer: settlement.Member{},
			Private: privateMember, PrivateType: settlement.MemberPrivate{},
			Summary: "The community's organiser adds a member, pending until the operator confirms the metering point.",
		},
		{
			Name: "ConfirmMember", Submit: true, Request: settlement.ConfirmMemberRequest{}, Answer: settlement.Member{},
			Private: privateConfirmation, PrivateType: settlement.Confirmation{},
			Summary: "The operator's meter operator confirms the member whose person and metering point are those of its own register.",
		},
		{
			Name: "EndMember", Submit: true, Request: settlement.EndMemberRequest{}, Answer: settlement.Member{},
			Summary: "The community's organiser ends a membership before a local day.",
		},
		{
			Name: "SubmitMeterDays", Submit: true, Request: settlement.SubmitMeterDaysRequest{}, Answer: settlement.SubmitMeterDaysAnswer{},
			Private: privateReadings, PrivateType: settlement.Readings{},
			Summary: "The operator's meter operator stores meter days of members.",
		},
		{
			Name: "SettleDay", Submit: true, Alone: true, Request: settlement.SettleDayRequest{}, Answer: settlement.Run{},
			Summary: "The organiser or the operator's meter operator divides a day's production among the members.",
		},
		{
			Name: "ClosePeriod", Submit: true, Alone: true, Request: settlement.ClosePeriodRequest{}, Answer: settlement.Period{},
			Summary: "The community's organiser bills a month: a preview, provisionally, or a correction of a final period.",
		},
		{
			Name: "FinalizePeriod", Submit: true, Alone: true, Request: settlement.FinalizePeriodRequest{}, Answer: settlement.Period{},
			Summary: "The community's organiser makes a provisional period final after its dispute window.",
		},
		{
			Name: "RecordOfficial", Submit: true, Request: settlement.RecordOfficialRequest{}, Answer: settlement.SubmitMeterDaysAnswer{},
			Private: privateReadings, PrivateType: settlement.Readings{},
			Summary: "The operator's meter operator stores its official shared energies beside ours.",
		},
		{
			Name: "RaiseDispute", Submit: true, Resident: true, Request: settlement.RaiseDisputeRequest{}, Answer: settlement.Dispute{},
			Summary: "The resident concerned or the organiser objects to a provisional period, or appeals.",
		},
		{
			Name: "ResolveDispute", Submit: true, Request: settlement.ResolveDisputeRequest{}, Answer: settlement.Dispute{},
			Summary: "The operator (readings), the organiser (all else) or an auditor (appeals) accepts or rejects a dispute.",
		},
		{
			Name: "ConfirmPayment", Submit: true, Request: settlement.ConfirmPaymentRequest{}, Answer: settlement.Payment{},
			Summary: "The community's organiser confirms that a position was paid.",
		},
		{
			Name: "PurgeMeterDays", Submit: true, Alone: true, Request: settlement.PurgeMeterDaysRequest{}, Answer: settlement.Purge{},
			Summary: "The operator's meter operator purges the curves of a day after their retention.",
		},
		{
			Name: "RecordReads", Submit: true, Request: settlement.RecordReadsRequest{}, Answer: settlement.ReadsRecord{},
			Private: privateReads, PrivateType: settlement.Reads{},
			Summary: "The organiser, the meter operator or an auditor records which load profiles were read, for the members' lists of uses.",
		},
		{
			Name: "PublishFigures", Submit: true, Alone: true, Request: settlement.PublishFiguresRequest{}, Answer: settlement.Figures{},
			Summary: "The community's organiser publishes a final month's production, consumption and shared energy, which never tell of fewer than 10 persons.",
		},
		{
			Name: "AgreeToFigures", Submit: true, Resident: true, Request: settlement.AgreeToFiguresRequest{}, Answer: settlement.FigureAgreement{},
			Summary: "A legal person that produces agrees by its own signature that figures of fewer than 10 producers are published, or ends its agreement.",
		},
		transaction.RelayRow(),
		{
			Name: "GetCommunity", Request: settlement.GetCommunityRequest{}, Answer: settlement.Community{},
			Summary: "Anybody reads a community.",
		},
		{
			Name: "ListMembers", PrivateAnswer: true, Request: settlement.ListMembersRequest{}, Answer: settlement.MemberPage{},
			Summary: "The organiser, the operator's meter operator or an auditor lists the members of a community.",
		},
		{
			Name: "GetRun", Request: settlement.GetRunRequest{}, Answer: settlement.Run{},
			Summary: "Anybody reads the public record of a run.",
		},
		{
			Name: "RunTotals", PrivateAnswer: true, Request: settlement.GetRunRequest{}, Answer: settlement.RunTotals{},
			Summary: "The organiser, the meter operator or an auditor reads the private totals of a run.",
		},
		{
			Name: "CheckDay", PrivateAnswer: true, Request: settlement.SettleDayRequest{}, Answer: settlement.Findings{},
			Summary: "The organiser, the meter operator or an auditor reads what is missing or implausible in the readings of a day.",
		},
		{
			Name: "CheckMeterDays", PrivateAnswer: true, Request: settlement.CheckMeterDaysRequest{}, Answer: settlement.ReadingResults{},
			Private: privateReadings, PrivateType: settlement.Readings{},
			Summary: "The operator's meter operator asks what becomes, or became, of each of its readings and why.",
		},
		{
			Name: "CheckKeyDay", PrivateAnswer: true, Request: settlement.SubmitKeyDayRequest{}, Answer: settlement.KeyDayCheck{},
			Private: privateKeyDay, PrivateType: settlement.KeyDay{},
			Summary: "The community's organiser asks whether the shares of a day would be taken, and why not.",
		},
		{
			Name: "ListRuns", Request: settlement.ListRunsRequest{}, Answer: settlement.RunPage{},
			Summary: "Anybody lists the runs of a community in the order of their days.",
		},
		{
			Name: "Statement", PrivateAnswer: true, Resident: true, Request: settlement.StatementRequest{}, Answer: settlement.Statement{},
			Summary: "The organiser, an auditor or the resident who is the member reads a member's result of a day with its proof.",
		},
		{
			Name: "MeterDays", PrivateAnswer: true, Resident: true, Request: settlement.MeterDaysRequest{}, Answer: settlement.MeterDayPage{},
			Summary: "The organiser, the meter operator or an auditor reads curves, a resident the own one.",
		},
		{
			Name: "Uses", PrivateAnswer: true, Resident: true, Request: settlement.UsesRequest{}, Answer: settlement.Uses{},
			Summary: "The resident who is the member, the organiser or an auditor reads every use of a member's load profile, each proven.",
		},
		{
			Name: "ListFigures", Request: settlement.ListFiguresRequest{}, Answer: settlement.FiguresList{},
			Summary: "Anybody reads the figures that a community's organiser published of a month.",
		},
		{
			Name: "ListReads", Request: settlement.ListReadsRequest{}, Answer: settlement.ReadsRecords{},
			Summary: "Anybody reads the public traces of the reads of load profiles that were recorded in a month.",
		},
		{
			Name: "GetPeriod", Request: settlement.GetPeriodRequest{}, Answer: settlement.Period{},
			Summary: "Anybody reads the public record of a period.",
		},
		{
			Name: "PeriodTotals", PrivateAnswer: true, Request: settlement.GetPeriodRequest{}, Answer: settlement.PhaseTotals{},
			Summary: "The organiser or an auditor reads the private totals of a phase of a period.",
		},
		{
			Name: "Bill", PrivateAnswer: true, Resident: true, Request: settlement.BillRequest{}, Answer: settlement.BillStatement{},
			Summary: "The organiser, an auditor or the resident who is the member reads a party's bill of a period with its proof.",
		},
		{
			Name: "Proof", PrivateAnswer: true, Resident: true, Request: settlement.ProofRequest{}, Answer: settlement.Proof{},
			Summary: "Who may read a statement or bill reads its Merkle path alone.",
		},
		{
			Name: "Positions", PrivateAnswer: true, Request: settlement.PositionsRequest{}, Answer: settlement.Positions{},
			Summary: "The organiser or an auditor reads the netted positions of a period.",
		},
		{
			Name: "Differences", PrivateAnswer: true, Resident: true, Request: settlement.DifferencesRequest{}, Answer: settlement.Differences{},
			Summary: "The organiser, the meter operator or an auditor reads the operator's official values beside ours, a resident the own ones.",
		},
		{
			Name: "Coverage", PrivateAnswer: true, Request: settlement.CoverageRequest{}, Answer: settlement.Coverage{},
			Summary: "The organiser, the meter operator or an auditor reads which meter days and runs a period has.",
		},
		{
			Name: "ListDisputes", Request: settlement.ListDisputesRequest{}, Answer: settlement.Disputes{},
			Summary: "Anybody reads the disputes of a period.",
		},
	}}
}
