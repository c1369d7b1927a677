// SPDX-License-Identifier: Apache-2.0

// Package jsonld makes policies in any form of JSON-LD the compact form that the ledger reads. It fetches nothing: the
// contexts of ODRL and of the Dataspace Protocol come with the program.
package jsonld

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/piprate/json-gold/ld"

	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
)

const (
	odrlContext = "http://www.w3.org/ns/odrl.jsonld"
	odrlTerms   = "http://www.w3.org/ns/odrl/2/"
	// undefined is where terms go that no context defines. JSON-LD would drop them; here nothing is ignored, so they
	// are kept for the reader to refuse.
	undefined = "urn:smartb:undefined:"

	maxBytes = 256 << 10
	maxDepth = 24
	maxNodes = 20_000
)

// Compact returns a policy in the form that the ledger reads. A document that is in it already stays as it is.
func Compact(text []byte) ([]byte, error) {
	_, findings := odrl.Parse(text)
	if !form(findings) {
		return text, nil
	}
	compacted, err := expand(text)
	if err != nil {
		return text, err
	}
	if _, findings := odrl.Parse(compacted); len(findings) > 0 && !apart(text) {
		return text, nil // what is found is told by its place in the document as it is written
	}
	return compacted, nil
}

// apart reports whether the places of a document say nothing of its policy.
func apart(text []byte) bool {
	document, err := decode(text)
	root, ok := document.(map[string]any)
	return err != nil || !ok || root["@graph"] != nil
}

// hopeless are the findings that no other form of the document would mend.
var hopeless = []odrl.Code{odrl.NotJSON, odrl.TooLarge, odrl.TooDeep, odrl.TooMany, odrl.TooComplex}

// form reports whether it is the form of a document that cannot be read.
func form(findings []odrl.Finding) bool {
	return slices.ContainsFunc(findings, func(f odrl.Finding) bool {
		return f.Level == odrl.Syntax && !slices.Contains(hopeless, f.Code)
	})
}

func expand(text []byte) ([]byte, error) {
	if len(text) > maxBytes {
		return nil, fmt.Errorf("%d bytes, at most %d are read", len(text), maxBytes)
	}
	document, err := decode(text)
	if err != nil {
		return nil, err
	}
	if err := (&bounds{}).check(document, 0); err != nil {
		return nil, err
	}
	contexts := &loader{}
	options := ld.NewJsonLdOptions("")
	options.DocumentLoader = contexts
	options.ExpandContext = []any{odrlContext, map[string]any{"@vocab": undefined}}
	expanded, err := ld.NewJsonLdProcessor().Expand(document, options)
	if contexts.unknown != "" {
		return nil, fmt.Errorf("the context %q is not known here and no context is fetched; "+
			"known are those of ODRL (%s) and DSP 2025-1: write the terms of the other context as full IRIs and leave it out",
			contexts.unknown, odrlContext)
	}
	if err != nil {
		return nil, fmt.Errorf("the document is not valid JSON-LD: %w", err)
	}
	policy, err := (&writer{}).policy(expanded)
	if err != nil {
		return nil, err
	}
	if prefixes := declared(document); len(prefixes) > 0 {
		policy["@context"] = prefixes
	}
	return json.Marshal(policy)
}

// bounds counts the values of a document.
type bounds struct{ nodes int }

