// SPDX-License-Identifier: Apache-2.0

package network

import (
	"encoding/json"
	"fmt"
	"strings"
)

// volumes are the folders of an organisation that outlive its containers, each in a volume of its own: no component sees another's keys.
var volumes = []string{CA, Orderer, Peer, Server, Agent, operatorName, "users"}

// bootstrapService is the last of the one-shot services; it holds all volumes.
const bootstrapService = "bootstrap"

// oneShot is a service that does its part of Bootstrap and ends.
type oneShot struct {
	Service, Part string
	// After are the services that must have started.
	After []string
}

// oneShots are the one-shot services in their order.
var oneShots = []oneShot{{Service: "configure", Part: "configure"}, {Service: "enrol", Part: "enrol"}, {Service: bootstrapService, Part: "deploy"}}

// composeKind is what all services of a kind share. Limits leave room for about four times of what the tests use.
type composeKind struct {
	Name string
	// Memory is in MiB.
	Memory      int
	CPUs, After string
}

// heap is what the Go runtime may take of the memory, in MiB: near it, it collects garbage rather than let the kernel
// end the process.
func (k composeKind) heap() int { return k.Memory * 4 / 5 }

var composeKinds = []composeKind{
	{CA, 128, "0.5", "configure"},
	{Orderer, 512, "1.0", "enrol"},
	{Peer, 512, "1.0", "enrol"},
	{Server, 256, "1.0", "enrol"},
	{Agent, 64, "0.2", "enrol"},
}

// composeService is one component as a service.
type composeService struct {
	Name, Kind, Volume, Dir        string
	Command, Environment, Networks []string
	Health                         []string
	// Published are the last three digits of the port on this machine, Port is the container's own; empty if nothing is published.
	Published, Port string
}

// ComposeFile is docker-compose.yaml: the components of a new network with the default topology, in containers.
func ComposeFile() ([]byte, error) {
	n := &Network{
		Topology: DefaultTopology(), options: Options{Placement: Inside}, layout: containerState,
		state: state{PortBase: DefaultPortBase, Chaincodes: []string{ChaincodeName}},
	}
	components, err := n.components()
	if err != nil {
		return nil, err
	}
	services := make([]composeService, len(components))
	for i, c := range components {
		services[i] = n.composeService(c)
	}
	return render("docker-compose.yaml.tmpl", map[string]any{
		"Organisations": n.Topology, "Services": services, "Kinds": composeKinds, "OneShots": waiting(services), "Volumes": volumes, "Server": Server,
		"Thousands": DefaultPortBase / 1000, "State": containerState, "Network": containerPrograms.path("network"),
	})
}

// waiting has the enrolment wait for the certificate authorities, and the deployment for all that runs.
func waiting(services []composeService) []oneShot {
	all := append([]oneShot(nil), oneShots...)
	for _, s := range services {
		last := len(all) - 1
		if s.Kind == CA {
			last--
		}
		all[last].After = append(all[last].After, s.Name)
	}
	return all
}

func (n *Network) composeService(c component) composeService {
	s := composeService{
		Name: service(c.org, c.name), Kind: kind(c.name), Dir: c.spec.Dir, Volume: service(c.org, kind(c.name)) + ":" + c.spec.Dir,
		Command: append([]string{c.spec.Path}, c.spec.Args...), Environment: c.spec.Env, Networks: []string{c.org.Name},
		Health: append([]string{"CMD", containerPrograms.path("health")}, c.check.Args()...),
	}
	for _, k := range composeKinds {
		if k.Name == s.Kind {
			s.Environment = append(s.Environment, fmt.Sprintf("GOMEMLIMIT=%dMiB", k.heap()))
		}
	}
	chaincode := service(c.org, Server)
	switch s.Kind {
	case Orderer:
		s.Networks = append(s.Networks, "consortium")
	case Peer:
		port := n.ports(c.org).number(portPeer)
		s.Networks = append(s.Networks, chaincode, "consortium")
		s.Published, s.Port = fmt.Sprintf("%03d", port%1000), fmt.Sprint(port)
	case Server:
		s.Networks, s.Volume = []string{chaincode}, s.Volume+":ro"
	}
	return s
}

// yamlList is a list in YAML's flow style; JSON's strings are strings of YAML.
func yamlList(values []string) (string, error) {
	quoted := make([]string, len(values))
	for i, value := range values {
		text, err := yamlQuote(value)
		if err != nil {
			return "", err
		}
		quoted[i] = text
	}
	return "[" + strings.Join(quoted, ", ") + "]", nil
}

func yamlQuote(value string) (string, error) {
	text, err := json.Marshal(value)
	return string(text), err
}
