package contract

import (
	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// events are all that the contract announces.
var events = []transaction.EventDescription{
	{Name: "governance.NetworkFounded", Payload: governance.FoundingAnnouncement{}, Summary: "The network is founded: from now on signed requests are accepted."},
	{Name: "governance.RootAdded", Payload: governance.RootAnnouncement{}, Summary: "An organisation added a root certificate."},
	{Name: "governance.RulesApproved", Payload: governance.ApproveAnswer{}, Summary: "An organisation approved rules that do not have a majority yet."},
	{Name: "governance.RulesAdopted", Payload: governance.ApproveAnswer{}, Summary: "A majority approved the rules: they are in force."},
}
