//go:build !unix

package keyfile

import "io/fs"

// ours knows of no groups here.
func ours(fs.FileInfo, fs.FileInfo) bool { return false }
