// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

func question() CheckRequest {
	return CheckRequest{Subject: alice, Controller: "UtilityMSP", Purpose: "dpv:ServiceProvision", DataCategories: []string{"pd:Power"}}
}

// ended is the standing of a record after a party's end at the time.
func ended(t testing.TB, r Record, name Step, at time.Time) (s RecordState) {
	t.Helper()
	act := Action{Actor: name.By(), By: "UtilityMSP", TxID: "t", At: at}
	if act.Actor == Resident {
		act = byResident(at)
	}
	end, err := r.NewEnd(name, act, "")
	require.NoError(t, err)
	switch name {
	case StepWithdraw:
		s.Withdrawn = &end
	case StepRevoke:
		s.Revoked = &end
	default:
		s.Invalidated = &end
	}
	return s
}

// cut is a cut-off of the resident at the time.
func cut(kind Step, at time.Time) *Cutoff {
	cutoff := NewCutoff(kind, 1, byResident(at))
	return &cutoff
}

// TestCheckAnswersByConsent asks an hour after noon, when alice gave her consent.
func TestCheckAnswersByConsent(t *testing.T) {
	later := noon.Add(time.Hour)
	mark := &Mark{At: noon}
	type scene struct {
		give  func(*GiveRequest)
		ask   func(*CheckRequest)
		then  func(*testing.T, Record) RecordState
		facts func(*Facts)
	}
	for sentence, row := range map[string]struct {
		scene
		denied ReasonFor
	}{
		"a consent in force allows":                                {scene{}, ""},
		"the controller may be named as the recipient":             {scene{ask: func(r *CheckRequest) { r.Recipient = "UtilityMSP" }}, ""},
		"a recipient that the consent names may process":           {scene{ask: func(r *CheckRequest) { r.Recipient = "CommunityMSP" }}, ""},
		"a recipient of the notice that the consent does not name": {scene{ask: func(r *CheckRequest) { r.Recipient = "Grid Ltd" }}, RecipientNotCovered},
		"a category that was not given":                            {scene{ask: func(r *CheckRequest) { r.DataCategories = []string{"pd:Location"} }}, CategoryNotCovered},
		"one of two categories that was not given":                 {scene{ask: func(r *CheckRequest) { r.DataCategories = []string{"pd:Power", "pd:Location"} }}, CategoryNotCovered},
		"a purpose beside the consent's":                           {scene{ask: func(r *CheckRequest) { r.Purpose = "dpv:Marketing" }}, PurposeNotCovered},
		"a narrower purpose, not included":                         {scene{ask: func(r *CheckRequest) { r.Purpose = "dpv:SellProducts" }}, PurposeNotCovered},
		"a narrower purpose, included": {scene{
			give: func(r *GiveRequest) { r.IncludeNarrower = true }, ask: func(r *CheckRequest) { r.Purpose = "dpv:SellProducts" },
		}, ""},
		"a broader purpose is never covered": {scene{
			give: func(r *GiveRequest) { r.IncludeNarrower = true }, ask: func(r *CheckRequest) { r.Purpose = "dpv:ServiceManagement" },
		}, PurposeNotCovered},
		"a suspended notice stops it":              {scene{facts: func(f *Facts) { f.Suspended = suspended("n", *mark) }}, NoticeIsSuspended},
		"another notice is suspended":              {scene{facts: func(f *Facts) { f.Suspended = suspended("m", *mark) }}, ""},
		"a notice that was resumed":                {scene{facts: func(f *Facts) { f.Suspended = suspended("n", *mark).Without("n") }}, ""},
		"a retired notice leaves old consents":     {scene{facts: func(f *Facts) { f.Of = map[string]NoticeFacts{"n": {Retired: mark}} }}, ""},
		"a restriction leaves consent (Art. 18-2)": {scene{facts: func(f *Facts) { f.Restricted = mark }}, ""},
		"before the validity":                      {scene{give: func(r *GiveRequest) { r.ValidFrom = noon.Add(2 * time.Hour) }}, NotYetValid},
		"after the validity":                       {scene{give: func(r *GiveRequest) { r.ValidUntil = noon.Add(time.Minute) }}, ReasonFor(Expired)},
		"withdrawn":                                {scene{then: func(t *testing.T, r Record) RecordState { return ended(t, r, StepWithdraw, noon.Add(time.Minute)) }}, ReasonFor(Withdrawn)},
		"withdrawn, about the time before": {scene{
			then: func(t *testing.T, r Record) RecordState { return ended(t, r, StepWithdraw, noon.Add(30*time.Minute)) },
			ask:  func(r *CheckRequest) { r.At = noon.Add(time.Minute) },
		}, ""},
		"given, about the time before": {scene{ask: func(r *CheckRequest) { r.At = noon.Add(-time.Minute) }}, NotGivenThen},
		"revoked by the controller":    {scene{then: func(t *testing.T, r Record) RecordState { return ended(t, r, StepRevoke, noon.Add(time.Minute)) }}, ReasonFor(Revoked)},
		"invalidated, about the time before": {scene{
			then: func(t *testing.T, r Record) RecordState { return ended(t, r, StepInvalidate, noon.Add(30*time.Minute)) },
			ask:  func(r *CheckRequest) { r.At = noon.Add(time.Minute) },
		}, ReasonFor(Invalidated)},
		"all withdrawn": {scene{facts: func(f *Facts) { f.Standings[0].All = cut(CutWithdrawAll, noon.Add(time.Minute)) }}, ReasonFor(Withdrawn)},
		"all withdrawn, about the time before": {scene{
			facts: func(f *Facts) { f.Standings[0].All = cut(CutWithdrawAll, noon.Add(30*time.Minute)) },
			ask:   func(r *CheckRequest) { r.At = noon.Add(time.Minute) },
		}, ""},
		"all withdrawn before it was given": {scene{facts: func(f *Facts) { f.Standings[0].All = cut(CutWithdrawAll, noon.Add(-time.Minute)) }}, ""},
		"a consent that nobody signed":      {scene{facts: func(f *Facts) { f.Standings[0].Unproven = true }}, NotProven},
		"ended by a withdrawal that nobody signed": {scene{
			then:  func(t *testing.T, r Record) RecordState { return ended(t, r, StepWithdraw, noon.Add(time.Minute)) },
			facts: func(f *Facts) { f.Standings[0].EndUnproven = true },
		}, EndIsUnproven},
		"erased, about the time before": {scene{
			facts: func(f *Facts) { f.Erased = true },
			ask:   func(r *CheckRequest) { r.At = noon.Add(time.Minute) },
		}, HasErased},
		"no consent at all": {scene{facts: func(f *Facts) { f.Records = nil }}, NoConsent},
	} {
		t.Run(sentence, func(t *testing.T) {
			record := given(t, published(t, content()), row.give)
			facts := Facts{Records: []Record{record}, Standings: make([]RecordState, 1), Now: later}
			if row.then != nil {
				facts.Standings[0] = row.then(t, record)
			}
			if row.facts != nil {
				row.facts(&facts)
			}
			r := question()
			if row.ask != nil {
				row.ask(&r)
			}
			facts.Lineages = map[int]Lineage{1: lineage(t, r.Purpose)}
			require.NoError(t, r.Validate())
			verdict, err := Check(r, facts)
			require.NoError(t, err)
			require.Equal(t, row.denied == "", verdict.Allowed)
			require.Len(t, verdict.Categories, len(r.DataCategories))
			if verdict.Allowed {
				require.Equal(t, []string{"c"}, verdict.ConsentIDs)
				require.Equal(t, record.ValidUntil, verdict.ValidUntil)
				require.Empty(t, verdict.Reasons)
				return
			}
			require.Equal(t, row.denied, verdict.Reasons[0].Code)
			require.Zero(t, verdict.ValidUntil)
		})
	}
}

