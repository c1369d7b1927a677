// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/gateway-client/internal/document"
)

// readProof reads a JSON file that carries a proof, - for stdin, into what the command verifies.
func (a *App) readProof(path, kind string, into any) error {
	text, err := a.document(path)
	if err != nil {
		return err
	}
	var members map[string]json.RawMessage
	if err := document.DecodeKnown(text, &members); err != nil {
		return usagef("%s holds no %s: %w", filepath.Base(path), kind, err)
	}
	other := map[string]string{"statement": "bill", "bill": "statement"}[kind]
	member := map[string]string{"statement": "leaf", "bill": "bill"}
	if members[member[kind]] == nil && members[member[other]] != nil {
		return usagef("%s holds a %s; it is verified by smartb %s verify", filepath.Base(path), other, other)
	}
	if members[member[kind]] == nil {
		return usagef("%s holds no %s: it has no member %q", filepath.Base(path), kind, member[kind])
	}
	if err := document.DecodeKnown(text, into); err != nil {
		return usagef("%s holds no %s: %w", filepath.Base(path), kind, err)
	}
	return nil
}

// publicRecord reads a saved run or period; nil if none is named.
func (a *App) publicRecord(path string) (json.RawMessage, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, usagef("the public record cannot be read: %w", err)
	}
	return text, nil
}

func addRecordFlag(command *cobra.Command, path *string, what string) {
	command.Flags().StringVar(path, "record", "", "the `FILE` with the public "+what+" (default: ask the ledger)")
}

func unproven(err error) error {
	return &checkError{error: err, code: "UNPROVEN", next: "ask the organiser for the statement again, and name the phase that a bill is of by --phase; if it stays unproven, it was changed"}
}

// recorded is the saved public record, or what the ledger answers.
func recorded[T any](public json.RawMessage, ask func() (T, error)) (record T, err error) {
	if public == nil {
		return ask()
	}
	if err := document.DecodeKnown(public, &record); err != nil {
		return record, usagef("the public record cannot be read: %w", err)
	}
	return record, nil
}
