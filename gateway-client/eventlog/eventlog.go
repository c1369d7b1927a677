// SPDX-License-Identifier: Apache-2.0

// Package eventlog keeps a ledger's events in a file, one JSON object to a line. The file is log and checkpoint in one.
// Its first line describes where it begins, its last whole line where to go on, and a line that a crash cut off is
// removed before. So each event is in it exactly once.
package eventlog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/gofrs/flock"

	"github.com/smartb-suite/smartb/gateway-client"
)

// ErrInUse reports a file that another consumer writes to.
var ErrInUse = errors.New("another process writes to this event log")

// errForeign reports a file that is no event log; it is left as it is.
var errForeign = errors.New("it is no event log")

// Log is an open event log, a [gateway.Checkpointer].
type Log struct {
	file *os.File
	lock *flock.Flock
	last gateway.Position
	// failed is what a write failed with: how much of it is in the file only another opening shows.
	failed error
}

// Open opens the log at the path, or begins one with the events behind a position. Only one process at a time may have
// it open; beside the file is its lock.
func Open(path string, begin gateway.Position) (*Log, error) {
	lock := flock.New(path + ".lock")
	got, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("open the event log %s: %w", path, err)
	}
	if !got {
		return nil, fmt.Errorf("%w: %s", ErrInUse, path)
	}
	l := &Log{lock: lock, last: begin}
	if err := l.open(path); err != nil {
		return nil, errors.Join(fmt.Errorf("open the event log %s: %w", path, err), l.Close())
	}
	return l, nil
}

func (l *Log) open(path string) (err error) {
	if l.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil { // pseudonyms are of persons
		return err
	}
	line, end, err := lastLine(l.file)
	if err != nil {
		return err
	}
	if end > 0 {
		if l.last, err = position(line); err != nil {
			return err
		}
	} else if !torn(line) {
		return errForeign
	}
	if err := l.file.Truncate(end); err != nil {
		return err
	}
	if _, err = l.file.Seek(end, io.SeekStart); err != nil || end > 0 {
		return err
	}
	return l.write(l.last) // where it begins, even if it is opened again before the first event
}

// position is that of a line: of an event, or of the beginning.
func position(line []byte) (gateway.Position, error) {
	var of struct {
		BlockNumber *uint64 `json:"blockNumber"`
		gateway.Event
	}
	if err := json.Unmarshal(line, &of); err != nil || of.BlockNumber == nil || (of.Name == "") != (of.Payload == nil) {
		return gateway.Position{}, errForeign
	}
	of.Position.BlockNumber = *of.BlockNumber
	return of.Position, nil
}

// torn reports whether a crash may have left no more than this of a first line.
func torn(text []byte) bool {
	const begins = `{"blockNumber":`
	return strings.HasPrefix(begins, string(text)) || bytes.HasPrefix(text, []byte(begins))
}

// block is how much of a file is read at a time, from its end.
const block = 64 << 10

// lastLine finds the last line that has its end, and where it ends. Where none has, it is all that there is, and ends nowhere.
func lastLine(file *os.File) (line []byte, end int64, err error) {
	begin, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, 0, err
	}
	var tail []byte
	for begin > 0 && bytes.Count(tail, []byte{'\n'}) < 2 {
		part := make([]byte, min(begin, block))
		begin -= int64(len(part))
		if _, err := file.ReadAt(part, begin); err != nil {
			return nil, 0, err
		}
		tail = append(part, tail...)
	}
	whole := bytes.LastIndexByte(tail, '\n') + 1
	if whole == 0 {
		return tail, 0, nil
	}
	line = tail[:whole-1]
	return line[bytes.LastIndexByte(line, '\n')+1:], begin + int64(whole), nil
}

// Last is the position of the last event in the log, or where it begins.
func (l *Log) Last(context.Context) (gateway.Position, error) { return l.last, nil }

// Store appends the event and waits until it is on the disk. After a failure the log must be opened again.
func (l *Log) Store(_ context.Context, event gateway.Event) error {
	if err := l.write(event); err != nil {
		return err
	}
	l.last = event.Position
	return nil
}

func (l *Log) write(line any) error {
	if l.failed != nil {
		return fmt.Errorf("open the event log again: %w", l.failed)
	}
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	if _, l.failed = l.file.Write(append(text, '\n')); l.failed == nil {
		l.failed = l.file.Sync()
	}
	return l.failed
}

// Close ends the writing; another process may open the log.
func (l *Log) Close() error {
	var err error
	if l.file != nil {
		err = l.file.Close()
	}
	return errors.Join(err, l.lock.Unlock())
}
