// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"

	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/gateway-client"
)

// foundingVariable names the chaincode server's founding record; package server reads it.
const foundingVariable = "SMARTB_FOUNDING"

// foundingFile is the founding record in the folder of an organisation's chaincode servers.
const foundingFile = "founding.json"

// networkID is the hash of the genesis block's header, as Fabric computes it: what is signed for the network names it.
func (n *Network) networkID() (string, error) {
	block, err := n.genesis()
	if err != nil {
		return "", fmt.Errorf("the network's id: %w", err)
	}
	return headerHash(block.GetHeader())
}

func headerHash(header *common.BlockHeader) (string, error) {
	text, err := asn1.Marshal(struct {
		Number                 *big.Int
		PreviousHash, DataHash []byte
	}{new(big.Int).SetUint64(header.GetNumber()), header.GetPreviousHash(), header.GetDataHash()})
	if err != nil {
		return "", fmt.Errorf("the genesis block's header: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// prepareFounding makes the genesis block, and writes the founding record for the chaincode server of every organisation.
func (n *Network) prepareFounding(ctx context.Context) error {
	if err := n.makeGenesis(ctx); err != nil {
		return err
	}
	record, err := n.foundingRecord()
	if err != nil {
		return err
	}
	for _, org := range n.Topology {
		file := n.layout.org(org, Server, foundingFile)
		if exists(file) {
			continue
		}
		if err := writeFile(file, record.Encode()); err != nil {
			return err
		}
	}
	return nil
}

// foundingRecord is what all organisations sign: the network, their roots, and the first rules.
func (n *Network) foundingRecord() (governance.Founding, error) {
	id, err := n.networkID()
	if err != nil {
		return governance.Founding{}, err
	}
	record := governance.Founding{Schema: governance.SchemaVersion, NetworkID: id, Kind: governance.Development, Rules: n.Topology.rules()}
	for _, org := range n.Topology {
		root, err := n.rootCertificate(org)
		if err != nil {
			return record, err
		}
		record.Organisations = append(record.Organisations, governance.Organisation{MSP: org.MSP, Roots: []string{root}, Peers: true})
	}
	slices.SortFunc(record.Organisations, func(a, b governance.Organisation) int { return strings.Compare(a.MSP, b.MSP) })
	return record, nil
}

// rootCertificate is the certificate of the organisation's signing authority in DER and base64.
func (n *Network) rootCertificate(org Organisation) (string, error) {
	text, err := os.ReadFile(signingCA.root(n.layout, org))
	if err != nil {
		return "", fmt.Errorf("certificate of %s's signing authority: %w", org.Name, err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return "", fmt.Errorf("certificate of %s's signing authority: no PEM block", org.Name)
	}
	return base64.StdEncoding.EncodeToString(block.Bytes), nil
}

// readFounding is the founding record that the organisation's chaincode server was started with.
func (n *Network) readFounding(org Organisation) (record governance.Founding, err error) {
	text, err := os.ReadFile(n.layout.org(org, Server, foundingFile))
	if err != nil {
		return record, fmt.Errorf("the founding record: %w", err)
	}
	return record, json.Unmarshal(text, &record)
}

// establish founds the network, unless it is founded, by the record that the administrators of all organisations sign: its first transaction.
func (n *Network) establish(ctx context.Context) (receipt gateway.Receipt, err error) {
	first := n.Topology[0]
	client, err := n.client(ctx, first.Name, AdminName)
	if err != nil {
		return receipt, err
	}
	defer client.Close()
	if _, err = client.Governance().GetFounding(ctx); err == nil || !errors.Is(err, gateway.ErrNetworkNotFounded) {
		return receipt, err
	}
	request := governance.FoundRequest{}
	if request.Founding, err = n.readFounding(first); err != nil {
		return receipt, err
	}
	if err := n.compareRoots(ctx, client, request.Founding); err != nil {
		return receipt, err
	}
	if request.Signatures, err = n.signFounding(ctx, request.Founding); err != nil {
		return receipt, err
	}
	_, receipt, err = client.Governance().Found(ctx, request)
	return receipt, err
}

// compareRoots refuses a founding record with other roots than those in the channel's configuration.
func (n *Network) compareRoots(ctx context.Context, client *gateway.Client, record governance.Founding) error {
	configured, err := client.MSPs(ctx)
	if err != nil {
		return err
	}
	for _, organisation := range record.Organisations {
		i := slices.IndexFunc(configured, func(msp gateway.MSP) bool { return msp.ID == organisation.MSP })
		if i < 0 {
			return fmt.Errorf("the founding record names %s, which is not in the channel's configuration", organisation.MSP)
		}
		for _, root := range configured[i].Roots {
			if !slices.Contains(organisation.Roots, base64.StdEncoding.EncodeToString(root.Raw)) {
				return fmt.Errorf("the founding record has other roots of %s than the channel's configuration", organisation.MSP)
			}
		}
	}
	return nil
}

// signFounding has each organisation's administrator sign the record, in the order of the record's organisations.
func (n *Network) signFounding(ctx context.Context, record governance.Founding) ([]string, error) {
	signatures := make([]string, len(record.Organisations))
	for i, organisation := range record.Organisations {
		at := slices.IndexFunc(n.Topology, func(org Organisation) bool { return org.MSP == organisation.MSP })
		if at < 0 {
			return nil, fmt.Errorf("the founding record names %s, which is not in the topology", organisation.MSP)
		}
		client, err := n.client(ctx, n.Topology[at].Name, AdminName)
		if err != nil {
			return nil, err
		}
		signatures[i], err = client.SignMember(governance.FoundingType, record)
		client.Close()
		if err != nil {
			return nil, err
		}
	}
	return signatures, nil
}
