// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/budget"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
	"github.com/smartb-suite/smartb/internal/vectors"
)

// policies are those in the samples, the public cases and the standard licences, without the assets and parties that only their authors have.
func policies(t testing.TB) map[string]json.RawMessage {
	t.Helper()
	found := map[string]json.RawMessage{}
	for _, root := range []string{"../../docs", vectors.Folder(), filepath.Join(vectors.Folder(), "..", "cases")} {
		_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.Contains(entry.Name(), ".json") {
				return nil
			}
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			for decoder := json.NewDecoder(strings.NewReader(string(text))); ; {
				var value any
				if decoder.Decode(&value) != nil {
					return nil
				}
				collect(path, value, found)
			}
		})
	}
	require.NotEmpty(t, found)
	return found
}

func collect(path string, value any, found map[string]json.RawMessage) {
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			collect(path, element, found)
		}
	case string: // a document in a document
		if strings.HasPrefix(strings.TrimSpace(v), "{") {
			var inner any
			if json.Unmarshal([]byte(v), &inner) == nil {
				collect(path, inner, found)
			}
		}
	case map[string]any:
		for _, member := range []string{"permission", "odrl:permission", "prohibition", "obligation"} {
			if v[member] != nil {
				text, _ := json.Marshal(v)
				found[path+" as it is "+string(text[:min(len(text), 120)])] = text
				text, _ = json.Marshal(without(v))
				found[path+" for anything "+string(text[:min(len(text), 120)])] = text
				break
			}
		}
		for _, member := range v {
			collect(path, member, found)
		}
	}
}

// without is the document without what names assets, parties and types, so that the ledger fills in its own.
func without(value any) any {
	switch v := value.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = without(v[i])
		}
		return list
	case map[string]any:
		rest := map[string]any{}
		for name, member := range v {
			switch strings.TrimPrefix(name, "odrl:") {
			case "target", "assigner", "assignee", "@type", "type", "@id", "uid", "inheritFrom", "profile":
			default:
				rest[name] = without(member)
			}
		}
		return rest
	}
	return value
}

func anyDataset(steps *budget.Steps) Conditions {
	return Conditions{
		Dataset: Dataset{DatasetContent: DatasetContent{DatasetID: "X/d", Owner: "X"}}, OfferID: "X/o", PurposesVersion: 1, Steps: steps,
		Inherited: func(string) (odrl.Policy, bool) { return odrl.Policy{}, false },
	}
}

// TestPublishingAnOrdinaryPolicyTakesLessThanATenth: the budget is no way to refuse work, and all of these share transactions.
func TestPublishingAnOrdinaryPolicyTakesLessThanATenth(t *testing.T) {
	most, accepted, all := 0, 0, policies(t)
	for name, text := range all {
		steps := budget.New()
		terms, err := ReadTerms(text, anyDataset(steps))
		require.False(t, steps.Exhausted(), name)
		require.LessOrEqual(t, steps.Spent(), budget.Shared, name)
		most = max(most, steps.Spent())
		if err != nil {
			require.NotEqual(t, fault.Internal, fault.From(err).Code, "%s: %s", name, err)
			continue
		}
		accepted++
		again, err := read(terms.Policy, budget.New())
		require.NoError(t, err)
		hash, err := odrl.Hash(again)
		require.NoError(t, err)
		require.Equal(t, terms.SHA256, hash, "what is stored is what was read: %s", name)
		text, err := json.Marshal(again)
		require.NoError(t, err)
		require.JSONEq(t, string(terms.Policy), string(text), name)
		for _, levels := range [][]odrl.Level{{odrl.ODRL, odrl.Profile}} {
			require.Empty(t, odrl.ValidateWithin(terms.Policy, budget.New(), levels...), name)
		}
	}
	require.Positive(t, accepted)
	t.Logf("%d policies, %d of them accepted, at most %d steps of %d", len(all), accepted, most, budget.Shared)
}
