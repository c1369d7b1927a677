// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"encoding/json"
	"maps"
	"slices"

	consents "github.com/smartb-suite/smartb/chaincode/consent/contract"
	"github.com/smartb-suite/smartb/chaincode/fault"
	governance "github.com/smartb-suite/smartb/chaincode/governance/contract"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// publishFigures publishes a final month's figures, or their next correction. Publishing the same again changes
// nothing.
func publishFigures(tx *transaction.Tx, r settlement.PublishFiguresRequest) (settlement.Figures, error) {
	community, err := organised(tx, r.CommunityID)
	if err != nil {
		return settlement.Figures{}, err
	}
	month, err := ledger.Scan[settlement.Figures](tx.Ledger, figuresOf(r.Period))
	if err != nil {
		return settlement.Figures{}, err
	}
	own := slices.DeleteFunc(
		slices.Clone(month), func(f settlement.Figures) bool { return f.CommunityID != r.CommunityID },
	)
	for _, figures := range own {
		if figures.Repeats(r) {
			return figures, nil
		}
	}
	if r.Correction != len(own) {
		return settlement.Figures{}, fault.Field(
			fault.IllegalTransition, "correction",
			"%d publications of %s are there; the next has the number %d", len(own), r.Period, len(own),
		)
	}
	inputs, err := gatherFigures(tx, community, r, settlement.NewestFigures(own))
	if err != nil {
		return settlement.Figures{}, err
	}
	if err := gatherTaken(tx, &inputs, month); err != nil {
		return settlement.Figures{}, err
	}
	return storeFigures(tx, inputs)
}

func storeFigures(tx *transaction.Tx, inputs settlement.FigureInputs) (settlement.Figures, error) {
	now, err := tx.Now()
	if err != nil {
		return settlement.Figures{}, err
	}
	publication, err := inputs.Publish(tx.TxID(), tx.Caller.MSP, now)
	if err != nil {
		return settlement.Figures{}, err
	}
	for _, set := range publication.Sets {
		if err := ledger.Put(tx.Ledger, figureSetKey(set), set); err != nil {
			return settlement.Figures{}, err
		}
		persons := publication.Persons[set.Side]
		if _, err := ledger.PutPrivate(tx.Ledger, set.Collection, figurePersonsKey(set), persons); err != nil {
			return settlement.Figures{}, err
		}
	}
	figures := publication.Figures
	for _, key := range []ledger.Key{figuresKey(figures.PublishFiguresRequest), lastFiguresKey(figures.CommunityID)} {
		if err := ledger.Put(tx.Ledger, key, figures); err != nil {
			return figures, err
		}
	}
	return figures, tx.Announce("settlement.FiguresPublished", settlement.FiguresAnnouncement{
		CommunityID: figures.CommunityID, Period: figures.Period, Correction: figures.Correction,
	})
}

// gatherFigures reads what the month's members metered, and all that was ever published. before are the figures to be
// corrected.
func gatherFigures(
	tx *transaction.Tx, community settlement.Community, r settlement.PublishFiguresRequest, before *settlement.Figures,
) (settlement.FigureInputs, error) {
	inputs := settlement.FigureInputs{Request: r, Before: before, Collection: community.Collection}
	periods, err := finalPhases(tx, r)
	if err != nil {
		return inputs, err
	}
	inputs.Phase = periods[len(periods)-1].Phase
	totals, err := totalsOfDays(tx, community, settlement.Billed(periods))
	if err != nil {
		return inputs, err
	}
	for _, day := range slices.Sorted(maps.Keys(totals)) { // any of them, the same at all endorsers
		inputs.Salt = totals[day].Salt
	}
	var earlier map[string]settlement.DayTotals
	if before != nil {
		at := slices.IndexFunc(periods, func(p settlement.Period) bool { return p.Phase == before.Phase })
		if earlier, err = totalsOfDays(tx, community, settlement.Billed(periods[:at+1])); err != nil {
			return inputs, err
		}
	}
	roster, err := readRoster(tx, community)
	if err != nil {
		return inputs, err
	}
	behind, err := behindMembers(tx, community, roster.members)
	if err != nil {
		return inputs, err
	}
	agreed, err := agreedProducers(tx, community, behind)
	if err != nil {
		return inputs, err
	}
	if inputs.Members, err = settlement.Contributions(totals, earlier, behind, agreed); err != nil {
		return inputs, err
	}
	last, found, err := ledger.Get[settlement.Figures](tx.Ledger, lastFiguresKey(community.CommunityID))
	if found {
		inputs.Last = &last
	}
	if err != nil {
		return inputs, err
	}
	return inputs, gatherSets(tx, &inputs)
}

