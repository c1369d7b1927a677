// SPDX-License-Identifier: Apache-2.0

// Command health ends with 0 if a component is healthy, and otherwise prints why it is not: the health check of
// containers, whose images have no shell.
//
//	health -root /state/city/peer/tls/ca.crt https://city-peer:17022/healthz city-peer:17020
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/smartb-suite/smartb/network/health"
)

func main() {
	var check health.Check
	flag.StringVar(&check.Root, "root", "", "PEM file of the CA to trust")
	flag.StringVar(&check.Cert, "cert", "", "PEM file of the certificate to show, if one is asked for")
	flag.StringVar(&check.Key, "key", "", "PEM file of its key")
	show := flag.Bool("print", false, "print the page that is the only target")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: health -root FILE [-cert FILE -key FILE] TARGET...; a target is https://HOST:PORT/PAGE or HOST:PORT")
		flag.PrintDefaults()
	}
	flag.Parse()
	if check.Targets = flag.Args(); len(check.Targets) == 0 {
		flag.Usage()
		os.Exit(2)
	}
	work := check.Run
	if *show {
		work = func(ctx context.Context) error { return check.Print(ctx, os.Stdout) }
	}
	if err := work(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
