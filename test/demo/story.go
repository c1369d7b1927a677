// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"golang.org/x/sync/errgroup"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/energy"
	"github.com/smartb-suite/smartb/gateway-client/loadprofile"
)

// story is the demo under way.
type story struct {
	begin   time.Time
	step    int
	parties *parties
	data    *data
	secret  []byte
	notice  consent.PublishNoticeRequest
}

// neighbours is one community of the story.
type neighbours struct {
	settlement.Community
	members map[string]string // member ids by metering point and direction
	runs    []settlement.Run
}

// chapter prints a step and what it proves.
func (s *story) chapter(title, proves string) {
	s.step++
	fmt.Printf("\n%d. %s   [%.1f s]\n   shows: %s\n", s.step, title, time.Since(s.begin).Seconds(), proves)
}

func (s *story) tell(ctx context.Context) error {
	fmt.Printf("smartb: %s (%s)\n", s.data.description, s.data.file)
	record, err := s.parties.city.Governance().Get(ctx)
	if err != nil {
		return fmt.Errorf("%w; is the network up? make up", err)
	}
	s.chapter("Four organisations run one ledger", "nobody in the middle: every organisation signed what the network begins with")
	fmt.Printf("   rules version %d, signed by %s; auditor: %s\n", record.Version, strings.Join(record.ApprovedBy, ", "), strings.Join(record.Auditors, ", "))
	if s.secret, err = pointSecret(); err != nil {
		return err
	}
	if err := s.publish(ctx); err != nil {
		return err
	}
	var all []*neighbours
	for _, rounding := range []allocation.Rounding{allocation.OperatorAT, allocation.Exact} {
		n, err := s.community(ctx, rounding)
		if err != nil {
			return err
		}
		all = append(all, n)
	}
	if err := s.withdraw(ctx); err != nil {
		return err
	}
	if err := s.license(ctx); err != nil {
		return err
	}
	if err := s.conclude(ctx, all); err != nil {
		return err
	}
	return s.bill(ctx, all[len(all)-1])
}

// community founds one community, imports the days and settles them.
func (s *story) community(ctx context.Context, rounding allocation.Rounding) (*neighbours, error) {
	n, err := s.found(ctx, rounding)
	if err != nil {
		return nil, err
	}
	if err := s.measure(ctx, n); err != nil {
		return nil, err
	}
	return n, s.settle(ctx, n)
}

func (s *story) found(ctx context.Context, rounding allocation.Rounding) (*neighbours, error) {
	first := s.data.dates()[0]
	id := "demo-" + strings.ToLower(string(rounding)) + "-" + first
	s.chapter("Community "+id+" is founded and its members join", "who joins has signed a consent with an own key; who lives behind a member is private")
	created, receipt, err := s.parties.organiser.Settlement().CreateCommunity(ctx, settlement.CreateCommunityRequest{Terms: settlement.Terms{
		CommunityID: id, Name: "Demo, rounding " + string(rounding), Country: "AT", GridOperator: "UtilityMSP", Collection: "meterData", IntervalMinutes: 15,
		TimeZone: "Europe/Vienna", Key: settlement.AllocationKey{Type: allocation.Prorata}, Rounding: rounding, Tariff: tariff, ValidFrom: first,
	}})
	if err != nil {
		return nil, err
	}
	n := &neighbours{Community: created, members: map[string]string{}}
	if err := s.parties.operator.Await(ctx, receipt); err != nil {
		return nil, err
	}
	if err := s.known(ctx, n); err != nil {
		return nil, err
	}
	var joining errgroup.Group
	joining.SetLimit(8)
	for _, p := range s.data.points(id) {
		if n.members[key(p)] == "" {
			joining.Go(func() error { return s.join(ctx, id, p) })
		}
	}
	if err := joining.Wait(); err != nil {
		return nil, err
	}
	if err := s.known(ctx, n); err != nil {
		return nil, err
	}
	fmt.Printf("   %d members, each with a signed consent; key %s, rounding %s\n", len(n.members), n.Key.Type, n.Rounding)
	return n, nil
}

func key(p point) string { return string(p.direction) + " " + p.number }

// known finds the members that the community has already.
func (s *story) known(ctx context.Context, n *neighbours) error {
	members, err := s.parties.operator.Settlement().AllMembers(ctx, n.CommunityID)
	if err != nil {
		return err
	}
	find := loadprofile.MembersByPoint(members, n.GridOperator, s.secret)
	for _, p := range s.data.points(n.CommunityID) {
		if id, found := find(p.number, p.direction, s.data.dates()[0]); found {
			n.members[key(p)] = id
		}
	}
	return nil
}

