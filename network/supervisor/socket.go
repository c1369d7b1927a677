// SPDX-License-Identifier: Apache-2.0

package supervisor

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
)

const socketName = "supervisor.sock"

// throughDir calls use with a short path of the socket: a path over 107 bytes is refused for sockets, but the folder may lie as deep as it likes.
func throughDir(dir string, use func(path string) error) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(use(fmt.Sprintf("/proc/self/fd/%d/%s", folder.Fd(), socketName)), folder.Close())
}

// listen makes the socket; only the owner of the folder can connect.
func listen(dir string) (net.Listener, error) {
	if err := os.Remove(filepath.Join(dir, socketName)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	var listener net.Listener
	err := throughDir(dir, func(path string) error {
		var err error
		if listener, err = net.Listen("unix", path); err != nil {
			return err
		}
		listener.(*net.UnixListener).SetUnlinkOnClose(false)
		return os.Chmod(path, 0o600)
	})
	if err != nil {
		return nil, fmt.Errorf("supervisor's socket: %w", err)
	}
	return listener, nil
}

func dial(dir string) (net.Conn, error) {
	var connection net.Conn
	err := throughDir(dir, func(path string) error {
		var err error
		connection, err = net.Dial("unix", path)
		return err
	})
	return connection, err
}
