// SPDX-License-Identifier: Apache-2.0

// Package contract holds the transactions of contract "settlement": who may act, what is read, what is stored and
// announced. Package settlement decides.
package contract

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// Contract is the contract as contract-api calls it; its methods, one for each transaction, are generated.
type Contract struct {
	contractapi.Contract
	table transaction.Table
}

// The names of the transient entries.
const (
	privateMember       = "member"
	privateConfirmation = "confirmation"
	privateReadings     = "readings"
	privateKeyDay       = "keyDay"
	privateReads        = "reads"
)

// New returns the contract with its tables of transactions and events.
func New() transaction.Contract {
	c := &Contract{table: transaction.NewTable(transactions)}
	c.Name = "settlement"
	return transaction.Contract{API: c, Events: events, Transactions: transactions}
}

// transactions are the contract's: each row is the contract of a transaction, and all that others know of it follows from the row.
var transactions = []transaction.Description{
	{
		Name: "CreateCommunity", Handler: transaction.Writes(createCommunity),
		May:     transaction.May{{Role: identity.Organiser}},
		Summary: "An organiser creates a community of its own organisation.",
	},
	{
		Name: "ReplaceTerms", Handler: transaction.Writes(replaceTerms),
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}},
		Summary: "The community's organiser replaces the terms, until a day is settled finally.",
	},
	{
		Name: "ChangeKey", Handler: transaction.Writes(changeKey),
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}},
		Summary: "The community's organiser sets another allocation key from a local midnight on.",
	},
	{
		Name: "ChangeTariff", Handler: transaction.Writes(changeTariff),
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}},
		Summary: "The community's organiser sets another tariff from a local midnight on.",
	},
	{
		Name: "SubmitKeyDay", Handler: transaction.Writes(submitKeyDay),
		Private: privateKeyDay, PrivateType: settlement.KeyDay{},
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}},
		Summary: "The community's organiser stores the shares of every interval of a day, for the keys dynamic and full-dynamic.",
	},
	{
		Name: "AddMember", Handler: transaction.Writes(addMember),
		Private: privateMember, PrivateType: settlement.MemberPrivate{},
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}},
		Summary: "The community's organiser adds a member, pending until the grid operator confirms the metering point.",
	},
	{
		Name: "ConfirmMember", Handler: transaction.Writes(confirmMember),
		Private: privateConfirmation, PrivateType: settlement.Confirmation{},
		May:     transaction.May{{Role: identity.MeterOperator, Of: "the grid operator"}},
		Summary: "The grid operator's meter operator confirms the member whose person and metering point are those of its own register.",
	},
	{
		Name: "EndMember", Handler: transaction.Writes(endMember),
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}},
		Summary: "The community's organiser ends a membership before a local day, or cancels it from its first day.",
	},
	{
		Name: "AssentToEnd", Handler: transaction.Writes(assentToEnd), Resident: true,
		May:     transaction.May{{Role: identity.MeterOperator, Of: "the grid operator"}},
		Summary: "The grid operator's meter operator or the resident who is the member assents to an end that changes a final month.",
	},
	{
		Name: "SubmitMeterDays", Handler: transaction.Writes(submitMeterDays),
		Private: privateReadings, PrivateType: settlement.Readings{},
		May:     transaction.May{{Role: identity.MeterOperator, Of: "the grid operator"}},
		Summary: "The grid operator's meter operator stores meter days of members.",
	},
	{
		Name: "SettleDay", Handler: transaction.Writes(settleDay), Alone: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}, {Role: identity.MeterOperator, Of: "the grid operator"}},
		Summary: "The organiser or the grid operator's meter operator divides a day's production among the members.",
	},
	{
		Name: "ClosePeriod", Handler: transaction.Writes(closePeriod), Alone: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}},
		Summary: "The community's organiser bills a month: a preview, provisionally, or a correction of a final period.",
	},
	{
		Name: "FinalizePeriod", Handler: transaction.Writes(finalizePeriod), Alone: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}},
		Summary: "The community's organiser makes a provisional period final after its dispute window.",
	},
	{
		Name: "RecordOfficial", Handler: transaction.Writes(recordOfficial),
		Private: privateReadings, PrivateType: settlement.Readings{},
		May:     transaction.May{{Role: identity.MeterOperator, Of: "the grid operator"}},
		Summary: "The grid operator's meter operator stores its official shared energies beside ours.",
	},
	{
		Name: "RaiseDispute", Handler: transaction.Writes(raiseDispute), Resident: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}},
		Summary: "The resident concerned or the organiser objects to a provisional period, or appeals.",
	},
	{
		Name: "ResolveDispute", Handler: transaction.Writes(resolveDispute),
		May:     transaction.May{{Role: identity.MeterOperator, Of: "the grid operator, on readings"}, {Role: identity.Organiser, Of: "the community's organiser, on shares and members"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor, on appeals"}},
		Summary: "The grid operator (readings), the organiser (all else) or an auditor (appeals) accepts or rejects a dispute.",
	},
	{
		Name: "ConfirmPayment", Handler: transaction.Writes(confirmPayment),
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}},
		Summary: "The community's organiser confirms that a position was paid.",
	},
	{
		Name: "PurgeMeterDays", Handler: transaction.Writes(purgeMeterDays), Alone: true,
		May:     transaction.May{{Role: identity.MeterOperator, Of: "the grid operator"}},
		Summary: "The grid operator's meter operator purges the load profiles of a day after their retention.",
	},
	{
		Name: "RecordReads", Handler: transaction.Writes(recordReads),
		Private: privateReads, PrivateType: settlement.Reads{},
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}, {Role: identity.MeterOperator, Of: "the grid operator"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor"}},
		Summary: "The organiser, the meter operator or an auditor records which load profiles were read, for the members' lists of uses.",
	},
	{
		Name: "PublishFigures", Handler: transaction.Writes(publishFigures), Alone: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}},
		Summary: "The community's organiser publishes a final month's production, consumption and shared energy, which never tell of fewer than 10 persons.",
	},
	{
		Name: "AgreeToFigures", Handler: transaction.Writes(agreeToFigures), Resident: true,
		Summary: "A legal person that produces agrees by its own signature that figures of fewer than 10 producers are published, or ends its agreement.",
	},
	transaction.RelayRow(),
	{
		Name: "GetCommunity", Handler: transaction.Reads(getCommunity),
		May:     transaction.Anybody,
		Summary: "Anybody reads a community.",
	},
	{
		Name: "ListCommunities", Handler: transaction.Reads(listCommunities),
		May:     transaction.Anybody,
		Summary: "Anybody lists the communities.",
	},
	{
		Name: "ListMembers", Handler: transaction.Reads(listMembers), PrivateAnswer: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}, {Role: identity.MeterOperator, Of: "the grid operator"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor"}},
		Summary: "The organiser, the grid operator's meter operator or an auditor lists the members of a community.",
	},
	{
		Name: "GetRun", Handler: transaction.Reads(getRun),
		May:     transaction.Anybody,
		Summary: "Anybody reads the public record of a run.",
	},
	{
		Name: "RunTotals", Handler: transaction.Reads(runTotals), PrivateAnswer: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}, {Role: identity.MeterOperator, Of: "the grid operator"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor"}},
		Summary: "The organiser, the meter operator or an auditor reads the private totals of a run.",
	},
	{
		Name: "CheckDay", Handler: transaction.Reads(checkDay), PrivateAnswer: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}, {Role: identity.MeterOperator, Of: "the grid operator"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor"}},
		Summary: "The organiser, the meter operator or an auditor reads what is missing or implausible in the readings of a day.",
	},
	{
		Name: "CheckMeterDays", Handler: transaction.Reads(checkMeterDays), PrivateAnswer: true,
		Private: privateReadings, PrivateType: settlement.Readings{},
		May:     transaction.May{{Role: identity.MeterOperator, Of: "the grid operator"}},
		Summary: "The grid operator's meter operator asks what becomes, or became, of each of its readings and why.",
	},
	{
		Name: "CheckKeyDay", Handler: transaction.Reads(checkKeyDay), PrivateAnswer: true,
		Private: privateKeyDay, PrivateType: settlement.KeyDay{},
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}},
		Summary: "The community's organiser asks whether the shares of a day would be taken, and why not.",
	},
	{
		Name: "ListRuns", Handler: transaction.Reads(listRuns),
		May:     transaction.Anybody,
		Summary: "Anybody lists the runs of a community in the order of their days.",
	},
	{
		Name: "Statement", Handler: transaction.Reads(statement), PrivateAnswer: true, Resident: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor"}},
		Summary: "The organiser, an auditor or the resident who is the member reads a member's result of a day with its proof.",
	},
	{
		Name: "MeterDays", Handler: transaction.Reads(meterDays), PrivateAnswer: true, Resident: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}, {Role: identity.MeterOperator, Of: "the grid operator"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor"}},
		Summary: "The organiser, the meter operator or an auditor reads load profiles, a resident his or her own.",
	},
	{
		Name: "Uses", Handler: transaction.Reads(uses), PrivateAnswer: true, Resident: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor"}},
		Summary: "The resident who is the member, the organiser or an auditor reads every use of a member's load profile, each proven.",
	},
	{
		Name: "ListFigures", Handler: transaction.Reads(listFigures),
		May:     transaction.Anybody,
		Summary: "Anybody reads the figures that a community's organiser published of a month.",
	},
	{
		Name: "ListReads", Handler: transaction.Reads(listReads),
		May:     transaction.Anybody,
		Summary: "Anybody reads the public traces of the reads of load profiles that were recorded in a month.",
	},
	{
		Name: "GetPeriod", Handler: transaction.Reads(getPeriod),
		May:     transaction.Anybody,
		Summary: "Anybody reads the public record of a period.",
	},
	{
		Name: "PeriodTotals", Handler: transaction.Reads(periodTotals), PrivateAnswer: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor"}},
		Summary: "The organiser or an auditor reads the private totals of a phase of a period.",
	},
	{
		Name: "Bill", Handler: transaction.Reads(bill), PrivateAnswer: true, Resident: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser, or an organisation for its own fees"}, {Role: identity.MeterOperator, Of: "an organisation for its own fees"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor"}},
		Summary: "The organiser, an auditor or the resident who is the member reads a party's bill of a period with its proof.",
	},
	{
		Name: "Proof", Handler: transaction.Reads(proof), PrivateAnswer: true, Resident: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor"}},
		Summary: "A reader of a statement or bill reads its Merkle path alone.",
	},
	{
		Name: "Positions", Handler: transaction.Reads(positions), PrivateAnswer: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor"}},
		Summary: "The organiser or an auditor reads the netted positions of a period.",
	},
	{
		Name: "Differences", Handler: transaction.Reads(differences), PrivateAnswer: true, Resident: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}, {Role: identity.MeterOperator, Of: "the grid operator"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor"}},
		Summary: "The organiser, the meter operator or an auditor reads the grid operator's official values beside ours, a resident his or her own.",
	},
	{
		Name: "Coverage", Handler: transaction.Reads(coverage), PrivateAnswer: true,
		May:     transaction.May{{Role: identity.Organiser, Of: "the community's organiser"}, {Role: identity.MeterOperator, Of: "the grid operator"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor"}},
		Summary: "The organiser, the meter operator or an auditor reads which meter days and runs a period has.",
	},
	{
		Name: "ListDisputes", Handler: transaction.Reads(listDisputes),
		May:     transaction.Anybody,
		Summary: "Anybody reads the disputes of a period.",
	},
}

// events are all that the contract announces.
var events = []transaction.EventDescription{
	{Name: "settlement.CommunityCreated", Payload: settlement.GetCommunityRequest{}, Summary: "A community was founded."},
	{Name: "settlement.CommunityChanged", Payload: settlement.GenerationAnnouncement{}, Summary: "A community gets another key or tariff from a local midnight on."},
	{Name: "settlement.KeyDaySubmitted", Payload: settlement.KeyDayRecord{}, Summary: "The shares of a day by interval were stored."},
	{Name: "settlement.MemberAdded", Payload: settlement.MemberAnnouncement{}, Summary: "A member was added, pending."},
	{Name: "settlement.MemberConfirmed", Payload: settlement.MemberAnnouncement{}, Summary: "The grid operator confirmed a member."},
	{Name: "settlement.MemberEnded", Payload: settlement.MemberAnnouncement{}, Summary: "A membership ends, or was cancelled."},
	{Name: "settlement.EndAssented", Payload: settlement.AssentToEndRequest{}, Summary: "The grid operator or the member assents to an end that changes a final month."},
	{Name: "settlement.TermsReplaced", Payload: settlement.GenerationAnnouncement{}, Summary: "The terms of a community were replaced before its first final run."},
	{Name: "settlement.MeterDaysSubmitted", Payload: settlement.MeterDaysAnnouncement{}, Summary: "Meter days of some local days were stored."},
	{Name: "settlement.OfficialRecorded", Payload: settlement.MeterDaysAnnouncement{}, Summary: "The grid operator's official values of some local days were stored."},
	{Name: "settlement.DaySettled", Payload: settlement.SettleDayRequest{}, Summary: "A run of a day was computed."},
	{Name: "settlement.PeriodClosed", Payload: settlement.PeriodAnnouncement{}, Summary: "A month was billed: a preview, provisionally, or a correction."},
	{Name: "settlement.PeriodFinalized", Payload: settlement.PeriodAnnouncement{}, Summary: "A month became final."},
	{Name: "settlement.FiguresPublished", Payload: settlement.FiguresAnnouncement{}, Summary: "A month's figures, or their correction, were published."},
	{Name: "settlement.DisputeRaised", Payload: settlement.DisputeAnnouncement{}, Summary: "A member objects to a provisional period."},
	{Name: "settlement.DisputeResolved", Payload: settlement.DisputeAnnouncement{}, Summary: "A dispute was accepted or rejected."},
	{Name: "settlement.PaymentConfirmed", Payload: settlement.ConfirmPaymentRequest{}, Summary: "A position was paid."},
	{Name: "settlement.MeterDaysPurged", Payload: settlement.PurgeMeterDaysRequest{}, Summary: "The private data of a day were purged after their retention."},
}
