// SPDX-License-Identifier: Apache-2.0

// Command ccaas-builder is the peers' external builder. The peer calls it as detect, build or release; `network up` makes the links of those names.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/smartb-suite/smartb/network/builder"
)

func main() {
	if err := builder.Run(filepath.Base(os.Args[0]), os.Args[1:], os.Getenv("SMARTB_CHAINCODE_VALUES")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
