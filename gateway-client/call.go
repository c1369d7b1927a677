// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// ErrMalformedCall is in the chain of an error about a call that was not sent: its name is not contract:Transaction, or its request not a JSON object.
var ErrMalformedCall = errors.New("malformed call")

// CallOption changes one call.
type CallOption func(*call)

// WithTransient adds data that endorsers see and blocks do not. Name the endorsing organisations too: they all keep the data for a while.
func WithTransient(transient map[string][]byte) CallOption {
	return func(c *call) { c.transient = transient }
}

// WithEndorsingOrganizations has exactly these organisations' peers, one each, execute the call.
func WithEndorsingOrganizations(mspIDs ...string) CallOption {
	return func(c *call) { c.organizations = mspIDs }
}

// preferring has these organisations' peers execute a submission side by side, unless one of them cannot be asked.
func preferring(mspIDs []string) CallOption {
	return func(c *call) { c.preferred = mspIDs }
}

// call is what is asked of the ledger; several proposals may be made of it.
type call struct {
	name          string
	argument      []byte
	transient     map[string][]byte
	organizations []string
	// preferred organisations execute the call if all of them can; others may too.
	preferred []string
	// lane is what a submission waits in until it may go.
	lane *lane
	// answerKey opens the answer of a private query, nil for other calls.
	answerKey *signing.AnswerKey
	// sealed is true for a private query of somebody else, whose answer is passed on as it is.
	sealed bool
	// signedRequestID is the id of the resident's signed request, random if it is empty.
	signedRequestID string
}

func newCall(name string, request any, options []CallOption) (*call, error) {
	if contract, transaction, ok := strings.Cut(name, ":"); !ok || contract == "" || transaction == "" {
		return nil, fmt.Errorf("%w: the name %q is not contract:Transaction", ErrMalformedCall, name)
	}
	argument, err := encode(request)
	if err != nil {
		return nil, fmt.Errorf("%w: the request of %s %w", ErrMalformedCall, name, err)
	}
	c := &call{name: name, argument: argument}
	for _, option := range options {
		option(c)
	}
	return c, nil
}

// open reads what a peer answered: a private answer is encrypted.
func (c *call) open(text []byte) ([]byte, error) {
	switch {
	case c.answerKey != nil:
		return c.answerKey.Open(text)
	case c.sealed:
		return json.Marshal(string(text))
	default:
		return text, nil
	}
}

// mayLeave reports whether a peer of another organisation may execute the call.
func (c *call) mayLeave() bool { return len(c.transient) == 0 }

// encode makes one JSON object of a request; raw JSON is left as it is.
func encode(request any) ([]byte, error) {
	if request == nil {
		return []byte("{}"), nil
	}
	text, raw := request.(json.RawMessage)
	if !raw {
		var err error
		if text, err = json.Marshal(request); err != nil {
			return nil, fmt.Errorf("cannot be written as JSON: %w", err)
		}
	}
	if !json.Valid(text) || !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		return nil, errors.New("is not one JSON object")
	}
	return text, nil
}

// answerError is an answer that its type cannot hold. People are told that versions differ, programs what differs.
type answerError struct{ error }

// Error describes what to do.
func (*answerError) Error() string {
	return "the ledger's answer has a form that this version does not know; use the version that the ledger runs"
}

func (e *answerError) Unwrap() error { return e.error }

// decode reads an answer's JSON object into answer, unless that is nil.
func decode(text []byte, answer any) error {
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return &answerError{err}
	}
	return nil
}

// signed is a message that was signed once, so that it stays the same however often and through whichever peer it is sent.
type signed struct {
	bytes, signature []byte
}

// seal signs a proposal, transaction or commit status request.
func (c *Client) seal(ctx context.Context, message interface {
	Bytes() ([]byte, error)
	Digest() []byte
}) (signed, error) {
	text, err := message.Bytes()
	if err != nil {
		return signed{}, err
	}
	signature, err := c.key.sign(ctx, message.Digest())
	if err != nil {
		return signed{}, fmt.Errorf("sign: %w", err)
	}
	return signed{bytes: text, signature: signature}, nil
}

// proposal asks peers to execute a call.
type proposal struct {
	signed
	call *call
	id   string
}

// propose makes a new proposal, and with it a new transaction id.
func (c *Client) propose(ctx context.Context, call *call) (*proposal, error) {
	options := []client.ProposalOption{client.WithBytesArguments(call.argument)}
	transient, err := call.transientMap(c.resident != nil)
	if err != nil {
		return nil, err
	}
	if transient != nil {
		options = append(options, client.WithTransient(transient))
	}
	if call.organizations != nil {
		options = append(options, client.WithEndorsingOrganizations(call.organizations...))
	}
	unsigned, err := c.own.gateway.GetNetwork(c.profile.Channel).GetContract(c.profile.Chaincode).NewProposal(call.name, options...)
	if err != nil {
		return nil, err
	}
	sealed, err := c.seal(ctx, unsigned)
	if err != nil {
		return nil, err
	}
	return &proposal{signed: sealed, call: call, id: unsigned.TransactionID()}, nil
}

// prefers reports whether the call would rather be executed by some organisations, and lets it be executed by them.
func (c *call) prefers() (*call, bool) {
	if len(c.preferred) == 0 {
		return c, false
	}
	named := *c
	named.organizations = c.preferred
	return &named, true
}

// transientMap is the call's transient data with the key of a private answer, unless a resident has signed that.
func (c *call) transientMap(resident bool) (map[string][]byte, error) {
	if c.answerKey == nil || resident {
		return c.transient, nil
	}
	jwk, err := c.answerKey.Public()
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{signedrequest.AnswerTo: jwk}
	maps.Copy(all, c.transient)
	return all, nil
}

// at is the proposal for an entrance; change may set what is not signed.
func (p *proposal) at(e *entrance, change func(*gateway.ProposedTransaction)) (*client.Proposal, error) {
	proposed := new(gateway.ProposedTransaction)
	if err := proto.Unmarshal(p.bytes, proposed); err != nil {
		return nil, err
	}
	change(proposed)
	text, err := proto.Marshal(proposed)
	if err != nil {
		return nil, err
	}
	return e.gateway.NewSignedProposal(text, p.signature)
}
