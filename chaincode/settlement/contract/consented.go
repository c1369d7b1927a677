package contract

import (
	consents "github.com/smartb-suite/smartb/chaincode/consent/contract"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// consented refuses a member whose resident does not consent now to what organiser and operator do with the load curve.
func consented(tx *transaction.Tx, community settlement.Community, r settlement.AddMemberRequest, private settlement.MemberPrivate) error {
	record, notice, err := consents.Admit(tx.Ledger, consents.Processing{
		ConsentID: r.ConsentID, Purpose: settlement.SharingPurpose, DataCategories: []string{settlement.LoadCurve},
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
	ids := make([]string, len(unmeasured))
	for i, member := range unmeasured {
		ids[i] = member.ConsentID
	}
	endings, err := consents.Endings(tx.Ledger, ids)
	if err != nil {
		return inputs, err
	}
	return inputs.WithoutEnded(unmeasured, endings)
}
