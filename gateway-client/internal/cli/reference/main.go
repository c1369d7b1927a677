// SPDX-License-Identifier: Apache-2.0

// Command reference writes docs/reference/commands.md to the standard output.
package main

import (
	"log"
	"os"

	"github.com/smartb-suite/smartb/gateway-client/internal/cli"
)

func main() {
	if err := cli.Reference(os.Stdout); err != nil {
		log.Fatal(err)
	}
}
