// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagValues say what flags of a type take.
var flagValues = map[string]string{
	"bool": "true or false", "duration": "a time such as 30s, 5m or 1h", "stringToString": "pairs, NAME=VALUE,…",
	"int": "a whole number", "int32": "a whole number", "int64": "a whole number",
	"uint": "a whole number that is not negative", "uint32": "a whole number that is not negative",
	"uint64": "a whole number that is not negative",
}

// wrongFlag states of a flag's wrong value what the flag takes. Anything that the flag library finds has its own words.
func wrongFlag(_ *cobra.Command, err error) error {
	invalid, is := errors.AsType[*pflag.InvalidValueError](err)
	if !is {
		return err
	}
	flag := invalid.GetFlag()
	if takes, known := flagValues[flag.Value.Type()]; known {
		return fmt.Errorf("--%s takes %s, not %q", flag.Name, takes, invalid.GetValue())
	}
	return fmt.Errorf("--%s: %q: %w", flag.Name, invalid.GetValue(), errors.Unwrap(err))
}

// countedArgs describes which arguments are expected where their number is wrong.
func countedArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(command *cobra.Command, args []string) error {
		err := check(command, args)
		if err == nil || !strings.Contains(err.Error(), "arg(s)") {
			return err
		}
		given := "1 is given"
		if len(args) != 1 {
			given = fmt.Sprintf("%d are given", len(args))
		}
		_, expected, _ := strings.Cut(command.Use, " ")
		return fmt.Errorf("%s takes the arguments %s; %s", command.CommandPath(), expected, given)
	}
}
