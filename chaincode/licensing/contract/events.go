package contract

import (
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// events are all that the contract announces.
var events = []transaction.EventDescription{
	{Name: "licensing.DatasetRegistered", Payload: licensing.DatasetAnnouncement{}, Summary: "A dataset was registered."},
	{Name: "licensing.DatasetUpdated", Payload: licensing.DatasetAnnouncement{}, Summary: "A dataset has another version."},
	{Name: "licensing.DatasetConfirmed", Payload: licensing.DatasetAnnouncement{}, Summary: "A publisher, controller or contact of a dataset agreed to be it."},
	{Name: "licensing.DatasetRetired", Payload: licensing.DatasetAnnouncement{}, Summary: "A dataset was retired."},
	{Name: "licensing.OfferPublished", Payload: licensing.OfferAnnouncement{}, Summary: "A dataset is offered under a policy."},
	{Name: "licensing.OfferWithdrawn", Payload: licensing.OfferAnnouncement{}, Summary: "An offer was withdrawn."},
	{Name: "licensing.NegotiationMoved", Payload: licensing.NegotiationAnnouncement{}, Summary: "A negotiation has another state."},
	{Name: "licensing.LicenceEnded", Payload: licensing.EndingAnnouncement{}, Summary: "A side suspended, resumed or ended a licence."},
	{Name: "licensing.TransferMoved", Payload: licensing.TransferAnnouncement{}, Summary: "A transfer process has another state."},
	{Name: "licensing.AccessDecided", Payload: licensing.DecisionAnnouncement{}, Summary: "An access was decided."},
	{Name: "licensing.UseSpent", Payload: licensing.DecisionAnnouncement{}, Summary: "Uses that a decision reserved were spent."},
	{Name: "licensing.DataDelivered", Payload: licensing.DecisionAnnouncement{}, Summary: "Data were delivered under a decision."},
	{Name: "licensing.DutyMoved", Payload: licensing.DutyAnnouncement{}, Summary: "A duty of a licence has another state."},
}
