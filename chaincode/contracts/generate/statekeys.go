// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// stateKey is one kind of keys in the world state or in a private collection.
type stateKey struct {
	// Type is the object type of the composite key: the contract's namespace, a point, and a name.
	Type string
	// Attributes are what follows the type in the key.
	Attributes []string
	// Holds describes what is stored there and which transactions write it; empty for a prefix.
	Holds string
	// Private is true in the members' or the organisations' collections.
	Private bool
	// Function is the function or variable that makes the key.
	Function string
	// Namespace is what the type has to begin with.
	Namespace string
}

// keyType is the type of all state keys.
const keyType = module + "/chaincode/ledger.Key"

var typePattern = regexp.MustCompile(`^[a-z]+\.[a-zA-Z-]+$`)

// keyReader reads the state keys of one package from the functions and variables that make them.
type keyReader struct {
	info *types.Info
	// functions are the package's functions that return a state key.
	functions map[string]*ast.FuncDecl
}

func newKeyReader(of *packages.Package) keyReader {
	r := keyReader{of.TypesInfo, map[string]*ast.FuncDecl{}}
	for _, declaration := range declarationsOf(of) {
		if function, ok := declaration.(*ast.FuncDecl); ok && r.makesKey(function) {
			r.functions[function.Name.Name] = function
		}
	}
	return r
}

// declarationsOf lists what the files of a package declare, in order.
func declarationsOf(of *packages.Package) (all []ast.Decl) {
	for _, file := range of.Syntax {
		all = append(all, file.Decls...)
	}
	return all
}

// stateKeysOf reads the state keys of a package. Anything that a function's comment does not say to hold a record is a
// prefix.
func stateKeysOf(of *packages.Package) (keys []stateKey) {
	r := newKeyReader(of)
	add := func(name string, comment *ast.CommentGroup, node ast.Node) {
		if key, ok := r.read(name, strings.Join(strings.Fields(comment.Text()), " "), node); ok {
			key.Namespace = namespaceOf(of.PkgPath)
			keys = append(keys, key)
		}
	}
	for _, declaration := range declarationsOf(of) {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			if r.functions[d.Name.Name] == d {
				add(d.Name.Name, d.Doc, d)
			}
		case *ast.GenDecl:
			if d.Tok == token.VAR && len(d.Specs) == 1 {
				add(d.Specs[0].(*ast.ValueSpec).Names[0].Name, d.Doc, d)
			}
		}
	}
	return keys
}

// makesKey reports whether a function returns one state key.
func (r keyReader) makesKey(function *ast.FuncDecl) bool {
	results := function.Type.Results
	return function.Recv == nil && results != nil && len(results.List) == 1 && r.info.TypeOf(results.List[0].Type).String() == keyType
}

// read reads one key from what its comment states and from its code.
func (r keyReader) read(name, comment string, node ast.Node) (key stateKey, ok bool) {
	holds, ok := strings.CutPrefix(comment, name+" holds ")
	if !ok {
		holds = ""
	}
	key = stateKey{Function: name, Holds: holds, Private: strings.Contains(holds, "collection")}
	r.addParts(&key, node)
	return key, key.Type != "" && (ok || r.makes(node))
}

// makes reports whether a function or variable makes a state key by itself.
func (r keyReader) makes(node ast.Node) (makes bool) {
	ast.Inspect(node, func(n ast.Node) bool {
		literal, ok := n.(*ast.CompositeLit)
		makes = makes || ok && r.info.TypeOf(literal).String() == keyType
		return true
	})
	return makes
}

// addParts adds the type and the attributes of a key, and those of the prefix that it is made from.
func (r keyReader) addParts(key *stateKey, node ast.Node) {
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			if r.info.TypeOf(n).String() == "[]string" {
				r.addAttributes(key, n.Elts)
				return false
			}
		case *ast.CallExpr:
			return r.addCall(key, n)
		case ast.Expr:
			if value := r.info.Types[n].Value; value != nil && value.Kind() == constant.String && typePattern.MatchString(constant.StringVal(value)) {
				key.Type, key.Attributes = constant.StringVal(value), nil
			}
		}
		return true
	})
}

