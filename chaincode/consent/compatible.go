package consent

import (
	"slices"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// narrows refuses a content that claims to be compatible with an older version that it widens: a controller must not widen a consent.
func (c NoticeContent) narrows(older *Notice, taxonomy Taxonomy) error {
	if older == nil {
		return nil
	}
	for _, part := range []struct {
		field    string
		narrower bool
	}{
		{"purpose", taxonomy.Covers(older.Purpose, c.Purpose)},
		{"dataCategories", subset(c.DataCategories, older.DataCategories)},
		{"specialCategories", subset(c.SpecialCategories, older.SpecialCategories)},
		{"recipients", subset(c.Recipients, older.Recipients)},
		{"retention", shorter(c.Retention, older.Retention)},
		{"storageLocations", subset(c.StorageLocations, older.StorageLocations)},
		{"processingLocations", subset(c.ProcessingLocations, older.ProcessingLocations)},
		{"transfers/countries", subset(c.countries(), older.countries())},
	} {
		if !part.narrower {
			return fault.Field(fault.NoticeIncompatible, part.field, "wider than in version %d, with which this version claims to be compatible", older.Version)
		}
	}
	return nil
}

func (c NoticeContent) countries() []string {
	if c.Transfers == nil {
		return nil
	}
	return c.Transfers.Countries
}

func subset(part, whole []string) bool {
	return !slices.ContainsFunc(part, func(entry string) bool { return !slices.Contains(whole, entry) })
}
