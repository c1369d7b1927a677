// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"fmt"

	"github.com/hyperledger/fabric-gateway/pkg/client"
)

// metadataTransaction is answered by every chaincode made with fabric-contract-api, and changes nothing.
const metadataTransaction = "org.hyperledger.fabric:GetMetadata"

// ready waits until the gateway of each organisation finds a peer of every other one that executes the chaincode. Until gossip has brought the peers together
// a gateway refuses with "no combination of peers" or "failed to find any endorsing peers".
func (n *Network) ready(ctx context.Context, chaincode string) error {
	return n.everywhere(ctx, func(ctx context.Context, org Organisation) error {
		return n.asClient(org, func(gateway *client.Gateway) error {
			defer gateway.Close()
			contract := gateway.GetNetwork(ChannelName).GetContract(chaincode)
			err := retry(ctx, func(ctx context.Context) error {
				proposal, err := contract.NewProposal(metadataTransaction, client.WithEndorsingOrganizations(n.Topology.MSPs()...))
				if err != nil {
					return err
				}
				_, err = proposal.EndorseWithContext(ctx)
				return err
			})
			if err != nil {
				return fmt.Errorf("the gateway cannot have %s endorsed by all organisations: %w", chaincode, err)
			}
			return nil
		})
	})
}
