package contract

import (
	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// events are all that the contract announces.
var events = []transaction.EventDescription{
	{Name: "governance.RulesApproved", Payload: governance.ApproveAnswer{}, Summary: "An organisation approved rules that do not have a majority yet."},
	{Name: "governance.RulesAdopted", Payload: governance.ApproveAnswer{}, Summary: "A majority approved the rules: they are in force."},
}
