// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// event is a line of `go test -json`; `go doc test2json` describes it.
type event struct {
	Action, Package, Test, Output string
}

// report collects the events of all runs.
type report struct {
	out            io.Writer
	output         map[test][]string
	results        map[string]int
	notRun         map[string][]test
	conformance    map[string]int
	conformanceNot []string
}

// test names a test; the empty name is the package itself.
type test struct {
	pkg, name string
}

func newReport(out io.Writer) *report {
	return &report{
		out: out, output: map[test][]string{}, results: map[string]int{}, notRun: map[string][]test{}, conformance: map[string]int{},
	}
}

// read reads the events of one run and prints what go test prints without -v.
func (r *report) read(output io.Reader) error {
	lines := bufio.NewReader(output)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				_, _ = r.out.Write(line) // what go test itself prints is no event
			} else {
				r.add(e)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (r *report) add(e event) {
	t := test{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		fmt.Fprint(r.out, e.Output)
	case "output":
		r.output[t] = append(r.output[t], e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			r.endPackage(t, e.Action)
		} else {
			r.endTest(t, e.Action)
		}
	}
}

var framing = regexp.MustCompile(`^=== (RUN|PAUSE|CONT|NAME) `)

// endTest counts the test, and keeps its output only if go test prints it.
func (r *report) endTest(t test, result string) {
	r.results[result]++
	reason := ""
	if result == "skip" {
		reason = reasonOf(r.output[t])
		r.notRun[reason] = append(r.notRun[reason], t)
	}
	if top, _, _ := strings.Cut(t.name, "/"); strings.HasPrefix(top, "TestConformance_") {
		if result == "skip" {
			r.conformanceNot = append(r.conformanceNot, t.name+" ("+reason+")")
		} else {
			r.conformance[result]++
		}
	}
	if result == "fail" {
		whole := test{pkg: t.pkg}
		r.output[whole] = append(r.output[whole], r.output[t]...)
	}
	delete(r.output, t)
}

// endPackage prints the package's lines as go test does: all of a failed one, the last line of another one.
func (r *report) endPackage(t test, result string) {
	for left, lines := range r.output { // a test that did not end: the process died in it
		if left.pkg == t.pkg && left.name != "" {
			r.output[t] = append(r.output[t], lines...)
			delete(r.output, left)
		}
	}
	for _, line := range r.output[t] {
		if reason, skipped := strings.CutPrefix(line, "not run: "); skipped {
			reason = strings.TrimSpace(reason)
			r.notRun[reason] = append(r.notRun[reason], t)
		}
		last := strings.HasPrefix(line, "ok  \t") || strings.HasPrefix(line, "?   \t")
		if last || result == "fail" && !framing.MatchString(line) {
			fmt.Fprint(r.out, line)
		}
	}
	delete(r.output, t)
}

var position = regexp.MustCompile(`^\s+\S+\.go:\d+: `)

// reasonOf finds the message of t.Skip in the output of a test.
func reasonOf(output []string) string {
	for _, line := range slices.Backward(output) {
		if position.MatchString(line) {
			return strings.TrimSpace(position.ReplaceAllString(line, ""))
		}
	}
	return "no reason given"
}

// summary prints the counts, what did not run and why, and the line about conformance.
func (r *report) summary() {
	fmt.Fprintf(r.out, "\ntests: %d passed, %d failed, %d not run\n", r.results["pass"], r.results["fail"], r.results["skip"])
	for _, reason := range slices.Sorted(maps.Keys(r.notRun)) {
		list := r.notRun[reason]
		names := make([]string, 0, len(list))
		for _, t := range list {
			names = append(names, strings.TrimPrefix(t.pkg, "github.com/smartb-suite/smartb/")+strings.TrimSuffix("."+t.name, "."))
		}
		const shown = 3
		more := ""
		if len(names) > shown {
			more = fmt.Sprintf(" and %d more", len(names)-shown)
			names = names[:shown]
		}
		fmt.Fprintf(r.out, "not run: %s: %s%s\n", strings.Join(names, ", "), reason, more)
	}
	not := ""
	if len(r.conformanceNot) > 0 {
		not = ": " + strings.Join(r.conformanceNot, "; ")
	}
	fmt.Fprintf(r.out, "conformance: %d tests ran, %d of them failed; %d did not run%s\n",
		r.conformance["pass"]+r.conformance["fail"], r.conformance["fail"], len(r.conformanceNot), not)
}
