// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/gateway-client/energy"
)

// conclude compares what the ledger computed with what is known, and proves one statement to the city.
func (s *story) conclude(ctx context.Context, all []*neighbours) error {
	for _, n := range all {
		if err := s.compare(ctx, n); err != nil {
			return err
		}
	}
	return s.prove(ctx, all[0])
}

// compare checks every cell of the ledger's results.
func (s *story) compare(ctx context.Context, n *neighbours) error {
	expected, source, err := s.expected(n)
	if err != nil {
		return err
	}
	if s.isPublished(n) {
		s.chapter("The ledger against the grid operator, cell by cell", "residents get the independent check of official figures that they lack today")
	} else {
		s.chapter("The ledger against the engine on this machine, cell by cell", "anybody recomputes a run; with EXACT every interval conserves every mWh")
	}
	ledger, err := s.ledgerCells(ctx, n)
	if err != nil {
		return err
	}
	cells, differing := 0, 0
	for column, values := range ledger {
		for i, value := range values {
			cells++
			if expected(column, i) != value {
				differing++
			}
		}
	}
	fmt.Printf("   %s: %d cells compared with %s, %d differ\n", n.Rounding, cells, source, differing)
	if differing > 0 {
		return fmt.Errorf("%d cells differ from %s", differing, source)
	}
	return s.conserve(n, ledger)
}

// isPublished reports whether the grid operator published what the community's rounding gives.
func (s *story) isPublished(n *neighbours) bool {
	return s.data.published != nil && n.Rounding == allocation.OperatorAT
}

// expected are the cells by column and row: the grid operator's, or those of the engine on this machine.
func (s *story) expected(n *neighbours) (cell func(column string, row int) string, source string, err error) {
	if s.isPublished(n) {
		return func(column string, row int) string { return s.data.published[column][s.data.load.Start[row]] }, "the grid operator's published values", nil
	}
	result, err := s.recompute(n)
	if err != nil {
		return nil, "", err
	}
	return func(column string, row int) string { return result[column][row] }, "the engine's results", nil
}

// recompute allocates the file on this machine, in the order of the members' ids, which decides between equal claims, and returns the file's columns.
func (s *story) recompute(n *neighbours) (map[string][]string, error) {
	byMember := s.data.load.Named(func(column string, direction settlement.Direction) string {
		return n.members[key(newPoint(n.CommunityID, column, direction))]
	})
	result, err := energy.Allocate(byMember, energy.Rule{Key: allocation.Prorata, Rounding: n.Rounding})
	if err != nil {
		return nil, err
	}
	columns := map[string][]string{}
	for i, column := range energy.Columns(s.data.load) {
		for _, record := range result.Records() {
			columns[column] = append(columns[column], record[i])
		}
	}
	return columns, nil
}

// ledgerCells reads every member's statement of every day and turns it into the columns of the file. Anything that is
// offered before consumption caps it is not on the ledger; where the grid operator published it, it is computed from
// the readings.
func (s *story) ledgerCells(ctx context.Context, n *neighbours) (map[string][]string, error) {
	columns := map[string][]string{}
	for _, p := range s.data.points(n.CommunityID) {
		for _, run := range n.runs {
			request := settlement.StatementRequest{CommunityID: n.CommunityID, MemberID: n.members[key(p)], Day: run.Day, Run: run.Run}
			statement, err := s.parties.auditor.Settlement().Statement(ctx, request)
			if err != nil {
				return nil, err
			}
			name, cells := p.cells(statement)
			columns[name] = append(columns[name], cells...)
		}
	}
	if !s.isPublished(n) {
		return columns, nil
	}
	offered, err := s.recompute(n)
	if err != nil {
		return nil, err
	}
	for _, curve := range s.data.load.Consumption {
		column := "share_" + curve.ID + "_mWh"
		columns[column] = offered[column]
	}
	return columns, nil
}

// cells are a statement's cells in the file's column: a consumer's cover, a producer's surplus.
func (p point) cells(statement settlement.Statement) (column string, cells []string) {
	column = "cover_" + p.column + "_mWh"
	if p.direction == settlement.Production {
		column = "surplus_" + p.column + "_mWh"
	}
	for _, pair := range statement.Leaf.Intervals {
		value := pair[1]
		if p.direction == settlement.Production {
			value = pair[0] - pair[1]
		}
		cells = append(cells, strconv.FormatInt(value, 10))
	}
	return column, cells
}

