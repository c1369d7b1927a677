package network

import (
	"context"
	"errors"
	"slices"

	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/gateway-client"
)

// govern has the organisations' administrators approve the rules that follow from the topology, unless rules are in force: the network's first
// transactions. More than half are needed; all are asked, one after the other, since each approval counts those before it.
func (n *Network) govern(ctx context.Context) error {
	for _, org := range n.Topology {
		done, err := n.approve(ctx, org)
		if err != nil || done {
			return err
		}
	}
	return nil
}

func (n *Network) approve(ctx context.Context, org Organisation) (done bool, err error) {
	profile, err := gateway.LoadProfile(n.ProfilePath(org.Name, AdminName))
	if err != nil {
		return false, err
	}
	// The profile is for clients outside; its peers are the organisation's own and then those that stand in for it.
	profile.Peers[0].Address = n.peerAddress(org)
	for i, other := range n.Topology.others(org) {
		profile.FallbackPeers[i].Address = n.peerAddress(other)
	}
	client, err := gateway.Connect(ctx, profile)
	if err != nil {
		return false, err
	}
	defer client.Close()
	_, err = client.Governance().Get(ctx)
	if err == nil || !errors.Is(err, gateway.ErrGovernanceMissing) {
		return true, err
	}
	answer, _, err := client.Governance().Approve(ctx, governance.ApproveRequest{Rules: n.Topology.rules()})
	return answer.Effective, err
}

// rules name the organisations that have members in the roles.
func (t Topology) rules() governance.Rules {
	return governance.Rules{Version: 1, Authorities: t.withRole("authority"), Auditors: t.withRole("auditor")}
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
