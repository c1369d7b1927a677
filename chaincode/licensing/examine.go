package licensing

import (
	"encoding/json"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
)

// Examine says what publication would say of a policy whose dataset is not at hand: where the conditions name none, the
// dataset and its owner are those that the policy names. An agreement is checked as it stands.
func Examine(policy json.RawMessage, c Conditions) (Terms, []odrl.Finding) {
	c.Steps = c.Steps.Or()
	parsed, findings := odrl.ParseWithin(policy, c.Steps)
	if len(findings) > 0 {
		return Terms{}, findings
	}
	if parsed.Type == odrl.Agreement {
		findings = odrl.CheckWithin(parsed, c.Steps, odrl.ODRL, odrl.Profile)
		return Terms{Notices: odrl.Notices(parsed, c.Steps)}, findings
	}
	c.assume(parsed)
	terms, err := ReadTerms(policy, c)
	if err == nil {
		return terms, nil
	}
	return Terms{}, found(err)
}

// assume takes from the policy what its author knows and we do not.
func (c *Conditions) assume(p odrl.Policy) {
	if c.OfferID == "" {
		c.OfferID = "urn:smartb:offer"
	}
	if c.Inherited == nil {
		c.Inherited = func(string) (odrl.Policy, bool) { return odrl.Policy{}, false }
	}
	if version, pinned := p.PurposesVersion(); pinned {
		c.PurposesVersion = version
	}
	c.PurposesVersion = max(c.PurposesVersion, 1)
	for _, rules := range [][]odrl.Rule{p.Permissions, p.Prohibitions, p.Obligations} {
		for i := range rules {
			if c.Dataset.Owner == "" && len(rules[i].Assigners) > 0 {
				c.Dataset.Owner = rules[i].Assigners[0].UID
			}
			if c.Dataset.DatasetID == "" && len(rules[i].Targets) > 0 {
				c.Dataset.DatasetID = rules[i].Targets[0].UID
			}
		}
	}
	if c.Dataset.Owner == "" {
		c.Dataset.Owner = "urn:smartb:owner"
	}
	if c.Dataset.DatasetID == "" {
		c.Dataset.DatasetID = c.Dataset.Owner + "/dataset"
	}
}

// found are the findings of a refusal.
func found(err error) []odrl.Finding {
	refusal := fault.From(err)
	var findings []odrl.Finding
	if json.Unmarshal([]byte(refusal.Details["findings"]), &findings) == nil && len(findings) > 0 {
		return findings
	}
	path := strings.TrimPrefix(refusal.Details["field"], "policy")
	return []odrl.Finding{{Level: odrl.Profile, Code: odrl.Code(refusal.Code), Path: path, Message: refusal.Message}}
}
