// SPDX-License-Identifier: Apache-2.0

// Package builder is a peer's external builder for chaincode as a service. The package that organisations install is
// the same for all of them and holds no secrets: its connection.json is a template, which the builder fills from the
// organisation's own folder. One file there per package label holds the address of the organisation's server and the
// files of the keys.
package builder

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

const connectionFile = "connection.json"

// Run does one of the peer's steps with the folders that the peer hands over:
//
//	detect  SOURCE METADATA         succeeds if the package is of type ccaas
//	build   SOURCE METADATA OUTPUT  fills the connection template
//	release OUTPUT RELEASE          hands the connection to the peer, which keeps it until the package is installed anew
func Run(step string, folders []string, values string) error {
	steps := map[string]struct {
		folders int
		run     func([]string, string) error
	}{
		"detect":  {2, detect},
		"build":   {3, build},
		"release": {2, release},
	}
	s, known := steps[step]
	if !known || len(folders) != s.folders {
		return fmt.Errorf("step %q with %d folders is none of the peer's: detect (2), build (3), release (2)", step, len(folders))
	}
	return s.run(folders, values)
}

type metadata struct {
	Type  string `json:"type"`
	Label string `json:"label"`
}

func readMetadata(dir string) (metadata, error) {
	var m metadata
	err := readJSON(filepath.Join(dir, "metadata.json"), &m)
	if err == nil && (m.Label == "" || m.Label != filepath.Base(m.Label)) {
		err = fmt.Errorf("the package's label %q cannot name a file", m.Label)
	}
	return m, err
}

func detect(folders []string, _ string) error {
	m, err := readMetadata(folders[1])
	if err != nil {
		return err
	}
	if m.Type != "ccaas" {
		return fmt.Errorf("packages of type %q are not for this builder", m.Type)
	}
	return nil
}

func build(folders []string, values string) error {
	if values == "" {
		return errors.New("the peer does not say where its organisation keeps the values of connections")
	}
	m, err := readMetadata(folders[1])
	if err != nil {
		return err
	}
	var known map[string]string
	if err := readJSON(filepath.Join(values, m.Label+".json"), &known); err != nil {
		return fmt.Errorf("this organisation runs no server for the package %s: %w", m.Label, err)
	}
	var connection map[string]any
	if err := readJSON(filepath.Join(folders[0], connectionFile), &connection); err != nil {
		return err
	}
	if err := fill(connection, known); err != nil {
		return err
	}
	text, err := json.MarshalIndent(connection, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folders[2], connectionFile), text, 0o600)
}

// fill executes every text of the connection as a template; `file` inserts the content of a file.
func fill(connection map[string]any, values map[string]string) error {
	functions := template.FuncMap{"file": func(name string) (string, error) {
		content, err := os.ReadFile(name)
		return string(content), err
	}}
	for name, value := range connection {
		text, ok := value.(string)
		if !ok {
			continue
		}
		t, err := template.New(name).Funcs(functions).Option("missingkey=error").Parse(text)
		if err != nil {
			return err
		}
		var filled strings.Builder
		if err := t.Execute(&filled, values); err != nil {
			return err
		}
		connection[name] = filled.String()
	}
	return nil
}

func release(folders []string, _ string) error {
	content, err := os.ReadFile(filepath.Join(folders[0], connectionFile))
	if err != nil {
		return err
	}
	server := filepath.Join(folders[1], "chaincode", "server")
	if err := os.MkdirAll(server, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(server, connectionFile), content, 0o600)
}

func readJSON(file string, value any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, value); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}
