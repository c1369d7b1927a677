// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"io"
	"net/http"
	"os"
	"strconv"
)

// maxMemory is from which size on a held answer is in a file.
const maxMemory = 1 << 20

// bufferedResponse is an answer that is held back: in memory, or in a file that has no name any more.
type bufferedResponse struct {
	header http.Header
	status int
	memory bytes.Buffer
	file   *os.File
	digest hash.Hash
	size   int64
	err    error
}

func newBufferedResponse(header http.Header) *bufferedResponse {
	return &bufferedResponse{header: header.Clone(), digest: sha256.New()}
}

// Header returns the answer's header.
func (h *bufferedResponse) Header() http.Header { return h.header }

// WriteHeader keeps the first final status.
func (h *bufferedResponse) WriteHeader(status int) {
	if h.status == 0 && status >= http.StatusOK {
		h.status = status
	}
}

// Write keeps a part of the body.
func (h *bufferedResponse) Write(part []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	if h.err == nil {
		h.err = h.store(part)
	}
	if h.err != nil {
		return 0, h.err
	}
	h.digest.Write(part) // never fails, by its documentation
	h.size += int64(len(part))
	return len(part), nil
}

func (h *bufferedResponse) store(part []byte) error {
	if h.file == nil && h.memory.Len()+len(part) <= maxMemory {
		h.memory.Write(part)
		return nil
	}
	if h.file == nil {
		if err := h.spill(); err != nil {
			return err
		}
	}
	_, err := h.file.Write(part)
	return err
}

// spill moves what is in memory into a file, and removes its name at once.
func (h *bufferedResponse) spill() error {
	file, err := os.CreateTemp("", "smartb-held-")
	if err != nil {
		return err
	}
	h.file = file
	if err := os.Remove(file.Name()); err != nil {
		return err
	}
	_, err = h.memory.WriteTo(file)
	return err
}

// release sends the answer.
func (h *bufferedResponse) release(w http.ResponseWriter) {
	for name, values := range h.header {
		w.Header()[name] = values
	}
	if h.size > 0 {
		w.Header().Set("Content-Length", strconv.FormatInt(h.size, 10))
	}
	w.WriteHeader(h.status)
	var body io.Reader = &h.memory
	if h.file != nil {
		body = io.NewSectionReader(h.file, 0, h.size)
	}
	_, _ = io.Copy(w, body) // who asked is gone if it cannot be written
}

func (h *bufferedResponse) close() {
	if h.file != nil {
		_ = h.file.Close() // it was only read
	}
}
