// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// visitor sees an element of a document with the local names above it: elements are read by name and not by prefix. It
// reports whether it has decoded the element, which is walked through otherwise.
type visitor func(d *xml.Decoder, start xml.StartElement, path string, line int) (done bool, err error)

// elements walks through an XML document.
func (f *file) elements(visit visitor) error { //nolint:gocognit // one loop over tokens
	decoder := xml.NewDecoder(bytes.NewReader(f.text))
	decoder.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 already
	var path []string
	for {
		offset := decoder.InputOffset()
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && len(path) == 0 {
			return nil
		}
		if err != nil {
			return f.broken(err, decoder)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(path) == 100 {
				return refuse(f.line(offset), badFile, "its elements are more than 100 deep")
			}
			done, err := visit(decoder, t, strings.Join(path, "/"), f.line(offset))
			if err != nil {
				return f.broken(err, decoder)
			}
			if !done {
				path = append(path, t.Name.Local)
			}
		case xml.EndElement:
			path = path[:len(path)-1]
		}
	}
}

func (f *file) broken(err error, decoder *xml.Decoder) error {
	var refusal Refusal
	if errors.As(err, &refusal) {
		return refusal
	}
	line := f.line(decoder.InputOffset())
	if number, is := errors.AsType[*strconv.NumError](err); is {
		return refuse(line, badFile, "%s stands where a whole number is expected", quoted(number.Num))
	}
	return refuse(line, badFile, "it is no whole XML document: an element does not end or is cut here")
}
