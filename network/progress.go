// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"fmt"
	"io"
	"time"
)

// stage is one step of Up; doing it again changes nothing.
type stage struct {
	name string
	run  func(context.Context) error
}

// runStages prints each stage's time and the time since the beginning.
func runStages(ctx context.Context, out io.Writer, stages []stage) error {
	begin := time.Now()
	for _, s := range stages {
		stageBegin := time.Now()
		if err := s.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Fprintf(out, "%6.1fs  %-45s %6.1fs\n", time.Since(begin).Seconds(), s.name, time.Since(stageBegin).Seconds())
	}
	return nil
}