func (b *bounds) check(value any, depth int) error {
	if b.nodes++; b.nodes > maxNodes {
		return fmt.Errorf("more than %d JSON values", maxNodes)
	}
	if depth > maxDepth {
		return fmt.Errorf("nested deeper than %d", maxDepth)
	}
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			if err := b.check(element, depth+1); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, member := range v {
			if err := b.check(member, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// declared are the prefixes of the document's own context, by which names in strings are read.
func declared(document any) map[string]string {
	prefixes := map[string]string{}
	root, _ := document.(map[string]any)
	contexts, isList := root["@context"].([]any)
	if !isList {
		contexts = []any{root["@context"]}
	}
	for _, c := range contexts {
		terms, _ := c.(map[string]any)
		for name, definition := range terms {
			if of, ok := definition.(map[string]any); ok && of["@prefix"] == true {
				definition = of["@id"]
			}
			namespace, _ := definition.(string)
			if name != "odrl" && !strings.HasPrefix(name, "@") && isNamespace(namespace) {
				prefixes[name] = namespace
			}
		}
	}
	return prefixes
}

// isNamespace reports whether names can be put behind the IRI.
func isNamespace(iri string) bool {
	return strings.Contains(iri, "://") && strings.ContainsAny(iri[len(iri)-1:], "/#:?=")
}

// writer writes expanded JSON-LD in the form that the ledger reads.
type writer struct {
	bounds
	// nodes are the nodes of the document by their ids, to be put where they are referred to.
	named    map[string]map[string]any
	embedded map[string]bool
	line     []string
}

var policyTypes = []string{"Set", "Offer", "Agreement", "Policy"}

// policy finds the one policy of a document and writes it with the nodes that it refers to.
func (w *writer) policy(expanded []any) (map[string]any, error) {
	w.named, w.embedded = map[string]map[string]any{}, map[string]bool{}
	var policies, others []map[string]any
	for _, element := range expanded {
		n, ok := element.(map[string]any)
		if !ok {
			return nil, errors.New("the document holds something else than objects")
		}
		if isPolicy(n) {
			policies = append(policies, n)
			continue
		}
		others = append(others, n)
		if id, ok := n["@id"].(string); ok {
			w.named[id] = n
		}
	}
	if len(policies) != 1 {
		const what = "the document holds %d policies, expected one; write each into a file of its own"
		return nil, fmt.Errorf(what, len(policies))
	}
	written, err := w.value(policies[0], 0)
	if err != nil {
		return nil, err
	}
	for _, n := range others {
		if id, _ := n["@id"].(string); !w.embedded[id] {
			return nil, fmt.Errorf("the node %q belongs to nothing in the policy, and nothing is ignored; leave it out", id)
		}
	}
	policy, ok := written.(map[string]any)
	if !ok {
		return nil, errors.New("the document holds no policy")
	}
	return policy, nil
}

func isPolicy(n map[string]any) bool {
	types, _ := n["@type"].([]any)
	for _, t := range types {
		if name, ok := t.(string); ok && slices.Contains(policyTypes, term(name)) {
			return true
		}
	}
	return len(types) == 0 && slices.ContainsFunc([]string{"permission", "prohibition", "obligation"}, func(member string) bool {
		return n[odrlTerms+member] != nil
	})
}

// term is a name without the namespaces that bare terms have.
func term(name string) string {
	name = strings.TrimPrefix(name, undefined)
	return strings.TrimPrefix(name, odrlTerms)
}

func (w *writer) value(value any, depth int) (any, error) {
	if w.nodes++; w.nodes > maxNodes || depth > 2*maxDepth {
		return nil, errors.New("the document is too large once its nodes are put together")
	}
	switch v := value.(type) {
	case []any:
		return w.list(v, depth)
	case map[string]any:
		return w.object(v, depth)
	case string:
		return term(v), nil
	default:
		return v, nil
	}
}

// list writes a list; one of one element is the element.
func (w *writer) list(list []any, depth int) (any, error) {
	written := make([]any, len(list))
	for i, element := range list {
		var err error
		if written[i], err = w.value(element, depth+1); err != nil {
			return nil, err
		}
	}
	if len(written) == 1 {
		return written[0], nil
	}
	return written, nil
}

func (w *writer) object(o map[string]any, depth int) (any, error) {
	if literal, ok := o["@value"]; ok {
		if len(o) == 1 {
			return literal, nil
		}
		return o, nil
	}
	if id, ok := o["@id"].(string); ok && len(o) == 1 {
		n, found := w.named[id]
		if !found || len(n) == 1 {
			return map[string]any{"@id": term(id)}, nil
		}
		if slices.Contains(w.line, id) {
			return nil, fmt.Errorf("the node %q lies within itself", id)
		}
		w.embedded[id] = true
		w.line = append(w.line, id)
		defer func() { w.line = w.line[:len(w.line)-1] }()
		o = n
	}
	written := make(map[string]any, len(o))
	for _, name := range slices.Sorted(maps.Keys(o)) {
		member, err := w.value(o[name], depth+1)
		if err != nil {
			return nil, err
		}
		written[term(name)] = member
	}
	return written, nil
}
