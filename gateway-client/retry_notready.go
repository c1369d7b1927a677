// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// notReadyAttempts bounds how often a proposal is sent that peers answer, but not as they should. One that lags a block
// behind catches up soon, while for example a missing right stays missing.
const notReadyAttempts = 6

// execute has peers execute a proposal, to endorse or to evaluate it, and sends the same proposal again while they are not ready. Nothing is ordered
// before this is done, so it cannot do anything twice.
//
// Where absent reports it of its own peers' error, or its own peer is far behind, and the call may leave the
// organisation, abroad asks those of others.
func execute[T any](
	ctx context.Context, c *Client, p *proposal,
	at func(context.Context, *entrance) (T, error), absent func(error) bool, abroad func(context.Context) (T, error),
) (T, error) {
	try := func() (T, error) {
		result, err := answered(ctx, c, at)
		if err == nil || len(c.foreign) == 0 || !p.call.mayLeave() || !errors.Is(err, ErrBehind) && !absent(err) {
			return result, err
		}
		result, elsewhere := abroad(ctx)
		return result, instead(err, elsewhere)
	}
	var cause error
	again := func(err error, attempt int, delay time.Duration) bool {
		if !notReady(err, p.call, attempt) {
			return false
		}
		cause = err
		reason := NotReady
		if errors.Is(err, ErrBusy) {
			reason = Busy
		}
		c.hook(Retry{Reason: reason, Transaction: p.call.name, TransactionID: p.id, Attempt: attempt, Delay: delay, Cause: err})
		return true
	}
	result, err := repeat(ctx, c.pace.notReady.delays(), try, again)
	if end := over(ctx, err); err != nil && cause != nil && end != nil {
		err = fmt.Errorf("%w: %w", end, cause) // what was waited for states more than where time ran out
	}
	return result, err
}

// instead is the error of a call that others were asked for. Where too few of them answer for a peer that is behind, that peer is what is waited for.
func instead(own, elsewhere error) error {
	if errors.Is(own, ErrBehind) && errors.Is(elsewhere, ErrUnconfirmed) {
		return fmt.Errorf("%w; others were asked: %v", own, elsewhere) //nolint:errorlint // see above
	}
	return elsewhere
}

// passes reports whether time mends what failed, so that the call is repeated until the caller's is over.
func passes(err error) bool {
	for _, passing := range []error{ErrBusy, ErrBehind, errSilent} {
		if errors.Is(err, passing) {
			return true
		}
	}
	return gone(err, servers) || gone(err, peers) || outOfChannel(err)
}

// notReady reports whether peers may give another answer to the same proposal in a moment.
func notReady(err error, call *call, attempt int) bool {
	if errors.Is(err, ErrUnconfirmed) && !errors.Is(err, errSilent) {
		return false
	}
	if passes(err) {
		return true
	}
	if refusal := new(ContractError); errors.As(err, &refusal) {
		return attempt < notReadyAttempts && disagreed(refusal.cause, call)
	}
	switch status.Code(err) {
	case codes.Unavailable: // no peer or no discovery
		return true
	case codes.Unknown: // the peer's limit of concurrent requests
		return true
	case codes.FailedPrecondition: // no endorsers known yet, or, for good, transient data that would go too far
		return !strings.Contains(status.Convert(err).Message(), "not in the distribution policy")
	case codes.Aborted: // a peer or its chaincode is gone, or answers differ
		return attempt < notReadyAttempts
	default:
		return false
	}
}

// Anything that peers say of their chaincode server that is gone, and gateways of peers that are, or whose disk is
// full: time mends it.
var (
	servers = []string{"could not launch chaincode", "chaincode stream terminated"}
	peers   = []string{"code = Unavailable", "no space left on device"}
)

// gone reports whether somebody who took part in an endorsement or evaluation said one of the texts.
func gone(err error, said []string) bool {
	if refusal := new(ContractError); err == nil || errors.As(err, &refusal) {
		return false
	}
	texts := []string{status.Convert(err).Message()}
	for _, detail := range details(err) {
		texts = append(texts, detail.GetMessage())
	}
	return slices.ContainsFunc(texts, func(text string) bool {
		return slices.ContainsFunc(said, func(part string) bool { return strings.Contains(text, part) })
	})
}

// outOfChannel reports whether a peer is not in the channel, as one that lost its ledger and was just started.
func outOfChannel(err error) bool {
	return err != nil && strings.Contains(status.Convert(err).Message(), "Failed to get policy manager for channel")
}

// withoutServer reports whether no own peer can endorse a transaction: none can be reached, or its chaincode server is gone.
func (e *entrance) withoutServer(err error) bool {
	return e.unreachable(err) || gone(err, servers) || outOfChannel(err)
}

// disagreed reports whether one peer refused what another endorsed. That is no decision of the contract: contracts are
// deterministic, so one of the peers lags a block behind. The gateway states "collect" only after its first endorser
// has endorsed; with named organisations, one without a detail has endorsed.
func disagreed(err error, call *call) bool {
	if !strings.Contains(status.Convert(err).Message(), "failed to collect enough transaction endorsements") {
		return false
	}
	if len(call.organizations) == 0 {
		return true
	}
	refused := map[string]bool{}
	for _, detail := range details(err) {
		refused[detail.GetMspId()] = true
	}
	return len(refused) < len(call.organizations)
}
