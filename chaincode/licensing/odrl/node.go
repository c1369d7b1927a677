// SPDX-License-Identifier: Apache-2.0

package odrl

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxMembers bounds the members of one object: there are fewer terms in ODRL.
const maxMembers = 100

// parser turns the nodes of one document into what they mean, and finds what it would have to ignore.
type parser struct {
	vocabulary
	*findings
}

// fields are the members of an object by their names in normal form; those never asked for are found by done.
type fields struct {
	*parser
	path    string
	members []field
}

type field struct {
	name  string
	value node
	taken bool
}

// keywords are members of JSON-LD and what they mean here.
var keywords = map[string]string{"@id": "uid", "id": "uid", "@type": "type", "rdf:type": "type"}

// fields opens an object. Of another value it finds that it is none.
func (p *parser) fields(n node) (fields, bool) {
	opened := fields{parser: p, path: n.path}
	if n.kind != '{' {
		p.addf(Syntax, WrongType, n.path, "expected an object, got %s", describe(n.kind))
		return opened, false
	}
	if len(n.items) > maxMembers {
		p.addf(Syntax, TooMany, n.path, "%d members, at most %d are read", len(n.items), maxMembers)
		return opened, false
	}
	if !p.steps.Spend(len(n.items) * len(n.items) / 4) {
		return opened, false
	}
	for _, item := range n.items {
		name := p.name(item.name)
		if meaning, isKeyword := keywords[name]; isKeyword {
			name = meaning
		}
		if first := opened.find(name); first != nil {
			if name == "uid" && p.sameID(first.value, item) {
				continue
			}
			p.addf(Syntax, DuplicateMember, item.path, "%s is here under another name too", name)
			continue
		}
		opened.members = append(opened.members, field{name: name, value: item})
	}
	return opened, true
}

// sameID reports whether two members name the same, as @id and uid do in documents that were converted.
func (p *parser) sameID(a, b node) bool {
	return a.kind == '"' && b.kind == '"' && p.name(a.text) == p.name(b.text)
}

func (f *fields) find(name string) *field {
	i := slices.IndexFunc(f.members, func(m field) bool { return m.name == name })
	if i < 0 {
		return nil
	}
	return &f.members[i]
}

func (f *fields) has(name string) bool {
	return slices.ContainsFunc(f.members, func(m field) bool { return m.name == name })
}

// take returns a member; null is no value.
func (f *fields) take(name string) (node, bool) {
	for i := range f.members {
		if m := &f.members[i]; m.name == name {
			m.taken = true
			if m.value.kind == 'n' {
				f.addf(Syntax, WrongType, m.value.path, "null is not a value")
				return node{}, false
			}
			return m.value, true
		}
	}
	return node{}, false
}

// done finds the members that nobody took and that are no annotations.
func (f *fields) done(extra ...string) {
	for _, m := range f.members {
		if m.taken || slices.Contains(annotations, m.name) || slices.Contains(extra, m.name) {
			continue
		}
		f.addf(Syntax, UnknownMember, m.value.path, "unknown member; nothing is ignored")
	}
}

// id returns the identifier of a member, in normal form, or "".
func (f *fields) id(name string) string {
	n, ok := f.take(name)
	if !ok {
		return ""
	}
	return f.identifier(n)
}

// uid returns the name of what the object describes; the label of a blank node is none.
func (f *fields) uid() string {
	n, ok := f.take("uid")
	if !ok || n.kind == '"' && isBlank(n.text) {
		return ""
	}
	return f.identifier(n)
}

