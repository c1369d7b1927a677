// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Evaluate has an own peer execute a transaction and decodes its answer into answer, which may be nil. Nothing is written. Name and request are as for
// [Client.Submit]. An answer that holds private data comes encrypted to a key that is made for the call, and is opened here.
//
// While no own peer can be asked, those of other organisations are, where the profile names them as fallback. None is believed alone: as many as the endorsement
// of a transaction takes must give the same answer within five seconds, else the error is [ErrUnconfirmed].
func (c *Client) Evaluate(ctx context.Context, name string, request, answer any, options ...CallOption) error {
	request, err := c.qualify(name, request)
	if err != nil {
		return err
	}
	call, err := c.newQuery(name, request, options)
	if err != nil {
		return err
	}
	leave, err := c.admission.queries.enter(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer leave()
	window, cancel := context.WithTimeout(ctx, c.timeouts.Evaluate)
	defer cancel()
	text, err := c.evaluate(window, call)
	if err == nil {
		err = decode(text, answer)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (c *Client) evaluate(ctx context.Context, call *call) ([]byte, error) {
	proposal, err := c.propose(ctx, call)
	if err != nil {
		return nil, err
	}
	at := func(ctx context.Context, e *entrance) ([]byte, error) {
		answer, err := proposal.evaluate(ctx, e)
		c.admission.queries.learn(err)
		return answer, err
	}
	compared := func(ctx context.Context, e *entrance) ([]byte, string, error) {
		answer, err := at(ctx, e)
		return answer, "answers " + string(answer), err
	}
	if c.compares && call.mayLeave() && !call.sealed {
		return agreedAmong(ctx, c, append([]*entrance{c.own}, c.foreign...), compared)
	}
	abroad := func(ctx context.Context) ([]byte, error) {
		if call.sealed { // the signer alone opens and compares what several organisations answer
			return byAny(ctx, c, call, at)
		}
		return agreed(ctx, c, compared)
	}
	return execute(ctx, c, proposal, at, c.own.absent, abroad)
}

// evaluate has a peer of the entrance's organisation execute the call, unless the call names others: named by nobody, a gateway whose own organisation cannot
// execute it asks any other.
func (p *proposal) evaluate(ctx context.Context, e *entrance) ([]byte, error) {
	message, err := p.at(e, func(proposed *gateway.ProposedTransaction) {
		if p.call.organizations == nil && e.msp != "" {
			proposed.EndorsingOrganizations = []string{e.msp}
		}
	})
	if err != nil {
		return nil, err
	}
	text, err := message.EvaluateWithContext(ctx)
	if err != nil {
		return nil, refined(err, p.id)
	}
	return p.call.open(text)
}

// absent reports whether no own peer can execute a query: none can be reached, or none has its chaincode.
func (e *entrance) absent(err error) bool {
	if refusal := new(ContractError); errors.As(err, &refusal) {
		return false
	}
	code := status.Code(err)
	return e.unreachable(err) || code == codes.Aborted || code == codes.FailedPrecondition
}
