// SPDX-License-Identifier: Apache-2.0

package network

import (
	"context"
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/smartb-suite/smartb/network/health"
)

// roleAttribute is the certificate attribute that contracts read.
const roleAttribute = "smartb.role"

// member is an identity of the organisation's MSP, which the signing authority issues, and where its files go.
type member struct {
	id    string
	kind  string // NodeOU: orderer, peer, client or admin
	roles []string
	msp   string
}

// connector proves itself by TLS. A node does so to all that connect to it, by a certificate of the TLS authority. The
// operations administrator and the agent do so to operations listeners, by one of the operations authority. None of
// them is an identity of the MSP by that, and no member has such a certificate.
type connector struct {
	instance instance
	id       string
	hosts    []string // names in the certificate
	dir      string
	side     string // of the files' names: server or client
}

// nodes lists the MSP's identities without which nothing starts: orderer, peer and administrators.
func (n *Network) nodes(org Organisation) []member {
	all := []member{
		{id: Orderer, kind: Orderer, msp: n.layout.org(org, Orderer, "msp")},
		{id: Peer, kind: Peer, msp: n.layout.org(org, Peer, "msp")},
	}
	return append(all, n.users(org, true)...)
}

func (n *Network) connectors(org Organisation) []connector {
	var all []connector
	for _, id := range tlsCA.identities {
		all = append(all, connector{tlsCA, id, n.names(org, id), n.layout.org(org, id, "tls"), "server"})
	}
	return append(all, connector{operationsCA, Agent, nil, n.layout.org(org, Agent, operatorName), "client"})
}

// operator is the operations administrator, who alone is let in by the organisation's CA and brings its orderer into channels.
func (n *Network) operator(org Organisation) connector {
	return connector{operationsCA, operatorName, nil, n.layout.org(org, operatorName), "client"}
}

func (c connector) certificate() string { return filepath.Join(c.dir, c.side+".crt") }
func (c connector) key() string         { return filepath.Join(c.dir, c.side+".key") }

// tls trusts nodes of the organisation and shows the connector's certificate.
func (c connector) tls() (*tls.Config, error) {
	return health.TLS(filepath.Join(c.dir, "ca.crt"), c.certificate(), c.key())
}

// users lists the organisation's administrators, or its other members.
func (n *Network) users(org Organisation, admin bool) []member {
	var all []member
	for _, user := range org.Users {
		if user.Admin == admin {
			all = append(all, n.userMember(org, user))
		}
	}
	return all
}

func (n *Network) userMember(org Organisation, user User) member {
	m := member{id: user.Name, kind: "client", roles: user.Roles, msp: n.layout.user(org, user.Name, "msp")}
	if user.Admin {
		m.kind = "admin"
	}
	return m
}

// enrolled relies on the signing certificate being written last.
func (m member) enrolled() bool { return exists(certificateOf(m.msp)) }

func (m member) registration(secret string) registration {
	r := registration{ID: m.id, Type: m.kind, Secret: secret, MaxEnrollments: -1}
	if len(m.roles) > 0 {
		r.Attributes = []attribute{{Name: roleAttribute, Value: strings.Join(m.roles, ","), ECert: true}}
	}
	return r
}

// authority is an organisation's signing CA together with the registrar who may register identities there.
type authority struct {
	client         *caClient
	registrar      *keyPair
	signing, nodes []byte // roots: of members and of TLS
}

// authority enrols the registrar the first time.
func (n *Network) authority(ctx context.Context, org Organisation) (*authority, error) {
	signing, nodes, err := n.roots(org)
	if err != nil {
		return nil, err
	}
	client, err := n.caClient(org, signingCA)
	if err != nil {
		return nil, err
	}
	home := signingCA.home(n.layout, org)
	key, cert := filepath.Join(home, "registrar", "key.pem"), filepath.Join(home, "registrar", "cert.pem")
	if !exists(cert) {
		if err := n.enrolRegistrar(ctx, org, client, key, cert); err != nil {
			return nil, err
		}
	}
	registrar, err := readKeyPair(key, cert)
	return &authority{client, registrar, signing, nodes}, err
}

// caClient speaks to one of the organisation's authorities.
func (n *Network) caClient(org Organisation, i instance) (*caClient, error) {
	config, err := n.operator(org).tls()
	if err != nil {
		return nil, err
	}
	return newCAClient(n.ports(org).address(portCA), config, i.caName(org)), nil
}

func (n *Network) enrolRegistrar(ctx context.Context, org Organisation, client *caClient, key, cert string) error {
	secret, err := os.ReadFile(signingCA.secret(n.layout, org, registrarName))
	if err != nil {
		return fmt.Errorf("password of %s's registrar: %w", org.Name, err)
	}
	pair, err := client.enrol(ctx, registrarName, string(secret), nil)
	if err != nil {
		return err
	}
	return pair.write(key, cert)
}

// enrol registers the member and fetches its certificate. The secret stays in a file until all is done, so that an interrupted enrolment can go on.
func (a *authority) enrol(ctx context.Context, m member) error {
	if m.enrolled() {
		return nil
	}
	secretFile := filepath.Join(filepath.Dir(m.msp), "enrolment.secret")
	if !exists(secretFile) {
		if err := writeFile(secretFile, []byte(newSecret())); err != nil {
			return err
		}
	}
	secret, err := os.ReadFile(secretFile)
	if err != nil {
		return err
	}
	if err := a.client.register(ctx, a.registrar, m.registration(string(secret))); err != nil {
		return fmt.Errorf("register %s: %w", m.id, err)
	}
	signing, err := a.client.enrol(ctx, m.id, string(secret), nil)
	if err != nil {
		return fmt.Errorf("enrol %s: %w", m.id, err)
	}
	if err := writeMSP(m.msp, a.signing, a.nodes, signing); err != nil {
		return err
	}
	return os.Remove(secretFile)
}

// connect fetches the certificate of a connector unless it has one.
func (n *Network) connect(ctx context.Context, org Organisation, c connector) error {
	if exists(c.certificate()) {
		return nil
	}
	client, err := n.caClient(org, c.instance)
	if err != nil {
		return err
	}
	secret, err := os.ReadFile(c.instance.secret(n.layout, org, c.id))
	if err != nil {
		return fmt.Errorf("password of %s's %s: %w", org.Name, c.id, err)
	}
	pair, err := client.enrol(ctx, c.id, string(secret), c.hosts)
	if err != nil {
		return fmt.Errorf("enrol %s at the %s authority: %w", c.id, c.instance.name, err)
	}
	return n.writeTLS(org, c, pair)
}
