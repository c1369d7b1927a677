// SPDX-License-Identifier: Apache-2.0

// Package fileserver is the smallest real data server: the regular files of one folder, to be put behind a guard of package enforce.
package fileserver

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// subjectsSuffix marks the file that names, one pseudonym a line, the data subjects of the file beside it.
const subjectsSuffix = ".subjects"

// Folder serves a folder's files: nothing outside of it, whatever links are in it, no lists, and no hidden files.
type Folder struct {
	root    *os.Root
	mu      sync.Mutex
	digests map[string]digest
}

// digest is a file's SHA-256 as long as the file has this size and time.
type digest struct {
	size     int64
	modified time.Time
	sum      []byte
}

// Open opens a folder.
func Open(dir string) (*Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &Folder{root: root, digests: map[string]digest{}}, nil
}

// Close closes the folder.
func (f *Folder) Close() error { return f.root.Close() }

// ServeHTTP answers GET and HEAD with a file, its SHA-256 in the headers Etag and Repr-Digest (RFC 9530).
func (f *Folder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "files are only read", http.StatusMethodNotAllowed)
		return
	}
	name := fileName(r)
	file, info, err := f.open(name)
	if err != nil {
		http.NotFound(w, r) // why not is nobody's business
		return
	}
	defer file.Close()
	sum, err := f.digest(name, file, info)
	if err != nil {
		http.Error(w, "the file cannot be read", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Etag", `"`+hex.EncodeToString(sum)+`"`) // strong: an interrupted answer can be continued
	w.Header().Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(sum)+":")
	http.ServeContent(w, r, name, info.ModTime(), file)
}

// Subjects are those whose personal data the file holds that a request is about. It is the pseudonym that the first
// folder is named after, or else those listed in the file beside it, FILE.subjects. Nobody, if neither reports it.
func (f *Folder) Subjects(r *http.Request) []string {
	name := fileName(r)
	if folder, _, nested := strings.Cut(name, "/"); nested && licensing.IsResident(folder) {
		return []string{folder}
	}
	list, _, err := f.openRegular(name + subjectsSuffix)
	if err != nil {
		return nil
	}
	defer list.Close()
	text, err := io.ReadAll(list)
	if err != nil {
		return nil
	}
	return strings.Fields(string(text))
}

// fileName is the path within the folder that a request is about.
func fileName(r *http.Request) string { return strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/") }

func (f *Folder) open(name string) (*os.File, fs.FileInfo, error) {
	if strings.HasPrefix(name, ".") || strings.Contains(name, "/.") || strings.HasSuffix(name, subjectsSuffix) {
		return nil, nil, fs.ErrNotExist
	}
	return f.openRegular(name)
}

// openRegular looks before it opens: opening a pipe would wait for a writer.
func (f *Folder) openRegular(name string) (*os.File, fs.FileInfo, error) {
	info, err := f.root.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, nil, err
	}
	file, err := f.root.Open(name)
	if err != nil {
		return nil, nil, err
	}
	if info, err = file.Stat(); err != nil {
		_ = file.Close() // the error is told already
		return nil, nil, err
	}
	return file, info, nil
}

// digest reads a file through, unless it did so before.
func (f *Folder) digest(name string, file *os.File, info fs.FileInfo) ([]byte, error) {
	f.mu.Lock()
	known, ok := f.digests[name]
	f.mu.Unlock()
	if ok && known.size == info.Size() && known.modified.Equal(info.ModTime()) {
		return known.sum, nil
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return nil, err
	}
	sum := hash.Sum(nil)
	f.mu.Lock()
	f.digests[name] = digest{info.Size(), info.ModTime(), sum}
	f.mu.Unlock()
	return sum, nil
}
