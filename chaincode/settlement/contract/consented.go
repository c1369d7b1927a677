package contract

import (
	"github.com/smartb-suite/smartb/chaincode/consent"
	consents "github.com/smartb-suite/smartb/chaincode/consent/contract"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// consented refuses a member whose resident does not consent now to what organiser and operator do with the load curve.
func consented(tx *transaction.Tx, community settlement.Community, r settlement.AddMemberRequest, private settlement.MemberPrivate) error {
	record, notice, err := consents.Admit(tx.Ledger, consents.Processing{
		Subject: private.Subject, ConsentID: r.ConsentID, Purpose: settlement.SharingPurpose, DataCategories: []string{settlement.LoadCurve},
		By: []string{community.Organiser, community.Operator},
	})
	if err != nil {
		return err
	}
	return private.Consented(record, notice)
}

// withoutEnded leaves out members whose consent ended before the day. Only who has no meter day can be one of them: SubmitMeterDays takes none after
// the end, so a day with all its readings costs no look at consents.
func withoutEnded(tx *transaction.Tx, inputs settlement.Inputs) (settlement.Inputs, error) {
	unmeasured := inputs.Unmeasured()
	refs, err := consentRefs(tx, inputs.Community, unmeasured)
	if err != nil {
		return inputs, err
	}
	endings, err := consents.EndingsOf(tx.Ledger, refs)
	if err != nil {
		return inputs, err
	}
	return inputs.WithoutEnded(unmeasured, endings)
}

// consentRefs names the members' consents: whose they are stands in their private parts.
func consentRefs(tx *transaction.Tx, community settlement.Community, members []settlement.Member) ([]consent.ConsentRef, error) {
	keys := make([]ledger.Key, len(members))
	for i, member := range members {
		keys[i] = memberPrivateKey(community.CommunityID, member.MemberID)
	}
	stored, err := ledger.GetManyPrivate(tx.Ledger, community.Collection, keys)
	if err != nil {
		return nil, err
	}
	refs := make([]consent.ConsentRef, len(members))
	for i, text := range stored {
		if text == nil {
			return nil, fault.New(fault.PrivateDataNotHere, "the private part of a member is not at this peer")
		}
		private, err := settlement.ReadMemberPrivate(text)
		if err != nil {
			return nil, err
		}
		refs[i] = consent.ConsentRef{Subject: private.Subject, ConsentID: members[i].ConsentID}
	}
	return refs, nil
}
