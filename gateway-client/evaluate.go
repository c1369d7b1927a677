package gateway

import (
	"context"
	"fmt"

	"github.com/hyperledger/fabric-gateway/pkg/client"
)

// Evaluate has one peer execute a transaction, preferably the own organisation's, and decodes its answer into answer, which may be nil. Nothing is
// written. Name and request are as for [Client.Submit].
func (c *Client) Evaluate(ctx context.Context, name string, request, answer any, options ...CallOption) error {
	call, err := c.newQuery(name, request, options)
	if err != nil {
		return err
	}
	window, cancel := context.WithTimeout(ctx, c.timeouts.Evaluate)
	defer cancel()
	proposal, err := c.propose(window, call)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	text, err := execute(window, c, proposal, func(ctx context.Context, p *client.Proposal) ([]byte, error) {
		return p.EvaluateWithContext(ctx)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := decode(text, answer); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
