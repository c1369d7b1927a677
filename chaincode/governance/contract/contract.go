// Package contract holds the transactions of contract "governance".
package contract

import (
	"slices"
	"strconv"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// Contract is the contract as contract-api calls it: each method takes and returns one JSON object.
type Contract struct {
	contractapi.Contract
}

// New returns the contract with its table of transactions.
func New() transaction.Contract {
	c := new(Contract)
	c.Name = "governance"
	return transaction.Contract{API: c, Events: events, Transactions: []transaction.Description{
		{
			Name: "Approve", Submit: true, Request: governance.ApproveRequest{}, Answer: governance.ApproveAnswer{},
			Summary: "An administrator approves rules in the name of the own organisation; they take effect with the approval of more than half of the channel's organisations.",
		},
		{
			Name: "Get", Request: governance.GetRequest{}, Answer: governance.Record{},
			Summary: "Anybody reads the record in force.",
		},
	}}
}

// currentKey holds the governance.Record in force; written by Approve when the majority is reached.
var currentKey = ledger.Key{Type: "governance"}

// voteKey holds one organisation's governance.Vote on one version; written by Approve.
func voteKey(version int, msp string) ledger.Key {
	return ledger.Key{Type: "governance.vote", Attributes: []string{strconv.Itoa(version), msp}}
}

// Approve approves rules in the name of the caller's organisation. Approving again what is in force changes nothing.
func (*Contract) Approve(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r governance.ApproveRequest) (governance.ApproveAnswer, error) {
		var none governance.ApproveAnswer
		if !tx.Caller.Admin {
			return none, fault.New(fault.Forbidden, "only an administrator of an organisation may approve; the caller acts for %s as %s", tx.Caller.MSP, tx.Caller)
		}
		members, err := tx.ChannelMembers()
		if err != nil {
			return none, err
		}
		current, found, err := ledger.Get[governance.Record](tx.Ledger, currentKey)
		if err != nil {
			return none, err
		}
		if found && current.Same(r.Rules) {
			return governance.ApproveAnswer{Version: r.Version, ApprovedBy: current.ApprovedBy, Needed: len(members)/2 + 1, Effective: true}, nil
		}
		if err := r.Check(pointer(current, found), members); err != nil {
			return none, err
		}
		return approve(tx, r.Rules, members)
	})
}

func approve(tx *transaction.Tx, rules governance.Rules, members []string) (governance.ApproveAnswer, error) {
	var none governance.ApproveAnswer
	votes, err := otherVotes(tx, rules.Version, members)
	if err != nil {
		return none, err
	}
	own := governance.Vote{Schema: governance.SchemaVersion, MSP: tx.Caller.MSP, Rules: rules}
	if err := ledger.Put(tx.Ledger, voteKey(rules.Version, own.MSP), own); err != nil {
		return none, err
	}
	answer := rules.Count(append(votes, &own), members)
	if !answer.Effective {
		return answer, tx.Announce("governance.RulesApproved", answer)
	}
	now, err := tx.Now()
	if err != nil {
		return none, err
	}
	record := governance.Record{Schema: governance.SchemaVersion, Rules: rules, ApprovedBy: answer.ApprovedBy, Since: now}
	if err := ledger.Put(tx.Ledger, currentKey, record); err != nil {
		return none, err
	}
	return answer, tx.Announce("governance.RulesAdopted", answer)
}

func otherVotes(tx *transaction.Tx, version int, members []string) ([]*governance.Vote, error) {
	var keys []ledger.Key
	for _, msp := range slices.DeleteFunc(slices.Clone(members), func(msp string) bool { return msp == tx.Caller.MSP }) {
		keys = append(keys, voteKey(version, msp))
	}
	return ledger.GetMany[governance.Vote](tx.Ledger, keys)
}

func pointer(record governance.Record, found bool) *governance.Record {
	if !found {
		return nil
	}
	return &record
}

// Get returns the record in force.
func (*Contract) Get(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Evaluate(ctx, request, func(tx *transaction.Tx, _ governance.GetRequest) (governance.Record, error) {
		return Current(tx.Ledger)
	})
}

// Current is the record in force; the other contracts ask it whose authority and auditors count.
func Current(l *ledger.Ledger) (governance.Record, error) {
	record, found, err := ledger.Get[governance.Record](l, currentKey)
	if err == nil && !found {
		err = fault.New(fault.GovernanceMissing, "no majority of the organisations has agreed on a governance record yet")
	}
	return record, err
}