func TestTwoConsentsCoverTwoCategories(t *testing.T) {
	notice := published(t, content())
	power := given(t, notice, nil)
	place := given(t, notice, func(r *GiveRequest) {
		r.ConsentID, r.DataCategories, r.ValidUntil = "d", []string{"pd:Location"}, noon.AddDate(0, 1, 0)
	})
	r := question()
	r.DataCategories = []string{"pd:Location", "pd:Power"}
	verdict, err := Check(r, Facts{Records: []Record{power, place}, Standings: make([]RecordState, 2), Now: noon})
	require.NoError(t, err)
	require.True(t, verdict.Allowed)
	require.Equal(t, []string{"d", "c"}, verdict.ConsentIDs)
	require.Equal(t, place.ValidUntil, verdict.ValidUntil, "the first end counts")
}

func TestNobodyCanAskAboutTheFuture(t *testing.T) {
	r := question()
	r.At = noon.Add(time.Second)
	_, err := Check(r, Facts{Now: noon})
	require.ErrorIs(t, err, fault.InvalidPeriod)
}

func TestCheckAnswersByOtherBases(t *testing.T) {
	mark := &Mark{At: noon}
	for basis, row := range map[string]struct{ objection, restriction, marketing ReasonFor }{
		"eu-gdpr:A6-1-b-contract-performance": {"", HasRestricted, HasObjected},
		"eu-gdpr:A6-1-c":                      {"", "", HasObjected},
		"eu-gdpr:A6-1-d":                      {"", "", HasObjected},
		"eu-gdpr:A6-1-e":                      {HasObjected, HasRestricted, HasObjected},
		"eu-gdpr:A6-1-f":                      {HasObjected, HasRestricted, HasObjected},
	} {
		t.Run(basis, func(t *testing.T) {
			c := content()
			c.LawfulBases, c.LegitimateInterest = []string{basis}, "running the grid"
			notice := published(t, c)
			ask := func(about NoticeFacts, restricted *Mark, stopped Suspensions) ReasonFor {
				verdict, err := Check(question(), Facts{Notices: []Notice{notice}, Of: map[string]NoticeFacts{"n": about}, Restricted: restricted, Suspended: stopped, Now: noon})
				require.NoError(t, err)
				if verdict.Allowed {
					require.Equal(t, CategoryVerdict{Category: "pd:Power", Allowed: true, NoticeID: "n", LawfulBasis: basis}, verdict.Categories[0])
					return ""
				}
				return verdict.Reasons[0].Code
			}
			none := Suspensions{}
			require.Empty(t, ask(NoticeFacts{}, nil, none))
			require.Equal(t, NoticeIsSuspended, ask(NoticeFacts{}, nil, suspended("n", *mark)))
			require.Equal(t, NoticeIsNotInForce, ask(NoticeFacts{Retired: mark}, nil, none))
			require.Equal(t, row.objection, ask(NoticeFacts{Objected: mark}, nil, none))
			require.Equal(t, row.restriction, ask(NoticeFacts{}, mark, none))
			notice.DirectMarketing = true
			require.Equal(t, row.marketing, ask(NoticeFacts{Objected: mark}, nil, none))
		})
	}
}

func TestOfAnotherBasisTheNewestVersionInForceCounts(t *testing.T) {
	notice := func(id string, version int, from time.Time) Notice {
		return Notice{NoticeContent: NoticeContent{NoticeID: id, Version: version, ValidFrom: from}}
	}
	yesterday, tomorrow := noon.AddDate(0, 0, -1), noon.AddDate(0, 0, 1)
	all := []Notice{notice("a", 1, yesterday), notice("a", 2, yesterday), notice("a", 3, tomorrow), notice("b", 1, tomorrow), notice("c", 1, yesterday), notice("c", 2, yesterday)}
	retired := &Mark{At: noon}
	inForce, marks := InForce(all, []*Mark{nil, nil, nil, nil, retired, retired}, noon)
	var versions []int
	for _, n := range inForce {
		versions = append(versions, n.Version)
	}
	require.Equal(t, []int{2, 1, 2}, versions)
	require.Equal(t, []*Mark{nil, nil, retired}, marks)
}
