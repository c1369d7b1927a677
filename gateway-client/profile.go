// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/smartb-suite/smartb/gateway-client/internal/document"
)

const (
	// ProfileVariable is the environment variable with the path of the profile that [LoadProfile] reads when it is given none.
	ProfileVariable = "SMARTB_PROFILE"
	// StateVariable is the environment variable with the network's state folder, in which [ProfileFor] finds profiles.
	StateVariable = "SMARTB_STATE"

	defaultState = "network/.state"
)

// Profile defines who calls and through which peers. In its JSON file, paths of PEM files are relative to the file's
// folder; [LoadProfile] resolves them.
type Profile struct {
	// Network is the network's id: the SHA-256 of its genesis block's header. Anything that is signed is signed for
	// this network.
	Network string `json:"network"`
	// Channel is the channel's name.
	Channel string `json:"channel"`
	// Chaincode is the chaincode's name.
	Chaincode string `json:"chaincode"`
	// MSPID is the caller's organisation.
	MSPID string `json:"mspId"`
	// Certificate is the path of the caller's X.509 certificate.
	Certificate string `json:"certificate"`
	// PrivateKey is the path of the certificate's ECDSA key, in PKCS #8 form; empty where PKCS11 or [WithSign] signs.
	PrivateKey string `json:"privateKey,omitempty"`
	// PKCS11 is the token that holds the key, nil where a file does.
	PKCS11 *Token `json:"pkcs11,omitempty"`
	// Peers are the caller's own organisation's, in order of preference: the next is used when one is gone.
	Peers []Peer `json:"peers"`
	// FallbackPeers are other organisations', each with its MSPID. They are asked while none of Peers can be, and never get transient data. Enough of them must
	// say the same to be believed, so all organisations' belong here.
	FallbackPeers []Peer `json:"fallbackPeers,omitempty"`

	file string // for errors; empty if the profile was not loaded
}

// Peer is a peer whose gateway can be called.
type Peer struct {
	// Name is for people.
	Name string `json:"name"`
	// MSPID is the peer's organisation. Fallback peers without one count as one organisation's.
	MSPID string `json:"mspId,omitempty"`
	// Address is host:port; the peer's TLS certificate must be issued for the host, or for TLSName where there is one.
	Address string `json:"address"`
	// TLSName is the name in the peer's TLS certificate, where it is not the address's host.
	TLSName string `json:"tlsName,omitempty"`
	// TLSCACertificates is the path of the PEM file with the CA certificates that the peer's TLS certificate is checked against.
	TLSCACertificates string `json:"tlsCaCertificates"`
}

// ProfileError describes which profile cannot be used, and what to do about it.
type ProfileError struct {
	// File is the profile's path, empty if none was named.
	File string
	// Field is the field at fault, empty if it is the file itself.
	Field string
	// Next is what to do.
	Next string
	// Cause is what is wrong with it.
	Cause error
}

// Error names file, field and cause.
func (e *ProfileError) Error() string {
	text := "profile"
	if e.File != "" {
		text += " " + e.File
	}
	if e.Field != "" {
		text += ": field " + e.Field
	}
	return fmt.Sprintf("%s: %v", text, e.Cause)
}

// Unwrap returns the cause.
func (e *ProfileError) Unwrap() error { return e.Cause }

// blame adds the profile's file to an error about one of its fields.
func (p Profile) blame(err error) error {
	var fault *ProfileError
	if errors.As(err, &fault) {
		fault.File = p.file
	}
	return err
}

// ProfileFor returns the path of the profile that the network tool wrote for an organisation's user:
// <state>/<org>/users/<user>/profile.json. The state folder is the environment's SMARTB_STATE or network/.state.
func ProfileFor(org, user string) string {
	state := os.Getenv(StateVariable)
	if state == "" {
		state = defaultState
	}
	return filepath.Join(state, org, "users", user, "profile.json")
}

// LoadProfile reads a profile from a JSON file; an empty path means the one that the environment's SMARTB_PROFILE names.
func LoadProfile(path string) (Profile, error) {
	if path == "" {
		path = os.Getenv(ProfileVariable)
	}
	if path == "" {
		return Profile{}, &ProfileError{Cause: errors.New("none named"), Next: "name a profile's file, or set the environment's " + ProfileVariable}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		next := "name another; the organisation's administrator gives each user a profile"
		return Profile{}, &ProfileError{File: path, Cause: errors.Unwrap(err), Next: next} // the path is named already
	}
	var profile Profile
	if err := document.DecodeKnown(text, &profile); err != nil {
		return Profile{}, &ProfileError{File: path, Cause: err, Next: "correct the file's JSON"}
	}
	if field := profile.missing(); field != "" {
		return Profile{}, &ProfileError{File: path, Field: field, Cause: errors.New("missing"), Next: "add " + field + " to the file"}
	}
	profile.file = path
	return profile.resolved(filepath.Dir(path)), nil
}

// missing returns the name of a required field that is empty, or nothing.
func (p Profile) missing() string {
	fields := []struct{ name, value string }{
		{"network", p.Network}, {"channel", p.Channel}, {"chaincode", p.Chaincode}, {"mspId", p.MSPID}, {"certificate", p.Certificate},
	}
	if p.PKCS11 != nil {
		fields = append(fields, struct{ name, value string }{"pkcs11.library", p.PKCS11.Library}, struct{ name, value string }{"pkcs11.label", p.PKCS11.Label})
	}
	for _, list := range []struct {
		name  string
		peers []Peer
	}{{"peers", p.Peers}, {"fallbackPeers", p.FallbackPeers}} {
		for i, peer := range list.peers {
			at := fmt.Sprintf("%s[%d].", list.name, i)
			fields = append(fields,
				struct{ name, value string }{at + "address", peer.Address},
				struct{ name, value string }{at + "tlsCaCertificates", peer.TLSCACertificates})
		}
	}
	for _, field := range fields {
		if field.value == "" {
			return field.name
		}
	}
	if len(p.Peers) == 0 {
		return "peers"
	}
	return ""
}

// resolved returns the profile with its paths relative to folder made independent of it.
func (p Profile) resolved(folder string) Profile {
	resolve := func(path string) string {
		if path == "" || filepath.IsAbs(path) {
			return path
		}
		return filepath.Join(folder, path)
	}
	resolveAll := func(peers []Peer) []Peer {
		resolved := make([]Peer, len(peers))
		for i, peer := range peers {
			peer.TLSCACertificates = resolve(peer.TLSCACertificates)
			resolved[i] = peer
		}
		return resolved
	}
	p.Certificate, p.PrivateKey = resolve(p.Certificate), resolve(p.PrivateKey)
	p.Peers, p.FallbackPeers = resolveAll(p.Peers), resolveAll(p.FallbackPeers)
	return p
}
