// SPDX-License-Identifier: Apache-2.0

package consent

import (
	_ "embed" // for the shipped taxonomy
	"slices"
	"strconv"

	"github.com/smartb-suite/smartb/chaincode/canonical"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

const maxTerms = 500

// DPVPurposes is the taxonomy that ships with the chaincode, as a LoadTaxonomyRequest in JSON: the purposes of DPV 2.3 that cities and utilities need.
//
//go:embed taxonomy/dpv-purposes.json
var DPVPurposes []byte

// Term is a purpose with its broader terms (skos:broader).
type Term struct {
	Term    string   `json:"term"`
	Label   string   `json:"label"`
	Broader []string `json:"broader,omitempty"`
}

// TaxonomyContent is a set of purposes from a named source.
type TaxonomyContent struct {
	// Version counts the versions on this ledger from 1.
	Version int `json:"version"`
	// Source and SourceVersion say where the terms come from.
	Source        string `json:"source"`
	SourceVersion string `json:"sourceVersion"`
	Terms         []Term `json:"terms"`
}

// Taxonomy is a loaded version. It never changes; a consent record pins the version it was given under.
type Taxonomy struct {
	Schema int `json:"schema"`
	TaxonomyContent
	SHA256 string `json:"sha256"`
}

// TaxonomyHead names the version in force.
type TaxonomyHead struct {
	Schema  int    `json:"schema"`
	Version int    `json:"version"`
	SHA256  string `json:"sha256"`
}

// GetTaxonomyRequest asks for a version of the taxonomy, for the one in force if it names none.
type GetTaxonomyRequest struct {
	Version int `json:"version,omitempty"`
}

// Validate checks the request by itself.
func (r GetTaxonomyRequest) Validate() error {
	return request.Within("version", int64(r.Version), 0, maxVersion)
}

// LoadTaxonomyRequest loads the next version.
type LoadTaxonomyRequest struct{ TaxonomyContent }

// Validate checks the request by itself.
func (r LoadTaxonomyRequest) Validate() error {
	if err := request.All(version("version", r.Version), request.Named("source", r.Source), request.Named("sourceVersion", r.SourceVersion)); err != nil {
		return err
	}
	if len(r.Terms) == 0 || len(r.Terms) > maxTerms {
		return fault.Field(fault.OutOfRange, "terms", "expected 1 to %d terms", maxTerms)
	}
	known := map[string]bool{}
	for i, t := range r.Terms {
		field := "terms/" + strconv.Itoa(i)
		if err := request.All(request.Term(field+"/term", t.Term), request.Named(field+"/label", t.Label), request.List(field+"/broader", t.Broader, request.Term)); err != nil {
			return err
		}
		if known[t.Term] {
			return fault.Field(fault.InvalidField, field+"/term", "occurs twice")
		}
		known[t.Term] = true
	}
	return r.closed(known)
}

// closed refuses parents that are not terms themselves.
func (r LoadTaxonomyRequest) closed(known map[string]bool) error {
	for i, t := range r.Terms {
		for _, parent := range t.Broader {
			if !known[parent] {
				return fault.Field(fault.InvalidField, "terms/"+strconv.Itoa(i)+"/broader", "%s is not a term of this taxonomy", parent)
			}
		}
	}
	return nil
}

// Load makes the taxonomy of the request; head names the version in force, zero before the first.
func (r LoadTaxonomyRequest) Load(head TaxonomyHead) (Taxonomy, error) {
	hash, err := canonical.SHA256(r.TaxonomyContent)
	if err != nil {
		return Taxonomy{}, err
	}
	loaded := Taxonomy{Schema: SchemaVersion, TaxonomyContent: r.TaxonomyContent, SHA256: hash}
	switch {
	case head.Version == r.Version && head.SHA256 == hash, r.Version == head.Version+1:
		return loaded, nil
	case r.Version <= head.Version:
		return Taxonomy{}, fault.Field(fault.AlreadyExists, "version", "version %d is in force; the next is %d", head.Version, head.Version+1)
	default:
		return Taxonomy{}, fault.Field(fault.IllegalTransition, "version", "the next version is %d", head.Version+1)
	}
}

// Head is what names the taxonomy as the one in force.
func (t Taxonomy) Head() TaxonomyHead {
	return TaxonomyHead{Schema: SchemaVersion, Version: t.Version, SHA256: t.SHA256}
}

// Has reports whether the purpose is a term.
func (t Taxonomy) Has(purpose string) bool {
	return slices.ContainsFunc(t.Terms, func(known Term) bool { return known.Term == purpose })
}

// Covers reports whether the purpose is the broad one or a narrower term of it.
func (t Taxonomy) Covers(broad, purpose string) bool {
	return purpose == broad || slices.Contains(climb(purpose, t.parents()), broad)
}

func (t Taxonomy) parents() map[string][]string {
	broader := make(map[string][]string, len(t.Terms))
	for _, known := range t.Terms {
		broader[known.Term] = known.Broader
	}
	return broader
}

// climb is all that is broader than the term, near and far. A cycle in the taxonomy ends the walk like any term seen before.
func climb(term string, broader map[string][]string) (above []string) {
	for walk := slices.Clone(broader[term]); len(walk) > 0; walk = walk[1:] {
		if walk[0] != term && !slices.Contains(above, walk[0]) {
			above = append(above, walk[0])
			walk = append(walk, broader[walk[0]]...)
		}
	}
	return above
}

// Lineage is all that is broader and narrower than a term, near and far: what a question about one purpose needs of a taxonomy.
type Lineage struct {
	Schema   int      `json:"schema"`
	Term     string   `json:"term"`
	Broader  []string `json:"broader,omitempty"`
	Narrower []string `json:"narrower,omitempty"`
}

// Within reports whether the broad term is the lineage's own or one of the broader ones.
func (l Lineage) Within(broad string) bool {
	return l.Term == broad || slices.Contains(l.Broader, broad)
}

// Lineages are those of all terms, in the order of the terms.
func (t Taxonomy) Lineages() []Lineage {
	list, place, broader := make([]Lineage, len(t.Terms)), make(map[string]int, len(t.Terms)), t.parents()
	for i, known := range t.Terms {
		list[i], place[known.Term] = Lineage{Schema: SchemaVersion, Term: known.Term, Broader: climb(known.Term, broader)}, i
	}
	for _, lineage := range list {
		for _, broad := range lineage.Broader {
			above := &list[place[broad]]
			above.Narrower = append(above.Narrower, lineage.Term)
		}
	}
	return list
}
