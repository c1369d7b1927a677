// SPDX-License-Identifier: Apache-2.0

package settlement

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestAUseIsEncodedAsJSONDoes holds the encoding by hand against the standard library's.
func TestAUseIsEncodedAsJSONDoes(t *testing.T) {
	id := rapid.StringMatching(`[A-Za-z0-9._:-]{1,20}`)
	some := rapid.OneOf(rapid.Just(""), id)
	rapid.Check(t, func(t *rapid.T) {
		use := Use{
			Activity: Activity(
				id.Draw(t, "activity"),
			), At: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), rapid.Int64Range(0, 1e9-1).Draw(t, "ns")).UTC(),
			By: id.Draw(
				t, "by",
			), CommunityID: id.Draw(t, "community"), ConsentID: id.Draw(t, "consent"), DataCategory: LoadProfile,
			Days: rapid.SliceOfN(id, 0, 3).
				Draw(t, "days"),
			LegalBasis: onDuty, MemberID: id.Draw(t, "member"), Period: some.Draw(t, "period"),
			Phase: Phase(
				some.Draw(t, "phase"),
			), Purpose: SharingPurpose, RecordID: id.Draw(t, "record"), Run: RunID(some.Draw(t, "run")),
			Salt: id.Draw(t, "salt"), Schema: SchemaVersion, What: Readable(some.Draw(t, "what")),
		}
		want, err := json.Marshal(use)
		require.NoError(t, err)
		got, err := use.Canonical()
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
	})
}
