// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

const pkg = "github.com/smartb-suite/smartb/chaincode/x"

func TestRuns(t *testing.T) {
	require.Equal(t, []run{
		{arguments: []string{"-tags", "e2e", "./..."}},
		{environment: []string{"SMARTB_TEST_PLACEMENT=containers"}, arguments: []string{"-run", "A=b", "./test"}},
	}, runs([]string{"-tags", "e2e", "./...", "--", "SMARTB_TEST_PLACEMENT=containers", "-run", "A=b", "./test"}))
}

// events writes what go test -json writes.
func events(t *testing.T, list ...event) *bytes.Buffer {
	t.Helper()
	var stream bytes.Buffer
	for _, e := range list {
		e.Package = pkg
		require.NoError(t, json.NewEncoder(&stream).Encode(e))
	}
	return &stream
}

func TestReport_PrintsWhatGoTestPrints(t *testing.T) {
	var out bytes.Buffer
	r := newReport(&out)
	require.NoError(t, r.read(events(t,
		event{Action: "output", Test: "TestA", Output: "=== RUN   TestA\n"},
		event{Action: "output", Test: "TestA", Output: "    a_test.go:1: chatter\n"},
		event{Action: "output", Test: "TestA", Output: "--- PASS: TestA (0.00s)\n"},
		event{Action: "pass", Test: "TestA"},
		event{Action: "output", Output: "PASS\n"},
		event{Action: "output", Output: "ok  \t" + pkg + "\t0.1s\n"},
		event{Action: "pass"},
	)))
	require.NoError(t, r.read(bytes.NewBufferString("no event at all\n")))
	require.Equal(t, "ok  \t"+pkg+"\t0.1s\nno event at all\n", out.String())
	out.Reset()
	require.NoError(t, r.read(events(t,
		event{Action: "output", Test: "TestA", Output: "=== RUN   TestA\n"},
		event{Action: "pass", Test: "TestA"},
		event{Action: "output", Test: "TestB", Output: "=== RUN   TestB\n"},
		event{Action: "output", Test: "TestB", Output: "    a_test.go:9: is wrong\n"},
		event{Action: "output", Test: "TestB", Output: "--- FAIL: TestB (0.00s)\n"},
		event{Action: "fail", Test: "TestB"},
		event{Action: "output", Output: "FAIL\n"},
		event{Action: "output", Output: "FAIL\t" + pkg + "\t0.1s\n"},
		event{Action: "fail"},
	)))
	require.Equal(t, "    a_test.go:9: is wrong\n--- FAIL: TestB (0.00s)\nFAIL\nFAIL\t"+pkg+"\t0.1s\n", out.String())
}

func TestReport_PrintsTheTestInWhichTheProcessDied(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, newReport(&out).read(events(t,
		event{Action: "output", Test: "TestA", Output: "panic: no\n"},
		event{Action: "output", Output: "FAIL\t" + pkg + "\t0.1s\n"},
		event{Action: "fail"},
	)))
	require.Contains(t, out.String(), "panic: no\n")
}

func TestReport_TellsWhatDidNotRunAndWhy(t *testing.T) {
	var out bytes.Buffer
	r := newReport(&out)
	require.NoError(t, r.read(events(t,
		event{Action: "pass", Test: "TestConformance_A/1"},
		event{Action: "pass", Test: "TestConformance_A"},
		event{Action: "fail", Test: "TestConformance_B"},
		event{Action: "output", Test: "TestConformance_C", Output: "    vectors.go:70: c is not there\n"},
		event{Action: "output", Test: "TestConformance_C", Output: "--- SKIP: TestConformance_C (0.00s)\n"},
		event{Action: "skip", Test: "TestConformance_C"},
		event{Action: "skip", Test: "TestD"},
		event{Action: "output", Output: "not run: no Docker engine answers\n"},
		event{Action: "output", Output: "ok  \t" + pkg + "\t0.1s\n"},
		event{Action: "pass"},
	)))
	r.summary()
	require.Equal(t, "ok  \t"+pkg+"\t0.1s\n\n"+
		"tests: 2 passed, 1 failed, 2 not run\n"+
		"not run: chaincode/x.TestConformance_C: c is not there\n"+
		"not run: chaincode/x: no Docker engine answers\n"+
		"not run: chaincode/x.TestD: no reason given\n"+
		"conformance: 3 tests ran, 1 of them failed; 1 did not run: TestConformance_C (c is not there)\n", out.String())
}
