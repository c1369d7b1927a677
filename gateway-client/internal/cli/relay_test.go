// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/gateway-client"
)

func TestSignedRequestsAboutOneSubjectStayInOrder(t *testing.T) {
	t.Parallel()
	about := func(subject, of string) signedLine {
		return signedLine{claims: signedrequest.Claims{Subject: subject, For: of}}
	}
	assert.Equal(t, [][]int{{0, 2, 3}, {1}}, bySubject([]signedLine{about("alice", ""), about("bob", ""), about("guardian", "alice"), about("alice", "")}))
}

func TestARelayEndsAsItsSignedRequestsDo(t *testing.T) {
	t.Parallel()
	refused, replayed := &gateway.ContractError{Code: gateway.ErrForbidden}, &gateway.ContractError{Code: gateway.ErrSignedRequestReplayed}
	for name, test := range map[string]struct {
		outcomes []error
		exit     int
		says     string
	}{
		"all are carried out":                       {[]error{nil, nil}, exitOK, ""},
		"what was carried out before is no failure": {[]error{nil, replayed}, exitOK, ""},
		"one is refused":                            {[]error{nil, refused}, exitRefused, "FORBIDDEN"},
		"several are refused":                       {[]error{refused, nil, refused}, exitRefused, "2 of 3"},
		"the network fails beside a refusal":        {[]error{refused, context.DeadlineExceeded}, exitNetwork, "line 2: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var list relayedRequests
			for i, err := range test.outcomes {
				list = append(list, newRelayed(signedLine{number: i + 1}, gateway.Receipt{TransactionID: "tx"}, err))
				assert.Equal(t, err == nil, list[i].TransactionID != "", "only what was carried out has a transaction")
			}
			err := list.failure()
			if test.exit == exitOK {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.says)
			assert.Equal(t, test.exit, explain(&runError{err}, newRoot(new(App))).exit)
		})
	}
}