// ids returns the identifiers of a member that may be a list.
func (f *fields) ids(name string) (ids []string) {
	n, ok := f.take(name)
	if !ok {
		return nil
	}
	for _, item := range f.list(n) {
		if id := f.identifier(item); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// identifier reads a string, or an object with an @id, as an identifier in normal form.
func (p *parser) identifier(n node) string {
	if n.kind == '{' && len(n.items) == 1 && (n.items[0].name == "@id" || n.items[0].name == "uid") {
		n = n.items[0]
	}
	if n.kind != '"' {
		p.addf(Syntax, WrongType, n.path, "expected an identifier, got %s", describe(n.kind))
		return ""
	}
	id := p.name(n.text)
	if isBlank(id) {
		p.addf(Syntax, InvalidID, n.path, "%s is the label of a blank node, which names nothing outside of its document; write a name", id)
		return ""
	}
	if !isID(id) {
		p.addf(Syntax, InvalidID, n.path, "an identifier is 1 to %d printable characters of ASCII as in a URI", maxID)
		return ""
	}
	return id
}

// list returns the elements of an array, of a JSON-LD list or set, or the value itself.
func (p *parser) list(n node) []node {
	if n.kind == '{' && len(n.items) == 1 && (n.items[0].name == "@list" || n.items[0].name == "@set") {
		n = n.items[0]
	}
	if n.kind != '[' {
		return []node{n}
	}
	return n.items
}

// context reads the prefixes that a document declares. Other contexts than those of ODRL and DSP would change what its names mean.
func (p *parser) context(n node) {
	for _, item := range p.list(n) {
		switch item.kind {
		case '"':
			if !slices.Contains(knownContexts, item.text) {
				p.addf(Syntax, InvalidContext, item.path, "the context %s is not known here and nothing is fetched; known are %s and %s: write the terms "+
					"of other contexts as full IRIs", shown(item.text), knownContexts[0], dspContext)
			}
		case '{':
			for _, m := range item.items {
				p.declare(m)
			}
		default:
			p.addf(Syntax, InvalidContext, item.path, "expected a context's IRI or an object of prefixes")
		}
	}
}

const dspContext = "https://w3id.org/dspace/2025/1/context.jsonld"

// shown is a text from a document as a message repeats it: quoted and not too long.
func shown(text string) string {
	const longest = 100
	if len(text) > longest {
		text = text[:longest] + "…"
	}
	return strconv.QuoteToASCII(text)
}

var knownContexts = []string{
	"http://www.w3.org/ns/odrl.jsonld", "https://www.w3.org/ns/odrl.jsonld", "http://www.w3.org/ns/odrl/2/", "https://www.w3.org/ns/odrl/2/ODRL22.json",
	dspContext, "https://w3id.org/dspace/2025/1/odrl-profile.jsonld",
}

// declare takes one prefix of a context: a namespace, or a term definition that has one. A prefix means in a document
// what the document states, also where another one is usual.
func (p *parser) declare(m node) {
	namespace := m.namespace()
	switch {
	case m.isODRLVocabulary() || m.isVersion11():
	case strings.HasPrefix(m.name, "@") || !namespace.isNamespace():
		p.addf(Syntax, InvalidContext, m.path, "a context here only declares prefixes of namespaces, such as %s; smartb expands other ones",
			`"ex": "https://example.com/ns#"`)
	case m.name == odrlPrefix && compact(namespace.text+"x") != "x":
		p.addf(Syntax, InvalidContext, m.path, "the prefix odrl has another namespace: ODRL's is %s", prefixes[0].namespace)
	default:
		if p.declared == nil {
			p.declared = map[string]string{}
		}
		p.declared[m.name] = namespace.text
	}
}

// namespace is what a member of a context declares: its value, or the one of a term definition that is nothing but a prefix.
func (n node) namespace() node {
	if n.kind != '{' {
		return n
	}
	if prefix, ok := n.member("@prefix"); !ok || prefix.kind != 't' || len(n.items) != 2 {
		return node{}
	}
	namespace, _ := n.member("@id")
	return namespace
}

func (n node) isODRLVocabulary() bool {
	return n.name == "@vocab" && n.kind == '"' && compact(n.text+"x") == "x"
}

func (n node) isVersion11() bool { return n.name == "@version" && n.kind == '0' && n.text == "1.1" }

// isNamespace reports whether the value is an IRI that names can be put behind.
func (n node) isNamespace() bool {
	return n.kind == '"' && isID(n.text) && strings.Contains(n.text, ":") && strings.ContainsAny(n.text[len(n.text)-1:], "/#:?=")
}

func describe(kind jsontext.Kind) string { return kinds[kind] }

var kinds = map[jsontext.Kind]string{'{': "an object", '[': "an array", '"': "a string", '0': "a number", 't': "true", 'f': "false", 'n': "null"}

const (
	// maxBytes bounds a document: a request to the chaincode is not larger.
	maxBytes = 256 << 10
	// maxDepth bounds the nesting of objects and arrays.
	maxDepth = 24
	// maxNodes bounds the values of a document.
	maxNodes = 20_000
	// perNode are the steps to read a value: to decode it, to understand it and, where it is kept, to write it.
	perNode = 25
	// perChecked are the steps to read a value that is only compared with the schema.
	perChecked = 15
	// bytesPerStep is how much text is copied in a step.
	bytesPerStep = 64
)

// node is a JSON value that remembers where it stood and how it was written: numbers keep their digits.
type node struct {
	path string
	kind jsontext.Kind // '{', '[', '"', '0', 't', 'f' or 'n'
	text string        // of a string its text, of a number its digits
	// items are an array's elements, or an object's values, each with its name.
	items []node
	name  string
}

// reader reads a document into nodes.
type reader struct {
	// price are the steps to read a value.
	price   int
	decoder *jsontext.Decoder
	nodes   int
	found   *findings
}

// errRefused ends the reading of a document; what is wrong with it was found.
var errRefused = errors.New("refused")

// read reads one JSON value strictly: no duplicate members, no excessive size or depth. It returns false where it found that it cannot.
func read(text []byte, found *findings) (node, bool) { return readAt(perNode, text, found) }

// readAt is read at a price for each value.
func readAt(price int, text []byte, found *findings) (node, bool) {
	if len(text) > maxBytes {
		found.addf(Syntax, TooLarge, "", "%d bytes, at most %d are read", len(text), maxBytes)
		return node{}, false
	}
	r := &reader{decoder: jsontext.NewDecoder(bytes.NewReader(text)), found: found, price: price}
	root, err := r.value("", "")
	if err != nil {
		return node{}, false
	}
	if kind := r.decoder.PeekKind(); kind > 0 {
		found.addf(Syntax, NotJSON, "", "something follows the document at byte %d", r.decoder.InputOffset())
		return node{}, false
	}
	if root.kind != '{' {
		found.addf(Syntax, WrongType, "", "the document is not a JSON object")
		return node{}, false
	}
	return root, true
}

func (r *reader) value(path, name string) (node, error) {
	if r.nodes++; r.nodes > maxNodes {
		return node{}, r.refuse(TooMany, path, "more than %d JSON values", maxNodes)
	}
	if !r.found.steps.Spend(r.price + len(path)/bytesPerStep) {
		return node{}, errRefused
	}
	token, err := r.decoder.ReadToken()
	if err != nil {
		return node{}, r.unreadable(err)
	}
	n := node{path: path, name: name, kind: token.Kind()}
	switch n.kind {
	case '{', '[':
		if r.decoder.StackDepth() > maxDepth {
			return node{}, r.refuse(TooDeep, path, "nested deeper than %d", maxDepth)
		}
		return n, r.elements(&n)
	case '"', '0':
		n.text = token.String()
	}
	return n, nil
}

// elements reads an array's elements or an object's members and the token that ends them.
func (r *reader) elements(n *node) error {
	for i := 0; r.decoder.PeekKind() != ']' && r.decoder.PeekKind() != '}'; i++ {
		name, step := "", strconv.Itoa(i)
		if n.kind == '{' {
			token, err := r.decoder.ReadToken()
			if err != nil {
				return r.unreadable(err)
			}
			name = token.String()
			step = pointerStep(name)
		}
		element, err := r.value(n.path+"/"+step, name)
		if err != nil {
			return err
		}
		n.items = append(n.items, element)
	}
	if _, err := r.decoder.ReadToken(); err != nil {
		return r.unreadable(err)
	}
	return nil
}

// unreadable explains why the decoder stopped, without repeating what it read.
func (r *reader) unreadable(err error) error {
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return r.refuse(DuplicateMember, string(syntactic.JSONPointer), "occurs twice")
		}
		return r.refuse(NotJSON, string(syntactic.JSONPointer), "not valid JSON at byte %d", syntactic.ByteOffset)
	}
	return r.refuse(NotJSON, "", "the document ends early")
}

func (r *reader) refuse(code Code, path, format string, args ...any) error {
	r.found.addf(Syntax, code, path, format, args...)
	return errRefused
}

// pointerStep is a member's name as a step of a JSON pointer; one too long to be a name of this vocabulary is cut.
func pointerStep(name string) string {
	const longest = 100
	if len(name) > longest {
		name = name[:longest]
	}
	return string(jsontext.Pointer("").AppendToken(name))[1:]
}
