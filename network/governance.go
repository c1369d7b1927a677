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

// found makes the network's first transactions: the organisations' administrators approve the rules that follow from the topology, unless rules are in
// force, and the authority loads the purposes that the project ships, unless there are some.
func (n *Network) found(ctx context.Context) error {
	receipt, err := n.govern(ctx)
	if err != nil {
		return err
	}
	return n.loadPurposes(ctx, receipt)
}

// govern asks all administrators, one after the other, since each approval counts those before it; more than half are needed.
func (n *Network) govern(ctx context.Context) (receipt gateway.Receipt, err error) {
	for _, org := range n.Topology {
		var done bool
		if receipt, done, err = n.approve(ctx, org); err != nil || done {
			return receipt, err
		}
	}
	return receipt, nil
}

func (n *Network) approve(ctx context.Context, org Organisation) (receipt gateway.Receipt, done bool, err error) {
	client, err := n.client(ctx, org.Name, AdminName)
	if err != nil {
		return receipt, false, err
	}
	defer client.Close()
	_, err = client.Governance().Get(ctx)
	if err == nil || !errors.Is(err, gateway.ErrGovernanceMissing) {
		return receipt, true, err
	}
	answer, receipt, err := client.Governance().Approve(ctx, governance.ApproveRequest{Rules: n.Topology.rules()})
	return receipt, answer.Effective, err
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

func (n *Network) client(ctx context.Context, org, user string) (*gateway.Client, error) {
	profile, err := gateway.LoadProfile(n.ProfilePath(org, user))
	if err != nil {
		return nil, err
	}
	return gateway.Connect(ctx, profile)
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
