// SPDX-License-Identifier: Apache-2.0

package eventlog_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/eventlog"
)

func event(n int) gateway.Event {
	return gateway.Event{
		Position: gateway.Position{BlockNumber: uint64(n), TransactionID: fmt.Sprint("t", n), Index: n % 2}, Name: "notes.Written", Payload: json.RawMessage(`{"text":"one"}`),
	}
}

func open(t *testing.T, path string) *eventlog.Log {
	t.Helper()
	log, err := eventlog.Open(path, gateway.Position{BlockNumber: 7})
	require.NoError(t, err)
	t.Cleanup(func() { _ = log.Close() })
	return log
}

func last(t *testing.T, log *eventlog.Log) gateway.Position {
	t.Helper()
	position, err := log.Last(t.Context())
	require.NoError(t, err)
	return position
}

func TestALogGoesOnBehindItsLastWholeLine(t *testing.T) {
	long := strings.Repeat("x", 200_000)
	for sentence, torn := range map[string]string{
		"after a clean end": "", "after a line was cut off": `{"blockNumber":9,"tra`, "after a long line was cut off": `{"payload":"` + long,
	} {
		t.Run(sentence, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "events.jsonl")
			log := open(t, path)
			require.Equal(t, gateway.Position{BlockNumber: 7}, last(t, log), "a new log begins where it is told")
			wide := event(8)
			wide.Payload = json.RawMessage(`{"text":"` + long + `"}`)
			for _, e := range []gateway.Event{event(7), wide} {
				require.NoError(t, log.Store(t.Context(), e))
			}
			require.Equal(t, wide.Position, last(t, log))
			require.NoError(t, log.Close())
			tear(t, path, torn)

			log = open(t, path)
			require.Equal(t, wide.Position, last(t, log))
			require.NoError(t, log.Store(t.Context(), event(9)))
			require.Equal(t, event(9).Position, last(t, log))
			require.Equal(t, []gateway.Event{event(7), wide, event(9)}, read(t, path))
		})
	}
}

func tear(t *testing.T, path, text string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = file.WriteString(text)
	require.NoError(t, err)
	require.NoError(t, file.Close())
}

// read are the events of a log, without the line that describes where it begins.
func read(t *testing.T, path string) (events []gateway.Event) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	begin, rest, _ := strings.Cut(string(text), "\n")
	require.JSONEq(t, `{"blockNumber":7}`, begin)
	for line := range strings.Lines(rest) {
		var e gateway.Event
		require.NoError(t, json.Unmarshal([]byte(line), &e))
		events = append(events, e)
	}
	return events
}

func TestALogBeginsOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.jsonl")
	require.NoError(t, open(t, path).Close())
	later, err := eventlog.Open(path, gateway.Position{BlockNumber: 8})
	require.NoError(t, err)
	require.Equal(t, gateway.Position{BlockNumber: 7}, last(t, later), "what was announced meanwhile is not skipped")
	require.NoError(t, later.Close())

	for sentence, left := range map[string]string{"nothing": "", "a part of its first line": `{"blockNum`, "its first line without an end": `{"blockNumber":7}`} {
		require.NoError(t, os.WriteFile(path, []byte(left), 0o600))
		again := open(t, path)
		require.Equal(t, gateway.Position{BlockNumber: 7}, last(t, again), sentence)
		require.NoError(t, again.Close())
		require.Empty(t, read(t, path), sentence)
	}
}

func TestALogIsNotOpened(t *testing.T) {
	folder := t.TempDir()
	used := filepath.Join(folder, "used.jsonl")
	open(t, used)
	_, err := eventlog.Open(used, gateway.Position{})
	require.ErrorIs(t, err, eventlog.ErrInUse)

	for name, text := range map[string]string{
		"prose": "Dear diary\n", "JSON of another kind": `{"a":1}` + "\n", "a number": "5\n", "without a line's end": `{"my":"precious"}`, "half an event": `{"blockNumber":5,"name":"x"}` + "\n",
	} {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err = eventlog.Open(path, gateway.Position{})
		require.ErrorContains(t, err, "no event log", name)
		kept, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, text, string(kept), "a foreign file is left as it is")
	}
	_, err = eventlog.Open(filepath.Join(folder, "none", "events.jsonl"), gateway.Position{})
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NotErrorIs(t, err, eventlog.ErrInUse)
}

func TestALogThatFailedIsOpenedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.jsonl")
	log := open(t, path)
	require.NoError(t, log.Store(t.Context(), event(7)))
	require.NoError(t, log.Close()) // writes fail from now on
	require.Error(t, log.Store(t.Context(), event(8)))
	require.ErrorContains(t, log.Store(t.Context(), event(9)), "open the event log again")
	require.Equal(t, event(7).Position, last(t, log))
	require.NoError(t, open(t, path).Store(t.Context(), event(8)))
	require.Equal(t, []gateway.Event{event(7), event(8)}, read(t, path))
}
