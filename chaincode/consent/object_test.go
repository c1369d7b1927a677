// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

func TestAConsentAnswersOnlyQuestionsAboutItsOwnObject(t *testing.T) {
	here, point := strings.Repeat("a", 64), strings.Repeat("b", 64)
	for name, c := range map[string]struct {
		given, asked Object
		covered      bool
	}{
		"neither names one":                {Object{}, Object{}, true},
		"the same community":               {Object{CommunityID: "c"}, Object{CommunityID: "c"}, true},
		"another community":                {Object{CommunityID: "c"}, Object{CommunityID: "d"}, false},
		"a question about nothing":         {Object{CommunityID: "c"}, Object{}, false},
		"a consent about nothing":          {Object{}, Object{CommunityID: "c"}, false},
		"the same dataset":                 {Object{Dataset: "UtilityMSP/x"}, Object{Dataset: "UtilityMSP/x"}, true},
		"another owner's dataset":          {Object{Dataset: "UtilityMSP/x"}, Object{Dataset: "CityMSP/x"}, false},
		"a dataset for a community":        {Object{CommunityID: "c"}, Object{Dataset: "UtilityMSP/c"}, false},
		"the same point":                   {Object{CommunityID: "c", PointSHA256: here}, Object{CommunityID: "c", PointSHA256: here}, true},
		"another point":                    {Object{CommunityID: "c", PointSHA256: here}, Object{CommunityID: "c", PointSHA256: point}, false},
		"no point asked":                   {Object{CommunityID: "c", PointSHA256: here}, Object{CommunityID: "c"}, true},
		"the point in another community":   {Object{CommunityID: "c", PointSHA256: here}, Object{CommunityID: "d", PointSHA256: here}, false},
		"a point that the consent has not": {Object{CommunityID: "c"}, Object{CommunityID: "c", PointSHA256: here}, false},
	} {
		t.Run(name, func(t *testing.T) {
			record := given(t, published(t, content()), func(r *GiveRequest) { r.Object = c.given })
			question := CheckRequest{Subject: alice, Controller: "UtilityMSP", Purpose: record.Purpose, DataCategories: []string{"pd:Power"}, Object: c.asked}
			require.NoError(t, question.Validate())
			verdict, err := Check(question, Facts{Records: []Record{record}, Standings: make([]RecordState, 1), Now: noon})
			require.NoError(t, err)
			require.Equal(t, c.covered, verdict.Allowed)
			switch {
			case c.covered:
			case c.asked.PointSHA256 != "":
				require.Equal(t, NotHere, verdict.Reasons[0].Code)
			default:
				require.Equal(t, ObjectNotCovered, verdict.Reasons[0].Code)
			}
		})
	}
}

func TestAnObjectIsRefusedByItsField(t *testing.T) {
	for field, object := range map[string]Object{
		"object/dataset":     {Dataset: "no-owner"},
		"object/communityId": {PointSHA256: strings.Repeat("a", 64)},
		"object/pointSha256": {CommunityID: "c", PointSHA256: "short"},
	} {
		r := GiveRequest{Terms: terms("c")}
		r.Object = object
		require.Equal(t, field, fault.From(r.Validate()).Details["field"])
	}
	own := GiveRequest{Terms: terms("c")}
	own.Object = Object{Dataset: "-" + strings.Repeat("a", 42) + "/roof"}
	require.NoError(t, own.Object.validate(), "a resident's own data, whose pseudonym begins with any letter of base64url")
	both := GiveRequest{Terms: terms("c")}
	both.Object = Object{CommunityID: "c", Dataset: "UtilityMSP/x"}
	require.Equal(t, "object/dataset", fault.From(both.Validate()).Details["field"])
}
