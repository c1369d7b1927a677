// SPDX-License-Identifier: Apache-2.0

package supervisor

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

const (
	firstBackoff = 100 * time.Millisecond
	lastBackoff  = 5 * time.Second
	// settled is how long a process must have run for its next death to count as the first. One that cannot start ends
	// sooner, and one that somebody kills again and again shall be back before its clients give up.
	settled = time.Second
	// patience is how long a process may take to end by itself before it is killed.
	patience = 15 * time.Second
)

// keeper owns one process.
type keeper struct {
	spec Spec

	turn    sync.Mutex // one start or end at a time
	mu      sync.Mutex // guards what follows
	state   State
	process *os.Process
	quit    chan struct{} // closed by end: no restart any more
	ended   chan struct{} // closed when the loop has returned
	hurry   chan struct{} // ends a pause before a restart
}

func newKeeper(spec Spec) *keeper {
	return &keeper{spec: spec, state: State{Name: spec.Name}, hurry: make(chan struct{}, 1)}
}

func (k *keeper) snapshot() State {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.state
}

// start begins to keep the process; one that is kept already is left alone, but does not pause any longer before it is started again.
func (k *keeper) start() error {
	k.turn.Lock()
	defer k.turn.Unlock()
	k.mu.Lock()
	if k.state.Wanted {
		down := k.process == nil
		k.mu.Unlock()
		if down {
			k.startNow()
		}
		return nil
	}
	k.quit, k.ended = make(chan struct{}), make(chan struct{})
	k.state.Wanted, k.state.Restarts, k.state.Exit = true, 0, ""
	started := make(chan error, 1)
	go k.loop(started, k.quit, k.ended)
	k.mu.Unlock()
	return <-started
}

// startNow ends a pause before a restart, and waits a moment until the process runs.
func (k *keeper) startNow() {
	select {
	case k.hurry <- struct{}{}:
	default:
	}
	for range 50 {
		if k.snapshot().PID != 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// end sends the signal and waits until the process is gone; it stays down until start.
func (k *keeper) end(signal os.Signal) error {
	k.turn.Lock()
	defer k.turn.Unlock()
	process, wanted := k.release()
	if !wanted {
		return nil
	}
	for _, signal := range []os.Signal{signal, os.Kill} {
		if err := deliver(process, signal); err != nil {
			return fmt.Errorf("end %s: %w", k.spec.Name, err)
		}
		select {
		case <-k.ended:
			return nil
		case <-time.After(patience):
		}
	}
	return fmt.Errorf("%s, process %d, cannot be ended", k.spec.Name, process.Pid)
}

// release forbids further restarts and returns the process that runs now, if one does.
func (k *keeper) release() (process *os.Process, wanted bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.state.Wanted {
		return nil, false
	}
	k.state.Wanted = false
	close(k.quit)
	return k.process, true
}

func deliver(process *os.Process, signal os.Signal) error {
	if process == nil {
		return nil
	}
	if err := process.Signal(signal); !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// loop runs the process again and again. It keeps its thread, because the kernel's parent-death signal follows the thread that started the process.
func (k *keeper) loop(started chan<- error, quit <-chan struct{}, ended chan<- struct{}) {
	runtime.LockOSThread()
	defer close(ended)
	backoff := firstBackoff
	for attempt := 0; ; attempt++ {
		begin := time.Now()
		err := k.run(func(err error) {
			if attempt == 0 {
				started <- err
			}
		})
		k.exited(err)
		if time.Since(begin) >= settled {
			backoff = firstBackoff
		}
		select {
		case <-quit:
			return
		case <-k.hurry:
		case <-time.After(backoff):
		}
		backoff = min(2*backoff, lastBackoff)
		k.restarting()
	}
}

// run starts the process, reports whether that worked, and waits for its end.
func (k *keeper) run(started func(error)) error {
	log, err := os.OpenFile(k.spec.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		started(err)
		return err
	}
	defer log.Close()
	command := exec.Command(k.spec.Path, k.spec.Args...)
	command.Env, command.Dir = k.spec.Env, k.spec.Dir
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	err = k.begin(command)
	started(err)
	if err != nil {
		return err
	}
	return command.Wait()
}

// begin starts the process unless it was released in the meantime.
func (k *keeper) begin(command *exec.Cmd) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.state.Wanted {
		return errors.New("stopped before it started")
	}
	if err := command.Start(); err != nil {
		return err
	}
	k.process, k.state.PID = command.Process, command.Process.Pid
	return nil
}

func (k *keeper) exited(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.process, k.state.PID, k.state.Exit = nil, 0, "exit status 0"
	if err != nil {
		k.state.Exit = err.Error()
	}
}

func (k *keeper) restarting() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.state.Restarts++
}
