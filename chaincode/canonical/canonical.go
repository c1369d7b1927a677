// SPDX-License-Identifier: Apache-2.0

// Package canonical writes values in the one form that is hashed: canonical JSON (RFC 8785).
package canonical

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/gowebpki/jcs"
)

// JSON is a value's canonical JSON.
func JSON(value any) ([]byte, error) {
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encode for hashing: %w", err)
	}
	text, err := jcs.Transform(encoded)
	if err != nil {
		return nil, fmt.Errorf("canonicalise for hashing: %w", err)
	}
	return text, nil
}

// SHA256 is the lower-case hex SHA-256 of a value's canonical JSON.
func SHA256(value any) (string, error) {
	text, err := JSON(value)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}
