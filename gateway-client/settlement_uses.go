// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"fmt"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// VerifyUses checks each use of a list against the public record that it belongs to. The records are public: any client
// reads them, also one that sees no load profile, but none that acts as a resident.
func (s Settlement) VerifyUses(ctx context.Context, communityID string, uses []settlement.ProvenUse) error {
	community, err := s.GetCommunity(ctx, settlement.GetCommunityRequest{CommunityID: communityID})
	if err != nil {
		return err
	}
	v := usesVerifier{settlement: s, community: community, traces: map[string]settlement.UsesRoot{}}
	for _, use := range uses {
		if err := v.verify(ctx, use); err != nil {
			return err
		}
	}
	return nil
}

// usesVerifier reads each public record once.
type usesVerifier struct {
	settlement Settlement
	community  settlement.Community
	traces     map[string]settlement.UsesRoot
}

func (v usesVerifier) verify(ctx context.Context, use settlement.ProvenUse) error {
	if use.Use.CommunityID != v.community.CommunityID {
		return fmt.Errorf("%w: it is of community %s", settlement.ErrUnproven, use.Use.CommunityID)
	}
	if _, known := v.traces[use.Use.RecordID]; !known {
		traces, err := v.read(ctx, use.Use)
		if err != nil {
			return err
		}
		for _, trace := range traces {
			v.traces[trace.ResultsID] = trace
		}
	}
	trace, found := v.traces[use.Use.RecordID]
	if !found {
		return fmt.Errorf("%w: the ledger has no record of transaction %s", settlement.ErrUnproven, use.Use.RecordID)
	}
	return use.Verify(trace)
}

// read reads the traces of the record that the use states to belong to.
func (v usesVerifier) read(ctx context.Context, use settlement.Use) ([]settlement.UsesRoot, error) {
	switch {
	case use.Activity == settlement.Settling && len(use.Days) == 1:
		run, err := v.settlement.GetRun(
			ctx, settlement.GetRunRequest{CommunityID: use.CommunityID, Day: use.Days[0], Run: use.Run},
		)
		return run.Traces(), err
	case use.Activity == settlement.Billing:
		period, err := v.settlement.GetPeriod(
			ctx, settlement.GetPeriodRequest{CommunityID: use.CommunityID, Period: use.Period, Phase: use.Phase},
		)
		return period.Traces(v.community), err
	default:
		return v.readTraces(ctx, settlement.ListReadsRequest{CommunityID: use.CommunityID, Period: use.At.UTC().Format("2006-01")})
	}
}

// readTraces reads the traces of all reads of a month, page by page.
func (v usesVerifier) readTraces(ctx context.Context, request settlement.ListReadsRequest) ([]settlement.UsesRoot, error) {
	return pages(&request.Bookmark, func() (traces []settlement.UsesRoot, bookmark string, err error) {
		page, err := v.settlement.ListReads(ctx, request)
		for _, record := range page.Records {
			traces = append(traces, record.UsesRoot)
		}
		return traces, page.Bookmark, err
	})
}

// AllUses reads all pages of the uses of a member's load profile in a month, in the order of their times.
func (s Settlement) AllUses(ctx context.Context, request settlement.UsesRequest) ([]settlement.ProvenUse, error) {
	uses, err := pages(&request.Bookmark, func() ([]settlement.ProvenUse, string, error) {
		page, err := s.Uses(ctx, request)
		return page.Uses, page.Bookmark, err
	})
	settlement.SortUses(uses)
	return uses, err
}
