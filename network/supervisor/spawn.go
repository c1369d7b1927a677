// SPDX-License-Identifier: Apache-2.0

package supervisor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Process is a supervisor that this process started.
type Process struct {
	command *exec.Cmd
	ended   chan struct{}
	exit    error // set before ended is closed
}

// Spawn starts the supervisor program for the folder and waits until it answers. Unless it is detached, it ends with this process, however that ends:
// it reads its standard input, which only this process holds open.
func Spawn(ctx context.Context, program, dir string, detach bool) (*Process, error) {
	log, err := os.OpenFile(filepath.Join(dir, "supervisor.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	process := &Process{command: exec.Command(program, dir), ended: make(chan struct{})}
	process.command.Stdout, process.command.Stderr = log, log
	process.command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if detach {
		process.command.Args = append(process.command.Args, "--detach")
	} else if _, err := process.command.StdinPipe(); err != nil { // stays open as long as this process lives
		return nil, err
	}
	if err := process.command.Start(); err != nil {
		return nil, fmt.Errorf("start the supervisor: %w", err)
	}
	go process.wait()
	return process, process.answers(ctx, dir)
}

func (p *Process) wait() {
	p.exit = p.command.Wait()
	close(p.ended)
}

func (p *Process) answers(ctx context.Context, dir string) error {
	for {
		client, err := Connect(dir)
		if err == nil {
			return client.Close()
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-p.ended:
			return fmt.Errorf("the supervisor ended at once (%w); see %s", p.exit, filepath.Join(dir, "supervisor.log"))
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Ended is closed when the supervisor has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }
