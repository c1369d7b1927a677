// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// ErrPrivateQuery reports a query that was to be submitted although its answer is private: anything that is submitted
// is in every organisation's blocks for ever.
var ErrPrivateQuery = errors.New("its answer is private: evaluate it, do not submit it")

// AnswersPrivately reports whether a query's answer is private, so that the chaincode encrypts it to a key that comes with the query.
func AnswersPrivately(name string) bool { return privateQueries[name] }

// refusePrivate refuses to submit a query whose answer is private.
func refusePrivate(name string) error {
	if privateQueries[name] {
		return fmt.Errorf("%w: %s: %w", ErrMalformedCall, name, ErrPrivateQuery)
	}
	return nil
}

// makePrivate gives the call of a query the key that opens its answer, if that is private. Anything that somebody else
// has signed has a key already, and the answer is passed on unopened.
func (c *call) makePrivate() error {
	if !privateQueries[c.name] {
		return nil
	}
	if _, given := c.transient[signedrequest.AnswerTo]; given {
		return fmt.Errorf("%w: the client makes the key %s of %s itself", ErrMalformedCall, signedrequest.AnswerTo, c.name)
	}
	if c.signedRequest() != "" {
		c.sealed = true
		return nil
	}
	key, err := signing.NewAnswerKey()
	c.answerKey = &key
	return err
}

// signedRequest is the resident's signed request that is in the place of the request, empty if there is none.
func (c *call) signedRequest() string {
	if !bytes.Contains(c.argument, []byte(`"signedRequest"`)) {
		return ""
	}
	members := map[string]json.RawMessage{}
	var request signedrequest.RelayRequest
	if json.Unmarshal(c.argument, &members) != nil || len(members) != 1 || json.Unmarshal(c.argument, &request) != nil {
		return ""
	}
	return request.SignedRequest
}

// right reports whether the call exercises one of the residents' rights.
func (c *call) right(rights map[string]bool) bool {
	if !strings.HasSuffix(c.name, ":Relay") {
		return rights[c.name]
	}
	claims, err := signing.Read(c.signedRequest())
	return err == nil && rights[claims.Transaction]
}

// RelayQuery asks a query for the resident who signed it. It returns the answer as the ledger gave it: a JSON object
// or, where it is private, a JWE in compact form that the signer alone can open (see [signing.AnswerKey]). Anyone who
// relays could have made it up. A signer who has no proof in the answer gives the same signed request to relays of
// several organisations, and [signing.AnswerKey.Agreed] compares what they bring.
func (c *Client) RelayQuery(ctx context.Context, compact string) (signedrequest.Claims, []byte, error) {
	claims, err := signing.Read(compact)
	if err != nil {
		return claims, nil, fmt.Errorf("%w: %w", ErrMalformedCall, err)
	}
	var answer json.RawMessage
	if err := c.Evaluate(ctx, claims.Transaction, signedrequest.RelayRequest{SignedRequest: compact}, &answer); err != nil {
		return claims, nil, err
	}
	var sealed string
	if privateQueries[claims.Transaction] && json.Unmarshal(answer, &sealed) == nil {
		return claims, []byte(sealed), nil
	}
	return claims, answer, nil
}
