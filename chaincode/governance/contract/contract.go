// SPDX-License-Identifier: Apache-2.0

// Package contract holds the transactions of contract "governance".
package contract

import (
	"slices"
	"strconv"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
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
	c.Name = "governance"
	return transaction.Contract{API: c, Events: events, Transactions: transactions}
}

// transactions are the contract's: each row is the contract of a transaction, and all that others know of it follows from the row.
var transactions = []transaction.Description{
	{
		Name: "Found", Handler: transaction.Writes(found), Unbound: true, Alone: true,
		May:     transaction.May{{Role: transaction.Administrator}},
		Summary: "An administrator founds the network by the record that the administrators of all organisations signed.",
	},
	{
		Name: "AddRoot", Handler: transaction.Writes(addRoot), Alone: true,
		May:     transaction.May{{Role: transaction.Administrator}},
		Summary: "An administrator adds a root certificate of its own organisation, signed under one that counts already.",
	},
	{
		Name: "Approve", Handler: transaction.Writes(approve), Alone: true,
		May:     transaction.May{{Role: transaction.Administrator}},
		Summary: "An administrator votes for rules in the name of its own organisation; they take effect with the votes of more than half of the organisations.",
	},
	{
		Name: "GetFounding", Handler: transaction.Reads(getFounding),
		May:     transaction.Anybody,
		Summary: "Anybody reads the founding record with the signatures of all administrators.",
	},
	{
		Name: "Get", Handler: transaction.Reads(get),
		May:     transaction.Anybody,
		Summary: "Anybody reads the record in force.",
	},
}

// currentKey holds the governance.Record in force; written by Found, and by Approve when the majority is reached. It belongs to the majority of the
// organisations that run peers.
var currentKey = ledger.Key{Type: "governance.rules"}

// voteKey holds one organisation's governance.Vote on one version; written once by Approve. It names the signature, too, so that nobody who guesses the key
// can take it before.
func voteKey(vote governance.Vote) ledger.Key {
	return ledger.Key{Type: "governance.vote", Attributes: []string{strconv.Itoa(vote.Version), vote.MSP, signatureHash(vote.Signature)}}
}

// votesOn is the prefix of all votes on a version.
func votesOn(version int) ledger.Key {
	return ledger.Key{Type: "governance.vote", Attributes: []string{strconv.Itoa(version)}}
}

// adopt brings a record into force, under the policy of the majority.
func adopt(l *ledger.Ledger, record governance.Record, peers []string) error {
	return ledger.PutUnder(l, currentKey, record, len(peers)/2+1, peers...)
}

// approve votes for rules in the name of the caller's organisation. Voting again for what is in force changes nothing.
func approve(tx *transaction.Tx, r governance.ApproveRequest) (governance.ApproveAnswer, error) {
	var none governance.ApproveAnswer
	if !tx.Caller.Admin {
		return none, fault.New(fault.Forbidden, "only an administrator of an organisation may approve; the caller acts for %s as %s", tx.Caller.MSP, tx.Caller)
	}
	current, voters, err := inForce(tx.Ledger)
	if err != nil {
		return none, err
	}
	if current.Same(r.Rules) {
		return governance.ApproveAnswer{Version: r.Version, ApprovedBy: current.ApprovedBy, Needed: len(voters.members)/2 + 1, Effective: true}, nil
	}
	if !slices.Contains(voters.members, tx.Caller.MSP) {
		return none, fault.New(fault.Forbidden, "%s has no vote: it was neither there at the founding nor admitted by a version in force", tx.Caller.MSP)
	}
	if err := r.Check(&current, voters.members); err != nil {
		return none, err
	}
	now, err := tx.Now()
	if err != nil {
		return none, err
	}
	own := governance.Vote{
		Schema: governance.SchemaVersion, Rules: r.Rules, Ballot: governance.Ballot{MSP: tx.Caller.MSP, Signature: r.Signature, At: now},
	}
	if err := voters.checkBallot(tx.Ledger, own.Rules, own.Ballot); err != nil {
		return none, err
	}
	if err := voters.checkAdmissions(tx.Ledger, own.Rules, now); err != nil {
		return none, err
	}
	return castVote(tx, own, current, voters)
}

func castVote(tx *transaction.Tx, own governance.Vote, current governance.Record, voters electorate) (governance.ApproveAnswer, error) {
	var none governance.ApproveAnswer
	votes, err := votesFor(tx, own.Rules, voters)
	if err != nil {
		return none, err
	}
	if len(own.Ballots(votes)) == len(own.Ballots(append(votes, own))) {
		return own.Count(votes, voters.members), nil
	}
	if err := ledger.Put(tx.Ledger, voteKey(own), own); err != nil {
		return none, err
	}
	votes = append(votes, own)
	answer := own.Count(votes, voters.members)
	if !answer.Effective {
		return answer, tx.Announce("governance.RulesApproved", answer)
	}
	adopted := governance.Adoption{Rules: own.Rules, Votes: own.Ballots(votes), Since: own.At}
	if err := adopt(tx.Ledger, next(current, adopted, answer.ApprovedBy), voters.with(own.Rules).peers); err != nil {
		return none, err
	}
	return answer, tx.Announce("governance.RulesAdopted", answer)
}

// votesFor are the votes for exactly these rules, as far as their signatures are good. A vote counts until a version is
// adopted.
func votesFor(tx *transaction.Tx, rules governance.Rules, voters electorate) (votes []governance.Vote, err error) {
	all, err := ledger.Scan[governance.Vote](tx.Ledger, votesOn(rules.Version))
	if err != nil {
		return nil, err
	}
	for _, vote := range all {
		if vote.Same(rules) && voters.checkBallot(tx.Ledger, vote.Rules, vote.Ballot) == nil {
			votes = append(votes, vote)
		}
	}
	return votes, nil
}

// get returns the record in force.
func get(tx *transaction.Tx, _ governance.GetRequest) (governance.Record, error) {
	return Current(tx.Ledger)
}

// Oversees reports whether the caller has one of the roles authority and auditor for an organisation that the rules in
// force name for it. A caller in none of them costs no read.
func Oversees(tx *transaction.Tx, roles ...identity.Role) (bool, error) {
	if !slices.ContainsFunc(roles, func(role identity.Role) bool { return tx.Caller.Is(role, tx.Caller.MSP) }) {
		return false, nil
	}
	rules, err := Current(tx.Ledger)
	if err != nil {
		return false, err
	}
	named := map[identity.Role][]string{identity.Authority: rules.Authorities, identity.Auditor: rules.Auditors}
	return slices.ContainsFunc(roles, func(role identity.Role) bool { return tx.Caller.Is(role, named[role]...) }), nil
}

// Current is the record in force; the other contracts ask it whose authority and auditors count. It verifies and counts the votes again: a record that
// organisations wrote without a majority of signed votes is EVIDENCE_INVALID.
func Current(l *ledger.Ledger) (governance.Record, error) {
	record, _, err := inForce(l)
	return record, err
}

// events are all that the contract announces.
var events = []transaction.EventDescription{
	{Name: "governance.NetworkFounded", Payload: governance.FoundingAnnouncement{}, Summary: "The network is founded: from now on signed requests are accepted."},
	{Name: "governance.RootAdded", Payload: governance.RootAnnouncement{}, Summary: "An organisation added a root certificate."},
	{Name: "governance.RulesApproved", Payload: governance.ApproveAnswer{}, Summary: "An organisation approved rules that do not have a majority yet."},
	{Name: "governance.RulesAdopted", Payload: governance.ApproveAnswer{}, Summary: "A majority approved the rules: they are in force."},
}