// addCall adds what a call adds to a key: that of a prefix's function, arguments after a type, or appended attributes.
func (r keyReader) addCall(key *stateKey, call *ast.CallExpr) bool {
	function, ok := call.Fun.(*ast.Ident)
	if !ok {
		return true
	}
	if function.Name == "append" {
		for _, argument := range call.Args[:1] {
			r.addParts(key, argument)
		}
		r.addAttributes(key, call.Args[1:])
		return false
	}
	prefix := r.functions[function.Name]
	if prefix == nil {
		return true
	}
	if value := r.info.Types[call.Args[0]].Value; value != nil && value.Kind() == constant.String {
		key.Type, key.Attributes = constant.StringVal(value), nil
		r.addAttributes(key, call.Args[1:])
		return false
	}
	r.addParts(key, prefix.Body)
	return false
}

// addAttributes adds attributes by the name of what they are made from: subject of r.Subject, version of ordered(version).
func (r keyReader) addAttributes(key *stateKey, expressions []ast.Expr) {
	for _, expression := range expressions {
		name := r.nameOf(expression)
		if name == strings.ToUpper(name) { // ID, MSP
			name = strings.ToLower(name)
		}
		key.Attributes = append(key.Attributes, strings.ToLower(name[:1])+name[1:])
	}
}

func (r keyReader) nameOf(expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.CallExpr:
		return r.nameOf(r.valueOf(e))
	case *ast.BinaryExpr:
		return r.nameOf(e.X)
	case *ast.IndexExpr:
		return r.nameOf(e.X)
	case *ast.SliceExpr:
		return r.nameOf(e.X)
	case *ast.ParenExpr:
		return r.nameOf(e.X)
	default:
		return types.ExprString(e)
	}
}

// valueOf is what a call puts into words: the receiver of a method, or the first argument that is no format.
func (r keyReader) valueOf(call *ast.CallExpr) ast.Expr {
	if method, ok := call.Fun.(*ast.SelectorExpr); ok && r.info.Selections[method] != nil {
		return method.X
	}
	if _, format := call.Args[0].(*ast.BasicLit); format && len(call.Args) > 1 {
		return call.Args[1]
	}
	return call.Args[0]
}

// namespaceOf is what the types of a package's keys begin with: the contract's name, or the package's.
func namespaceOf(path string) string {
	path = strings.TrimSuffix(path, "/contract")
	name := path[strings.LastIndex(path, "/")+1:]
	if name == "ledger" { // it reads the founding record before every call
		return "governance"
	}
	return name
}

// checkKeys refuses keys outside their contract's namespace, and two kinds of records under one type of the same store.
func checkKeys(keys []stateKey) error {
	type place struct {
		of      string
		private bool
	}
	functions, described := map[place]string{}, map[string]bool{}
	for _, key := range keys {
		described[key.Type] = described[key.Type] || key.Holds != ""
	}
	for _, key := range keys {
		if !described[key.Type] {
			return fmt.Errorf("%s makes state keys of type %s; say in the comment of one function what they hold", key.Function, key.Type)
		}
		if !strings.HasPrefix(key.Type, key.Namespace+".") {
			return fmt.Errorf("%s makes the state key %q, which is not in the namespace %s", key.Function, key.Type, key.Namespace)
		}
		if key.Holds == "" {
			continue
		}
		at := place{key.Type, key.Private}
		if other := functions[at]; other != "" {
			return fmt.Errorf("%s and %s both make state keys of type %s; one record could overwrite the other", other, key.Function, key.Type)
		}
		functions[at] = key.Function
	}
	return nil
}

// stateLayout is the document of all state keys, in the order of their types.
func stateLayout(keys []stateKey) string {
	slices.SortFunc(keys, func(a, b stateKey) int {
		return cmp.Or(strings.Compare(a.Type, b.Type), strings.Compare(a.Function, b.Function))
	})
	var b strings.Builder
	b.WriteString("<!-- Code generated by make generate. DO NOT EDIT. -->\n\n# State layout\n\n")
	b.WriteString("All records are JSON under composite keys: the type, then the attributes. The type begins with the contract that owns\n")
	b.WriteString("the record. A private record is in a collection; the channel has only its hash. Consents and licences keep private\n")
	b.WriteString("parts in the collection of one organisation (`org-<MSP>`), settlement in the community's collection.\n\n")
	b.WriteString("| type | attributes | store | record |\n|---|---|---|---|\n")
	for _, key := range keys {
		if key.Holds == "" {
			continue
		}
		store := "public"
		if key.Private {
			store = "private"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", key.Type, strings.Join(key.Attributes, ", "), store, key.Holds)
	}
	return b.String()
}
