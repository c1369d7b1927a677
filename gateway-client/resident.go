// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// WithResidentKey has every call of the client made by the resident who owns the key. It is signed as a signed request
// that the profile's identity only relays, a transaction through its contract's Relay and a query in the place of its
// request. A transaction that is proposed anew carries the same signed request, so it takes effect once.
func WithResidentKey(key signing.Key) Option {
	return func(c *Client) { c.resident = &key }
}

// WithSubject has the signed requests of [WithResidentKey] speak for another subject than the one that the key belongs to: where a guardian signs, or a new key
// completes its recovery.
func WithSubject(pseudonym string) Option {
	return func(c *Client) { c.subject = pseudonym }
}

// Relay carries a signed request in compact form that a resident signed to the contract that it is for, and decodes the
// answer into answer, which may be nil. The claims are what the signed request states, whoever signed it. A relay of
// many signed requests connects with [WithBatching].
func (c *Client) Relay(ctx context.Context, compact string, answer any) (signedrequest.Claims, Receipt, error) {
	claims, err := signing.Read(compact)
	if err != nil {
		return claims, Receipt{}, fmt.Errorf("%w: %w", ErrMalformedCall, err)
	}
	contract, _, _ := strings.Cut(claims.Transaction, ":")
	receipt, err := c.Submit(ctx, contract+":Relay", signedrequest.RelayRequest{SignedRequest: compact}, answer)
	return claims, receipt, err
}

// newSubmission makes the call of a transaction that writes.
func (c *Client) newSubmission(name string, request any, options []CallOption) (*call, error) {
	if err := refusePrivate(name); err != nil {
		return nil, err
	}
	call, err := newCall(name, request, options)
	if err != nil || c.resident == nil {
		return call, err
	}
	if name == batchName {
		return nil, fmt.Errorf("%w: a resident's signed request is for one call; connect with WithBatching to have several share a transaction", ErrMalformedCall)
	}
	contract, _, _ := strings.Cut(name, ":")
	call.name = contract + ":Relay"
	return call, c.state(call, name, signing.DefaultValid)
}

// newQuery makes the call of a query.
func (c *Client) newQuery(name string, request any, options []CallOption) (*call, error) {
	call, err := newCall(name, request, options)
	if err == nil {
		err = call.makePrivate()
	}
	if err != nil || c.resident == nil {
		return call, err
	}
	return call, c.state(call, name, signing.DefaultValidQuery)
}

// state puts a signed request of the resident in the place of the call's request.
func (c *Client) state(call *call, name string, valid time.Duration) error {
	claims := signing.Claims{
		Network: c.profile.Network, Channel: c.profile.Channel, Transaction: name, Request: json.RawMessage(call.argument), ID: call.signedRequestID,
		For: c.subject, Valid: valid,
	}
	if call.answerKey != nil {
		jwk, err := call.answerKey.Public()
		if err != nil {
			return err
		}
		claims.AnswerTo = jwk
	}
	compact, err := signing.Sign(*c.resident, claims)
	if err != nil {
		return fmt.Errorf("%w: the request of %s: %w", ErrMalformedCall, name, err)
	}
	call.argument, err = json.Marshal(map[string]string{"signedRequest": compact})
	return err
}
