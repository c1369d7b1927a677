// SPDX-License-Identifier: Apache-2.0

//go:build unix

package keyfile

import (
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// ours reports whether file and volume are of one group, to which this process belongs.
func ours(file, volume fs.FileInfo) bool {
	f, known := file.Sys().(*syscall.Stat_t)
	if !known {
		return false
	}
	v, known := volume.Sys().(*syscall.Stat_t)
	if !known || f.Gid != v.Gid {
		return false
	}
	groups, err := os.Getgroups()
	if err != nil {
		return false
	}
	return slices.Contains(append(groups, os.Getegid()), int(f.Gid))
}
