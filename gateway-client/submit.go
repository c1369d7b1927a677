// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/protobuf/proto"
)

// Receipt describes where a transaction is on the ledger.
type Receipt struct {
	// TransactionID names the transaction.
	TransactionID string
	// BlockNumber is the block that holds it, 0 if that is not known.
	BlockNumber uint64
}

// Submit has a transaction endorsed, ordered and committed and decodes its answer into answer, which may be nil. The name is contract:Transaction, for
// example settlement:SettleDay; the request becomes one JSON object, [encoding/json.RawMessage] as it is and nil as an empty one.
//
// A transaction that conflicts with others is proposed anew, up to [DefaultConflictAttempts] times. For what may be repeated besides, see [Pending.Wait].
func (c *Client) Submit(ctx context.Context, name string, request, answer any, options ...CallOption) (Receipt, error) {
	request, err := c.complete(ctx, name, request)
	if err != nil {
		return Receipt{}, err
	}
	call, err := c.newSubmission(name, request, options)
	if err != nil {
		return Receipt{}, err
	}
	if c.batcher.takes(call) {
		return c.batcher.submit(ctx, call, answer)
	}
	return c.proposeUntilValid(ctx, call, answer)
}

// SubmitAsync is the first half of [Client.Submit], up to the ordering service. It makes one transaction, which is not replaced if it conflicts with others.
func (c *Client) SubmitAsync(ctx context.Context, name string, request any, options ...CallOption) (*Pending, error) {
	request, err := c.complete(ctx, name, request)
	if err != nil {
		return nil, err
	}
	call, err := c.newSubmission(name, request, options)
	if err != nil {
		return nil, err
	}
	return admitted(ctx, c, call, func() (*Pending, error) { return c.send(ctx, call) })
}

// Pending is a transaction on its way into a block.
type Pending struct {
	client   *Client
	call     *call
	id       string
	answer   []byte
	envelope signed
	question signed // for the commit status
	doubt    error  // what came of submitting the envelope, nil if it was acknowledged
}

// TransactionID names the transaction.
func (p *Pending) TransactionID() string { return p.id }

// Wait returns when the transaction is committed, and decodes its answer into answer, which may be nil.
//
// If the submission was not acknowledged, the transaction may be ordered nevertheless; a healthy BFT network under load does that every day. Wait asks for
// the commit status and submits the same envelope again until its fate is known, ctx ends, or [Timeouts].CommitStatus has passed.
func (p *Pending) Wait(ctx context.Context, answer any) (Receipt, error) {
	leave, err := p.client.lane(p.call).enter(ctx)
	if err != nil {
		err = fmt.Errorf("%s: %w, and the transaction %s may commit meanwhile", p.call.name, err, p.id)
		return Receipt{TransactionID: p.id}, err
	}
	defer leave()
	return p.wait(ctx, answer)
}

func (p *Pending) wait(ctx context.Context, answer any) (Receipt, error) {
	receipt := Receipt{TransactionID: p.id}
	status, err := p.fate(ctx)
	if err != nil {
		return receipt, fmt.Errorf("%s: %w", p.call.name, err)
	}
	receipt.BlockNumber = status.BlockNumber
	if !status.Successful {
		return receipt, fmt.Errorf("%s: %w", p.call.name, newCommitError(status))
	}
	if err := decode(p.answer, answer); err != nil {
		return receipt, fmt.Errorf("%s was committed as transaction %s, but %w", p.call.name, p.id, err)
	}
	return receipt, nil
}

// send makes one transaction of a call and submits it once.
func (c *Client) send(ctx context.Context, call *call) (*Pending, error) {
	pending, err := c.endorse(ctx, call)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", call.name, err)
	}
	pending.doubt = pending.submit(ctx)
	if pending.doubt != nil && (hopeless(pending.doubt) || ctx.Err() != nil) {
		return nil, fmt.Errorf("%s: %w", call.name, pending.doubt)
	}
	return pending, nil
}

// endorse has a new proposal endorsed and signs all that is to be sent of it from now on.
func (c *Client) endorse(ctx context.Context, call *call) (*Pending, error) {
	window, cancel := context.WithTimeout(ctx, c.timeouts.Endorse)
	defer cancel()
	// Anything that the signature covers names no endorsers. So one proposal is sent with their names and without: they
	// can never become two transactions.
	named, prefers := call.prefers()
	proposal, err := c.propose(window, named)
	if err != nil {
		return nil, err
	}
	at := func(ctx context.Context, e *entrance) (*client.Transaction, error) {
		message, err := proposal.at(e, func(proposed *gateway.ProposedTransaction) { proposed.EndorsingOrganizations = named.organizations })
		if err != nil {
			return nil, err
		}
		transaction, err := message.EndorseWithContext(ctx)
		err = refined(err, proposal.id)
		c.lane(call).learn(err)
		if refusal := new(ContractError); err != nil && prefers && !errors.As(err, &refusal) {
			named.organizations = nil // of those who shall execute it one is gone
		}
		return transaction, err
	}
	transaction, err := execute(window, c, proposal, at, c.own.withoutServer, func(ctx context.Context) (*client.Transaction, error) {
		return byAny(ctx, c, named, at)
	})
	if err != nil {
		return nil, err
	}
	envelope, err := c.seal(window, transaction)
	if err != nil {
		return nil, err
	}
	question, err := c.question(window, proposal.id)
	if err != nil {
		return nil, err
	}
	return &Pending{client: c, call: call, id: proposal.id, answer: transaction.Result(), envelope: envelope, question: question}, nil
}

// question makes the request for a transaction's commit status, which Fabric's client makes only after a submission that was acknowledged.
func (c *Client) question(ctx context.Context, transactionID string) (signed, error) {
	request, err := proto.Marshal(&gateway.CommitStatusRequest{ChannelId: c.profile.Channel, TransactionId: transactionID, Identity: c.creator})
	if err != nil {
		return signed{}, err
	}
	text, err := proto.Marshal(&gateway.SignedCommitStatusRequest{Request: request})
	if err != nil {
		return signed{}, err
	}
	commit, err := c.own.gateway.NewCommit(text)
	if err != nil {
		return signed{}, err
	}
	return c.seal(ctx, commit)
}
