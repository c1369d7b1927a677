// SPDX-License-Identifier: Apache-2.0

// Command generate writes the table of formats into docs/reference/formats.md.
package main

import (
	"cmp"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/smartb-suite/smartb/gateway-client/loadprofile"
)

const (
	page = "docs/reference/formats.md"
	head = "| `--format` | file | holds | origin of the layout |\n|---|---|---|---|\n"
)

func main() {
	text, err := os.ReadFile(page)
	if err != nil {
		log.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), head)
	_, after, ends := strings.Cut(rest, "\n\n")
	if !found || !ends {
		log.Fatalf("%s has no table of formats", page)
	}
	var table strings.Builder
	for _, f := range loadprofile.Formats() {
		holds := cmp.Or(f.Holds, loadprofile.Readings)
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", f.Name, f.Title, holds, f.Origin)
	}
	if err := os.WriteFile(page, []byte(before+head+table.String()+"\n"+after), 0o644); err != nil {
		log.Fatal(err)
	}
}
