// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

func decodeStrictly(text []byte, value any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(value)
}

func TestANoticeWithoutAnythingNamesEverythingThatIsMissing(t *testing.T) {
	err := PublishNoticeRequest{NoticeContent{LawfulBases: []string{"eu-gdpr:A6-1-f"}, Transfers: &Transfers{}}}.Validate()
	require.ErrorIs(t, err, fault.NoticeIncomplete)
	missing := strings.Split(fault.From(err).Details["missing"], ",")
	require.Len(t, missing, len(NoticeContent{}.mandatory())-1, "all but the lawful basis")
	require.Subset(t, missing, []string{"controller/email", "dpoContact", "necessity", "service/sourceCommit", "legitimateInterest", "transfers/safeguards", "validFrom"})
	require.NoError(t, PublishNoticeRequest{content()}.Validate())
}

func TestBadNoticesAreRefusedWithTheirField(t *testing.T) {
	for sentence, row := range map[string]struct {
		change func(*NoticeContent)
		code   fault.Code
		field  string
	}{
		"a basis that is no DPV term":         {func(c *NoticeContent) { c.LawfulBases = []string{"consent"} }, fault.InvalidField, "lawfulBases/0"},
		"a category that occurs twice":        {func(c *NoticeContent) { c.DataCategories = []string{"pd:A", "pd:A"} }, fault.InvalidField, "dataCategories/1"},
		"a title that is too long":            {func(c *NoticeContent) { c.Title = strings.Repeat("é", 201) }, fault.TextTooLong, "title"},
		"a necessity that is too long":        {func(c *NoticeContent) { c.Necessity = strings.Repeat("x", 2001) }, fault.TextTooLong, "necessity"},
		"a retention that is no duration":     {func(c *NoticeContent) { c.Retention = "two years" }, fault.InvalidField, "retention"},
		"an empty duration":                   {func(c *NoticeContent) { c.Retention = "P1YT" }, fault.InvalidField, "retention"},
		"a commit that is not full":           {func(c *NoticeContent) { c.Service.SourceCommit = "abc123" }, fault.InvalidField, "service/sourceCommit"},
		"a document that is no URL":           {func(c *NoticeContent) { c.DocumentURL = "javascript:alert(1)" }, fault.InvalidField, "documentUrl"},
		"compatible with itself":              {func(c *NoticeContent) { c.CompatibleWith = 1 }, fault.OutOfRange, "compatibleWith"},
		"a date in another millennium":        {func(c *NoticeContent) { c.ValidFrom = time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC) }, fault.OutOfRange, "validFrom"},
		"a special category beside the data":  {func(c *NoticeContent) { c.SpecialCategories = []string{"pd:Religion"} }, fault.InvalidField, "specialCategories"},
		"a special category without its base": {func(c *NoticeContent) { c.SpecialCategories = []string{"pd:Health"} }, fault.InvalidField, "lawfulBases"},
	} {
		t.Run(sentence, func(t *testing.T) {
			c := content()
			row.change(&c)
			err := PublishNoticeRequest{c}.Validate()
			require.ErrorIs(t, err, row.code)
			require.Equal(t, row.field, fault.From(err).Details["field"])
		})
	}
}

func TestAVersionFollowsTheOneBeforeAndItsPurposeIsKnown(t *testing.T) {
	first := published(t, content())
	second := content()
	second.Version = 2
	taxonomy, act := shipped(t), Action{By: "UtilityMSP", At: noon}
	_, err := second.Publish(nil, nil, taxonomy, act)
	require.ErrorIs(t, err, fault.NoticeNotFound)
	second.Controller.MSP = "CityMSP"
	_, err = second.Publish(&first, nil, taxonomy, act)
	require.ErrorIs(t, err, fault.AlreadyExists)
	unknown := content()
	unknown.Purpose = "dpv:WorldDomination"
	_, err = unknown.Publish(nil, nil, taxonomy, act)
	require.ErrorIs(t, err, fault.UnknownPurpose)
}

// TestACompatibleVersionIsEqualOrNarrower: a controller must not widen a consent that was given.
func TestACompatibleVersionIsEqualOrNarrower(t *testing.T) {
	older := published(t, content())
	for sentence, row := range map[string]struct {
		change func(*NoticeContent)
		field  string
	}{
		"equal":                       {func(*NoticeContent) {}, ""},
		"a narrower purpose":          {func(c *NoticeContent) { c.Purpose = "dpv:RequestedServiceProvision" }, ""},
		"a broader purpose":           {func(c *NoticeContent) { c.Purpose = "dpv:ServiceManagement" }, "purpose"},
		"another purpose":             {func(c *NoticeContent) { c.Purpose = "dpv:Marketing" }, "purpose"},
		"fewer categories":            {func(c *NoticeContent) { c.DataCategories = []string{"pd:Power"} }, ""},
		"one more category":           {func(c *NoticeContent) { c.DataCategories = append(c.DataCategories, "pd:Name") }, "dataCategories"},
		"a category that is special":  {func(c *NoticeContent) { c.SpecialCategories = []string{"pd:Health"} }, "specialCategories"},
		"fewer recipients":            {func(c *NoticeContent) { c.Recipients = nil }, ""},
		"another recipient":           {func(c *NoticeContent) { c.Recipients = []string{"CityMSP"} }, "recipients"},
		"a shorter retention":         {func(c *NoticeContent) { c.Retention = "P23M" }, ""},
		"a longer retention":          {func(c *NoticeContent) { c.Retention = "P25M" }, "retention"},
		"a retention of a day more":   {func(c *NoticeContent) { c.Retention = "P2Y1D" }, "retention"},
		"fewer places":                {func(c *NoticeContent) { c.StorageLocations = []string{"DE"} }, ""},
		"another place of storage":    {func(c *NoticeContent) { c.StorageLocations = []string{"US"} }, "storageLocations"},
		"another place of processing": {func(c *NoticeContent) { c.ProcessingLocations = []string{"DE"} }, "processingLocations"},
		"a transfer":                  {func(c *NoticeContent) { c.Transfers = &Transfers{[]string{"US"}, "SCC"} }, "transfers/countries"},
	} {
		t.Run(sentence, func(t *testing.T) {
			c := content()
			c.Version, c.CompatibleWith = 2, 1
			row.change(&c)
			_, err := c.Publish(&older, &older, shipped(t), Action{At: noon})
			if row.field == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, fault.NoticeIncompatible)
			require.Equal(t, row.field, fault.From(err).Details["field"])
		})
	}
}

