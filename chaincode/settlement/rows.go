// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// Rows are arrays in canonical JSON (RFC 8785), written by hand since a run hashes one for each member and reading.
// Their texts are ids, names of a fixed list and hex, which JSON does not escape, their numbers integers below 2^53.
// Anyone who hashes what a stranger states validates it before.

// RosterHash is the hash that a run's RosterSHA256 names. The members are in byte order of their ids.
func RosterHash(members []Member) string { return hashRows(members, Member.appendRow) }

func (m Member) appendRow(row []byte) []byte {
	row = appendText(append(row, '['), m.MemberID)
	row = appendText(append(row, ','), string(m.Direction))
	for _, n := range []int64{m.Share, int64(m.Tier), m.Factor} {
		row = strconv.AppendInt(append(row, ','), n, 10)
	}
	row = appendText(append(row, ','), m.Role)
	return append(appendText(append(row, ','), m.PointRef), ']')
}

// hashRows is the SHA-256 of the array of all rows.
func hashRows[T any](all []T, appendRow func(T, []byte) []byte) string {
	text := append(make([]byte, 0, 2+160*len(all)), '[')
	for i, of := range all {
		if i > 0 {
			text = append(text, ',')
		}
		text = appendRow(of, text)
	}
	sum := sha256.Sum256(append(text, ']'))
	return hex.EncodeToString(sum[:])
}

func appendText(b []byte, text string) []byte {
	return append(append(append(b, '"'), text...), '"')
}
