// SPDX-License-Identifier: Apache-2.0

package network

import (
	"fmt"
	"slices"
)

// Names that every organisation agrees on.
const (
	// ChannelName is the one channel of the network.
	ChannelName = "smartcity"
	// ChaincodeName is the chaincode that `up` deploys.
	ChaincodeName = "smartb"
	// Host is the only address that anything listens on in native mode.
	Host = "127.0.0.1"
)

// User is an identity that `up` enrols for an organisation's member.
type User struct {
	// Name is the enrolment id, unique within the organisation.
	Name string
	// Roles become the certificate's attribute smartb.role; an admin, who acts on the network and not in a contract, has none.
	Roles []string
	// Admin marks the NodeOU admin, whose signature counts in the organisation's Admins policy.
	Admin bool
}

// Organisation is one row of the topology: everything else (ports, certificates, templates, collections, policies) follows from it.
type Organisation struct {
	Name string
	MSP  string
	// Index gives the block of ports and the consenter's number; it never changes and is never given again.
	Index int
	// LoadCurves marks the members of the private collection meterData.
	LoadCurves bool
	Users      []User
}

// Topology is the table of the network's organisations. They are equal: each runs one CA, one orderer, one peer and one chaincode server.
type Topology []Organisation

// AdminName is the organisation's administrator, who joins channels and signs the chaincode lifecycle.
const AdminName = "admin"

// DefaultTopology returns the four founding organisations and their members.
func DefaultTopology() Topology {
	return Topology{
		{Index: 0, Name: "city", MSP: "CityMSP", Users: users("steward", "processor")},
		{Index: 1, Name: "utility", MSP: "UtilityMSP", LoadCurves: true, Users: users("steward", "processor", "meter-operator")},
		{Index: 2, Name: "community", MSP: "CommunityMSP", LoadCurves: true, Users: users("steward", "processor", "organiser")},
		{Index: 3, Name: "oversight", MSP: "OversightMSP", LoadCurves: true, Users: users("authority", "auditor")},
	}
}

// users are the administrator and one member for each role, named after it.
func users(roles ...string) []User {
	all := []User{{Name: AdminName, Admin: true}}
	for _, role := range roles {
		all = append(all, User{Name: role, Roles: []string{role}})
	}
	return all
}

// Find returns the organisation of that name.
func (t Topology) Find(name string) (Organisation, error) {
	for _, org := range t {
		if org.Name == name {
			return org, nil
		}
	}
	return Organisation{}, fmt.Errorf("there is no organisation %q; the organisations are %v", name, t.Names())
}

// others are the organisations beside org in the order in which they stand in for its peer. Those that hold load
// profile first if org does, since only at their peers can it go on settling.
func (t Topology) others(org Organisation) Topology {
	others := slices.DeleteFunc(slices.Clone(t), func(o Organisation) bool { return o.Name == org.Name })
	if org.LoadCurves {
		slices.SortStableFunc(others, func(a, b Organisation) int {
			switch {
			case a.LoadCurves == b.LoadCurves:
				return 0
			case a.LoadCurves:
				return -1
			default:
				return 1
			}
		})
	}
	return others
}

// Names lists the organisations in the order of the table.
func (t Topology) Names() []string {
	names := make([]string, len(t))
	for i, org := range t {
		names[i] = org.Name
	}
	return names
}

// MSPs lists the organisations' MSP ids in the order of the table.
func (t Topology) MSPs() []string {
	ids := make([]string, len(t))
	for i, org := range t {
		ids[i] = org.MSP
	}
	return ids
}

// Client is the first member who is not an administrator: the one who tries out the organisation's gateway.
func (o Organisation) Client() User {
	for _, user := range o.Users {
		if !user.Admin {
			return user
		}
	}
	return User{Name: AdminName, Admin: true}
}
