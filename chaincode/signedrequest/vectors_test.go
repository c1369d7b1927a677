package signedrequest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestStatementsOfAnotherImplementation verifies statements that Python's cryptography made with the RFCs' test keys.
func TestStatementsOfAnotherImplementation(t *testing.T) {
	for name, row := range map[string]struct{ thumbprint, compact string }{
		"ES256": {
			"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
			"eyJhbGciOiJFUzI1NiIsInR5cCI6InNtYXJ0Yi1zdGF0ZW1lbnQrand0IiwiandrIjp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiZjgzT0ozRDJ4RjFCZzh2dWI5dExlMWdITXpWNzZlOFR1czl1UEh2UlZFVSIsInkiOiJ4X0ZFelJ1OW0zNkhMTl90dWU2NTlMTnBYVzZwQ3lTdGlrWWpLSVdJNWEwIn19.eyJzdWIiOiJvS0l5d3ZHVXBUVlR5eE1RM2J3SUllUVV1ZGZyX0NrTE1qQ0UxOUVDRC1VIiwiYXVkIjoic21hcnRiL3NtYXJ0Y2l0eSIsInR4biI6ImNvbnNlbnQ6V2l0aGRyYXciLCJyZXEiOnsiY29uc2VudElkIjoiYy0xIn0sImlhdCI6MTc2NzIyNTYwMCwiZXhwIjoxNzY3MjI2MjAwLCJqdGkiOiIwMTIzNDU2Nzg5YWJjZGVmIn0.xjRca6sXJr2wgWsuk4schLfsHhlwiuHaljY87NStaxmt3KdqutW9JGzwGD6wckv_raPhIbMbLbnfFyyipzanqg",
		},
		"EdDSA": {
			"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
			"eyJhbGciOiJFZERTQSIsInR5cCI6InNtYXJ0Yi1zdGF0ZW1lbnQrand0IiwiandrIjp7Imt0eSI6Ik9LUCIsImNydiI6IkVkMjU1MTkiLCJ4IjoiMTFxWUFZS3hDcmZWU183VHlXUUhPZzdoY3ZQYXBpTWxyd0lhYVBjSFVSbyJ9fQ.eyJzdWIiOiJrUHJLX3FteFZXYVlWQTl3d0JGNkl1bzN2Vnp6N1R4SENUd1hCeWdyUzRrIiwiYXVkIjoic21hcnRiL3NtYXJ0Y2l0eSIsInR4biI6ImNvbnNlbnQ6V2l0aGRyYXciLCJyZXEiOnsiY29uc2VudElkIjoiYy0xIn0sImlhdCI6MTc2NzIyNTYwMCwiZXhwIjoxNzY3MjI2MjAwLCJqdGkiOiIwMTIzNDU2Nzg5YWJjZGVmIn0.LsKnJ4_gYd7W21CX9cNtjbJzX4y2T3cPdg98BS4fy4HimItzPewub6Wqd-2oCl0njuy3Z4h3Glww1SvLCHVrBg",
		},
	} {
		t.Run(name, func(t *testing.T) {
			statement, err := Verify(row.compact, "smartb/smartcity", time.Unix(1767225600, 0), LongestSubmitted)
			require.NoError(t, err)
			require.Equal(t, row.thumbprint, statement.Signer)
			require.Equal(t, `{"consentId":"c-1"}`, statement.Request)
		})
	}
}
