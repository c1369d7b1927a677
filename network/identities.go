// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/smartb-suite/smartb/chaincode/identity"
)

// enrolNodes issues what the organisation's processes need to start, and makes the organisation's own MSP.
func (n *Network) enrolNodes(ctx context.Context, org Organisation) error {
	for _, c := range n.connectors(org) {
		if err := n.connect(ctx, org, c); err != nil {
			return err
		}
	}
	if err := errors.Join(n.enrol(ctx, org, n.nodes(org)), n.writeScrapeToken(org)); err != nil {
		return err
	}
	msp := n.layout.org(org, "msp")
	if exists(filepath.Join(msp, "tlscacerts", "ca.pem")) {
		return nil
	}
	signing, tls, err := n.roots(org)
	if err != nil {
		return err
	}
	return writeMSP(msp, signing, tls, nil)
}

// enrolUsers issues the identities of the organisation's ordinary members.
func (n *Network) enrolUsers(ctx context.Context, org Organisation) error {
	return errors.Join(n.enrol(ctx, org, n.users(org, false)), n.writeProfiles(org))
}

func (n *Network) enrol(ctx context.Context, org Organisation, members []member) error {
	if !slices.ContainsFunc(members, func(m member) bool { return !m.enrolled() }) {
		return nil
	}
	ca, err := n.authority(ctx, org)
	if err != nil {
		return err
	}
	for _, m := range members {
		if err := ca.enrol(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// checkRoles refuses roles that no contract knows: a misspelt one would be an identity without a right, found out much later.
func checkRoles(roles []string) error {
	for _, role := range roles {
		if !slices.Contains(identity.Roles, identity.Role(role)) {
			return fmt.Errorf("role %q is unknown; the roles are %v", role, identity.Roles)
		}
	}
	return nil
}

var userName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`)

// AddUser issues an identity of an organisation in the running network, with its roles as attribute, and its client profile.
func (n *Network) AddUser(ctx context.Context, orgName, name string, roles ...string) error {
	org, err := n.Topology.Find(orgName)
	if err != nil {
		return err
	}
	if !userName.MatchString(name) {
		return fmt.Errorf("user name %q: use up to 63 lower-case letters, digits and hyphens, beginning with a letter", name)
	}
	if name == Orderer || name == Peer || name == registrarName {
		return fmt.Errorf("user name %q: it is the organisation's own %s's", name, name)
	}
	if err := checkRoles(roles); err != nil {
		return err
	}
	if n.placement() == Containers {
		return n.locked(func() error { return n.addUserInside(ctx, org, name, roles) })
	}
	return n.locked(func() error {
		m := n.userMember(org, User{Name: name, Roles: roles})
		if m.enrolled() {
			return fmt.Errorf("%s has a user %s already", org.Name, name)
		}
		ca, err := n.authority(ctx, org)
		if err != nil {
			return fmt.Errorf("%w; is the network up?", err)
		}
		if err := ca.enrol(ctx, m); err != nil {
			return err
		}
		return n.writeProfile(org, name)
	})
}
