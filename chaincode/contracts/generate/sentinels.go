// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

const (
	catalogueFile = "chaincode/fault/catalogue.go"
	sentinelsFile = clientFolder + "/errors_gen.go"
)

// sentinels are the catalogue's codes as the client's targets of errors.Is.
func sentinels() (string, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), catalogueFile, nil, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%spackage gateway\n\nimport %q\n\n", generated, module+"/chaincode/fault")
	b.WriteString("// The catalogue's codes as targets of errors.Is; the catalogue says what each means and what to do about it.\nconst (\n")
	for _, declaration := range parsed.Decls {
		group, ok := declaration.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			value, ok := spec.(*ast.ValueSpec)
			if !ok {
				continue
			}
			if kind, ok := value.Type.(*ast.Ident); ok && kind.Name == "Code" {
				fmt.Fprintf(&b, "\tErr%s = fault.%s\n", value.Names[0].Name, value.Names[0].Name)
			}
		}
	}
	return b.String() + ")\n", nil
}
