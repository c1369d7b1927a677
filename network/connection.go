// SPDX-License-Identifier: Apache-2.0

package network

import (
	"encoding/json"
	"os"
)

// connectionProfile is the JSON that Fabric's older SDKs, Caliper and Explorer read, with two more members that other
// programs need. They are the chaincode's name and the network's id, which the audience of signed requests begins with.
// It holds certificates, no keys.
func (n *Network) connectionProfile(own Organisation) ([]byte, error) {
	type object = map[string]any
	organizations, peers, orderers, authorities := object{}, object{}, object{}, object{}
	channelPeers := object{}
	var ordererNames []string
	id, err := n.networkID()
	if err != nil {
		return nil, err
	}
	// The first name is that of Fabric's older SDKs and Caliper, the second that of gRPC itself.
	grpcOptions := object{"ssl-target-name-override": tlsName, "grpc.ssl_target_name_override": tlsName}
	for _, org := range n.Topology {
		root, err := os.ReadFile(n.layout.org(org, Peer, "tls", "ca.crt"))
		if err != nil {
			return nil, err
		}
		trust := object{"pem": string(root)}
		p, peer, orderer, ca := n.ports(org), "peer."+org.Name, "orderer."+org.Name, "ca."+org.Name
		peers[peer] = object{"url": "grpcs://" + p.address(portPeer), "tlsCACerts": trust, "grpcOptions": grpcOptions}
		orderers[orderer] = object{"url": "grpcs://" + p.address(portOrderer), "tlsCACerts": trust, "grpcOptions": grpcOptions}
		authorities[ca] = object{"url": "https://" + p.address(portCA), "caName": signingCA.caName(org), "tlsCACerts": object{"pem": []string{string(root)}}}
		organizations[org.MSP] = object{"mspid": org.MSP, "peers": []string{peer}, "certificateAuthorities": []string{ca}}
		channelPeers[peer] = object{"endorsingPeer": true, "chaincodeQuery": true, "ledgerQuery": true, "eventSource": true}
		ordererNames = append(ordererNames, orderer)
	}
	text, err := json.MarshalIndent(object{
		"name":                   "smartb-" + own.Name,
		"version":                "1.0.0",
		"client":                 object{"organization": own.MSP},
		"channels":               object{ChannelName: object{"orderers": ordererNames, "peers": channelPeers, "chaincodes": []string{ChaincodeName}}},
		"x-chaincode":            ChaincodeName,
		"x-network":              id,
		"organizations":          organizations,
		"peers":                  peers,
		"orderers":               orderers,
		"certificateAuthorities": authorities,
	}, "", "  ")
	return append(text, '\n'), err
}
