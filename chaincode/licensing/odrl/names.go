package odrl

import "strings"

// maxID bounds an identifier.
const maxID = 500

const odrlPrefix = "odrl"

// prefixes are the namespaces whose full IRIs are written with a prefix, so that one thing has one name. A namespace of ODRL itself has none: its terms
// are bare.
var prefixes = []struct{ prefix, namespace string }{
	{odrlPrefix, "http://www.w3.org/ns/odrl/2/"},
	{odrlPrefix, "https://www.w3.org/ns/odrl/2/"},
	{"cc", "http://creativecommons.org/ns#"},
	{"cc", "https://creativecommons.org/ns#"},
	{"dpv", "https://w3id.org/dpv#"},
	{"dpv", "https://w3id.org/dpv/owl#"},
	{"dpv", "https://www.w3.org/ns/dpv#"},
	{"dpv", "http://www.w3.org/ns/dpv#"},
	{"dct", "http://purl.org/dc/terms/"},
	{"dc11", "http://purl.org/dc/elements/1.1/"},
	{"ldr", "http://purl.org/NET/ldr/ns#"},
	{"dcat", "http://www.w3.org/ns/dcat#"},
	{"vcard", "http://www.w3.org/2006/vcard/ns#"},
	{"foaf", "http://xmlns.com/foaf/0.1/"},
	{"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
	{"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
	{"xsd", "http://www.w3.org/2001/XMLSchema#"},
	{"skos", "http://www.w3.org/2004/02/skos/core#"},
	{"schema", "https://schema.org/"},
	{"schema", "http://schema.org/"},
	{"dbr", "http://dbpedia.org/resource/"},
	{"dbr", "https://dbpedia.org/resource/"},
	{"report", "https://w3id.org/force/compliance-report#"},
	{"sotw", "https://w3id.org/force/sotw#"},
}

// aliases are other prefixes in use for the same namespaces.
var aliases = map[string]string{"dcterms": "dct", "dc": "dct", "xs": "xsd", "sdo": "schema"}

// vocabulary resolves the names of one document by its @context.
type vocabulary struct {
	// declared are the prefixes that the document's @context declares, with their namespaces.
	declared map[string]string
}

// name returns the normal form of a name: a term of ODRL bare ("use"), others with the known prefix ("dpv:Marketing"), everything else as it is. What is
// equal after it is the same thing, whatever prefixes a document uses.
func (v vocabulary) name(text string) string {
	prefix, local, ok := strings.Cut(text, ":")
	if !ok || strings.HasPrefix(local, "//") && v.declared[prefix] == "" {
		return compact(text)
	}
	if namespace, declared := v.declared[prefix]; declared {
		return compact(namespace + local)
	}
	if known, isAlias := aliases[prefix]; isAlias {
		prefix = known
	}
	if prefix == odrlPrefix {
		return local
	}
	for _, p := range prefixes {
		if p.prefix == prefix {
			return prefix + ":" + local
		}
	}
	return text
}

// compact writes a full IRI with its known prefix.
func compact(iri string) string {
	for _, p := range prefixes {
		if local, ok := strings.CutPrefix(iri, p.namespace); ok && local != "" {
			if p.prefix == odrlPrefix {
				return local
			}
			return p.prefix + ":" + local
		}
	}
	return iri
}

// isID reports whether a text can identify something: printable ASCII without spaces, as a URI is (RFC 3986). Identifiers are compared byte by byte, and
// what looks the same must be the same, so invisible and look-alike characters are refused.
func isID(text string) bool {
	if text == "" || len(text) > maxID {
		return false
	}
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c > '~' || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			return false
		}
	}
	return true
}

// isBlank reports whether a name is the label of a blank node. It names something within its document only: two documents
// that use the same label do not mean the same.
func isBlank(name string) bool { return strings.HasPrefix(name, "_:") }
