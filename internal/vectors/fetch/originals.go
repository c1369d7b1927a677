// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	kantara = "https://raw.githubusercontent.com/KantaraInitiative/consent-receipt-v-next/" +
		"3b4e81b588c532bae1fa8e6cdc4808b30ac911a6/CR_v1_1/"
	kit      = "https://repo1.maven.org/maven2/org/eclipse/dataspacetck/dsp/"
	kitBuild = "1.0.0-RC6"
)

// originals fetch and convert each file that others publish.
var originals = map[string]func() ([]byte, error){
	"consent/kantara-cr-v1.1-schema.json": func() ([]byte, error) {
		text, err := fetch(kantara + "kantara-consent-receipt-v1_1-schema.json")
		return withoutComments(text), err
	},
	"dsp/dsp-tck-scenarios.txt": scenarios,
}

const limit = 64 << 20

func fetch(url string) ([]byte, error) {
	client := http.Client{Timeout: time.Minute}
	response, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, response.Status)
	}
	return io.ReadAll(io.LimitReader(response.Body, limit))
}

var comment = regexp.MustCompile(`(?m)^\s*//.*\n`)

// withoutComments removes whole lines of comments, which JSON does not have.
func withoutComments(text []byte) []byte { return comment.ReplaceAll(text, nil) }

var scenarioName = regexp.MustCompile(`(CAT|CN_C|CN|MET|TP_C|TP)(?:_(\d\d)|:(\d\d)-(\d\d)): [\x20-\x7e]+`)

// groups is the order of the groups of scenarios.
var groups = []string{"CAT", "CN_C", "CN", "MET", "TP_C", "TP"}

// inOrder compares two names by group and number; the name of a group of scenarios comes before them.
func inOrder(a, b string) int {
	x, y := scenarioName.FindStringSubmatch(a), scenarioName.FindStringSubmatch(b)
	return cmp.Or(
		cmp.Compare(slices.Index(groups, x[1]), slices.Index(groups, y[1])),
		cmp.Compare(x[2]+x[3], y[2]+y[3]), cmp.Compare(x[4], y[4]), cmp.Compare(a, b),
	)
}

// scenarios takes the names of the compatibility kit's scenarios from the kit's classes.
func scenarios() ([]byte, error) {
	found := map[string]bool{}
	for _, module := range []string{"dsp-catalog", "dsp-contract-negotiation", "dsp-metadata", "dsp-transfer-process"} {
		archive, err := fetch(kit + module + "/" + kitBuild + "/" + module + "-" + kitBuild + ".jar")
		if err != nil {
			return nil, err
		}
		if err := scenariosOf(archive, found); err != nil {
			return nil, fmt.Errorf("%s: %w", module, err)
		}
	}
	names := slices.SortedFunc(maps.Keys(found), inOrder)
	return []byte(strings.Join(names, "\n") + "\n"), nil
}

// scenariosOf finds the names in the classes of an archive.
func scenariosOf(archive []byte, found map[string]bool) error {
	reader, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return err
	}
	for _, entry := range reader.File {
		if !strings.HasSuffix(entry.Name, ".class") {
			continue
		}
		class, err := entry.Open()
		if err != nil {
			return err
		}
		content, err := io.ReadAll(io.LimitReader(class, limit))
		_ = class.Close()
		if err != nil {
			return err
		}
		for _, name := range scenarioName.FindAll(content, -1) {
			found[string(name)] = true
		}
	}
	return nil
}