// conserve counts the intervals in which shared and surplus energy do not add up to the production.
func (s *story) conserve(n *neighbours, ledger map[string][]string) error {
	lost := 0
	for row := range s.data.load.Start {
		var balance int64
		for _, producer := range s.data.load.Production {
			balance += producer.Values[row] - integer(ledger["surplus_"+producer.ID+"_mWh"][row])
		}
		for _, consumer := range s.data.load.Consumption {
			balance -= integer(ledger["cover_"+consumer.ID+"_mWh"][row])
		}
		if balance != 0 {
			lost++
		}
	}
	fmt.Printf("   %s: %d of %d intervals do not add up to the production\n", n.Rounding, lost, len(s.data.load.Start))
	if lost > 0 && n.Rounding == allocation.Exact {
		return errors.New("EXACT does not conserve energy")
	}
	return nil
}

// integer reads a cell that this program wrote.
func integer(cell string) int64 {
	value, err := strconv.ParseInt(cell, 10, 64)
	if err != nil {
		panic(err)
	}
	return value
}

// showUses has the auditor record what it read, and lists who used the member's load profile; the city's records prove each use.
func (s *story) showUses(ctx context.Context, n *neighbours, member, day string) error {
	auditor := s.parties.auditor.Settlement()
	reads := settlement.Reads{Salt: randomHex(), Reads: []settlement.Read{{MemberID: member, What: settlement.ReadStatement, Days: []string{day}}}}
	record, receipt, err := auditor.RecordReads(ctx, settlement.RecordReadsRequest{CommunityID: n.CommunityID}, reads)
	if err != nil {
		return err
	}
	if err := s.awaitEverywhere(ctx, receipt); err != nil {
		return err
	}
	var all []settlement.ProvenUse
	for _, month := range []string{day[:len("2006-01")], record.Period} {
		uses, err := auditor.AllUses(ctx, settlement.UsesRequest{CommunityID: n.CommunityID, MemberID: member, Period: month})
		if err != nil {
			return err
		}
		all = append(all, uses...)
	}
	if err := s.parties.city.Settlement().VerifyUses(ctx, n.CommunityID, all); err != nil {
		return err
	}
	last := all[len(all)-1].Use
	fmt.Printf("   %d uses of its load profile, each proven; the last: %s by %s, %s, on %s\n", len(all), last.What, last.By, last.Purpose, last.LegalBasis)
	return nil
}

// prove has the city verify a statement, and a forged one.
func (s *story) prove(ctx context.Context, n *neighbours) error {
	s.chapter("A member's statement is verified at the city's peer", "the city never held a load profile and still cannot be told a wrong digit")
	p, run := s.data.points(n.CommunityID)[0], n.runs[0]
	statement, err := s.parties.auditor.Settlement().Statement(ctx, settlement.StatementRequest{CommunityID: n.CommunityID, MemberID: n.members[key(p)], Day: run.Day, Run: run.Run})
	if err != nil {
		return err
	}
	public, err := s.parties.city.Settlement().GetRun(ctx, settlement.GetRunRequest{CommunityID: n.CommunityID, Day: run.Day, Run: run.Run})
	if err != nil {
		return err
	}
	if err := statement.Verify(public); err != nil {
		return err
	}
	metered, shared := statement.Totals()
	fmt.Printf("   member %s, %s: metered %s kWh, of it shared %s kWh: verified against root %s…\n", statement.Leaf.MemberID[:8], run.Day, kWh(metered), kWh(shared), public.MerkleRoot[:16])
	statement.Leaf.Intervals[50][1]++
	if err := statement.Verify(public); !errors.Is(err, settlement.ErrUnproven) {
		return errors.New("a forged statement was verified")
	}
	fmt.Println("   the same statement with one digit changed: refused")
	if err := s.showUses(ctx, n, statement.Leaf.MemberID, run.Day); err != nil {
		return err
	}
	_, err = s.parties.city.Settlement().Statement(ctx, settlement.StatementRequest{CommunityID: n.CommunityID, MemberID: statement.Leaf.MemberID, Day: run.Day, Run: run.Run})
	if err == nil {
		return errors.New("the city was given a statement")
	}
	fmt.Printf("   the city asks for the statement itself: %s\n", err)
	return nil
}
