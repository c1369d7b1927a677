// SPDX-License-Identifier: Apache-2.0

// Command chaincode serves the smartb chaincode of one organisation. `go run ./network/cmd/network up` starts one for
// each organisation; package server describes which environment variables it reads.
package main

import (
	"fmt"
	"os"

	"github.com/smartb-suite/smartb/chaincode/contracts"
	"github.com/smartb-suite/smartb/chaincode/server"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "chaincode:", err)
		os.Exit(1)
	}
}

func run() error {
	network, err := server.Founding(os.Getenv("SMARTB_FOUNDING"))
	if err != nil {
		return err
	}
	chaincode, err := contracts.New(network)
	if err != nil {
		return err
	}
	return server.Run(chaincode)
}
