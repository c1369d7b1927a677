// SPDX-License-Identifier: Apache-2.0

// Command generate writes what follows from the contracts' tables and from the error catalogue. It writes the methods
// that contract-api runs, and the client's typed calls and errors. It also writes the contract metadata that Fabric's
// SDKs read, and the reference of transactions, errors, events and state keys. It runs at the root of the project, by
// `make generate`.
package main

import (
	"fmt"
	"go/format"
	"os"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/contracts"
	"github.com/smartb-suite/smartb/internal/spdx"
)

// module is the project's, and sources are the packages whose comments and functions the documents tell of.
const (
	module  = "github.com/smartb-suite/smartb"
	sources = "./chaincode"
)

// The generated documents.
const (
	metadataFile     = "chaincode/contracts/metadata.json"
	transactionsFile = "docs/reference/transactions.md"
	errorsFile       = "docs/reference/errors.md"
	eventsFile       = "docs/reference/events.md"
	layoutFile       = "docs/reference/state-layout.md"
)

func main() {
	if err := generate(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func generate() error {
	code, err := readSource()
	if err != nil {
		return err
	}
	reflector, err := newReflector(code)
	if err != nil {
		return err
	}
	r := newReference(code, reflector.CommentMap)
	described, err := metadata(reflector, r)
	if err != nil {
		return err
	}
	files := map[string]string{
		metadataFile: described, transactionsFile: r.write(), errorsFile: catalogue(), eventsFile: eventList(),
		layoutFile: stateLayout(code.keys),
	}
	if err := addGo(files); err != nil {
		return err
	}
	for path, text := range files {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return spdx.Add(".")
}

// addGo adds the generated Go files.
func addGo(files map[string]string) error {
	texts := map[string]string{tableFile: clientTable()}
	for _, c := range contracts.All() {
		if path := methodsFile(c); strings.HasSuffix(path, "/contract/methods_gen.go") { // the chaincode carries batches out itself
			texts[path] = methods(c)
		}
		calls, err := clientMethods(c)
		if err != nil {
			return err
		}
		if calls != "" {
			texts[clientFile(c)] = calls
		}
	}
	var err error
	if texts[sentinelsFile], err = sentinels(); err != nil {
		return err
	}
	for path, text := range texts {
		formatted, err := format.Source([]byte(text))
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		files[path] = string(formatted)
	}
	return nil
}
