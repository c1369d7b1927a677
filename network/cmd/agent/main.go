// SPDX-License-Identifier: Apache-2.0

// Command agent passes the metrics of an organisation's orderer and peer on to Prometheus, and nothing else:
//
//	agent -listen 127.0.0.1:17005 -dir STATE/city/agent orderer=https://127.0.0.1:17011 peer=https://127.0.0.1:17022
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/smartb-suite/smartb/network/agent"
)

func main() {
	listen := flag.String("listen", "", "address to listen on")
	dir := flag.String("dir", ".", "folder with the agent's certificates and its token")
	flag.Parse()
	if err := agent.Run(*listen, *dir, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
