// SPDX-License-Identifier: Apache-2.0

package transaction_test

import (
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/batch"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/ledger/memory"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/chaincode/transaction"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// notes is a contract in which residents write and read notes of their own.
type notes struct{ contractapi.Contract }

type note struct {
	Text string `json:"text"`
	By   string `json:"by,omitempty"`
}

func (n note) Validate() error {
	if n.Text == "" {
		return fault.Field(fault.MissingField, "text", "is missing")
	}
	return nil
}

func noteKey(text string) ledger.Key { return ledger.Key{Type: "note", Attributes: []string{text}} }

func write(tx *transaction.Tx, r note) (note, error) {
	if r.Text == "forbidden" {
		return note{}, fault.New(fault.Forbidden, "not this one")
	}
	r.By = tx.Caller.MSP
	if tx.Caller.SignedRequest != nil {
		r.By = tx.Caller.SignedRequest.Signer + " for " + tx.Caller.SignedRequest.Subject
	}
	if err := ledger.Put(tx.Ledger, noteKey(r.Text), r); err != nil {
		return note{}, err
	}
	return r, tx.Announce("notes.NoteWritten", r)
}

// whisper is a note that comes in the transient map; confide reads one.
func whisper(tx *transaction.Tx, _ note) (note, error) {
	return transaction.Private[note](tx, "secret")
}

func rule(tx *transaction.Tx, r note) (note, error) {
	return r, tx.Caller.RequireRole(identity.Steward)
}

// leak is a query whose author forgot that its answer is private.
func leak(tx *transaction.Tx, r note) (note, error) {
	values, err := ledger.GetManyPrivate(tx.Ledger, "vault", []ledger.Key{noteKey(r.Text)})
	if err != nil {
		return note{}, err
	}
	return note{Text: string(values[0])}, nil
}

func contract(name string, rows ...transaction.Description) transaction.Contract {
	c := new(notes)
	c.Name = name
	return transaction.Contract{API: c, Transactions: rows}
}

var rows = []transaction.Description{
	{Name: "Write", Handler: transaction.Writes(write), May: transaction.Anybody, Resident: true},
	{Name: "Whisper", Handler: transaction.Writes(whisper), May: transaction.Anybody, Resident: true, Private: "secret"},
	{Name: "Rule", Handler: transaction.Writes(rule), Resident: true},
	{Name: "Audit", Handler: transaction.Writes(write), May: transaction.Anybody},
	{Name: "Leave", Handler: transaction.Writes(write), May: transaction.Anybody, Resident: true, Right: true},
	{Name: "Read", Handler: transaction.Reads(write), May: transaction.Anybody, Resident: true}, // what it writes is dropped
	{Name: "Count", Handler: transaction.Reads(write), May: transaction.Anybody},
	{Name: "Leak", Handler: transaction.Reads(leak), May: transaction.Anybody},
	{Name: "Recall", Handler: transaction.Reads(write), May: transaction.Anybody, Resident: true, PrivateAnswer: true},
	{Name: "Confide", Handler: transaction.Reads(whisper), May: transaction.Anybody, PrivateAnswer: true, Private: "secret"},
	transaction.RelayRow(),
}

var table = transaction.NewTable(rows)

func (*notes) Write(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return table.Run(ctx, "Write", request)
}

func (*notes) Whisper(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return table.Run(ctx, "Whisper", request)
}

func (*notes) Rule(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return table.Run(ctx, "Rule", request)
}

func (*notes) Leave(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return table.Run(ctx, "Leave", request)
}

func (*notes) Read(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return table.Run(ctx, "Read", request)
}

func (*notes) Count(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return table.Run(ctx, "Count", request)
}

func (*notes) Leak(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return table.Run(ctx, "Leak", request)
}

func (*notes) Recall(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return table.Run(ctx, "Recall", request)
}

func (*notes) Confide(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return table.Run(ctx, "Confide", request)
}

// bench is a channel with two contracts of notes, and a resident.
type bench struct {
	*memory.World
	chaincode shim.Chaincode
	key       signing.Key
	pseudonym string
}

// network is the network's id in these tests.
const network = "net"

func newBench(t *testing.T, algorithm signing.Algorithm) *bench {
	t.Helper()
	chaincode, err := transaction.Chaincode(nil, ledger.Network{ID: network, Unbound: true}, contract("notes", rows...), contract("other", rows...), transaction.NewBatch())
	require.NoError(t, err)
	key, err := signing.NewKey(algorithm)
	require.NoError(t, err)
	pseudonym, err := key.Thumbprint()
	require.NoError(t, err)
	return &bench{memory.New("smartcity", "CityMSP", []string{"CityMSP", "UtilityMSP"}), chaincode, key, pseudonym}
}

// claims call a transaction now.
func (b *bench) claims(name string, request any) signing.Claims {
	return signing.Claims{Network: network, Channel: "smartcity", Transaction: name, Request: request, IssuedAt: b.Now, Valid: 5 * time.Minute}
}

func (b *bench) sign(t *testing.T, claims signing.Claims) string {
	t.Helper()
	compact, err := signing.Sign(b.key, claims)
	require.NoError(t, err)
	return `{"signedRequest":"` + compact + `"}`
}

// simulate runs a call by a steward of the organisation.
func (b *bench) simulate(t *testing.T, msp, name, request string, transient map[string][]byte) (*memory.Tx, string, *fault.Error) {
	t.Helper()
	steward, err := memory.NewIdentity(msp, "admin", "steward")
	require.NoError(t, err)
	tx := b.Begin(steward, transient, name, request)
	response := b.chaincode.Invoke(tx)
	if response.GetStatus() == shim.OK {
		return tx, string(response.GetPayload()), nil
	}
	refusal, ok := fault.Parse(response.GetMessage())
	require.True(t, ok, response.GetMessage())
	return tx, "", refusal
}

// submit commits whatever the call wrote, also if it was refused.
func (b *bench) submit(t *testing.T, msp, name, request string) (string, *fault.Error) {
	t.Helper()
	tx, answer, refusal := b.simulate(t, msp, name, request, nil)
	require.Equal(t, memory.Valid, b.Commit(tx))
	return answer, refusal
}

func (b *bench) requireRefused(t *testing.T, code fault.Code, name, request string) {
	t.Helper()
	keys, events := b.Keys(), len(b.Events)
	_, refusal := b.submit(t, "CityMSP", name, request)
	require.NotNil(t, refusal, "expected %s", code)
	require.Equal(t, code, refusal.Code, refusal.Message)
	require.Equal(t, keys, b.Keys())
	require.Len(t, b.Events, events)
}

func TestAResidentActsThroughARelay(t *testing.T) {
	for _, algorithm := range []signing.Algorithm{signing.ES256, signing.EdDSA} {
		t.Run(string(algorithm), func(t *testing.T) {
			b := newBench(t, algorithm)
			signed := b.sign(t, b.claims("notes:Write", note{Text: "hello"}))
			answer, refusal := b.submit(t, "CityMSP", "notes:Relay", signed)
			require.Nil(t, refusal)
			require.JSONEq(t, `{"text":"hello","by":"`+b.pseudonym+` for `+b.pseudonym+`"}`, answer)
			require.Len(t, b.Keys(), 2)
			require.Equal(t, "note/hello", b.Keys()[0])
			require.Regexp(t, `^transaction\.signedRequest/`+b.pseudonym+`/[A-Za-z0-9_-]{22}$`, b.Keys()[1])
			require.Equal(t, "notes.NoteWritten", b.Events[0].Name)
		})
	}
}

func TestAGuardianActsForTheSubjectThatIsClaimed(t *testing.T) {
	b := newBench(t, signing.EdDSA)
	claims := b.claims("notes:Write", note{Text: "hello"})
	claims.For = strings.Repeat("A", 43)
	answer, refusal := b.submit(t, "CityMSP", "notes:Relay", b.sign(t, claims))
	require.Nil(t, refusal)
	require.Contains(t, answer, b.pseudonym+" for "+claims.For)
}

func TestASignedRequestIsCarriedOutOnce(t *testing.T) {
	t.Run("whoever relays it again, and also by the other signature over the same claims", func(t *testing.T) {
		b := newBench(t, signing.ES256)
		signed := b.sign(t, b.claims("notes:Write", note{Text: "hello"}))
		_, refusal := b.submit(t, "CityMSP", "notes:Relay", signed)
		require.Nil(t, refusal)
		b.requireRefused(t, fault.SignedRequestReplayed, "notes:Relay", signed)
		b.requireRefused(t, fault.SignedRequestReplayed, "notes:Relay", otherSignature(t, signed))
		_, refusal = b.submit(t, "UtilityMSP", "notes:Relay", signed)
		require.ErrorIs(t, refusal, fault.SignedRequestReplayed)
	})
	t.Run("also if two relays are as fast", func(t *testing.T) {
		b := newBench(t, signing.EdDSA)
		signed := b.sign(t, b.claims("notes:Write", note{Text: "hello"}))
		first, _, refusal := b.simulate(t, "CityMSP", "notes:Relay", signed, nil)
		require.Nil(t, refusal)
		second, _, refusal := b.simulate(t, "UtilityMSP", "notes:Relay", signed, nil)
		require.Nil(t, refusal)
		require.Equal(t, memory.Valid, b.Commit(first))
		require.Equal(t, memory.MVCCReadConflict, b.Commit(second))
	})
	t.Run("and one that was refused is not used up", func(t *testing.T) {
		b := newBench(t, signing.EdDSA)
		signed := b.sign(t, b.claims("notes:Write", note{Text: "forbidden"}))
		b.requireRefused(t, fault.Forbidden, "notes:Relay", signed)
		b.requireRefused(t, fault.Forbidden, "notes:Relay", signed)
	})
}

// otherSignature replaces the S of an ES256 signature by its complement.
func otherSignature(t *testing.T, signed string) string {
	t.Helper()
	dot := strings.LastIndex(signed, ".") + 1
	signature, err := base64.RawURLEncoding.DecodeString(strings.TrimSuffix(signed[dot:], `"}`))
	require.NoError(t, err)
	s := new(big.Int).SetBytes(signature[32:])
	s.Sub(elliptic.P256().Params().N, s).FillBytes(signature[32:])
	return signed[:dot] + base64.RawURLEncoding.EncodeToString(signature) + `"}`
}

func TestRelayRefuses(t *testing.T) {
	hello := note{Text: "hello"}
	for sentence, row := range map[string]struct {
		change func(*signing.Claims)
		code   fault.Code
	}{
		"a query":                                 {func(c *signing.Claims) { c.Transaction = "notes:Read" }, fault.SignedRequestMisplaced},
		"itself":                                  {func(c *signing.Claims) { c.Transaction = "notes:Relay" }, fault.SignedRequestMisplaced},
		"another contract's transaction":          {func(c *signing.Claims) { c.Transaction = "other:Write" }, fault.SignedRequestMisplaced},
		"a transaction for members only":          {func(c *signing.Claims) { c.Transaction = "notes:Audit" }, fault.SignedRequestMisplaced},
		"a transaction that does not exist":       {func(c *signing.Claims) { c.Transaction = "notes:Burn" }, fault.SignedRequestMisplaced},
		"a name in other letters":                 {func(c *signing.Claims) { c.Transaction = "notes:write" }, fault.SignedRequestMisplaced},
		"the peer's own metadata":                 {func(c *signing.Claims) { c.Transaction = "org.hyperledger.fabric:GetMetadata" }, fault.SignedRequestMisplaced},
		"a signed request for another channel":    {func(c *signing.Claims) { c.Channel = "other" }, fault.SignedRequestMisplaced},
		"an expired signed request":               {func(c *signing.Claims) { c.IssuedAt = c.IssuedAt.Add(-c.Valid) }, fault.SignedRequestExpired},
		"a signed request of the future":          {func(c *signing.Claims) { c.IssuedAt = c.IssuedAt.Add(signedrequest.Ahead + time.Second) }, fault.SignedRequestNotYetValid},
		"a request that the transaction refuses":  {func(c *signing.Claims) { c.Request = note{} }, fault.MissingField},
		"a member that the request does not have": {func(c *signing.Claims) { c.Request = map[string]string{"text": "a", "more": "b"} }, fault.UnknownField},
		"the rights of the relay's own roles":     {func(c *signing.Claims) { c.Transaction = "notes:Rule" }, fault.Forbidden},
	} {
		t.Run(sentence, func(t *testing.T) {
			b := newBench(t, signing.EdDSA)
			claims := b.claims("notes:Write", hello)
			row.change(&claims)
			b.requireRefused(t, row.code, "notes:Relay", b.sign(t, claims))
		})
	}
	for sentence, row := range map[string]struct {
		change func(string) string
		code   fault.Code
	}{
		"no signed request":       {func(string) string { return `{}` }, fault.MissingField},
		"text":                    {func(string) string { return `"a"` }, fault.MalformedRequest},
		"another member":          {func(s string) string { return strings.Replace(s, "{", `{"by":"me",`, 1) }, fault.UnknownField},
		"a signed request twice":  {func(s string) string { return strings.Replace(s, "{", `{"signedRequest":"",`, 1) }, fault.DuplicateField},
		"what is not signed":      {func(string) string { return `{"signedRequest":"e30.e30.e30"}` }, fault.SignedRequestMalformed},
		"a forged signed request": {func(s string) string { return forge(s) }, fault.SignedRequestForged},
		"an oversized request":    {func(string) string { return `{"signedRequest":"` + strings.Repeat("a", 300<<10) + `"}` }, fault.TooLarge},
		"an oversized envelope":   {func(string) string { return `{"signedRequest":"` + strings.Repeat("a", 65<<10) + `"}` }, fault.SignedRequestMalformed},
	} {
		t.Run(sentence, func(t *testing.T) {
			b := newBench(t, signing.EdDSA)
			b.requireRefused(t, row.code, "notes:Relay", row.change(b.sign(t, b.claims("notes:Write", hello))))
		})
	}
}

// forge changes what was signed.
func forge(signed string) string {
	parts := strings.Split(signed, ".")
	payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
	parts[1] = base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(payload), "hello", "jello", 1)))
	return strings.Join(parts, ".")
}

