// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"io"
	"os"
	"time"
)

// Logs writes the log of a component, and with follow goes on until the context ends.
func (n *Network) Logs(ctx context.Context, org, name string, follow bool, out io.Writer) error {
	c, err := n.findComponent(org, name)
	if err != nil {
		return err
	}
	if n.placement() == Containers {
		return n.containerLogs(ctx, c, follow, out)
	}
	log, err := os.Open(c.spec.Log)
	if err != nil {
		return err
	}
	defer log.Close()
	for {
		if _, err := io.Copy(out, log); err != nil || !follow {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(200 * time.Millisecond):
		}
	}
}
