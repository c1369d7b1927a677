// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"sync/atomic"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-gateway/pkg/identity"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// Client calls smartb's contracts as one identity. It is safe for concurrent use.
type Client struct {
	profile     Profile
	certificate *x509.Certificate
	key         signer
	creator     []byte
	own         *entrance
	foreign     []*entrance   // one for each other organisation that the profile names
	turn        atomic.Uint32 // counts what was asked of foreign peers, so that each takes its turn
	tide        tide
	looks       bool // whether the client itself signs, and so may ask for heights
	heart       heartbeat

	timeouts         Timeouts
	limits           Limits
	admission        admission
	pace             pace
	conflictAttempts int
	hook             func(Retry)
	resident         *signing.Key    // nil where the profile's identity acts itself.
	rights           map[string]bool // the transactions that share one with their like only.
	batcher          *batcher        // nil where each call has a transaction of its own.
	compares         bool            // whether its own peer is not believed alone
	provisional      bool            // whether events of foreign peers are told
	subject          string          // whom the resident's key speaks for, if not for its own pseudonym
}

// Timeouts bound the four steps of a call, the repetitions of each included. A context may end a call earlier. How
// long a call waits for others of the same client to end ([Limits]), the context alone bounds.
type Timeouts struct {
	Evaluate     time.Duration
	Endorse      time.Duration
	Submit       time.Duration
	CommitStatus time.Duration
}

// DefaultTimeouts are in force unless [WithTimeouts] gives others.
var DefaultTimeouts = Timeouts{Evaluate: 15 * time.Second, Endorse: 30 * time.Second, Submit: 15 * time.Second, CommitStatus: 2 * time.Minute}

// DefaultConflictAttempts is how often a transaction is proposed at most, unless [WithConflictAttempts] differs.
const DefaultConflictAttempts = 10

// Option changes how a client works.
type Option func(*Client)

// WithTimeouts replaces [DefaultTimeouts].
func WithTimeouts(timeouts Timeouts) Option {
	return func(c *Client) { c.timeouts = timeouts }
}

// WithConflictAttempts sets how often a transaction that conflicts with others is proposed at most; 1 means never again.
func WithConflictAttempts(n int) Option {
	return func(c *Client) { c.conflictAttempts = n }
}

// WithRetryHook has hook called before each repetition. It is called by whichever goroutine makes the call, so it must be safe for concurrent use.
func WithRetryHook(hook func(Retry)) Option {
	return func(c *Client) { c.hook = hook }
}

// WithSign has somebody else sign, such as a key service or a person who confirms. Sign gets the SHA-256 digest of each
// message and returns its ECDSA signature in ASN.1, with the lower S. The profile needs no key then. A call waits for
// its signatures, of which a transaction takes three, as long as the context that sign is given lasts.
func WithSign(sign func(ctx context.Context, digest []byte) ([]byte, error)) Option {
	return func(c *Client) { c.key = signer{sign: sign} }
}

// Gateway is Fabric's own client over the connection to the peers of the profile's organisation. It does what this
// client does not do, such as signing off-line. It hands out the bytes and digests of messages and takes their
// signatures, be it in another process.
func (c *Client) Gateway() *client.Gateway { return c.own.gateway }

// Connect makes a client. Peers are connected to in the background: a peer that is not there shows in the first call, not here.
func Connect(ctx context.Context, profile Profile, options ...Option) (*Client, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	id, certificate, err := profile.identity()
	if err != nil {
		return nil, profile.blame(err)
	}
	creator, err := proto.Marshal(&msp.SerializedIdentity{Mspid: id.MspID(), IdBytes: id.Credentials()})
	if err != nil {
		return nil, err
	}
	c := &Client{
		profile:          profile,
		certificate:      certificate,
		creator:          creator,
		timeouts:         DefaultTimeouts,
		limits:           DefaultLimits,
		pace:             defaultPace,
		conflictAttempts: DefaultConflictAttempts,
		hook:             func(Retry) {},
		rights:           rights,
	}
	for _, option := range options {
		option(c)
	}
	c.admission = c.limits.admission()
	if c.looks = c.key.sign == nil; c.looks {
		if c.key, err = profile.signer(certificate); err != nil {
			return nil, profile.blame(err)
		}
	}
	if err := profile.distinctRoots(); err != nil {
		return nil, c.abandoned(err)
	}
	if c.own, err = enter(places("peers", profile.Peers), id, c.key.within(c.timeouts.Endorse)); err != nil {
		return nil, c.abandoned(err)
	}
	c.own.msp = cmp.Or(c.own.msp, profile.MSPID)
	c.own.conn.Connect()
	for _, peers := range organisations(places("fallbackPeers", profile.FallbackPeers)) {
		e, err := enter(peers, id, c.key.within(c.timeouts.Endorse))
		if err != nil {
			return nil, c.abandoned(err)
		}
		c.foreign = append(c.foreign, e)
	}
	return c, nil
}

// organisations are the peers of each organisation, in the profile's order; peers whose organisation is not named count as one organisation's.
func organisations(peers []placed) (all [][]placed) {
	known := map[string]int{}
	for _, peer := range peers {
		place, found := known[peer.MSPID]
		if !found {
			place = len(all)
			known[peer.MSPID] = place
			all = append(all, nil)
		}
		all[place] = append(all[place], peer)
	}
	return all
}

// abandoned closes what was opened before a field of the profile proved wrong.
func (c *Client) abandoned(err error) error {
	c.Close()
	return c.profile.blame(err)
}

// enter opens an entrance at one of an organisation's peers, which is connected to when it is first used. Fabric's own default timeouts are not set: every call is made with a context that has one of Timeouts.
func enter(peers []placed, id identity.Identity, sign identity.Sign) (*entrance, error) {
	conn, err := open(peers)
	if err != nil {
		return nil, err
	}
	gw, err := client.Connect(id, client.WithSign(sign), client.WithClientConnection(conn))
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &entrance{msp: peers[0].MSPID, gateway: gw, conn: conn}, nil
}

// Close ends all connections; calls in progress fail.
func (c *Client) Close() {
	for _, e := range append(c.foreign, c.own) {
		if e != nil {
			e.close()
		}
	}
	if c.key.close != nil {
		_ = c.key.close() // a token's transfer; it ends with the process at the latest
	}
}

// close has no error to report: Fabric's Close returns none, and gRPC's only that the connection is closed already.
func (e *entrance) close() {
	_ = e.gateway.Close()
	_ = e.conn.Close()
}
