package contracttest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/gateway-client/statement"
)

// relay carries residents' statements: a steward of an organisation that has no part in what they are about.
const relay = "CityMSP/steward"

// Resident is a person with an own key.
type Resident struct {
	Key     statement.Key
	Subject string
}

// NewResident makes a key.
func NewResident(t testing.TB) Resident {
	t.Helper()
	key, err := statement.NewKey(statement.EdDSA)
	require.NoError(t, err)
	subject, err := key.Thumbprint()
	require.NoError(t, err)
	return Resident{key, subject}
}

// Sign makes the relayed form of a transaction: the request of Relay or of a query.
func (r Resident) Sign(t testing.TB, s *Suite, name string, request any) map[string]string {
	t.Helper()
	return r.SignFor(t, s, "", name, request)
}

// SignFor signs as the guardian of a subject; "" for oneself.
func (r Resident) SignFor(t testing.TB, s *Suite, subject, name string, request any) map[string]string {
	t.Helper()
	claims := statement.Claims{
		Network: s.Founding.NetworkID, Channel: "smartcity", Transaction: name, Request: request, For: subject, IssuedAt: s.Now, Valid: 4 * time.Minute,
	}
	if s.private[name] {
		claims.AnswerTo = s.AnswerTo(t)
	}
	compact, err := statement.Sign(r.Key, claims)
	require.NoError(t, err)
	return map[string]string{"statement": compact}
}

// Do relays a statement for a transaction that must succeed.
func (r Resident) Do(t testing.TB, s *Suite, name string, request any) []byte {
	t.Helper()
	return s.Submit(t, relay, relayOf(name), r.Sign(t, s, name, request), nil)
}

// Refused relays a statement that must be refused and change nothing.
func (r Resident) Refused(t testing.TB, s *Suite, name string, request any) *fault.Error {
	t.Helper()
	return s.Refuse(t, relay, relayOf(name), r.Sign(t, s, name, request), nil)
}

// relayOf is the transaction that relays statements for one of its contract's.
func relayOf(name string) string {
	contract, _, _ := strings.Cut(name, ":")
	return contract + ":Relay"
}
