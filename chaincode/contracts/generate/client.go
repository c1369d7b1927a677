// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/contracts"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

const (
	clientFolder = "gateway-client"
	tableFile    = clientFolder + "/table.go"
)

// clientFile is where a contract's typed calls are.
func clientFile(c transaction.Contract) string {
	return filepath.Join(clientFolder, c.API.GetName()+"_gen.go")
}

// clientMethods are the typed calls of a contract's transactions but for those that package gateway writes by hand, because they are more than a call.
func clientMethods(c transaction.Contract) (string, error) {
	contract := c.API.GetName()
	receiver := strings.ToUpper(contract[:1]) + contract[1:]
	written, err := methodsOf(receiver)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	imports := map[string]bool{}
	for _, row := range c.Transactions {
		if !row.Relays() && !slices.Contains(written, row.Name) {
			b.WriteString("\n" + clientMethod(contract, receiver, row, imports))
		}
	}
	if b.Len() == 0 {
		return "", nil
	}
	var head strings.Builder
	head.WriteString(generated + "package gateway\n\nimport (\n\t\"context\"\n\n")
	for _, of := range slices.Sorted(maps.Keys(imports)) {
		fmt.Fprintf(&head, "\t%q\n", of)
	}
	return head.String() + ")\n" + b.String(), nil
}

func clientMethod(contract, receiver string, row transaction.Description, imports map[string]bool) string {
	name := func(value any) string {
		of := reflect.TypeOf(value)
		if of.PkgPath() != "" {
			imports[of.PkgPath()] = true
		}
		return of.String()
	}
	self := strings.ToLower(receiver[:1])
	parameters, arguments := "request "+name(row.Request), "request"
	call, client, answer := "evaluate", self+".client", name(row.Answer)
	results := fmt.Sprintf("(%s, error)", answer)
	if row.Submit {
		call, results = "submit", fmt.Sprintf("(%s, Receipt, error)", answer)
		if contract == "consent" { // its requests take from the ledger what they leave out
			call, client = "completed", self
		}
	}
	if row.Private != "" {
		call += "Privately"
		parameters += ", private " + name(row.PrivateType)
		arguments += fmt.Sprintf(", %q, private", row.Private)
	}
	transaction := contract + ":" + row.Name
	return fmt.Sprintf("// %s calls %s. %s\nfunc (%s %s) %s(ctx context.Context, %s) %s {\n\treturn %s[%s](ctx, %s, %q, %s)\n}\n",
		row.Name, transaction, row.Summary, self, receiver, row.Name, parameters, results, call, answer, client, transaction, arguments)
}

// methodsOf are the names of the methods that package gateway writes by hand for a type.
func methodsOf(receiver string) (names []string, err error) {
	files, err := filepath.Glob(filepath.Join(clientFolder, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_gen.go") || strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, declaration := range parsed.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && receiverOf(function) == receiver {
				names = append(names, function.Name.Name)
			}
		}
	}
	return names, nil
}

// receiverOf is the name of the type that a method is of.
func receiverOf(function *ast.FuncDecl) string {
	if function.Recv == nil {
		return ""
	}
	of, _ := function.Recv.List[0].Type.(*ast.Ident)
	return of.String()
}

// clientTable is what the client has to know of the tables to call right.
func clientTable() string {
	var b strings.Builder
	b.WriteString(generated + "package gateway\n\n")
	write := func(comment, name string, has func(transaction.Description) bool) {
		fmt.Fprintf(&b, "// %s %s\nvar %s = map[string]bool{", name, comment, name)
		for _, c := range contracts.All() {
			for _, row := range c.Transactions {
				if has(row) {
					fmt.Fprintf(&b, "\n\t%q: true,", c.API.GetName()+":"+row.Name)
				}
			}
		}
		b.WriteString("\n}\n")
	}
	write("are the queries whose answers are private.", "privateQueries", func(row transaction.Description) bool { return row.PrivateAnswer })
	b.WriteString("\n")
	write("are the transactions by which residents exercise their rights.", "rights", func(row transaction.Description) bool { return row.Right })
	b.WriteString("\n// transactions are all that a client can call, in the order of the contracts' tables.\nvar transactions = []Transaction{")
	for _, c := range contracts.All() {
		for _, row := range c.Transactions {
			fmt.Fprintf(&b, "\n\t{%q, %t, %q},", c.API.GetName()+":"+row.Name, row.Submit, row.Summary)
		}
	}
	b.WriteString("\n}\n")
	return b.String()
}
