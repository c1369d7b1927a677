// SPDX-License-Identifier: Apache-2.0

package licensing

import "encoding/json"

// Catalogue is a page of datasets as a DCAT-AP 3 catalogue in JSON-LD.
type Catalogue struct {
	Context  CatalogueContext   `json:"@context"`
	Type     string             `json:"@type"`
	ID       string             `json:"@id"`
	Datasets []CatalogueDataset `json:"dcat:dataset"`
	// Bookmark is where the next page begins; empty on the last.
	Bookmark string `json:"smartb:bookmark"`
}

// CatalogueContext names the vocabularies.
type CatalogueContext struct {
	DCAT   string `json:"dcat"`
	DCT    string `json:"dct"`
	FOAF   string `json:"foaf"`
	ODRL   string `json:"odrl"`
	SPDX   string `json:"spdx"`
	SmartB string `json:"smartb"`
}

// CatalogueDataset is a dcat:Dataset.
type CatalogueDataset struct {
	Type         string                  `json:"@type"`
	ID           string                  `json:"@id"`
	Identifier   string                  `json:"dct:identifier"`
	Title        string                  `json:"dct:title"`
	Description  string                  `json:"dct:description"`
	Publisher    CatalogueAgent          `json:"dct:publisher"`
	RightsHolder CatalogueAgent          `json:"dct:rightsHolder"`
	Theme        []string                `json:"dcat:theme"`
	Keyword      []string                `json:"dcat:keyword,omitempty"`
	Spatial      string                  `json:"dct:spatial,omitempty"`
	Temporal     string                  `json:"dct:temporal,omitempty"`
	Periodicity  string                  `json:"dct:accrualPeriodicity,omitempty"`
	ConformsTo   string                  `json:"dct:conformsTo,omitempty"`
	Version      int                     `json:"dcat:version"`
	Modified     string                  `json:"dct:modified"`
	Distribution []CatalogueDistribution `json:"dcat:distribution"`
	// HasPolicy are the offers that are, as ODRL.
	HasPolicy []json.RawMessage `json:"odrl:hasPolicy,omitempty"`
}

// CatalogueAgent is an organisation or a resident's pseudonym.
type CatalogueAgent struct {
	Type string `json:"@type"`
	ID   string `json:"@id"`
	Name string `json:"foaf:name"`
}

// CatalogueDistribution is a dcat:Distribution.
type CatalogueDistribution struct {
	Type          string             `json:"@type"`
	Format        string             `json:"dct:format"`
	MediaType     string             `json:"dcat:mediaType"`
	Checksum      *CatalogueChecksum `json:"spdx:checksum,omitempty"`
	AccessService CatalogueService   `json:"dcat:accessService"`
}

// CatalogueChecksum is an spdx:Checksum.
type CatalogueChecksum struct {
	Type      string `json:"@type"`
	Algorithm string `json:"spdx:algorithm"`
	Value     string `json:"spdx:checksumValue"`
}

// CatalogueService is a dcat:DataService.
type CatalogueService struct {
	Type     string `json:"@type"`
	Endpoint string `json:"dcat:endpointURL"`
	Protocol string `json:"dct:conformsTo"`
}

const timeForm = "2006-01-02T15:04:05Z07:00"

// NewCatalogue makes the catalogue of a page of datasets with the offers on each; retired datasets and withdrawn offers are left out.
func NewCatalogue(channel string, page DatasetPage, offers [][]OfferView) Catalogue {
	urn := "urn:smartb:" + channel + ":"
	c := Catalogue{
		Context: CatalogueContext{
			DCAT: "http://www.w3.org/ns/dcat#", DCT: "http://purl.org/dc/terms/", FOAF: "http://xmlns.com/foaf/0.1/", ODRL: "http://www.w3.org/ns/odrl/2/",
			SPDX: "http://spdx.org/rdf/terms#", SmartB: "urn:smartb:",
		},
		Type: "dcat:Catalog", ID: urn + "catalogue", Datasets: []CatalogueDataset{}, Bookmark: page.Bookmark,
	}
	for i, dataset := range page.Datasets {
		if !dataset.RetiredAt.IsZero() {
			continue
		}
		c.Datasets = append(c.Datasets, dataset.entry(urn, offers[i]))
	}
	return c
}

func (d DatasetView) entry(urn string, offers []OfferView) CatalogueDataset {
	entry := CatalogueDataset{
		Type: "dcat:Dataset", ID: urn + "dataset:" + d.DatasetID, Identifier: d.DatasetID, Title: d.Title, Description: d.Description,
		Publisher: agent(urn, d.Publisher), RightsHolder: agent(urn, d.Owner), Theme: d.Theme, Keyword: d.Keyword, Spatial: d.Spatial, Temporal: d.Temporal,
		Periodicity: d.AccrualPeriodicity, ConformsTo: d.ConformsTo, Version: d.Version, Modified: d.ChangedAt.Format(timeForm),
	}
	for _, part := range d.Distribution {
		distribution := CatalogueDistribution{
			Type: "dcat:Distribution", Format: part.Format, MediaType: part.MediaType,
			AccessService: CatalogueService{"dcat:DataService", part.AccessService.EndpointURL, part.AccessService.Protocol},
		}
		if part.Checksum != "" {
			distribution.Checksum = &CatalogueChecksum{"spdx:Checksum", "spdx:checksumAlgorithm_sha256", part.Checksum}
		}
		entry.Distribution = append(entry.Distribution, distribution)
	}
	for _, offer := range offers {
		if !offer.Withdrawal.Withdrawn() {
			entry.HasPolicy = append(entry.HasPolicy, offer.Policy)
		}
	}
	return entry
}

func agent(urn, party string) CatalogueAgent {
	return CatalogueAgent{"foaf:Agent", urn + party, party}
}
