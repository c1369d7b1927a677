// SPDX-License-Identifier: Apache-2.0

// Package audit recomputes runs and periods from the members' private load profiles, on the auditor's own machine and
// without the results that the chaincode stored. Compares what comes out with the ledger digit by digit.
package audit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// Ledger is what an auditor reads; gateway.Settlement has it.
type Ledger interface {
	GetCommunity(context.Context, settlement.GetCommunityRequest) (settlement.Community, error)
	AllMembers(ctx context.Context, communityID string) ([]settlement.ListedMember, error)
	Coverage(context.Context, settlement.CoverageRequest) (settlement.Coverage, error)
	AllMeterDays(context.Context, settlement.MeterDaysRequest) ([]settlement.MeterDay, *settlement.KeyDay, error)
	GetRun(context.Context, settlement.GetRunRequest) (settlement.Run, error)
	RunTotals(context.Context, settlement.GetRunRequest) (settlement.RunTotals, error)
	Statement(context.Context, settlement.StatementRequest) (settlement.Statement, error)
	GetPeriod(context.Context, settlement.GetPeriodRequest) (settlement.Period, error)
	PeriodTotals(context.Context, settlement.GetPeriodRequest) (settlement.PhaseTotals, error)
	AllPositions(context.Context, settlement.GetPeriodRequest) (settlement.Positions, error)
	Bill(context.Context, settlement.BillRequest) (settlement.BillStatement, error)
}

// Finding is one place where the ledger differs than the recomputation.
type Finding struct {
	// Where is a day or a period.
	Where string `json:"where"`
	// Member is empty for a field of the public record.
	Member string `json:"memberId,omitempty"`
	// Field names the place, such as intervals/17/shared or items/2/net.
	Field  string `json:"field"`
	Ledger string `json:"ledger"`
	// Recomputed is what the load profiles give.
	Recomputed string `json:"recomputed"`
}

// String describes the finding for people.
func (f Finding) String() string {
	member := ""
	if f.Member != "" {
		member = ", member " + f.Member
	}
	return fmt.Sprintf("%s%s, %s: the ledger has %s, the load profiles give %s", f.Where, member, f.Field, f.Ledger, f.Recomputed)
}

// Report is the outcome of an audit.
type Report struct {
	// Days counts the runs that were recomputed, Leaves the members' results and bills in them.
	Days   int `json:"days"`
	Leaves int `json:"leaves"`
	// Findings are empty where the ledger is right to the last digit.
	Findings []Finding `json:"findings"`
	// Stale are days whose meter days or roster changed after the run that was asked for or billed: that run cannot
	// be recomputed any more, its correction can.
	Stale []string `json:"stale"`
	// Causes name by day what changed after a stale run.
	Causes map[string][]settlement.Cause `json:"causes,omitempty"`
	// Purged are days whose load profiles are gone, and with them what could be recomputed.
	Purged []string `json:"purged"`
}

// Auditor recomputes one community.
type Auditor struct {
	ledger    Ledger
	community settlement.Community
	members   []settlement.Member
	Report    Report
	// read are the days whose load profile was read, by member.
	read map[string][]string
}

// Reads are the load profiles that the audit read, for the members' lists of uses; at most a month of each member's.
func (a *Auditor) Reads() (reads []settlement.Read) {
	for _, member := range slices.Sorted(maps.Keys(a.read)) {
		days := a.read[member]
		slices.Sort(days)
		for part := range slices.Chunk(slices.Compact(days), settlement.MaxDays) {
			reads = append(reads, settlement.Read{MemberID: member, What: settlement.ReadAudit, Days: part})
		}
	}
	return reads
}

// New reads the community and its members.
func New(ctx context.Context, ledger Ledger, communityID string) (*Auditor, error) {
	community, err := ledger.GetCommunity(ctx, settlement.GetCommunityRequest{CommunityID: communityID})
	if err != nil {
		return nil, err
	}
	listed, err := ledger.AllMembers(ctx, communityID)
	if err != nil {
		return nil, err
	}
	a := &Auditor{ledger: ledger, community: community, read: map[string][]string{}, Report: Report{Findings: []Finding{}, Stale: []string{}, Purged: []string{}}}
	for _, member := range listed {
		if err := valid(member); err != nil {
			return nil, fmt.Errorf("the peer's answer about member %q: %w", member.MemberID, err)
		}
		a.members = append(a.members, member.Whole(community.GridOperator))
	}
	return a, nil
}

// valid refuses what the ledger would not have taken: the hashes of the recomputation tell only valid records apart.
func valid(m settlement.ListedMember) error {
	added := m.Membership
	if m.Cancelled() { // by its end, which is its first day
		added.To = ""
	}
	if err := (settlement.AddMemberRequest{Membership: added}).Validate(); err != nil || m.State != settlement.Confirmed {
		return err
	}
	if m.Private == nil {
		return errors.New("it does not hold the private part, so nothing can be recomputed here")
	}
	return m.Private.Validate()
}

// check records a finding where the two texts differ.
func (a *Auditor) check(where, member, field, ledger, recomputed string) {
	if ledger != recomputed {
		a.Report.Findings = append(a.Report.Findings, Finding{where, member, field, ledger, recomputed})
	}
}

func (a *Auditor) checkInt(where, member, field string, ledger, recomputed int64) {
	a.check(where, member, field, strconv.FormatInt(ledger, 10), strconv.FormatInt(recomputed, 10))
}
