// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Progress returns a bar for work of total steps, -1 for an unknown number. It draws only if stderr is a terminal and --quiet is not set.
func (a *App) Progress(total int64, description string) *progressbar.ProgressBar {
	return progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(a.stderr),
		progressbar.OptionSetVisibility(!a.quiet && isTerminal(a.stderr)),
		progressbar.OptionSetDescription(description),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionClearOnFinish(),
	)
}

func isTerminal(stream io.Writer) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// advanceBy moves a bar on; a bar that cannot be drawn is no reason to end the work.
func advanceBy(bar *progressbar.ProgressBar, steps int) {
	_ = bar.Add(steps)
}
