package odrl

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

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

// unreadable says why the decoder stopped, without repeating what it read.
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
