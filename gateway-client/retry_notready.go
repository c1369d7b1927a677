package gateway

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// notReadyAttempts bounds how often a proposal is sent that peers answer, but not as they should: a lagging peer catches up within a block or two, while
// for example a missing right stays missing.
const notReadyAttempts = 6

// execute has peers execute a proposal, to endorse or to evaluate it, and sends the same proposal again while they are not ready. Nothing is ordered
// before this is done, so it cannot do anything twice.
//
// Where absent says so of the own peers' error and the call may leave the organisation, abroad asks those of others.
func execute[T any](
	ctx context.Context, c *Client, p *proposal,
	at func(context.Context, *entrance) (T, error), absent func(error) bool, abroad func(context.Context) (T, error),
) (T, error) {
	try := func() (T, error) {
		result, err := at(ctx, c.own)
		if err == nil || len(c.foreign) == 0 || !p.call.mayLeave() || !absent(err) {
			return result, err
		}
		return abroad(ctx)
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
		err = fmt.Errorf("%w: %w", end, cause) // what was waited for says more than where time ran out
	}
	return result, err
}

// notReady reports whether peers may give another answer to the same proposal in a moment.
func notReady(err error, call *call, attempt int) bool {
	if errors.Is(err, ErrUnconfirmed) {
		return false
	}
	if errors.Is(err, ErrBusy) { // until the caller's time is over
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

// disagreed reports whether one peer refused what another endorsed. That is no decision of the contract: contracts are deterministic, so one of the peers
// lags a block behind. The gateway says "collect" only after its first endorser has endorsed; with named organisations, one without a detail has endorsed.
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
