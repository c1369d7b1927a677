// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/smartb-suite/smartb/gateway-client/internal/document"
)

// Personal data come from files or the standard input and never from arguments, which every process of the machine can read and shells keep for years.

// readText reads a small file, - for stdin.
func (a *App) readText(what, path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if path == "-" {
		text, err = io.ReadAll(a.stdin)
	}
	if err != nil {
		return nil, usagef("%s cannot be read: %w", what, err)
	}
	return text, nil
}

// readObject reads a file with one JSON object of exactly T's members, - for stdin.
func readObject[T any](a *App, what, path string) (value T, err error) {
	text, err := a.readText(what, path)
	if err != nil {
		return value, err
	}
	if err := document.Decode(text, &value); err != nil {
		return value, usagef("%s in %s is not a JSON object as described in --help: %w", what, path, err)
	}
	return value, nil
}

// readLine reads a file of one line, - for stdin; "" if no file is named.
func (a *App) readLine(what, path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := a.readText(what, path)
	line := strings.TrimSpace(string(text))
	if err == nil && (line == "" || strings.ContainsAny(line, "\r\n")) {
		err = usagef("%s is expected as the one line of %s", what, path)
	}
	return line, err
}

// createPrivate opens a file that only its owner reads, also where it was there before and others could.
func createPrivate(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && info.Mode().IsRegular() {
		err = errors.Join(file.Chmod(0o600), file.Truncate(0))
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// writeOnce writes a file that only its owner reads, and never over another.
func writeOnce(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return usagef("the file cannot be written: %w", err)
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

// writeObjectOnce writes a JSON object as writeOnce does.
func writeObjectOnce(path string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return writeOnce(path, text)
}
