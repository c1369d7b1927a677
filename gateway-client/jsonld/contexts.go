// SPDX-License-Identifier: Apache-2.0

package jsonld

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/piprate/json-gold/ld"
)

//go:embed contexts
var bundle embed.FS

type bundledContext struct {
	file, sha256 string
	iris         []string
}

// bundled are the contexts that come with the program, each under its IRIs and with the SHA-256 of its text: a context
// describes what a policy means. So another text is no context.
var bundled = []bundledContext{
	{
		"odrl.jsonld", "88e7f9f9048f7c4997ecdd09dd82f864f92eb267ef3d4297dd7db971132583c1",
		[]string{
			"http://www.w3.org/ns/odrl.jsonld", "https://www.w3.org/ns/odrl.jsonld", "http://www.w3.org/ns/odrl/2/",
			"https://www.w3.org/ns/odrl/2/ODRL22.json",
		},
	},
	{
		"dspace-2025-1.jsonld", "f3a7ea42af43d7d0dcb5cf15eff894d513ee4165a5db6b5d040a609d500a35e2",
		[]string{"https://w3id.org/dspace/2025/1/context.jsonld"},
	},
	{
		"dspace-2025-1-odrl.jsonld", "075a7c9da77d390119e3e5584463dcfece498cb35ec357fd06140abd668b59f4",
		[]string{"https://w3id.org/dspace/2025/1/odrl-profile.jsonld"},
	},
}

// maxContexts bounds the contexts that one document loads.
const maxContexts = 20

// loader gives the bundled contexts and fetches nothing.
type loader struct {
	loads int
	// unknown is the first context that is not bundled.
	unknown string
}

// LoadDocument gives a bundled context.
func (l *loader) LoadDocument(iri string) (*ld.RemoteDocument, error) {
	if l.loads++; l.loads > maxContexts {
		return nil, fmt.Errorf("the document loads more than %d contexts", maxContexts)
	}
	for _, c := range bundled {
		if slices.Contains(c.iris, iri) {
			document, err := c.read()
			return &ld.RemoteDocument{DocumentURL: iri, Document: document}, err
		}
	}
	if l.unknown == "" {
		l.unknown = iri
	}
	return nil, fmt.Errorf("the context %q is not known", iri)
}

func (c bundledContext) read() (any, error) {
	text, err := bundle.ReadFile("contexts/" + c.file)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != c.sha256 {
		return nil, fmt.Errorf("the bundled context %s was changed: its SHA-256 is %x", c.file, sum)
	}
	return decode(text)
}

// decode reads JSON and keeps the digits of its numbers.
func decode(text []byte) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	err = decoder.Decode(&value)
	versions(value)
	return value, err
}

// versions makes numbers of the versions in contexts, as the library asks for.
func versions(value any) {
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			versions(element)
		}
	case map[string]any:
		for _, member := range v {
			versions(member)
		}
		if version, ok := v["@version"].(json.Number); ok {
			if number, err := version.Float64(); err == nil {
				v["@version"] = number
			}
		}
	}
}
