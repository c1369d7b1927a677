// SPDX-License-Identifier: Apache-2.0

package energy

import (
	"crypto/rand"
	"encoding/hex"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// NewPointPass is the pass of a metering point with a random salt, for one consent of the person behind it.
func NewPointPass(reference string) settlement.PointPass {
	salt := make([]byte, 32)
	rand.Read(salt) // never fails, by its documentation
	return settlement.PointPass{Reference: reference, Salt: hex.EncodeToString(salt)}
}