func TestTransientDataPassesThroughTheRelay(t *testing.T) {
	secret := map[string][]byte{"secret": []byte(`{"text":"psst"}`)}
	for sentence, row := range map[string]struct {
		transaction string
		transient   map[string][]byte
		code        fault.Code
	}{
		"to the transaction that takes it":         {"notes:Whisper", secret, ""},
		"not to one that takes none":               {"notes:Write", secret, fault.PrivateDataUnexpected},
		"and is missed by one that takes it":       {"notes:Whisper", nil, fault.PrivateDataUnexpected},
		"and is checked as if it came by a member": {"notes:Whisper", map[string][]byte{"secret": []byte(`{"text":""}`)}, fault.MissingField},
	} {
		t.Run(sentence, func(t *testing.T) {
			b := newBench(t, signing.EdDSA)
			signed := b.sign(t, b.claims(row.transaction, note{Text: "hello"}))
			tx, answer, refusal := b.simulate(t, "CityMSP", "notes:Relay", signed, row.transient)
			require.Equal(t, memory.Valid, b.Commit(tx))
			if row.code == "" {
				require.Nil(t, refusal)
				require.JSONEq(t, `{"text":"psst"}`, answer)
				return
			}
			require.ErrorIs(t, refusal, row.code)
			require.Empty(t, b.Keys())
		})
	}
}

