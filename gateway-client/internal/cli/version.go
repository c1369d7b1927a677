// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"runtime/debug"

	"github.com/spf13/cobra"
)

// versionAnswer describes what was built.
type versionAnswer struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Go      string `json:"go"`
}

func newVersionCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print what this command was built from",
		Example: "  smartb version --output json",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return app.Render(version()) },
	}
}

// version reads what the Go tool wrote into the program.
func version() versionAnswer {
	answer := versionAnswer{Version: "unknown", Commit: "unknown", Go: "unknown"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return answer
	}
	answer.Version, answer.Go = info.Main.Version, info.GoVersion
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			answer.Commit = setting.Value
		}
	}
	return answer
}