// finalPhases are the final period and all its corrections, in order.
func finalPhases(tx *transaction.Tx, r settlement.PublishFiguresRequest) ([]settlement.Period, error) {
	all, err := ledger.Scan[settlement.Period](tx.Ledger, phasesOfPeriod(r.CommunityID, r.Period))
	if err != nil {
		return nil, err
	}
	periods := slices.DeleteFunc(
		all, func(p settlement.Period) bool { return p.Phase != settlement.FinalPhase && p.Phase.Correction() == 0 },
	)
	if len(periods) == 0 {
		return nil, fault.New(
			fault.IllegalTransition, "%s is not final; only the figures of a final month are published", r.Period,
		)
	}
	slices.SortFunc(periods, func(a, b settlement.Period) int { return a.Phase.Correction() - b.Phase.Correction() })
	return periods, nil
}

// totalsOfDays reads the private sums of runs by day.
func totalsOfDays(
	tx *transaction.Tx, community settlement.Community, days []settlement.PeriodDay,
) (map[string]settlement.DayTotals, error) {
	keys := make([]ledger.Key, len(days))
	for i, day := range days {
		keys[i] = runKey(community.CommunityID, day.Day, day.Run)
	}
	found, err := ledger.GetMany[settlement.Run](tx.Ledger, keys)
	if err != nil {
		return nil, err
	}
	runs := make([]settlement.Run, len(found))
	for i, run := range found {
		if run == nil {
			return nil, fault.New(
				fault.Internal, "run %s of %s, which was billed, is missing", days[i].Run, days[i].Day,
			)
		}
		runs[i] = *run
	}
	totals, err := dayTotals(tx, community, runs)
	if err != nil {
		return nil, err
	}
	byDay := make(map[string]settlement.DayTotals, len(days))
	for i, day := range days {
		byDay[day.Day] = totals[i]
	}
	return byDay, nil
}

// behindMembers are the residents and metering points behind the members.
func behindMembers(
	tx *transaction.Tx, community settlement.Community, members []settlement.Member,
) (map[string]settlement.FigureBehind, error) {
	keys := make([]ledger.Key, len(members))
	for i, member := range members {
		keys[i] = memberPrivateKey(community.CommunityID, member.MemberID)
	}
	values, err := ledger.GetManyPrivate(tx.Ledger, community.Collection, keys)
	if err != nil {
		return nil, err
	}
	behind := make(map[string]settlement.FigureBehind, len(members))
	for i, value := range values {
		if value == nil || settlement.Hash(value) != members[i].PrivateSHA256 {
			continue
		}
		private, err := settlement.ReadMemberPrivate(value)
		if err != nil {
			return nil, err
		}
		behind[members[i].MemberID] = settlement.FigureBehind{
			Subject: private.Subject, Point: settlement.FigurePoint(private.Reference),
		}
	}
	return behind, nil
}

// gatherSets reads all sets that were ever published, of all communities: with their persons where these are in the
// community's collection.
func gatherSets(tx *transaction.Tx, inputs *settlement.FigureInputs) error {
	inputs.Sets = map[settlement.Direction]map[string]settlement.Crowded{}
	inputs.Foreign = map[settlement.Direction][]map[string]bool{}
	for _, side := range []settlement.Direction{settlement.Consumption, settlement.Production} {
		if err := gatherSide(tx, inputs, side); err != nil {
			return err
		}
	}
	return nil
}

func gatherSide(tx *transaction.Tx, inputs *settlement.FigureInputs, side settlement.Direction) error {
	inputs.Sets[side] = map[string]settlement.Crowded{}
	records, err := ledger.Scan[settlement.FigureSet](tx.Ledger, figureSetsOf(side))
	if err != nil {
		return err
	}
	var own []settlement.FigureSet
	var keys []ledger.Key
	for _, record := range records {
		if record.Collection == inputs.Collection {
			own, keys = append(own, record), append(keys, figurePersonsKey(record))
			continue
		}
		points, err := record.ReadPoints()
		if err != nil {
			return err
		}
		inputs.Foreign[side] = append(inputs.Foreign[side], points)
	}
	values, err := ledger.GetManyPrivate(tx.Ledger, inputs.Collection, keys)
	if err != nil {
		return err
	}
	for i, record := range own {
		if inputs.Sets[side][record.SetID], err = record.Open(values[i]); err != nil {
			return err
		}
	}
	return nil
}

// gatherTaken takes the points of other communities' sets of the month.
func gatherTaken(tx *transaction.Tx, inputs *settlement.FigureInputs, month []settlement.Figures) error {
	inputs.Taken = map[string]bool{}
	var keys []ledger.Key
	for _, figures := range month {
		if figures.CommunityID == inputs.Request.CommunityID {
			continue
		}
		keys = append(
			keys, figureSetKey(settlement.FigureSet{Side: settlement.Consumption, SetID: figures.Consuming}),
			figureSetKey(settlement.FigureSet{Side: settlement.Production, SetID: figures.Producing}),
		)
	}
	sets, err := ledger.GetMany[settlement.FigureSet](tx.Ledger, keys)
	if err != nil {
		return err
	}
	for _, set := range sets {
		if set == nil {
			return fault.New(fault.Internal, "the points of published figures are missing")
		}
		points, err := set.ReadPoints()
		if err != nil {
			return err
		}
		maps.Copy(inputs.Taken, points)
	}
	return nil
}

