// SPDX-License-Identifier: Apache-2.0

// Package signing signs what residents request: JWS (RFC 7515) by a key of their own, which a member of the channel relays to the ledger. The relay can
// neither change a signed request nor use it twice.
package signing

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	strict "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/smartb-suite/smartb/chaincode/jws"
	"github.com/smartb-suite/smartb/chaincode/signedrequest"
)

const (
	// DefaultValid is how long a signed request is valid unless Claims say otherwise.
	DefaultValid = 10 * time.Minute
	// DefaultValidQuery is the same for a signed request by which a query is made.
	DefaultValidQuery = signedrequest.LongestEvaluated
)

// Claims are what a resident states.
type Claims struct {
	// Network is the id of the network that the signed request is for, as profiles name it.
	Network string
	// Channel is the name of the channel that the signed request is for.
	Channel string
	// Transaction is what the resident calls, as contract:Name.
	Transaction string
	// Request is the transaction's request; encoding/json makes one JSON object of it.
	Request any
	// For is the pseudonym of the resident that the signer is guardian of; empty where residents sign for themselves.
	For string
	// AnswerTo is the public key that a private answer is encrypted to, [AnswerKey.Public]; empty where the answer is not private.
	AnswerTo json.RawMessage
	// IssuedAt is when the signed request becomes valid; the present time if it is zero. The ledger counts whole seconds.
	IssuedAt time.Time
	// ID is the signed request's own id; a random one if it is empty. A new key's signature names it: see ProveKey.
	ID string
	// Valid is how long the signed request is valid, DefaultValid if it is zero. The ledger takes at most 1 hour, and 5 minutes for queries.
	Valid time.Duration
}

// Sign makes a signed request with a random id and returns it in compact form.
func Sign(key Key, claims Claims) (string, error) {
	thumbprint, err := key.Thumbprint()
	if err != nil {
		return "", err
	}
	payload, err := claims.payload(thumbprint)
	if err != nil {
		return "", err
	}
	signer, err := key.signer()
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	compact, err := signed.CompactSerialize()
	if err == nil && len(compact) > jws.MaxSize {
		err = fmt.Errorf("the signed request has %d bytes; the ledger takes %d", len(compact), jws.MaxSize)
	}
	return compact, err
}

func (c Claims) payload(thumbprint string) ([]byte, error) {
	if contract, name, ok := strings.Cut(c.Transaction, ":"); !ok || contract == "" || name == "" || c.Channel == "" || c.Network == "" {
		return nil, errors.New("a signed request needs a network, a channel and a transaction named contract:Name")
	}
	request, err := json.Marshal(c.Request)
	if err != nil || jsontext.Value(request).Kind() != '{' {
		return nil, errors.Join(errors.New("the request is not one JSON object"), err)
	}
	c = c.completed()
	if c.Valid < time.Second || c.Valid > signedrequest.LongestSubmitted {
		return nil, fmt.Errorf("a signed request cannot be valid for %s; choose 1 second to %s", c.Valid, signedrequest.LongestSubmitted)
	}
	issued := c.IssuedAt.Unix()
	return strict.Marshal(signedrequest.Claims{
		Subject: thumbprint, For: c.For, Audience: signedrequest.Audience(c.Network, c.Channel), Transaction: c.Transaction, Request: request,
		AnswerTo: jsontext.Value(c.AnswerTo),
		IssuedAt: issued, Expires: issued + int64(c.Valid/time.Second), ID: c.ID,
	})
}

// completed has what its author left out.
func (c Claims) completed() Claims {
	if c.IssuedAt.IsZero() {
		c.IssuedAt = time.Now()
	}
	if c.ID == "" {
		c.ID = NewID()
	}
	if c.Valid == 0 {
		c.Valid = DefaultValid
	}
	return c
}

// ProveKey is a new key's own signature over the subject that it shall speak for and the id of the signed request that adds it.
func ProveKey(key Key, network, channel, subject, id string) (string, error) {
	payload, err := strict.Marshal(signedrequest.PossessionClaims{Audience: signedrequest.Audience(network, channel), For: subject, ID: id})
	if err != nil {
		return "", err
	}
	signer, err := key.signerOf(signedrequest.PossessionType)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return signed.CompactSerialize()
}

// NewID is a random id of a signed request: 128 random bits.
func NewID() string {
	id := make([]byte, 16)
	_, _ = rand.Read(id) // never fails: without randomness, the program ends
	return base64.RawURLEncoding.EncodeToString(id)
}
