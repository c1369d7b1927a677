// SPDX-License-Identifier: Apache-2.0

// Package supervisor keeps processes running: it starts them, restarts what dies by itself, leaves down what was stopped, and takes all of them along when it ends.
// It runs as a process of its own and is spoken to through a socket in its folder, so that the shell that started a network may end.
package supervisor

// Spec is a process to keep running.
type Spec struct {
	// Name identifies the process, for example "city/peer".
	Name string
	// Path is the program, Args its arguments without the program's name.
	Path string
	Args []string
	// Env is the whole environment: nothing of the supervisor's own leaks in.
	Env []string
	// Dir is the working directory.
	Dir string
	// Log receives standard output and error, appended.
	Log string
}

// State is what became of a process.
type State struct {
	Name string
	// PID is 0 while the process is down.
	PID int
	// Wanted is false after Stop or Kill, until Start.
	Wanted bool
	// Restarts counts how often the process died by itself and was started again.
	Restarts int
	// Exit describes how the process ended last; empty if it never did.
	Exit string
}

// Running reports whether the process exists at this moment.
func (s State) Running() bool { return s.PID != 0 }
