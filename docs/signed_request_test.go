// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
)

// TestTheVectorsOfSignedRequests has the ledger's own code read what another implementation signed.
func TestTheVectorsOfSignedRequests(t *testing.T) {
	text, err := os.ReadFile("reference/vectors/signed-request.json")
	require.NoError(t, err)
	var file struct {
		Audience string
		Now      int64
		Vectors  []struct{ Name, SignedRequest, Code, Member string }
	}
	require.NoError(t, json.Unmarshal(text, &file))
	require.Len(t, file.Vectors, 16)
	for _, vector := range file.Vectors {
		t.Run(vector.Name, func(t *testing.T) {
			now := time.Unix(file.Now, 0)
			_, err := signedrequest.Verify(vector.SignedRequest, file.Audience, now, signedrequest.LongestSubmitted)
			if vector.Code == "" {
				require.NoError(t, err)
				return
			}
			refusal := new(fault.Error)
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, vector.Code, string(refusal.Code))
			require.Equal(t, vector.Member, refusal.Details["member"])
		})
	}
}
