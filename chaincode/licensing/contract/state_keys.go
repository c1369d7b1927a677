// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"fmt"
	"math"
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// Keys marked "owned" can be changed by the named organisations' peers only (key-level endorsement).

// datasetKey holds a licensing.Dataset in its newest version; written by RegisterDataset, UpdateDataset, RetireDataset. Owned by the owner, after
// the retirement by all organisations that run peers.
func datasetKey(datasetID string) ledger.Key { return key("licensing.dataset", datasetID) }

// datasetEndKey holds a licensing.DatasetEnd of a resident's dataset; written once by RetireDataset. Owned by all organisations that run peers.
func datasetEndKey(datasetID string) ledger.Key { return key("licensing.dataset-end", datasetID) }

// confirmationKey holds a licensing.Confirmation; written by ConfirmDataset.
func confirmationKey(datasetID, msp string) ledger.Key {
	return key("licensing.confirmation", datasetID, msp)
}

// allDatasets is the prefix of all datasets.
var allDatasets = key("licensing.dataset")

// placeKey holds a reference: a dataset under one of its facets; written by RegisterDataset and UpdateDataset.
func placeKey(place licensing.Place, datasetID string) ledger.Key {
	return key("licensing.place", string(place.Facet), place.Value, datasetID)
}

// placesOf is the prefix of the datasets under a facet's value.
func placesOf(place licensing.Place) ledger.Key {
	return key("licensing.place", string(place.Facet), place.Value)
}

// offerKey holds a licensing.Offer; written once by PublishOffer. Owned by the owner.
func offerKey(offerID string) ledger.Key { return key("licensing.offer", offerID) }

// offerOnKey holds a reference: an offer on its dataset; written by PublishOffer.
func offerOnKey(datasetID, offerID string) ledger.Key {
	return key("licensing.offer-on", datasetID, offerID)
}

// offersOn is the prefix of a dataset's offers.
func offersOn(datasetID string) ledger.Key { return key("licensing.offer-on", datasetID) }

// offerEndKey holds the licensing.Withdrawal of a resident's offer; absent until WithdrawOffer writes it, once.
func offerEndKey(offerID string) ledger.Key { return key("licensing.offer-end", offerID) }

// withdrawalKey holds a licensing.Withdrawal; written by PublishOffer and then by WithdrawOffer, which writes nothing
// else. Owned by the owner, after the withdrawal by all organisations that run peers.
func withdrawalKey(offerID string) ledger.Key {
	if licensing.IsResident(licensing.Author(offerID)) {
		return offerEndKey(offerID)
	}
	return key("licensing.withdrawal", offerID)
}

// negotiationKey holds a licensing.Negotiation; written by its moves.
func negotiationKey(negotiationID string) ledger.Key {
	return key("licensing.negotiation", negotiationID)
}

// negotiationSlotKey holds the reference of a negotiation that lasts; written by the move that begins it, removed by the
// one that ends it.
func negotiationSlotKey(n licensing.Negotiation, slot int) ledger.Key {
	by, with := n.Began()
	return key("licensing.negotiationSlot", by, with, strconv.Itoa(slot))
}

// roundKey holds a licensing.Round; written once by RequestContract, OfferContract and QuickAgree.
func roundKey(negotiationID string, round int) ledger.Key {
	return key("licensing.round", negotiationID, fmt.Sprintf("%03d", round))
}

// takesPartKey holds a reference: a negotiation or licence of a party; written where it begins.
func takesPartKey(kind, party, id string) ledger.Key { return key("licensing.party", kind, party, id) }

// The kinds of what a party takes part in.
const (
	negotiations = "negotiation"
	agreements   = "agreement"
)

// takesPart is the prefix of what a party takes part in.
func takesPart(kind, party string) ledger.Key { return key("licensing.party", kind, party) }

// agreementKey holds a licensing.Agreement; written once by Agree and QuickAgree. Owned by both sides.
func agreementKey(agreementID string) ledger.Key { return key("licensing.agreement", agreementID) }

// inForceKey holds a licensing.InForce; written once by FinalizeNegotiation and QuickAgree. Owned by both sides.
func inForceKey(agreementID string) ledger.Key { return key("licensing.in-force", agreementID) }

