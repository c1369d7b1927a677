// Command chaincode serves the smartb chaincode of one organisation. `go run ./network/cmd/network up` starts one for each organisation; package
// server says which environment variables it reads.
package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"github.com/smartb-suite/smartb/chaincode/contracts"
	"github.com/smartb-suite/smartb/chaincode/server"
)

// collectAt is how much the heap may grow before it is collected, in percent of what is live: a run of 1,000 members allocates some 20 MB at once, and little
// of it lives longer than the transaction.
const collectAt = 400

func main() {
	debug.SetGCPercent(collectAt)
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "chaincode:", err)
		os.Exit(1)
	}
}

func run() error {
	chaincode, err := contracts.New()
	if err != nil {
		return err
	}
	return server.Run(chaincode)
}
