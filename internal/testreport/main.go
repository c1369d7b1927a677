// SPDX-License-Identifier: Apache-2.0

// Command testreport runs `go test`, prints what go test prints, and adds a summary. It has how many tests passed and
// failed, which did not run and why, and how many conformance tests ran. A conformance test is named TestConformance_….
//
//	go run ./internal/testreport -tags e2e ./... -- SMARTB_TEST_PLACEMENT=containers -tags e2e ./test
//
// "--" separates several runs of go test. A run begins with the environment variables of its own.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	report := newReport(os.Stdout)
	code := 0
	for _, run := range runs(os.Args[1:]) {
		if err := run.test(ctx, report); err != nil {
			code = 1
			if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) {
				fmt.Fprintln(os.Stderr, "testreport:", err)
			}
		}
	}
	report.summary()
	os.Exit(code)
}

// run is one run of go test: its arguments and the environment variables of its own.
type run struct {
	environment, arguments []string
}

var assignment = regexp.MustCompile(`^[A-Z][A-Z0-9_]*=`)

// runs separates the arguments at "--".
func runs(arguments []string) []run {
	list := []run{{}}
	for _, argument := range arguments {
		last := &list[len(list)-1]
		switch {
		case argument == "--":
			list = append(list, run{})
		case len(last.arguments) == 0 && assignment.MatchString(argument):
			last.environment = append(last.environment, argument)
		default:
			last.arguments = append(last.arguments, argument)
		}
	}
	return list
}

// test runs go test and gives its events to the report.
func (r run) test(ctx context.Context, report *report) error {
	command := exec.CommandContext(ctx, "go", append([]string{"test", "-json"}, r.arguments...)...)
	command.Env = append(os.Environ(), r.environment...)
	command.Stderr = os.Stderr
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) } // go test ends its tests
	output, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	readErr := report.read(output)
	return errors.Join(command.Wait(), readErr)
}
