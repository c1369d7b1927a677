// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// refusedAttempts bounds how often an envelope is submitted that orderers refuse with a client error.
const refusedAttempts = 3

// fate finds out what became of a submitted transaction. It asks for the commit status and, as long as there is none,
// submits the same envelope again. Orderers and validators drop the second copy of a transaction id, so it is committed
// at most once whatever was lost on the way.
func (p *Pending) fate(ctx context.Context) (*client.Status, error) {
	window, cancel := context.WithTimeout(ctx, p.client.timeouts.CommitStatus)
	defer cancel()
	bounds := p.client.pace.doubt
	doubt, patience := p.doubt, bounds.first
	for attempt := 1; ; attempt++ {
		if doubt == nil {
			patience = bounds.longest
		}
		status, stoodStill, err := p.askPatiently(window, patience)
		if err == nil || hopeless(err) || p.client.unconfirmable(err) {
			return status, err
		}
		if doubt != nil && !errors.Is(err, ErrUnconfirmed) {
			err = doubt
		}
		if over(window, err) != nil || attempt >= refusedAttempts && refusedByOrderers(doubt) {
			return nil, ended(window, err)
		}
		p.client.hook(Retry{Reason: Unanswered, Transaction: p.call.name, TransactionID: p.id, Attempt: attempt, Cause: err})
		doubt = p.submit(window)
		if patience = min(2*patience, bounds.longest); stoodStill {
			patience = bounds.first // a network that stood still is not busy
		}
	}
}

// errNoStatus reports a transaction whose commit status was waited for long enough.
var errNoStatus = errors.New("no commit status yet")

// askPatiently asks for the commit status until patience is over, and reports whether nothing at all was committed
// meanwhile.
func (p *Pending) askPatiently(ctx context.Context, patience time.Duration) (status *client.Status, stoodStill bool, err error) {
	patient, stop := p.client.heart.patient(ctx, p.client.pace.doubt.first, patience)
	status, err = p.ask(patient)
	impatient := patient.Err() != nil
	stoodStill = stop()
	switch {
	case err == nil:
		p.client.heart.beat()
		p.client.tide.saw(status.BlockNumber)
	case impatient && hopeless(err) && ctx.Err() == nil: // by the end of the patience, not by a peer's word
		err = errNoStatus
	}
	return status, stoodStill, err
}

// heartbeat is when this client last saw anything committed. While others' transactions are, the network is slow where
// one is late; while none is, it makes no progress, and what it was given may be lost.
type heartbeat struct{ last atomic.Int64 }

func (h *heartbeat) beat() { h.last.Store(time.Now().UnixNano()) }

// patient is a context that ends after the longest time, or sooner if nothing is committed for the time that the
// network may be silent. Stop reports whether it was so.
func (h *heartbeat) patient(ctx context.Context, silent, longest time.Duration) (patient context.Context, stop func() (stood bool)) {
	patient, cancel := context.WithTimeout(ctx, longest)
	begin, still := time.Now(), new(atomic.Bool)
	go func() {
		for left := silent; pause(patient, left); {
			newest := time.Unix(0, h.last.Load())
			if newest.Before(begin) {
				newest = begin
			}
			if left = silent - time.Since(newest); left <= 0 {
				still.Store(true)
				cancel()
			}
		}
	}()
	return patient, func() bool { cancel(); return still.Load() }
}

// ask waits for the commit status; when the answer is lost it asks again, at the next peer if this one is gone, until the context ends.
func (p *Pending) ask(ctx context.Context) (*client.Status, error) {
	try := func() (*client.Status, error) {
		if !p.client.tide.sight().far() {
			status, err := p.askAt(ctx, p.client.own)
			if err == nil || len(p.client.foreign) == 0 || !p.client.own.unreachable(err) && !outOfChannel(err) {
				return status, err
			}
		}
		return agreed(ctx, p.client, func(ctx context.Context, e *entrance) (*client.Status, string, error) {
			status, err := p.askAt(ctx, e)
			if err != nil {
				return nil, "", err
			}
			return status, fmt.Sprintf("%s in block %d", status.Code, status.BlockNumber), nil
		})
	}
	again := func(err error, _ int, _ time.Duration) bool { return !hopeless(err) && !p.client.unconfirmable(err) }
	return repeat(ctx, p.client.pace.status.delays(), try, again)
}

func (p *Pending) askAt(ctx context.Context, e *entrance) (*client.Status, error) {
	commit, err := e.gateway.NewSignedCommit(p.question.bytes, p.question.signature)
	if err != nil {
		return nil, err
	}
	status, err := commit.StatusWithContext(ctx)
	p.client.lane(p.call).learn(err)
	return status, err
}

// submit sends the envelope to the ordering service. It holds nothing private, so it may leave through any peer.
// Anything that another organisation's states of it, be it that it was ordered or that it never can be, is hearsay.
func (p *Pending) submit(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, p.client.timeouts.Submit)
	defer cancel()
	at := func(ctx context.Context, e *entrance) (*client.Commit, error) {
		transaction, err := e.gateway.NewSignedTransaction(p.envelope.bytes, p.envelope.signature)
		if err != nil {
			return nil, err
		}
		return transaction.SubmitWithContext(ctx)
	}
	_, err := at(ctx, p.client.own)
	p.client.lane(p.call).learn(err)
	if err != nil && len(p.client.foreign) > 0 && p.client.own.unreachable(err) {
		if _, err = byAny(ctx, p.client, p.call, at); err == nil {
			return errHearsay
		}
		return ended(ctx, fmt.Errorf("%w: %v", errHearsay, err)) //nolint:errorlint // what another organisation's peer states shall not be taken for the answer
	}
	return ended(ctx, err)
}

// hopeless reports whether a peer would give the same answer for ever. A submission so answered was not passed on to any orderer.
func hopeless(err error) bool {
	if outOfChannel(err) {
		return false
	}
	switch status.Code(err) {
	case codes.InvalidArgument, codes.PermissionDenied, codes.Unauthenticated, codes.Unimplemented, codes.NotFound, codes.ResourceExhausted, codes.Canceled:
		return true
	default:
		return false
	}
}

// refusedByOrderers reports whether orderers refused the envelope itself, for example as too large. Some other orderer may have taken it nevertheless.
func refusedByOrderers(doubt error) bool {
	if status.Code(doubt) == codes.Aborted {
		return true
	}
	for _, detail := range details(doubt) {
		if strings.Contains(detail.GetMessage(), "status=BAD_REQUEST") || strings.Contains(detail.GetMessage(), "status=FORBIDDEN") {
			return true
		}
	}
	return false
}
