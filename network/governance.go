// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/gateway-client"
)

// adoptFirstRules makes the network's first transactions. It is founded by the record that all administrators sign, unless it is,
// and the authority loads the purposes that the project ships, unless there are some.
func (n *Network) adoptFirstRules(ctx context.Context) error {
	receipt, err := n.establish(ctx)
	if err != nil {
		return err
	}
	return n.loadPurposes(ctx, receipt)
}

func (n *Network) loadPurposes(ctx context.Context, governed gateway.Receipt) error {
	var purposes consent.LoadTaxonomyRequest
	if err := json.Unmarshal(consent.DPVPurposes, &purposes); err != nil {
		return err
	}
	for _, org := range n.Topology {
		for _, user := range org.Users {
			if slices.Contains(user.Roles, "authority") {
				return n.loadAs(ctx, org.Name, user.Name, purposes, governed)
			}
		}
	}
	return nil
}

func (n *Network) loadAs(ctx context.Context, org, user string, purposes consent.LoadTaxonomyRequest, governed gateway.Receipt) error {
	client, err := n.client(ctx, org, user)
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.Await(ctx, governed); err != nil {
		return err
	}
	_, err = client.Consent().GetTaxonomy(ctx, consent.GetTaxonomyRequest{})
	if err == nil || !errors.Is(err, gateway.ErrTaxonomyMissing) {
		return err
	}
	_, _, err = client.Consent().LoadTaxonomy(ctx, purposes)
	return err
}

// client connects as a user. Profiles are for clients outside; here the peers are where this process finds them.
func (n *Network) client(ctx context.Context, org, user string) (*gateway.Client, error) {
	profile, err := gateway.LoadProfile(n.ProfilePath(org, user))
	if err != nil {
		return nil, err
	}
	home, err := n.Topology.Find(org)
	if err != nil {
		return nil, err
	}
	profile.Peers[0].Address = n.peerAddress(home)
	for i, other := range n.Topology.others(home) {
		profile.FallbackPeers[i].Address = n.peerAddress(other)
	}
	return gateway.Connect(ctx, profile)
}

// rules name the organisations that have members in the roles; each organisation is a witness, as it runs a peer of its own.
func (t Topology) rules() governance.Rules {
	return governance.Rules{
		Version: 1, Authorities: t.withRole("authority"), Auditors: t.withRole("auditor"), GridOperators: t.withRole("meter-operator"),
		Witnesses: slices.Sorted(slices.Values(t.MSPs())),
	}
}

func (t Topology) withRole(role string) (msps []string) {
	for _, org := range t {
		if slices.ContainsFunc(org.Users, func(u User) bool { return slices.Contains(u.Roles, role) }) {
			msps = append(msps, org.MSP)
		}
	}
	slices.Sort(msps)
	return msps
}