func TestAResidentAsks(t *testing.T) {
	hello := note{Text: "hello"}
	for sentence, row := range map[string]struct {
		name   string
		change func(*signing.Claims)
		code   fault.Code
	}{
		"a query for residents":                    {"notes:Read", func(*signing.Claims) {}, ""},
		"a query for members only":                 {"notes:Count", func(c *signing.Claims) { c.Transaction = "notes:Count" }, fault.UnknownField},
		"by a signed request for another query":    {"notes:Read", func(c *signing.Claims) { c.Transaction = "notes:Count" }, fault.SignedRequestMisplaced},
		"by a signed request for another contract": {"notes:Read", func(c *signing.Claims) { c.Transaction = "other:Read" }, fault.SignedRequestMisplaced},
		"by a signed request for a transaction":    {"notes:Read", func(c *signing.Claims) { c.Transaction = "notes:Write" }, fault.SignedRequestMisplaced},
		"by a signed request valid for too long":   {"notes:Read", func(c *signing.Claims) { c.Valid += time.Second }, fault.SignedRequestMalformed},
		"by an expired signed request":             {"notes:Read", func(c *signing.Claims) { c.IssuedAt = c.IssuedAt.Add(-c.Valid) }, fault.SignedRequestExpired},
		"a transaction that writes, without Relay": {"notes:Write", func(c *signing.Claims) { c.Transaction = "notes:Write" }, fault.UnknownField},
	} {
		t.Run(sentence, func(t *testing.T) {
			b := newBench(t, signing.ES256)
			claims := b.claims("notes:Read", hello)
			row.change(&claims)
			signed := b.sign(t, claims)
			for range 2 { // nothing is stored, so a query may be asked again
				answer, refusal := b.submit(t, "CityMSP", row.name, signed)
				require.Empty(t, b.Keys())
				require.Empty(t, b.Events)
				if row.code == "" {
					require.Nil(t, refusal)
					require.JSONEq(t, `{"text":"hello","by":"`+b.pseudonym+` for `+b.pseudonym+`"}`, answer)
					continue
				}
				require.ErrorIs(t, refusal, row.code)
			}
		})
	}
	t.Run("and members ask as before", func(t *testing.T) {
		b := newBench(t, signing.ES256)
		answer, refusal := b.submit(t, "CityMSP", "notes:Read", `{"text":"hello"}`)
		require.Nil(t, refusal)
		require.JSONEq(t, `{"text":"hello","by":"CityMSP"}`, answer)
		_, refusal = b.submit(t, "CityMSP", "notes:Read", `{"signedRequest":""}`)
		require.ErrorIs(t, refusal, fault.UnknownField)
	})
}

