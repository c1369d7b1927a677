// SPDX-License-Identifier: Apache-2.0

// Command supervisor keeps a network's processes running. `network up` builds and starts it; it is not meant to be started by hand.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/smartb-suite/smartb/network/supervisor"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: supervisor DIR [--detach]; `network up` starts it")
		os.Exit(2)
	}
	syscall.Umask(0o077) // keys and ledgers are nobody else's
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if !slices.Contains(os.Args, "--detach") {
		go func() {
			defer cancel()
			if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
				fmt.Fprintln(os.Stderr, "standard input:", err)
			}
		}()
	}
	if err := supervisor.Serve(ctx, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
