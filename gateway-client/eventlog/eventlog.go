// Package eventlog keeps a ledger's events in a file, one JSON object to a line. The file is log and checkpoint in one: its last whole line says where to go
// on, and a line that a crash cut off is removed before, so that each event stands in it exactly once.
package eventlog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/gofrs/flock"

	"github.com/smartb-suite/smartb/gateway-client"
)

// ErrInUse reports a file that another consumer writes to.
var ErrInUse = errors.New("another process writes to this event log")

// Log is an open event log, a [gateway.Checkpointer].
type Log struct {
	file *os.File
	lock *flock.Flock
	last gateway.Position
}

// Open opens the log at the path, or begins one with the events behind a position. Only one process at a time may have it open; beside the file lies its lock.
func Open(path string, begin gateway.Position) (*Log, error) {
	lock := flock.New(path + ".lock")
	if got, err := lock.TryLock(); err != nil || !got {
		return nil, errors.Join(fmt.Errorf("%w: %s", ErrInUse, path), err)
	}
	l := &Log{lock: lock, last: begin}
	if err := l.open(path); err != nil {
		return nil, errors.Join(fmt.Errorf("open the event log %s: %w", path, err), l.Close())
	}
	return l, nil
}

func (l *Log) open(path string) (err error) {
	if l.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return err
	}
	line, end, err := lastLine(l.file)
	if err != nil {
		return err
	}
	if line != nil {
		var event gateway.Event
		if err := json.Unmarshal(line, &event); err != nil || event.TransactionID == "" {
			return errors.Join(errors.New("its last line is no event"), err)
		}
		l.last = event.Position
	}
	if err := l.file.Truncate(end); err != nil {
		return err
	}
	_, err = l.file.Seek(end, io.SeekStart)
	return err
}

// block is how much of a file is read at a time, from its end.
const block = 64 << 10

// lastLine finds the last line that has its end, nil if there is none, and where it ends.
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
	whole := tail[:bytes.LastIndexByte(tail, '\n')+1]
	if len(whole) == 0 {
		return nil, 0, nil
	}
	line = whole[:len(whole)-1]
	return line[bytes.LastIndexByte(line, '\n')+1:], begin + int64(len(whole)), nil
}

// Last is the position of the last event in the log, or where it begins.
func (l *Log) Last(context.Context) (gateway.Position, error) { return l.last, nil }

// Store appends the event and waits until it is on the disk.
func (l *Log) Store(_ context.Context, event gateway.Event) error {
	line, err := json.Marshal(event)
	if err != nil {
		return err
	}
	if _, err := l.file.Write(append(line, '\n')); err != nil {
		return err
	}
	if err := l.file.Sync(); err != nil {
		return err
	}
	l.last = event.Position
	return nil
}

// Close ends the writing; another process may open the log.
func (l *Log) Close() error {
	var err error
	if l.file != nil {
		err = l.file.Close()
	}
	return errors.Join(err, l.lock.Unlock())
}
