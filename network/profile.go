// SPDX-License-Identifier: Apache-2.0

package network

import (
	"encoding/json"
	"path/filepath"
)

// profile is what the gateway client needs to act as one user; file names are relative to the profile's folder.
type profile struct {
	Network       string        `json:"network"`
	Channel       string        `json:"channel"`
	Chaincode     string        `json:"chaincode"`
	MSPID         string        `json:"mspId"`
	Certificate   string        `json:"certificate"`
	PrivateKey    string        `json:"privateKey"`
	Peers         []profilePeer `json:"peers"`
	FallbackPeers []profilePeer `json:"fallbackPeers"`
}

type profilePeer struct {
	Name              string `json:"name"`
	MSPID             string `json:"mspId,omitempty"`
	Address           string `json:"address"`
	TLSName           string `json:"tlsName"`
	TLSCACertificates string `json:"tlsCaCertificates"`
}

// tlsName is a name that the TLS certificates of all nodes carry. Node.js takes no IP address as the name to check.
const tlsName = "localhost"

// profileFile is the name of a user's profile in the user's folder.
const profileFile = "profile.json"

// ProfilePath returns the file that the gateway client connects with as this user.
func (n *Network) ProfilePath(org, user string) string {
	return n.layout.user(Organisation{Name: org}, user, profileFile)
}

func (n *Network) profile(org Organisation, networkID string) profile {
	p := profile{
		Network:     networkID,
		Channel:     ChannelName,
		Chaincode:   ChaincodeName,
		MSPID:       org.MSP,
		Certificate: "msp/signcerts/cert.pem",
		PrivateKey:  "msp/keystore/key.pem",
		Peers:       []profilePeer{{Name: "peer." + org.Name, Address: n.Address(org), TLSName: tlsName, TLSCACertificates: "../../peer/tls/ca.crt"}},
	}
	for _, other := range n.Topology.others(org) {
		p.FallbackPeers = append(p.FallbackPeers, profilePeer{
			Name:              "peer." + other.Name,
			MSPID:             other.MSP,
			Address:           n.Address(other),
			TLSName:           tlsName,
			TLSCACertificates: "../../../" + other.Name + "/peer/tls/ca.crt",
		})
	}
	return p
}

func (n *Network) writeProfile(org Organisation, user string) error {
	id, err := n.networkID()
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(n.profile(org, id), "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Clean(n.ProfilePath(org.Name, user)), append(text, '\n'))
}

func (n *Network) writeProfiles(org Organisation) error {
	for _, user := range org.Users {
		if err := n.writeProfile(org, user.Name); err != nil {
			return err
		}
	}
	return nil
}
