// SPDX-License-Identifier: Apache-2.0

package signing

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/signedrequest"
)

// Read returns the claims of a signed request as they are there. It verifies nothing: a relay reads where to carry it,
// the ledger whether to obey it.
func Read(compact string) (signedrequest.Claims, error) {
	parts := strings.Split(compact, ".")
	if len(parts) != 3 {
		return signedrequest.Claims{}, errors.New("not a signed request in compact form: three parts with points between them")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return signedrequest.Claims{}, fmt.Errorf("not a signed request in compact form: %w", err)
	}
	var claims signedrequest.Claims
	if err := json.Unmarshal(payload, &claims); err != nil {
		return signedrequest.Claims{}, fmt.Errorf("not the payload of a signed request: %w", err)
	}
	return claims, nil
}
