// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// operations is the group of the commands for those who run programs and machines, and of cobra's own.
const operations = "operations"

// group adds commands under a heading of the help.
func group(root *cobra.Command, id, title string, commands ...*cobra.Command) {
	root.AddGroup(&cobra.Group{ID: id, Title: title})
	for _, command := range commands {
		command.GroupID = id
	}
	root.AddCommand(commands...)
}

// knownVerb refuses a verb that a noun does not have, and names those that may be meant.
func knownVerb(command *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	command.SuggestionsMinimumDistance = 2 // cobra sets it only where it suggests by itself
	meant := command.SuggestionsFor(args[0])
	return fmt.Errorf("unknown command %q for %q%s", args[0], command.CommandPath(), didYouMean(meant))
}

func didYouMean(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(names, " or ") + "?"
}

// meantFlag names the flags that may be meant by an unknown one.
func meantFlag(command *cobra.Command, err error) error {
	name, unknown := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !unknown {
		return err
	}
	var meant []string
	command.Flags().VisitAll(func(flag *pflag.Flag) {
		if !flag.Hidden && (distance(name, flag.Name) <= 2 || strings.HasPrefix(flag.Name, name)) {
			meant = append(meant, "--"+flag.Name)
		}
	})
	return fmt.Errorf("%w%s", err, didYouMean(meant))
}

// distance is how many letters must be changed, added or left out to make one word of the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changed := before
			if a[i] != b[j] {
				changed++
			}
			before = row[j+1]
			row[j+1] = min(changed, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
