// SPDX-License-Identifier: Apache-2.0

// Command smartb calls the contracts of smartb from the command line; `smartb help` lists what it can do.
package main

import (
	"os"

	"github.com/smartb-suite/smartb/gateway-client/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
