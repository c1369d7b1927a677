// SPDX-License-Identifier: Apache-2.0

package network

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// requireSpace refuses to begin what would end half-way on a full disk.
func requireSpace(dir string, bytes uint64) error {
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		return fmt.Errorf("free space of %s: %w", dir, err)
	}
	free := disk.Bavail * uint64(disk.Bsize)
	if free < bytes {
		return fmt.Errorf("the disk of %s has %d MB free, %d MB are needed; make room or choose another folder", dir, free>>20, bytes>>20)
	}
	return nil
}
