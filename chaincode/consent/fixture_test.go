// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	alice    = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	guardian = "GGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGG"
	jti      = "0123456789abcdef"
)

// noon is when the tests begin.
var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// content is a complete notice of the utility, based on consent.
func content() NoticeContent {
	return NoticeContent{
		NoticeID: "n", Version: 1, Title: "Energy sharing", Purpose: "dpv:ServiceProvision", LawfulBases: []string{"eu-gdpr:A6-1-a"},
		DataCategories: []string{"pd:Power", "pd:Location", "pd:Health"}, SpecialCategories: nil,
		Controller: Controller{"UtilityMSP", "Utility", "Grid street 1", "Privacy desk", "privacy@utility.example", "+43 1 1", "dpv:Organisation"},
		DPOContact: "dpo@utility.example", Languages: []string{"en"}, Necessity: "no sharing", Source: "the resident's meter",
		SubjectCategories: []string{"dpv:Consumer"}, CollectionMethod: "smart meter", ProcessingMethod: "allocation", AutomatedDecisions: "none",
		StorageLocations: []string{"AT", "DE"}, ProcessingLocations: []string{"AT"}, Retention: "P2Y", Jurisdiction: "AT", Recipients: []string{"CommunityMSP", "Grid Ltd"},
		Rights: []string{"eu-gdpr:A7-3"}, WithdrawalMethod: "smartb consent withdraw", Authority: "DPA", SecurityMeasures: "private collections",
		Service:     Service{Name: "settlement", SourceRepository: "https://example.org/smartb", SourceCommit: strings.Repeat("a", 40)},
		DocumentURL: "https://utility.example/notice", DocumentSHA256: strings.Repeat("0", 64), ValidFrom: noon.AddDate(-1, 0, 0),
	}
}

func shipped(t testing.TB) Taxonomy {
	t.Helper()
	var r LoadTaxonomyRequest
	require.NoError(t, decodeStrictly(DPVPurposes, &r))
	require.NoError(t, r.Validate())
	loaded, err := r.Load(TaxonomyHead{})
	require.NoError(t, err)
	return loaded
}

// lineage is a term's in the shipped taxonomy, zero if it is none.
func lineage(t testing.TB, term string) Lineage {
	t.Helper()
	for _, known := range shipped(t).Lineages() {
		if known.Term == term {
			return known
		}
	}
	return Lineage{}
}

// suspended is one suspended notice.
func suspended(noticeID string, mark Mark) Suspensions {
	return Suspensions{}.With(NoticeStatus{NoticeID: noticeID, Mark: mark})
}

// published is the notice of a content.
func published(t testing.TB, c NoticeContent) Notice {
	t.Helper()
	require.NoError(t, PublishNoticeRequest{c}.Validate())
	var before *Notice
	if c.Version > 1 {
		before = &Notice{NoticeContent: NoticeContent{Controller: c.Controller}}
	}
	notice, err := c.Publish(before, nil, shipped(t), Action{Actor: Controlled, By: "UtilityMSP", TxID: "publish", At: noon.AddDate(-1, 0, 0)})
	require.NoError(t, err)
	return notice
}

func terms(id string) Terms {
	return Terms{
		ConsentID: id, NoticeID: "n", NoticeVersion: 1, DataCategories: []string{"pd:Power"}, Recipients: []string{"CommunityMSP"}, Type: Expressed,
		ValidUntil: noon.AddDate(1, 0, 0),
	}
}

func byResident(at time.Time) Action {
	return Action{Actor: Resident, By: alice, Subject: alice, TxID: "tx" + at.Format(time.RFC3339), At: at, SignedAt: at, Evidence: &Proof{Signer: alice, ID: jti}}
}

// given is a consent that alice gave at noon.
func given(t testing.TB, notice Notice, change func(*GiveRequest)) Record {
	t.Helper()
	r := GiveRequest{Terms: terms("c")}.Under(notice)
	if change != nil {
		change(&r)
	}
	require.NoError(t, r.Validate())
	record, err := r.Give(alice, nil, RecordState{}, notice, byResident(noon))
	require.NoError(t, err)
	return record
}
