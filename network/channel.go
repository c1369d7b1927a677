// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/hyperledger/fabric-admin-sdk/pkg/channel"
	"github.com/hyperledger/fabric-admin-sdk/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/network/health"
)

// makeGenesis has configtxgen write the channel's first block; it names the orderers' certificates, so they must exist.
func (n *Network) makeGenesis(ctx context.Context) error {
	if exists(n.layout.genesis()) {
		return nil
	}
	config, err := n.renderGenesis()
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(string(n.layout), "configtx.yaml"), config); err != nil {
		return err
	}
	draft := n.layout.genesis() + ".new"
	command := exec.CommandContext(ctx, n.program("configtxgen"),
		"-profile", genesisProfile, "-channelID", ChannelName, "-configPath", string(n.layout), "-outputBlock", draft)
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("configtxgen: %w\n%s", err, out)
	}
	return os.Rename(draft, n.layout.genesis())
}

func (n *Network) genesis() (*common.Block, error) {
	text, err := os.ReadFile(n.layout.genesis())
	if err != nil {
		return nil, err
	}
	block := &common.Block{}
	return block, proto.Unmarshal(text, block)
}

// join brings the organisation's orderer and peer into the channel.
func (n *Network) join(ctx context.Context, org Organisation) error {
	block, err := n.genesis()
	if err != nil {
		return err
	}
	return errors.Join(n.joinOrderer(ctx, org, block), n.joinPeer(ctx, org, block))
}

func (n *Network) ordererAdminURL(org Organisation) string {
	return "https://" + n.ports(org).address(portOrdererAdmin)
}

func (n *Network) joinOrderer(ctx context.Context, org Organisation, block *common.Block) error {
	if _, err := n.ordererHeight(ctx, org); err == nil {
		return nil
	}
	config, err := n.operator(org).tls()
	if err != nil {
		return err
	}
	response, err := channel.CreateChannel(n.ordererAdminURL(org), block, config.RootCAs, config.Certificates[0])
	if err != nil {
		return fmt.Errorf("join orderer: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		reason, err := io.ReadAll(response.Body)
		return errors.Join(fmt.Errorf("join orderer: %s %s", response.Status, reason), err)
	}
	return nil
}

// ordererPage reads a page of the organisation's orderer as the agent. From outside of the containers the health program in the agent's does it.
func (n *Network) ordererPage(ctx context.Context, org Organisation, url string) ([]byte, error) {
	if n.placement() == Containers {
		dir := n.site().org(org, Agent, operatorName)
		check := health.Check{Root: dir + "/ca.crt", Cert: dir + "/client.crt", Key: dir + "/client.key", Targets: []string{url}}
		return n.insideHealth(ctx, n.agent(org), append([]string{"-print"}, check.Args()...)...)
	}
	config, err := connector{dir: n.layout.org(org, Agent, operatorName), side: "client"}.tls()
	if err != nil {
		return nil, err
	}
	response, err := health.Get(ctx, url, config)
	if err != nil {
		return nil, err
	}
	page, err := io.ReadAll(response.Body)
	return page, errors.Join(err, response.Body.Close())
}

// ordererHeight asks the orderer's admin endpoint; an orderer outside the channel answers with an error.
func (n *Network) ordererHeight(ctx context.Context, org Organisation) (uint64, error) {
	page, err := n.ordererPage(ctx, org, n.ordererAdminURL(org)+"/participation/v1/channels/"+ChannelName)
	if err != nil {
		return 0, err
	}
	var info struct {
		Height uint64 `json:"height"`
	}
	err = json.Unmarshal(page, &info)
	return info.Height, err
}

func (n *Network) joinPeer(ctx context.Context, org Organisation, block *common.Block) error {
	return retry(ctx, func(ctx context.Context) error { // a peer that has lost its ledger can end once more while it joins
		return n.asAdmin(org, func(connection *grpc.ClientConn, admin identity.SigningIdentity) error {
			joined, err := channel.ListChannelOnPeer(ctx, connection, admin)
			if err != nil {
				return fmt.Errorf("channels of the peer: %w", err)
			}
			for _, c := range joined {
				if c.GetChannelId() == ChannelName {
					return nil
				}
			}
			if err := channel.JoinChannel(ctx, connection, admin, block); err != nil {
				return fmt.Errorf("join peer: %w", err)
			}
			return nil
		})
	})
}

func (n *Network) peerHeight(ctx context.Context, org Organisation) (height uint64, err error) {
	err = n.asAdmin(org, func(connection *grpc.ClientConn, admin identity.SigningIdentity) error {
		info, err := channel.GetBlockChainInfo(ctx, connection, admin, ChannelName)
		height = info.GetHeight()
		return err
	})
	return height, err
}
