// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/gateway-client/jsonld"
)

func newPolicyCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:   "policy",
		Short: "Policies in ODRL: validate, evaluate and compare them offline",
		Long: `Policies say who may do what with a dataset, in the W3C Open Digital Rights Language 2.2. These commands need no network; they run the engine that the
ledger runs. docs/explanation/odrl.md lists the operands, operators and actions.`,
		Example: `  smartb policy validate offer.json
  smartb policy evaluate --policy licence.json --request request.json --world world.json`,
	}
	command.AddCommand(newPolicyValidateCommand(app), newPolicyEvaluateCommand(app), newPolicyConflictsCommand(app), newPolicyRefinesCommand(app))
	return command
}

// document reads a file, - for stdin. One that cannot be read is wrong use.
func (a *App) document(path string) (text []byte, err error) {
	if path == "-" {
		text, err = io.ReadAll(a.stdin)
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, usagef("the document cannot be read: %w", err)
	}
	return text, nil
}

// parsed reads a document as a policy, a request or a world.
func parsed[T any](app *App, path string, parse func([]byte) (T, []odrl.Finding)) (value T, err error) {
	text, err := app.document(path)
	if err != nil {
		return value, err
	}
	if _, isPolicy := any(value).(odrl.Policy); isPolicy {
		compacted, err := jsonld.Compact(text)
		if err != nil {
			return value, unreadable(path, err)
		}
		text = compacted
	}
	value, findings := parse(text)
	if len(findings) == 0 {
		return value, nil
	}
	found := fmt.Errorf("%s cannot be read without ignoring part of it", path)
	for _, finding := range findings {
		found = errors.Join(found, errors.New(finding.String()))
	}
	return value, &checkError{found, string(findings[0].Code), "correct what is named, the path is a JSON pointer; smartb policy validate finds more in policies"}
}

// unreadable is a policy whose form of JSON-LD cannot be read.
func unreadable(path string, err error) error {
	return &checkError{fmt.Errorf("%s cannot be read without ignoring part of it: %w", path, err), string(odrl.InvalidContext), "correct what is named"}
}

// knowledgeFlags are the flags that say what is known besides policies.
type knowledgeFlags struct {
	world string
	dpv   bool
}

func (f *knowledgeFlags) add(command *cobra.Command, usage string) {
	command.Flags().StringVar(&f.world, "world", "", "the `FILE` "+usage)
	command.Flags().BoolVar(&f.dpv, "dpv", false, "take the purposes from the taxonomy that the chaincode ships (W3C DPV)")
}

// read reads the world, if one is named.
func (f *knowledgeFlags) read(app *App) (world odrl.World, err error) {
	if f.world != "" {
		if world, err = parsed(app, f.world, odrl.ParseWorld); err != nil {
			return world, err
		}
	}
	if !f.dpv {
		return world, nil
	}
	if world.Purposes != nil {
		return world, usagef("--dpv: the world has purposes of its own")
	}
	world.Purposes, err = shippedPurposes()
	return world, err
}

// shippedPurposes is the taxonomy that the chaincode ships.
func shippedPurposes() (*odrl.Hierarchy, error) {
	var shipped consent.LoadTaxonomyRequest
	if err := json.Unmarshal(consent.DPVPurposes, &shipped); err != nil {
		return nil, err
	}
	return licensing.Purposes(shipped.Terms), nil
}
