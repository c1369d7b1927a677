// SPDX-License-Identifier: Apache-2.0

package signedrequest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestSignedRequestsOfAnotherImplementation verifies signed requests that Python's cryptography made with the RFCs' test keys.
func TestSignedRequestsOfAnotherImplementation(t *testing.T) {
	for name, row := range map[string]struct{ thumbprint, compact string }{
		"ES256": {
			"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
			"eyJhbGciOiJFUzI1NiIsInR5cCI6InNtYXJ0Yi1yZXF1ZXN0K2p3dCIsImp3ayI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6ImY4M09KM0QyeEYxQmc4dnViOXRMZTFnSE16Vjc2ZThUdXM5dVBIdlJWRVUiLCJ5IjoieF9GRXpSdTltMzZITE5fdHVlNjU5TE5wWFc2cEN5U3Rpa1lqS0lXSTVhMCJ9fQ.eyJzdWIiOiJvS0l5d3ZHVXBUVlR5eE1RM2J3SUllUVV1ZGZyX0NrTE1qQ0UxOUVDRC1VIiwiYXVkIjoic21hcnRiL3NtYXJ0Y2l0eSIsInR4biI6ImNvbnNlbnQ6V2l0aGRyYXciLCJyZXEiOnsiY29uc2VudElkIjoiYy0xIn0sImlhdCI6MTc2NzIyNTYwMCwiZXhwIjoxNzY3MjI2MjAwLCJqdGkiOiIwMTIzNDU2Nzg5YWJjZGVmIn0.wIajurheeF-tDrgfmDeXzNuL7MX8VMryDX4Oy61z6AN3IdiP_jk3QF31Vzsfg6gOwfG5FArOFVsp23LKhfs-Pw",
		},
		"EdDSA": {
			"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
			"eyJhbGciOiJFZERTQSIsInR5cCI6InNtYXJ0Yi1yZXF1ZXN0K2p3dCIsImp3ayI6eyJrdHkiOiJPS1AiLCJjcnYiOiJFZDI1NTE5IiwieCI6IjExcVlBWUt4Q3JmVlNfN1R5V1FIT2c3aGN2UGFwaU1scndJYWFQY0hVUm8ifX0.eyJzdWIiOiJrUHJLX3FteFZXYVlWQTl3d0JGNkl1bzN2Vnp6N1R4SENUd1hCeWdyUzRrIiwiYXVkIjoic21hcnRiL3NtYXJ0Y2l0eSIsInR4biI6ImNvbnNlbnQ6V2l0aGRyYXciLCJyZXEiOnsiY29uc2VudElkIjoiYy0xIn0sImlhdCI6MTc2NzIyNTYwMCwiZXhwIjoxNzY3MjI2MjAwLCJqdGkiOiIwMTIzNDU2Nzg5YWJjZGVmIn0.aOlJmgvBf9WK6WBUEW7gNhf_E7TnKdvLtdgICNkF79YhT5WfUmoW8y-TUk2MiH6lbYp2yVQ-kaprFtFjmN5DDg",
		},
	} {
		t.Run(name, func(t *testing.T) {
			signedRequest, err := Verify(row.compact, "smartb/smartcity", time.Unix(1767225600, 0), LongestSubmitted)
			require.NoError(t, err)
			require.Equal(t, row.thumbprint, signedRequest.Signer)
			require.Equal(t, `{"consentId":"c-1"}`, signedRequest.Request)
		})
	}
}