// listFigures answers a page of what a community's organiser published of a month.
func listFigures(tx *transaction.Tx, r settlement.ListFiguresRequest) (settlement.FiguresList, error) {
	list := settlement.FiguresList{Figures: []settlement.Figures{}}
	if _, err := load(tx, r.CommunityID); err != nil {
		return list, err
	}
	found, bookmark, err := ledger.Page[settlement.Figures](
		tx.Ledger, figuresOf(r.Period, r.CommunityID), r.Size(), r.Bookmark,
	)
	if err != nil {
		return list, err
	}
	slices.SortFunc(found, func(a, b settlement.Figures) int { return a.Correction - b.Correction })
	return settlement.FiguresList{Figures: found, Bookmark: bookmark}, nil
}

const agreementToFigures = "settlement:AgreeToFigures"

// agreeToFigures records a legal person's agreement, or its end, by its own signature.
func agreeToFigures(tx *transaction.Tx, r settlement.AgreeToFiguresRequest) (settlement.FigureAgreement, error) {
	record := settlement.FigureAgreement{Schema: settlement.SchemaVersion, AgreeToFiguresRequest: r}
	community, err := load(tx, r.CommunityID)
	if err != nil {
		return record, err
	}
	if tx.Caller.SignedRequest == nil {
		return record, forbidden(tx, community, "the member itself, by its own signature,")
	}
	if err := requireOwn(tx, community, r.MemberID); err != nil {
		return record, err
	}
	if record.At, err = tx.Now(); err != nil {
		return record, err
	}
	record.Evidence = settlement.FigureEvidence(*tx.Evidence())
	if r.Agreed {
		return record, ledger.Put(tx.Ledger, agreementKey(r.CommunityID, r.MemberID), record)
	}
	return record, endAgreement(tx, record)
}

// endAgreement ends the agreement on record, for good: a later one is another one.
func endAgreement(tx *transaction.Tx, end settlement.FigureAgreement) error {
	existing, found, err := ledger.Get[settlement.FigureAgreement](
		tx.Ledger, agreementKey(end.CommunityID, end.MemberID),
	)
	if err != nil {
		return err
	}
	if !found {
		return fault.New(fault.IllegalTransition, "member %s did not agree, so there is nothing to end", end.MemberID)
	}
	key := agreementEndKey(end.CommunityID, end.MemberID, existing.Evidence.ID)
	if _, ended, err := ledger.Get[settlement.FigureAgreement](tx.Ledger, key); err != nil || ended {
		return err
	}
	return governance.PutEnd(tx.Ledger, key, end)
}

// agreedProducers are the producers whose agreement is there, has no end and verifies again.
func agreedProducers(
	tx *transaction.Tx, community settlement.Community, behind map[string]settlement.FigureBehind,
) (map[string]bool, error) {
	records, err := ledger.Scan[settlement.FigureAgreement](tx.Ledger, agreementsOf(community.CommunityID))
	if err != nil {
		return nil, err
	}
	refs, ends := make([]transaction.EvidenceRef, len(records)), make([]ledger.Key, len(records))
	for i, record := range records {
		refs[i], ends[i] = transaction.EvidenceRef(record.Evidence), agreementEndKey(
			record.CommunityID, record.MemberID, record.Evidence.ID,
		)
	}
	evidence, err := transaction.LoadEvidences(tx.Ledger, refs)
	if err != nil {
		return nil, err
	}
	ended, err := ledger.GetMany[settlement.FigureAgreement](tx.Ledger, ends)
	if err != nil {
		return nil, err
	}
	agreed := map[string]bool{}
	for i, record := range records {
		if ended[i] != nil || evidence[i] == nil {
			continue
		}
		if agreed[record.MemberID], err = signed(tx, record, *evidence[i], behind[record.MemberID].Subject); err != nil {
			return nil, err
		}
	}
	return agreed, nil
}

// signed reports whether the signed request describes what the agreement states, and its signer spoke for the member's
// resident when it was carried out.
func signed(
	tx *transaction.Tx, a settlement.FigureAgreement, evidence transaction.Evidenced, subject string,
) (bool, error) {
	var r settlement.AgreeToFiguresRequest
	if err := json.Unmarshal([]byte(evidence.Request), &r); err != nil {
		return false, nil //nolint:nilerr // what differs is no evidence
	}
	request := evidence.Signed
	named := request.Subject == request.Signer || request.Subject == subject // who names nobody means its own subject
	if request.Transaction != agreementToFigures || r != a.AgreeToFiguresRequest || !named || subject == "" {
		return false, nil
	}
	request.Subject = subject
	return consents.Spoke(tx.Ledger, request, evidence.At)
}
