// SPDX-License-Identifier: Apache-2.0

// Package network runs a real Hyperledger Fabric network of equal organisations on one machine, as native processes without Docker.
//
// The Topology is the only table: ports, certificates, configuration files, policies and collections follow from it. A Network is a folder of state,
// a block of ports and, while it is up, a supervisor process that keeps the others running:
//
//	n, err := network.New(network.Options{})
//	...
//	err = n.Up(ctx)
//	defer n.Down(ctx)
//	client, err := gateway.Connect(ctx, n.ProfilePath("city", "steward"))
//
// Up may be called at any time: it does what is missing and nothing else.
package network
