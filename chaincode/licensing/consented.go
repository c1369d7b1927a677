// SPDX-License-Identifier: Apache-2.0

package licensing

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/smartb-suite/smartb/chaincode/budget"
	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/licensing/odrl"
)

// Purposes is the taxonomy of purposes as policies read it.
func Purposes(terms []consent.Term) *odrl.Hierarchy {
	var facts []odrl.Within
	alone := make([]string, len(terms))
	for i, term := range terms {
		alone[i] = term.Term
		for _, broad := range term.Broader {
			facts = append(facts, odrl.Within{Narrow: term.Term, Broad: broad})
		}
	}
	return odrl.NewHierarchy(facts, alone...)
}

// Lineage is what is known of one purpose as a hierarchy.
func Lineage(known consent.Lineage) *odrl.Hierarchy {
	facts := make([]odrl.Within, 0, len(known.Broader)+len(known.Narrower))
	for _, broad := range known.Broader {
		facts = append(facts, odrl.Within{Narrow: known.Term, Broad: broad})
	}
	for _, narrow := range known.Narrower {
		facts = append(facts, odrl.Within{Narrow: narrow, Broad: known.Term})
	}
	return odrl.NewHierarchy(facts, known.Term)
}

// ConsentPolicy is a consent in the words of ODRL: the controller and the recipients may use the dataset for the purpose within the validity.
func ConsentPolicy(r consent.Record, datasetID string) (odrl.Policy, error) {
	type constraint struct {
		Left     string `json:"leftOperand"`
		Operator string `json:"operator"`
		Right    any    `json:"rightOperand"`
	}
	moment := func(t time.Time) any {
		return map[string]string{"@value": t.Format(time.RFC3339), "@type": "xsd:dateTime"}
	}
	purpose := constraint{"purpose", string(odrl.Eq), r.Purpose}
	if r.IncludeNarrower {
		purpose.Operator = string(odrl.IsA)
	}
	text, err := json.Marshal(map[string]any{
		"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": string(odrl.Agreement), "uid": r.ConsentID,
		"profile": odrl.PurposesID + strconv.Itoa(r.TaxonomyVersion),
		"permission": []any{map[string]any{
			"assigner": r.Subject, "assignee": append([]string{r.Controller}, r.Recipients...), "target": datasetID, "action": "use",
			"constraint": []constraint{
				purpose, {"dateTime", string(odrl.Gteq), moment(r.ValidFrom)}, {"dateTime", string(odrl.Lt), moment(r.ValidUntil)},
			},
		}},
	})
	if err != nil {
		return odrl.Policy{}, fmt.Errorf("write the consent as a policy: %w", err)
	}
	return read(text, nil)
}

// Within refuses a licence that would permit more than any of the resident's consents in force. consents are those given to the dataset's controller.
func (a Agreement) Within(consents []consent.View, purposes *odrl.Hierarchy, steps *budget.Steps) error {
	licence, err := a.ReadWithin(steps)
	if err != nil {
		return err
	}
	why := "no consent in force"
	for _, c := range consents {
		if !c.State.Active() || c.Object.Dataset != a.Target {
			continue
		}
		allowed, err := ConsentPolicy(c.Record, a.Target)
		if err != nil {
			return err
		}
		refined := odrl.Refines(licence, allowed, odrl.Knowledge{Purposes: purposes, Steps: steps})
		if err := steps.Err(); err != nil {
			return err
		}
		if refined.Answer == odrl.Yes {
			return nil
		}
		why = "consent " + c.ConsentID + ": " + string(refined.Answer)
		if len(refined.Reasons) > 0 {
			why = "consent " + c.ConsentID + ", " + refined.Reasons[0].Permission + ": " + refined.Reasons[0].Reason
		}
	}
	return fault.Field(fault.ExceedsConsent, "policySha256", "the licence is within none of the owner's consents: %s", why).With("reason", why)
}