// TestDurationsAreComparedWhateverTheMonths: a month has 28 to 31 days.
func TestDurationsAreComparedWhateverTheMonths(t *testing.T) {
	for _, row := range []struct {
		a, b string
		want bool
	}{
		{"P1Y", "P12M", true}, {"P12M", "P1Y", true}, {"P28D", "P1M", true}, {"P30D", "P1M", false}, {"P1M", "P31D", true}, {"P1M", "P30D", false},
		{"P1W", "P7D", true}, {"PT24H", "P1D", true}, {"P1M1D", "P1M", false}, {"P1M", "P1M1D", true}, {"P0D", "P1D", true}, {"P1Y", "P366D", false}, {"P1Y", "P372D", true},
	} {
		require.Equal(t, row.want, shorter(row.a, row.b), "%s within %s", row.a, row.b)
	}
}

func TestTheNoticesHashIsThatOfItsContent(t *testing.T) {
	a, b := content(), content()
	b.ValidFrom = b.ValidFrom.In(time.FixedZone("", 3600))
	hashA, err := a.Hash()
	require.NoError(t, err)
	hashB, err := b.Hash()
	require.NoError(t, err)
	require.Equal(t, hashA, hashB, "the same moment in another zone")
	b.Title = "Other"
	hashB, err = b.Hash()
	require.NoError(t, err)
	require.NotEqual(t, hashA, hashB)
	require.Equal(t, hashA, published(t, a).SHA256)
}

func TestTheTaxonomyKnowsWhatIsNarrower(t *testing.T) {
	taxonomy := shipped(t)
	require.True(t, taxonomy.Covers("dpv:ServiceManagement", "dpv:SellDataToThirdParties"), "over four steps")
	require.True(t, taxonomy.Covers("dpv:Personalisation", "dpv:TargetedAdvertising"), "by the second parent")
	require.True(t, taxonomy.Covers("dpv:ServiceProvision", "smartb:EnergySharing"))
	require.False(t, taxonomy.Covers("dpv:SellDataToThirdParties", "dpv:ServiceManagement"))
	require.False(t, taxonomy.Covers("dpv:Marketing", "dpv:ServiceProvision"))
	for _, known := range taxonomy.Terms {
		require.True(t, taxonomy.Covers("dpv:Purpose", known.Term), known.Term)
	}
	cycle := Taxonomy{TaxonomyContent: TaxonomyContent{Terms: []Term{{Term: "a", Broader: []string{"b"}}, {Term: "b", Broader: []string{"a"}}, {Term: "c"}}}}
	require.True(t, cycle.Covers("a", "b"))
	require.False(t, cycle.Covers("c", "a"), "a cycle ends")
	for _, one := range taxonomy.Lineages() {
		for _, other := range taxonomy.Terms {
			require.Equal(t, taxonomy.Covers(other.Term, one.Term), one.Within(other.Term), "%s in %s", one.Term, other.Term)
			require.Equal(t, one.Term != other.Term && taxonomy.Covers(one.Term, other.Term), slices.Contains(one.Narrower, other.Term), "%s in %s", other.Term, one.Term)
		}
	}
}

func TestATaxonomyIsTheNextVersion(t *testing.T) {
	first := shipped(t)
	next := LoadTaxonomyRequest{first.TaxonomyContent}
	again, err := next.Load(first.Head())
	require.NoError(t, err)
	require.Equal(t, first, again)
	next.SourceVersion = "2.4"
	_, err = next.Load(first.Head())
	require.ErrorIs(t, err, fault.AlreadyExists)
	next.Version = 3
	_, err = next.Load(first.Head())
	require.ErrorIs(t, err, fault.IllegalTransition)
	next.Version = 2
	second, err := next.Load(first.Head())
	require.NoError(t, err)
	require.Equal(t, 2, second.Head().Version)
	next.Terms = append(next.Terms, Term{Term: "x", Label: "X", Broader: []string{"nobody"}})
	require.ErrorIs(t, next.Validate(), fault.InvalidField)
}
