// SPDX-License-Identifier: Apache-2.0

package payments_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client/payments"
)

const accountsFile = `{"community":{"name":"Sunny street","iban":"AT61 1904 3002 3457 3201","bic":"BKAUATWW"},"parties":{
	"a":{"name":"A & B <Wien>","iban":"DE89370400440532013000"}, "p":{"name":"A & B <Wien>","iban":"DE89370400440532013000"},
	"q":{"name":"Çelik Ltd","iban":"FR1420041010050500013M02606","bic":"PSSTFRPPPAR"}, "b":{"name":"B","iban":"BE68539007547034"},
	"msp:CommunityMSP":{"name":"Sunny street","iban":"AT611904300234573201"}}}`

func read(t *testing.T) payments.Accounts {
	t.Helper()
	accounts, err := payments.ReadAccounts(strings.NewReader(accountsFile))
	require.NoError(t, err)
	return accounts
}

func batch(t *testing.T) payments.Batch {
	t.Helper()
	made, err := payments.Net(settlement.GetPeriodRequest{CommunityID: "sunny", Period: "2025-10", Phase: "final"}, settlement.Positions{Currency: "EUR", Positions: []settlement.Position{
		{MemberID: "a", Cents: -500}, {MemberID: "b", Cents: -2500}, {MemberID: "msp:CommunityMSP", Cents: 300}, {MemberID: "p", Cents: 1500}, {MemberID: "q", Cents: 1200},
	}}, read(t))
	require.NoError(t, err)
	return made
}

func TestPositionsAtOneAccountAreNetted(t *testing.T) {
	b := batch(t)
	require.Len(t, b.Transfers, 2)
	require.EqualValues(t, 2200, payments.Total(b.Transfers), "the household of a and p receives 10.00, q 12.00")
	require.Len(t, b.Requests, 1)
	require.EqualValues(t, 2500, b.Requests[0].Cents)
	require.NotContains(t, b.Requests[0].Reference, "b|")
	require.Equal(t, b.Transfers, batch(t).Transfers, "references are the same for the same payments")
}

func TestPaidPositionsAndMissingAccounts(t *testing.T) {
	of := settlement.GetPeriodRequest{CommunityID: "sunny", Period: "2025-10", Phase: "final"}
	made, err := payments.Net(of, settlement.Positions{Positions: []settlement.Position{{MemberID: "a", Cents: -5, PaidAt: time.Unix(1, 0)}}}, read(t))
	require.NoError(t, err)
	require.Empty(t, made.Requests)
	_, err = payments.Net(of, settlement.Positions{Positions: []settlement.Position{{MemberID: "x", Cents: 5}, {MemberID: "y", Cents: -5}}}, read(t))
	require.ErrorContains(t, err, "lacks 2 parties: x, y")
}

func TestAccountsThatAreNone(t *testing.T) {
	for sentence, row := range map[string]struct{ old, new, message string }{
		"a wrong digit":    {"DE89370400440532013000", "DE89370400440532013001", "parties/a: iban"},
		"no name":          {`"name":"B"`, `"name":""`, "parties/b: name"},
		"a BIC too short":  {"PSSTFRPPPAR", "PSST", "parties/q: bic"},
		"an unknown field": {`"community"`, `"commune"`, "member commune is not known"},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := payments.ReadAccounts(strings.NewReader(strings.ReplaceAll(accountsFile, row.old, row.new)))
			require.ErrorContains(t, err, row.message)
		})
	}
}

func TestNobodyToPay(t *testing.T) {
	require.ErrorContains(t, payments.Batch{Period: "2025-10", Phase: "final"}.WritePain001(new(bytes.Buffer), time.Now(), time.Now()), "nobody to pay")
}
