// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/packages"

	"github.com/smartb-suite/smartb/chaincode/contracts"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// faults is the package of the errors' catalogue.
const faults = module + "/chaincode/fault"

// sourceCode is what the generated documents take from the chaincode's sources.
type sourceCode struct {
	// functions are what each function refers to, by its full name.
	functions map[string]references
	// values are the constants of each type of texts, by the type's full name: no other values are valid.
	values map[string][]any
	// keys are the state keys.
	keys []stateKey
}

// references are what one function refers to.
type references struct {
	functions []string
	codes     []fault.Code
	events    []string
}

// found is what a function can answer or announce, by all that it refers to.
type found struct {
	codes  map[fault.Code]bool
	events map[string]bool
}

// readSource reads the functions of the chaincode.
func readSource() (*sourceCode, error) {
	events := map[string]bool{}
	for _, c := range contracts.All() {
		for _, event := range c.Events {
			events[event.Name] = true
		}
	}
	loaded, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo,
	}, sources+"/...")
	if err != nil {
		return nil, err
	}
	code := &sourceCode{functions: map[string]references{}, values: map[string][]any{}}
	for _, of := range loaded {
		if len(of.Errors) > 0 {
			return nil, fmt.Errorf("%s: %w", of.PkgPath, of.Errors[0])
		}
		if of.PkgPath == faults { // it names all codes, and decides on none
			continue
		}
		code.keys = append(code.keys, stateKeysOf(of)...)
		for _, file := range of.Syntax {
			for _, declaration := range file.Decls {
				code.add(declaration, of.TypesInfo, events)
			}
		}
	}
	return code, checkKeys(code.keys)
}

// add adds a function, or the variables of a declaration under their names: a table of functions refers to them, too.
func (c *sourceCode) add(declaration ast.Decl, info *types.Info, events map[string]bool) {
	switch declaration := declaration.(type) {
	case *ast.FuncDecl:
		if function, ok := info.Defs[declaration.Name].(*types.Func); ok {
			c.functions[function.FullName()] = refersTo(declaration, info, events)
		}
	case *ast.GenDecl:
		for _, spec := range declaration.Specs {
			if values, ok := spec.(*ast.ValueSpec); ok {
				c.addValues(values, info, events)
			}
		}
	}
}

// addValues adds the constants and variables of a declaration.
func (c *sourceCode) addValues(spec *ast.ValueSpec, info *types.Info, events map[string]bool) {
	for _, name := range spec.Names {
		switch object := info.Defs[name].(type) {
		case *types.Const:
			c.addValue(object)
		case *types.Var:
			if object.Name() != "transactions" { // the tables refer to everything
				c.functions[variableName(object)] = refersTo(spec, info, events)
			}
		}
	}
}

// addValue adds a constant to those of its type.
func (c *sourceCode) addValue(value *types.Const) {
	named, ok := value.Type().(*types.Named)
	if !ok || value.Val().Kind() != constant.String || named.Obj().Pkg() == nil {
		return
	}
	name := named.Obj().Pkg().Path() + "." + named.Obj().Name()
	c.values[name] = append(c.values[name], constant.StringVal(value.Val()))
}

func variableName(variable *types.Var) string { return variable.Pkg().Path() + "." + variable.Name() }

func refersTo(node ast.Node, info *types.Info, events map[string]bool) (r references) {
	ast.Inspect(node, func(n ast.Node) bool {
		if expression, ok := n.(ast.Expr); ok {
			r.addConstant(info.Types[expression], events)
		}
		if name, ok := n.(*ast.Ident); ok {
			switch object := info.Uses[name].(type) {
			case *types.Func:
				r.functions = append(r.functions, object.Origin().FullName())
			case *types.Var:
				if object.Pkg() != nil && object.Parent() == object.Pkg().Scope() {
					r.functions = append(r.functions, variableName(object))
				}
			}
		}
		return true
	})
	return r
}

// addConstant adds the code of an error or the name of an event.
func (r *references) addConstant(value types.TypeAndValue, events map[string]bool) {
	if value.Value == nil || value.Value.Kind() != constant.String {
		return
	}
	text := constant.StringVal(value.Value)
	if events[text] {
		r.events = append(r.events, text)
	}
	if named, ok := value.Type.(*types.Named); ok && named.Obj().Name() == "Code" && named.Obj().Pkg().Path() == faults && text != "" {
		r.codes = append(r.codes, fault.Code(text))
	}
}

// reach is what functions can answer and announce.
func (c *sourceCode) reach(functions ...string) found {
	all := found{codes: map[fault.Code]bool{}, events: map[string]bool{}}
	seen := map[string]bool{}
	for len(functions) > 0 {
		name := functions[len(functions)-1]
		functions = functions[:len(functions)-1]
		if seen[name] {
			continue
		}
		seen[name] = true
		refers := c.functions[name]
		functions = append(functions, refers.functions...)
		for _, code := range refers.codes {
			all.codes[code] = true
		}
		for _, event := range refers.events {
			all.events[event] = true
		}
	}
	return all
}

// without are the codes that another function cannot answer, in the order of their names.
func (f found) without(other found) []fault.Code {
	codes := slices.Sorted(maps.Keys(f.codes))
	return slices.DeleteFunc(codes, func(code fault.Code) bool { return other.codes[code] })
}