func TestAContractRelaysIfThereIsSomethingToRelay(t *testing.T) {
	isRelay := func(row transaction.Description) bool { return row.Name == "Relay" }
	_, err := transaction.Chaincode(nil, ledger.Network{ID: network, Unbound: true}, contract("notes", slices.DeleteFunc(slices.Clone(rows), isRelay)...))
	require.ErrorContains(t, err, "contract notes")
	_, err = transaction.Chaincode(nil, ledger.Network{ID: network, Unbound: true}, contract("notes", transaction.Description{Name: "Read", Handler: transaction.Reads(write), Resident: true}, transaction.RelayRow()))
	require.ErrorContains(t, err, "contract notes")
}

// TestRightsShareATransactionWithTheirLikeOnly: a call of somebody else's must not be able to make the exercise of a right conflict.
func TestRightsShareATransactionWithTheirLikeOnly(t *testing.T) {
	calls := func(b *bench, names ...string) string {
		var all batch.Request
		for i, name := range names {
			signed := b.sign(t, b.claims(name, note{Text: strconv.Itoa(i)}))
			all.Calls = append(all.Calls, batch.Call{Transaction: "notes:Relay", Request: json.RawMessage(signed)})
		}
		text, err := json.Marshal(all)
		require.NoError(t, err)
		return string(text)
	}
	for sentence, row := range map[string]struct {
		names []string
		// apart are the places of the calls that cannot share.
		apart []int
	}{
		"rights among themselves":      {[]string{"notes:Leave", "notes:Leave"}, nil},
		"other calls among themselves": {[]string{"notes:Write", "notes:Write"}, nil},
		"another call among rights":    {[]string{"notes:Leave", "notes:Write", "notes:Leave"}, []int{1}},
		"a right among other calls":    {[]string{"notes:Write", "notes:Leave"}, []int{1}},
		"a name that does not exist":   {[]string{"notes:Leave", "notes:Burn"}, []int{1}},
	} {
		t.Run(sentence, func(t *testing.T) {
			b := newBench(t, signing.EdDSA)
			_, refusal := b.submit(t, "CityMSP", "batch:Submit", calls(b, row.names...))
			if row.apart == nil {
				require.Nil(t, refusal)
				return
			}
			require.Equal(t, fault.BatchRefused, refusal.Code)
			for place, refused := range refusal.Refused {
				require.Equal(t, fault.BatchConflict, refused.Code)
				require.Contains(t, row.apart, place)
			}
		})
	}
}