// terminationKey holds a licensing.Ending; written with the agreement, and then by RetireAgreement, SuspendAgreement, ResumeAgreement and Supersede. Owned by its
// side alone, after the end by all organisations that run peers. That of a resident is absent until SuspendAgreement, and never holds an end.
func terminationKey(agreementID string, side licensing.Side) ledger.Key {
	return key("licensing.ending", agreementID, string(side))
}

// endKey holds a licensing.Ending, the end of a licence by a resident; written once by RetireAgreement and Supersede. Owned by all organisations that run peers.
func endKey(agreementID string) ledger.Key { return key("licensing.end", agreementID) }

// allEnds is the prefix of the ends by residents.
var allEnds = key("licensing.end")

// signatureKey holds a signature of a member; written by the transaction that brings it.
func signatureKey(sha256 string) ledger.Key { return key("licensing.signature", sha256) }

// decisionKey holds a licensing.Decision; written once by RequestAccess.
func decisionKey(decisionID string) ledger.Key { return key("licensing.decision", decisionID) }

// decidedKey holds a reference: a decision by what it is about, the newest first; written by RequestAccess.
func decidedKey(about, value string, d licensing.Decision) ledger.Key {
	return key("licensing.decided", about, value, fmt.Sprintf("%019d", math.MaxInt64-d.At.UnixNano()), d.DecisionID)
}

// The keys by which decisions are found.
const (
	byAgreement = "agreement"
	byDataset   = "dataset"
	byAssignee  = "assignee"
	bySubject   = "subject"
)

// decided is the prefix of the decisions about something.
func decided(about, value string) ledger.Key { return key("licensing.decided", about, value) }

// ticketKey holds a licensing.Reservation: the decision that reserves a use; written by RequestAccess. It is free while it
// is absent, and again once the decision has ended, unless usedKey holds the use.
func ticketKey(agreementID string, t licensing.Ticket) ledger.Key {
	return key("licensing.ticket", agreementID, t.Rule, ordered(t.Index))
}

// ticketsOf is the prefix of a rule's tickets.
func ticketsOf(agreementID, rule string) ledger.Key {
	return key("licensing.ticket", agreementID, rule)
}

// usedKey holds a licensing.Use; absent until SpendUse writes it, once. Owned by the provider.
func usedKey(agreementID string, t licensing.Ticket) ledger.Key {
	return key("licensing.used", agreementID, t.Rule, ordered(t.Index))
}

// usesOf is the prefix of a rule's spent uses.
func usesOf(agreementID, rule string) ledger.Key { return key("licensing.used", agreementID, rule) }

// lastKey holds a last; written by permits under a rule that counts from its last permit.
func lastKey(agreementID, rule string) ledger.Key { return key("licensing.last", agreementID, rule) }

// dutyKey holds a licensing.DutyRecord; written by ClaimDuty, ConfirmDuty and ReportBreach.
func dutyKey(agreementID, rule string) ledger.Key { return key("licensing.duty", agreementID, rule) }

// dutiesOf is the prefix of a licence's duties.
func dutiesOf(agreementID string) ledger.Key { return key("licensing.duty", agreementID) }

// deliveryKey holds a licensing.Delivery; written by RecordDelivery under its transaction.
func deliveryKey(decisionID, txID string) ledger.Key {
	return key("licensing.delivery", decisionID, txID)
}

// deliveriesOf is the prefix of a decision's deliveries.
func deliveriesOf(decisionID string) ledger.Key { return key("licensing.delivery", decisionID) }

// transferKey holds a licensing.Transfer; written by its moves.
func transferKey(transferID string) ledger.Key { return key("licensing.transfer", transferID) }

// transferOfKey holds a reference: a transfer of a licence; written by RequestTransfer.
func transferOfKey(agreementID, transferID string) ledger.Key {
	return key("licensing.transfer-of", agreementID, transferID)
}

// transfersOf is the prefix of a licence's transfers.
func transfersOf(agreementID string) ledger.Key { return key("licensing.transfer-of", agreementID) }

func key(objectType string, attributes ...string) ledger.Key {
	return ledger.Key{Type: objectType, Attributes: attributes}
}

// ordered writes a ticket's index so that keys sort by it.
func ordered(index int64) string {
	digits := strconv.FormatInt(index, 10)
	return "00000"[:max(0, 5-len(digits))] + digits
}

// reference is an index entry: it names the record that it stands for.
type reference struct {
	Schema int    `json:"schema"`
	ID     string `json:"id"`
}

func referTo(id string) reference { return reference{licensing.SchemaVersion, id} }
