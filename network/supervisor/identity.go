// SPDX-License-Identifier: Apache-2.0

package supervisor

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const identityName = "supervisor.json"

// identity names a process beyond doubt: a pid alone may have been given to somebody else since.
type identity struct {
	PID       int    `json:"pid"`
	StartTime string `json:"startTime"`
}

func writeIdentity(dir string) error {
	start, err := startTime(os.Getpid())
	if err != nil {
		return err
	}
	text, err := json.Marshal(identity{PID: os.Getpid(), StartTime: start})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, identityName), text, 0o600)
}

func removeIdentity(dir string) error {
	return errors.Join(os.Remove(filepath.Join(dir, identityName)), os.Remove(filepath.Join(dir, socketName)))
}

// alive returns the pid of the folder's supervisor, or 0 if it is gone.
func alive(dir string) (int, error) {
	text, err := os.ReadFile(filepath.Join(dir, identityName))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var recorded identity
	if err := json.Unmarshal(text, &recorded); err != nil {
		return 0, fmt.Errorf("%s is damaged; remove it if no network runs: %w", filepath.Join(dir, identityName), err)
	}
	start, err := startTime(recorded.PID)
	if err != nil || start != recorded.StartTime {
		return 0, nil //nolint:nilerr // no such process: the recorded one has ended
	}
	return recorded.PID, nil
}

// startTime is field 22 of /proc/PID/stat, in clock ticks since the machine's start; the second field, the name, may hold blanks.
func startTime(pid int) (string, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", err
	}
	_, rest, found := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if !found || len(fields) < 20 || fields[0] == "Z" {
		return "", fmt.Errorf("process %d has ended", pid)
	}
	return fields[19], nil
}

// terminate ends a supervisor that no longer answers; its processes end with it.
func terminate(dir string, pid int) error {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		if err := syscall.Kill(pid, signal); err != nil {
			return fmt.Errorf("end the supervisor, process %d: %w", pid, err)
		}
		for range int(2 * patience / (100 * time.Millisecond)) {
			if left, err := alive(dir); left == 0 || err != nil {
				return err
			}
			time.Sleep(100 * time.Millisecond)
		}
	}
	return fmt.Errorf("the supervisor, process %d, cannot be ended", pid)
}