func (s *story) join(ctx context.Context, community string, p point) error {
	reference := settlement.Reference("UtilityMSP", s.secret, p.number) // the grid operator gives it to the person, who shows that the point is hers
	pass := energy.NewPointPass(reference)
	r, given, err := s.consentsTo(ctx, consent.Object{CommunityID: community, PointSHA256: pass.SHA256()})
	if err != nil {
		return err
	}
	membership := settlement.Membership{
		CommunityID: community, MemberID: randomHex(), Direction: p.direction, Factor: 100, From: s.data.dates()[0], To: s.data.dayAfter(), Role: role(p),
	}
	private := settlement.MemberPrivate{Subject: r.subject, ConsentID: r.consentID, Reference: pass.Reference, Salt: pass.Salt}
	for _, client := range []*gateway.Client{s.parties.organiser, s.parties.operator, s.parties.auditor} { // who endorses reads the consent
		if err := client.Await(ctx, given); err != nil {
			return err
		}
	}
	_, added, err := s.parties.organiser.Settlement().AddMember(ctx, settlement.AddMemberRequest{Membership: membership}, private)
	if err != nil {
		return err
	}
	if err := s.parties.operator.Await(ctx, added); err != nil {
		return err
	}
	request := settlement.ConfirmMemberRequest{CommunityID: community, MemberID: membership.MemberID}
	_, _, err = s.parties.operator.Settlement().ConfirmMember(ctx, request, settlement.Confirmation{Subject: r.subject, Reference: reference})
	return err
}

func (s *story) measure(ctx context.Context, n *neighbours) error {
	find := func(column string, direction settlement.Direction, _ string) (string, bool) {
		id, found := n.members[key(newPoint(n.CommunityID, column, direction))]
		return id, found
	}
	days, err := s.data.profiles(n.Community)
	if err != nil {
		return err
	}
	readings, strangers := loadprofile.MeterDays(days, n.CommunityID, find, s.data.file)
	if len(strangers) > 0 {
		return fmt.Errorf("%s: %s: %s", s.data.file, strangers[0].Day, strangers[0].Reason)
	}
	s.chapter(fmt.Sprintf("The grid operator submits %d meter days", len(readings)), "load profiles go to the three who need them; the ledger gets hashes, and a repeated import changes nothing")
	var total settlement.SubmitMeterDaysAnswer
	for batch := range loadprofile.Deliveries(readings, 100) {
		answer, receipt, err := s.parties.operator.Settlement().SubmitMeterDays(ctx, settlement.SubmitMeterDaysRequest{CommunityID: n.CommunityID}, settlement.Readings{MeterDays: batch})
		if err != nil {
			return err
		}
		total.Accepted += answer.Accepted
		total.Unchanged += answer.Unchanged
		if err := s.parties.organiser.Await(ctx, receipt); err != nil {
			return err
		}
	}
	fmt.Printf("   %d accepted, %d unchanged\n", total.Accepted, total.Unchanged)
	return nil
}

func (s *story) settle(ctx context.Context, n *neighbours) error {
	s.chapter(fmt.Sprintf("%d days are settled", len(s.data.dates())), "two organisations computed each day independently, to the same digit")
	var took []time.Duration
	for _, day := range s.data.dates() {
		if earlier, err := s.parties.organiser.Settlement().GetRun(ctx, settlement.GetRunRequest{CommunityID: n.CommunityID, Day: day, Run: settlement.Final}); err == nil {
			n.runs = append(n.runs, earlier) // an earlier story's; it may have been corrected since
			continue
		}
		begin := time.Now()
		run, receipt, err := s.parties.organiser.Settlement().SettleDay(ctx, settlement.SettleDayRequest{CommunityID: n.CommunityID, Day: day, Run: settlement.Final}, n.Organiser, n.GridOperator)
		if err != nil {
			return err
		}
		took = append(took, time.Since(begin))
		n.runs = append(n.runs, run)
		if err := s.awaitEverywhere(ctx, receipt); err != nil {
			return err
		}
	}
	if slices.Sort(took); len(took) > 0 {
		fmt.Printf("   one day takes %d ms (median), %d ms at most\n", took[len(took)/2].Milliseconds(), took[len(took)-1].Milliseconds())
	}
	return s.printTotals(ctx, n)
}

func (s *story) awaitEverywhere(ctx context.Context, receipt gateway.Receipt) error {
	for _, client := range []*gateway.Client{s.parties.city, s.parties.auditor, s.parties.operator, s.parties.organiser} {
		if err := client.Await(ctx, receipt); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) printTotals(ctx context.Context, n *neighbours) error {
	writer := table.NewWriter()
	writer.SetOutputMirror(os.Stdout)
	writer.SetStyle(table.StyleLight)
	writer.AppendHeader(table.Row{"day", "produced kWh", "consumed kWh", "shared kWh", "surplus kWh", "Merkle root"})
	for _, run := range n.runs {
		t, err := s.parties.organiser.Settlement().RunTotals(ctx, settlement.GetRunRequest{CommunityID: n.CommunityID, Day: run.Day, Run: run.Run})
		if err != nil {
			return err
		}
		writer.AppendRow(table.Row{run.Day, kWh(t.Production), kWh(t.Consumption), kWh(t.Shared), kWh(t.Surplus), run.MerkleRoot[:16] + "…"})
	}
	writer.Render()
	return nil
}

func kWh(mWh int64) string { return fmt.Sprintf("%.3f", float64(mWh)/1e6) }

func randomHex() string {
	bytes := make([]byte, 16)
	rand.Read(bytes) // never fails, by its documentation
	return hex.EncodeToString(bytes)
}

// pointSecret is the grid operator's secret for metering points, kept beside the grid operator's keys so that the demo can be run again.
func pointSecret() ([]byte, error) {
	file := strings.TrimSuffix(gateway.ProfileFor("utility", "meter-operator"), "profile.json") + "points.secret"
	secret, err := os.ReadFile(file)
	if err == nil {
		return secret, nil
	}
	secret = []byte(randomHex())
	return secret, os.WriteFile(file, secret, 0o600)
}
