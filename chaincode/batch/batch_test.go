// SPDX-License-Identifier: Apache-2.0

package batch_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/batch"
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// TestARefusedBatchHoldsTheErrorsOfItsCallsAsObjects: a program in any language reads them in the pass in which it reads the batch's own error.
func TestARefusedBatchHoldsTheErrorsOfItsCallsAsObjects(t *testing.T) {
	refused := batch.Refuse(map[int]*fault.Error{
		1: fault.Field(fault.InvalidField, "purpose", "expected a term"), 0: fault.New(fault.NotFound, "no notice"),
	}, 3)
	require.JSONEq(t, `{
		"code": "BATCH_REFUSED", "status": 409,
		"message": "2 of 3 calls are refused, so none is carried out; member refused names each by its place from 0",
		"refused": {
			"0": {"code": "NOT_FOUND", "status": 404, "message": "no notice"},
			"1": {"code": "INVALID_FIELD", "status": 400, "message": "purpose: expected a term", "details": {"field": "purpose"}}
		}
	}`, refused.JSON())
	parsed, ok := fault.Parse(refused.JSON())
	require.True(t, ok)
	require.Equal(t, refused, parsed)
}

func TestTheErrorOfABatchsOnlyCallIsItsOwn(t *testing.T) {
	refused := batch.Refuse(map[int]*fault.Error{0: fault.Field(fault.InvalidField, "purpose", "expected a term")}, 1)
	require.Equal(t, "calls/0/purpose", refused.Details["field"])
	require.Empty(t, refused.Refused)
}
