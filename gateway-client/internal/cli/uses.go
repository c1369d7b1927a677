// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
)

func newMeterUsesCommand(app *App) *cobra.Command {
	command := &cobra.Command{
		Use:   "uses COMMUNITY MEMBER [MONTH…]",
		Short: "List every use of a member's load profile, each proven (the resident concerned, organiser, auditor)",
		Long: `uses lists by runs of days, bills, audits and recorded reads who used the member's load profile, when, for which purpose and on which legal basis. Each use is
checked against a root in the public record, which nobody could have changed since. Without a month it lists all months from the community's first on. Reads by
programs that are not smartb's are not in the list: nobody can see what an organisation does with the data on its own peer.`,
		Example: `  smartb meter uses sunny 6f1e… ` + neighbour + `
  smartb meter uses sunny 6f1e… 2025-10 2025-11 --as oversight/auditor`,
		Args: cobra.MinimumNArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			public, err := app.public(command.Context())
			if err != nil {
				return err
			}
			if public != client {
				defer public.Close()
			}
			uses, err := usesOf(command.Context(), client, public, args[0], args[1], args[2:])
			if err != nil {
				return err
			}
			app.Notef("%d uses, each proven by the public record. %s", len(uses), settlement.UnseenReads)
			return app.Render(profileUseTable(uses))
		},
	}
	return command
}

// public is a client that reads public records, also where a resident acts: such records are nobody's to ask for by a
// signed request.
func (a *App) public(ctx context.Context) (*gateway.Client, error) {
	if a.residentKey == "" {
		return a.Client(ctx)
	}
	profile, err := a.loadProfile()
	if err != nil {
		return nil, err
	}
	return gateway.Connect(ctx, profile, gateway.WithRetryHook(a.noteRetry))
}

// usesOf reads and proves the uses of months, of all if none is named.
func usesOf(
	ctx context.Context, client, public *gateway.Client, communityID, memberID string, months []string,
) ([]settlement.ProvenUse, error) {
	if len(months) == 0 {
		community, err := public.Settlement().
			GetCommunity(ctx, settlement.GetCommunityRequest{CommunityID: communityID})
		if err != nil {
			return nil, err
		}
		months = monthsFrom(community.ValidFrom, time.Now().UTC())
	}
	var all []settlement.ProvenUse
	for _, month := range months {
		uses, err := client.Settlement().
			AllUses(ctx, settlement.UsesRequest{CommunityID: communityID, MemberID: memberID, Period: month})
		if err != nil {
			return nil, err
		}
		all = append(all, uses...)
	}
	settlement.SortUses(all)
	if err := public.Settlement().VerifyUses(ctx, communityID, all); err != nil {
		return nil, unproven(err)
	}
	return all, nil
}

// monthsFrom are the months from that of a date to that of the time.
func monthsFrom(date string, until time.Time) (months []string) {
	first, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return nil
	}
	for month := first.AddDate(0, 0, 1-first.Day()); !month.After(until); month = month.AddDate(0, 1, 0) {
		months = append(months, month.Format("2006-01"))
	}
	return months
}

// profileUseTable shows uses by time; as JSON it is the proven uses themselves.
type profileUseTable []settlement.ProvenUse

// Columns names the columns.
func (profileUseTable) Columns() []string {
	return []string{"at", "by", "activity", "what", "of", "purpose", "legal basis", "consent"}
}

// Rows returns a row for each use.
func (t profileUseTable) Rows() (rows [][]any) {
	for _, proven := range t {
		u := proven.Use
		what := string(u.What)
		switch u.Activity {
		case settlement.Settling:
			what = string(u.Run)
		case settlement.Billing:
			what = string(u.Phase)
		}
		of := u.Period
		if len(u.Days) > 0 {
			of = u.Days[0]
			if last := u.Days[len(u.Days)-1]; last != of {
				of += fmt.Sprintf(" to %s (%d days)", last, len(u.Days))
			}
		}
		rows = append(
			rows,
			[]any{
				u.At,
				u.By,
				strings.ToLower(string(u.Activity)),
				what,
				of,
				u.Purpose,
				u.LegalBasis,
				u.ConsentID,
			},
		)
	}
	return rows
}

// recordReads records, before it is shown, what a member of the network read of load profiles: each resident concerned
// finds it in its list of uses. A resident's look at its own data is no use by others.
func (a *App) recordReads(
	ctx context.Context, client *gateway.Client, communityID string, reads []settlement.Read,
) error {
	reads = slices.DeleteFunc(
		reads, func(r settlement.Read) bool { return strings.Contains(r.MemberID, ":") },
	) // an organisation has no load profile
	if a.residentKey != "" || len(reads) == 0 {
		return nil
	}
	for batch := range slices.Chunk(reads, settlement.MaxReads) {
		salt := make([]byte, 32)
		rand.Read(salt) // never fails, by its documentation
		request := settlement.RecordReadsRequest{CommunityID: communityID}
		_, _, err := client.Settlement().
			RecordReads(ctx, request, settlement.Reads{Salt: hex.EncodeToString(salt), Reads: batch})
		if err != nil {
			return fmt.Errorf("what was read is shown when it is recorded, and it could not be: %w", err)
		}
	}
	return nil
}

// reading makes the reads of a query's answer.
func reading[A any](
	of func(answer A) (communityID string, reads []settlement.Read),
) func(json.RawMessage) (string, []settlement.Read, error) {
	return func(text json.RawMessage) (string, []settlement.Read, error) {
		var answer A
		if err := json.Unmarshal(text, &answer); err != nil {
			return "", nil, err
		}
		communityID, reads := of(answer)
		return communityID, reads, nil
	}
}
