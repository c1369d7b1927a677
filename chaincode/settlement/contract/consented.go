// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	consents "github.com/smartb-suite/smartb/chaincode/consent/contract"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// consented refuses a member whose resident does not consent now to what organiser and grid operator do with the load
// load profile of this metering point in this community. It answers the notice's retention. Anything that the error
// states stands for the private part as a whole: the ids are private.
func consented(tx *transaction.Tx, community settlement.Community, private settlement.MemberPrivate) (retention string, err error) {
	record, notice, err := consents.Admit(tx.Ledger, consents.Processing{
		Subject: private.Subject, ConsentID: private.ConsentID, Purpose: settlement.SharingPurpose, DataCategories: []string{settlement.LoadProfile},
		By:     []string{community.Organiser, community.GridOperator},
		Object: consent.Object{CommunityID: community.CommunityID, PointSHA256: private.PointSHA256()},
	})
	if err != nil {
		return "", unconsented(err)
	}
	return notice.Retention, community.Consented(record, notice)
}

// unconsented keeps code and reason of an error, and leaves out whose consent it was.
func unconsented(err error) error {
	refusal := fault.From(err)
	if refusal.Code == fault.Internal {
		return err
	}
	kept := fault.Field(refusal.Code, "consentId", "the resident has no consent for this: to the organiser, with the grid operator as recipient, in this community, at this metering point")
	if reason := refusal.Details["reason"]; reason != "" {
		return kept.With("reason", reason)
	}
	return kept
}

// withoutEnded leaves out members whose consent ended before the day. Only who has no meter day can be one of them:
// SubmitMeterDays takes none after the end, so a day with all its readings costs no look at consents.
func withoutEnded(tx *transaction.Tx, inputs settlement.Inputs) (settlement.Inputs, error) {
	unmeasured := inputs.Unmeasured()
	refs := make([]consent.ConsentRef, len(unmeasured))
	for i, member := range unmeasured {
		refs[i] = member.Consent()
	}
	endings, err := consents.EndingsOf(tx.Ledger, refs)
	if err != nil {
		return inputs, err
	}
	return inputs.WithoutEnded(unmeasured, endings)
}
