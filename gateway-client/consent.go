// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"encoding/json"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// Consent calls the contract "consent", one method for each transaction. Anything that a transaction does, who may call
// it and which errors it answers is documented with the request types in package consent. Residents' transactions need
// a client with [WithResidentKey].
type Consent struct{ client *Client }

// Consent returns the contract's typed calls.
func (c *Client) Consent() Consent { return Consent{c} }

// StorePrivate stores the private part whose hash the resident signed, endorsed by the caller's organisation alone: no other sees it.
func (c Consent) StorePrivate(ctx context.Context, request consent.StorePrivateRequest, private consent.Private) (consent.StorePrivateAnswer, Receipt, error) {
	return submitPrivately[consent.StorePrivateAnswer](ctx, c.client, "consent:StorePrivate", request, "private", private, WithEndorsingOrganizations(c.client.profile.MSPID))
}

// Receipt reads a consent's receipt in the format asked for.
func (c Consent) Receipt(ctx context.Context, request consent.ReceiptRequest) (json.RawMessage, error) {
	return evaluate[json.RawMessage](ctx, c.client, "consent:Receipt", request)
}

// AddKey adds a key to those of the resident.
func (c Consent) AddKey(ctx context.Context, key signing.Key) (consent.KeyView, Receipt, error) {
	return completed[consent.KeyView](ctx, c, "consent:AddKey", AddKey{key})
}

// RotateKey replaces the resident's signing key by a new one and ends every guardianship.
func (c Consent) RotateKey(ctx context.Context, key signing.Key) (consent.KeyView, Receipt, error) {
	return completed[consent.KeyView](ctx, c, "consent:RotateKey", RotateKey{key})
}
