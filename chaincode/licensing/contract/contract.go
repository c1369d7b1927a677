// SPDX-License-Identifier: Apache-2.0

// Package contract holds the transactions of contract "licensing": who may act, what is read, what is stored and
// announced. Package licensing decides.
package contract

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// Contract is the contract as contract-api calls it; its methods, one for each transaction, are generated.
type Contract struct {
	contractapi.Contract
	table transaction.Table
}

// New returns the contract with its tables of transactions and events.
func New() transaction.Contract {
	c := &Contract{table: transaction.NewTable(transactions)}
	c.Name = "licensing"
	return transaction.Contract{API: c, Events: events, Transactions: transactions}
}

// transactions are the contract's: each row is the contract of a transaction, and all that others know of it follows from the row.
var transactions = []transaction.Description{
	{
		Name: "RegisterDataset", Handler: transaction.Writes(registerDataset), Resident: true,
		May:     transaction.May{{Role: identity.Steward, Of: "the owner"}},
		Summary: "An owner registers data: its steward, or a resident.",
	},
	{
		Name: "UpdateDataset", Handler: transaction.Writes(updateDataset), Resident: true,
		May:     transaction.May{{Role: identity.Steward, Of: "the owner"}},
		Summary: "The owner publishes the next version of a dataset's description.",
	},
	{
		Name: "ConfirmDataset", Handler: transaction.Writes(confirmDataset),
		May:     transaction.May{{Role: identity.Steward, Of: "the publisher, controller or contact"}},
		Summary: "The steward of a publisher, controller or contact whom the owner named agrees to be it, by its signature.",
	},
	{
		Name: "RetireDataset", Handler: transaction.Writes(retireDataset), Resident: true, Right: true,
		May:     transaction.May{{Role: identity.Steward, Of: "the owner"}},
		Summary: "The owner takes a dataset off, and all that depends on it with it.",
	},
	{
		Name: "PublishOffer", Handler: transaction.Writes(publishOffer), Resident: true,
		May:     transaction.May{{Role: identity.Steward, Of: "the owner"}},
		Summary: "The owner offers a dataset under an ODRL policy.",
	},
	{
		Name: "WithdrawOffer", Handler: transaction.Writes(withdrawOffer), Resident: true, Right: true,
		May:     transaction.May{{Role: identity.Steward, Of: "the owner"}},
		Summary: "The owner ends an offer.",
	},
	{
		Name: "RequestContract", Handler: transaction.Writes(requestContract),
		May:     transaction.May{{Role: identity.Steward}},
		Summary: "A consumer's steward asks for a licence, or answers an offer with other terms.",
	},
	{
		Name: "OfferContract", Handler: transaction.Writes(offerContract), Resident: true,
		May:     transaction.May{{Role: identity.Steward, Of: "the owner"}},
		Summary: "The owner offers a licence to a consumer, or answers a request with other terms.",
	},
	{
		Name: "AcceptOffer", Handler: transaction.Writes(acceptOffer),
		May:     transaction.May{{Role: identity.Steward, Of: "either side"}},
		Summary: "The consumer's steward accepts the last terms.",
	},
	{
		Name: "Agree", Handler: transaction.Writes(agree), Resident: true,
		May:     transaction.May{{Role: identity.Steward, Of: "either side"}},
		Summary: "The owner concludes the agreement on the last terms, by its signature.",
	},
	{
		Name: "VerifyAgreement", Handler: transaction.Writes(verifyAgreement),
		May:     transaction.May{{Role: identity.Steward, Of: "either side"}},
		Summary: "The consumer's steward verifies the agreement, by its signature.",
	},
	{
		Name: "FinalizeNegotiation", Handler: transaction.Writes(finalizeNegotiation), Resident: true,
		May:     transaction.May{{Role: identity.Steward, Of: "either side"}},
		Summary: "The owner brings the licence into force, by its signature.",
	},
	{
		Name: "TerminateNegotiation", Handler: transaction.Writes(terminateNegotiation), Resident: true,
		May:     transaction.May{{Role: identity.Steward, Of: "either side"}},
		Summary: "Either side ends a negotiation.",
	},
	{
		Name: "QuickAgree", Handler: transaction.Writes(quickAgree),
		May:     transaction.May{{Role: identity.Steward}},
		Summary: "A consumer's steward accepts, by its signature, an offer that it may take as it stands.",
	},
	{
		Name: "SuspendAgreement", Handler: transaction.Writes(suspendAgreement), Resident: true, Right: true,
		May:     transaction.May{{Role: identity.Steward, Of: "the assigner"}},
		Summary: "The assigner suspends a licence.",
	},
	{
		Name: "ResumeAgreement", Handler: transaction.Writes(resumeAgreement), Resident: true,
		May:     transaction.May{{Role: identity.Steward, Of: "the assigner"}},
		Summary: "The assigner ends a suspension.",
	},
	{
		Name: "RetireAgreement", Handler: transaction.Writes(retireAgreement), Resident: true, Right: true,
		May:     transaction.May{{Role: identity.Steward, Of: "either side"}},
		Summary: "Either side ends a licence for good; the other cannot veto it.",
	},
	{
		Name: "Supersede", Handler: transaction.Writes(supersede), Resident: true,
		May:     transaction.May{{Role: identity.Steward, Of: "the assigner"}},
		Summary: "The assigner ends a licence in favour of its successor.",
	},
	{
		Name: "RequestAccess", Handler: transaction.Writes(requestAccess),
		May:     transaction.May{{Role: identity.Processor, Of: "the assignee"}},
		Summary: "A processor of the assignee asks for one access; the decision is recorded.",
	},
	{
		Name: "SpendUse", Handler: transaction.Writes(spendUse), Resident: true,
		May:     transaction.May{{Role: identity.Processor, Of: "the provider"}},
		Summary: "A processor of the provider spends the uses that a decision reserves, before it serves the answer.",
	},
	{
		Name: "RecordDelivery", Handler: transaction.Writes(recordDelivery), Resident: true,
		May:     transaction.May{{Role: identity.Processor, Of: "the provider"}},
		Summary: "A processor of the provider records what was served under a decision.",
	},
	{
		Name: "ClaimDuty", Handler: transaction.Writes(claimDuty),
		May:     transaction.May{{Role: identity.Steward, Of: "the assignee"}, {Role: identity.Processor, Of: "the assignee"}},
		Summary: "The assignee says that it fulfilled a duty.",
	},
	{
		Name: "ConfirmDuty", Handler: transaction.Writes(confirmDuty), Resident: true,
		May:     transaction.May{{Role: identity.Steward, Of: "the payee, else the assigner"}},
		Summary: "The payee or else the assigner confirms a duty.",
	},
	{
		Name: "ReportBreach", Handler: transaction.Writes(reportBreach), Resident: true,
		May:     transaction.May{{Role: identity.Steward, Of: "the assigner"}},
		Summary: "The assigner reports that a rule was broken.",
	},
	{
		Name: "RequestTransfer", Handler: transaction.Writes(requestTransfer),
		May:     transaction.May{{Role: identity.Processor, Of: "the assignee"}},
		Summary: "A processor of the assignee begins a transfer on a decision that permits.",
	},
	{
		Name: "StartTransfer", Handler: transaction.Writes(startTransfer), Resident: true,
		May:     transaction.May{{Role: identity.Processor, Of: "either side"}},
		Summary: "The provider starts a transfer, or either side goes on with it.",
	},
	{
		Name: "SuspendTransfer", Handler: transaction.Writes(suspendTransfer), Resident: true,
		May:     transaction.May{{Role: identity.Processor, Of: "either side"}},
		Summary: "Either side suspends a transfer.",
	},
	{
		Name: "CompleteTransfer", Handler: transaction.Writes(completeTransfer), Resident: true,
		May:     transaction.May{{Role: identity.Processor, Of: "either side"}},
		Summary: "Either side ends a transfer that did its work.",
	},
	{
		Name: "TerminateTransfer", Handler: transaction.Writes(terminateTransfer), Resident: true,
		May:     transaction.May{{Role: identity.Processor, Of: "either side"}},
		Summary: "Either side ends a transfer before its time.",
	},
	{
		Name: "GetDataset", Handler: transaction.Reads(getDataset), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody reads a dataset.",
	},
	{
		Name: "ListDatasets", Handler: transaction.Reads(listDatasets), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody searches datasets by theme, keyword or owner.",
	},
	{
		Name: "Catalogue", Handler: transaction.Reads(catalogue), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody reads the catalogue as DCAT-AP in JSON-LD.",
	},
	{
		Name: "GetOffer", Handler: transaction.Reads(getOffer), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody reads an offer.",
	},
	{
		Name: "ListOffers", Handler: transaction.Reads(listOffers), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody lists the offers on a dataset.",
	},
	{
		Name: "GetNegotiation", Handler: transaction.Reads(getNegotiation), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody reads a negotiation with all its terms.",
	},
	{
		Name: "ListNegotiations", Handler: transaction.Reads(listNegotiations), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody lists a party's negotiations.",
	},
	{
		Name: "GetAgreement", Handler: transaction.Reads(getAgreement), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody reads a licence as it stands.",
	},
	{
		Name: "ListAgreements", Handler: transaction.Reads(listAgreements), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody lists a party's licences.",
	},
	{
		Name: "ListUnprovenEnds", Handler: transaction.Reads(listUnprovenEnds),
		May:     transaction.Anybody,
		Summary: "Anybody, such as an auditor, lists ends without a valid signature of their resident.",
	},
	{
		Name: "GetDecision", Handler: transaction.Reads(getDecision), Resident: true,
		May:     transaction.May{{Role: transaction.Any, Of: "either side"}, {Role: identity.Authority, Of: "an organisation that the rules name as authority"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor"}},
		Summary: "Those concerned, an auditor or the authority read a decision.",
	},
	{
		Name: "ListDecisions", Handler: transaction.Reads(listDecisions), Resident: true,
		May:     transaction.May{{Role: transaction.Any, Of: "either side"}, {Role: identity.Authority, Of: "an organisation that the rules name as authority"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor"}},
		Summary: "Those concerned, an auditor or the authority list decisions, newest first.",
	},
	{
		Name: "ListDeliveries", Handler: transaction.Reads(listDeliveries), Resident: true,
		May:     transaction.May{{Role: transaction.Any, Of: "either side"}, {Role: identity.Authority, Of: "an organisation that the rules name as authority"}, {Role: identity.Auditor, Of: "an organisation that the rules name as auditor"}},
		Summary: "Those concerned, an auditor or the authority read what was served under a decision.",
	},
	{
		Name: "ListDuties", Handler: transaction.Reads(listDuties), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody lists what is known of a licence's duties.",
	},
	{
		Name: "GetTransfer", Handler: transaction.Reads(getTransfer), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody reads a transfer and whether it may carry data now.",
	},
	{
		Name: "ListTransfers", Handler: transaction.Reads(listTransfers), Resident: true,
		May:     transaction.Anybody,
		Summary: "Anybody lists a licence's transfers.",
	},
	{
		Name: "CheckAccess", Handler: transaction.Reads(checkAccess),
		May:     transaction.Anybody,
		Summary: "A data server asks whether a decision still holds.",
	},
	{
		Name: "FreeTickets", Handler: transaction.Reads(freeTickets),
		May:     transaction.Anybody,
		Summary: "A consumer asks for free tickets of a licence with a limited number of uses.",
	},
	{
		Name: "GetUses", Handler: transaction.Reads(getUses),
		May:     transaction.Anybody,
		Summary: "Anybody asks how many uses of an agreement are spent, reserved and left.",
	},
	{
		Name: "Simulate", Handler: transaction.Reads(simulate),
		May:     transaction.Anybody,
		Summary: "Anybody asks what a policy or a licence would decide, and why.",
	},
	transaction.RelayRow(),
}

// putOwned writes a record that the organisations among the owners own; where a resident is one of them, the chaincode's policy binds all.
func putOwned[T any](l *ledger.Ledger, where ledger.Key, record T, owners ...string) error {
	for _, owner := range owners {
		if licensing.IsResident(owner) {
			return ledger.Put(l, where, record)
		}
	}
	return ledger.PutOwned(l, where, record, owners...)
}

// events are all that the contract announces.
var events = []transaction.EventDescription{
	{Name: "licensing.DatasetRegistered", Payload: licensing.DatasetAnnouncement{}, Summary: "A dataset was registered."},
	{Name: "licensing.DatasetUpdated", Payload: licensing.DatasetAnnouncement{}, Summary: "A dataset has another version."},
	{Name: "licensing.DatasetConfirmed", Payload: licensing.DatasetAnnouncement{}, Summary: "A publisher, controller or contact of a dataset agreed to be it."},
	{Name: "licensing.DatasetRetired", Payload: licensing.DatasetAnnouncement{}, Summary: "A dataset was retired."},
	{Name: "licensing.OfferPublished", Payload: licensing.OfferAnnouncement{}, Summary: "A dataset is offered under a policy."},
	{Name: "licensing.OfferWithdrawn", Payload: licensing.OfferAnnouncement{}, Summary: "An offer was withdrawn."},
	{Name: "licensing.NegotiationMoved", Payload: licensing.NegotiationAnnouncement{}, Summary: "A negotiation has another state."},
	{Name: "licensing.LicenceEnded", Payload: licensing.TerminationAnnouncement{}, Summary: "A side suspended, resumed or ended a licence."},
	{Name: "licensing.TransferMoved", Payload: licensing.TransferAnnouncement{}, Summary: "A transfer process has another state."},
	{Name: "licensing.AccessDecided", Payload: licensing.DecisionAnnouncement{}, Summary: "An access was decided."},
	{Name: "licensing.UseSpent", Payload: licensing.DecisionAnnouncement{}, Summary: "Uses that a decision reserved were spent."},
	{Name: "licensing.DataDelivered", Payload: licensing.DecisionAnnouncement{}, Summary: "Data were delivered under a decision."},
	{Name: "licensing.DutyMoved", Payload: licensing.DutyAnnouncement{}, Summary: "A duty of a licence has another state."},
}
