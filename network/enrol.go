package network

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// roleAttribute is the certificate attribute that contracts read.
const roleAttribute = "smartb.role"

// member is an identity that an organisation's CA issues, and where its files go.
type member struct {
	id    string
	kind  string // NodeOU: orderer, peer, client or admin
	roles []string
	msp   string
	tls   []tlsFolder
	hosts []string // names in the TLS certificates
}

// tlsFolder receives a TLS certificate for one side of a connection: server or client.
type tlsFolder struct{ dir, side string }

// nodes lists the identities without which nothing starts: orderer, peer, chaincode server and administrators. A TLS certificate comes from the
// organisation's only CA, so it is an identity of its MSP too: the chaincode server has one of its own, of a client without a role, since with the
// peer's its key could endorse.
func (n *Network) nodes(org Organisation) []member {
	all := []member{
		{id: Orderer, kind: Orderer, hosts: n.names(org, Orderer), msp: n.layout.org(org, Orderer, "msp"), tls: []tlsFolder{{n.layout.org(org, Orderer, "tls"), "server"}}},
		{id: Peer, kind: Peer, hosts: n.names(org, Peer), msp: n.layout.org(org, Peer, "msp"), tls: []tlsFolder{{n.layout.org(org, Peer, "tls"), "server"}}},
		{id: Server, kind: "client", hosts: n.names(org, Server), msp: n.layout.org(org, Server, "msp"), tls: []tlsFolder{{n.layout.org(org, Server, "tls"), "server"}}},
	}
	return append(all, n.users(org, true)...)
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
		m.kind, m.tls, m.hosts = "admin", []tlsFolder{{n.adminTLS(org), "client"}}, []string{"localhost", Host}
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

// authority is an organisation's CA together with the registrar who may register identities there.
type authority struct {
	client      *caClient
	registrar   *keyPair
	certificate []byte
}

// authority enrols the registrar the first time.
func (n *Network) authority(ctx context.Context, org Organisation) (*authority, error) {
	home := n.layout.org(org, "ca")
	certificate, err := os.ReadFile(filepath.Join(home, "ca-cert.pem"))
	if err != nil {
		return nil, fmt.Errorf("certificate of %s's CA: %w", org.Name, err)
	}
	client, err := newCAClient(n.ports(org).address(portCA), filepath.Join(home, "ca-cert.pem"))
	if err != nil {
		return nil, err
	}
	key, cert := filepath.Join(home, "registrar", "key.pem"), filepath.Join(home, "registrar", "cert.pem")
	if !exists(cert) {
		if err := n.enrolRegistrar(ctx, org, client, key, cert); err != nil {
			return nil, err
		}
	}
	registrar, err := readKeyPair(key, cert)
	return &authority{client, registrar, certificate}, err
}

func (n *Network) enrolRegistrar(ctx context.Context, org Organisation, client *caClient, key, cert string) error {
	secret, err := os.ReadFile(n.layout.org(org, "ca", "registrar.secret"))
	if err != nil {
		return fmt.Errorf("password of %s's registrar: %w", org.Name, err)
	}
	pair, err := client.enrol(ctx, registrarName, string(secret))
	if err != nil {
		return err
	}
	return pair.write(key, cert)
}

// enrol registers the member and fetches its certificates. The secret stays in a file until all is done, so that an interrupted enrolment can go on.
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
	if err := a.issue(ctx, m, string(secret)); err != nil {
		return fmt.Errorf("enrol %s: %w", m.id, err)
	}
	return os.Remove(secretFile)
}

// issue fetches the TLS certificates with the signing one, since the CA checks a signature much faster than a password.
func (a *authority) issue(ctx context.Context, m member, secret string) error {
	signing, err := a.client.enrol(ctx, m.id, secret)
	if err != nil {
		return err
	}
	for _, folder := range m.tls {
		pair, err := a.client.enrolTLS(ctx, m.id, m.hosts, signing)
		if err != nil {
			return err
		}
		if err := writeTLS(folder, a.certificate, pair); err != nil {
			return err
		}
	}
	return writeMSP(m.msp, a.certificate, signing)
}
