package contract

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// EndMember ends a membership before a local day, and the use of its metering point with it.
func (*Contract) EndMember(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r settlement.EndMemberRequest) (settlement.Member, error) {
		if _, err := organised(tx, r.CommunityID); err != nil {
			return settlement.Member{}, err
		}
		member, found, err := ledger.Get[settlement.Member](tx.Ledger, memberKey(r.CommunityID, r.MemberID))
		if err != nil {
			return member, err
		}
		if !found {
			return member, fault.Field(fault.NotFound, "memberId", "no member %s in community %s", r.MemberID, r.CommunityID)
		}
		ended, err := member.End(r.To)
		if err != nil || ended == member {
			return ended, err
		}
		if err := putMember(tx, ended); err != nil {
			return ended, err
		}
		if ended.State == settlement.Confirmed {
			if err := ledger.Put(tx.Ledger, pointKey(ended.Use(), ended.PointRef, ended.Direction), ended.Use()); err != nil {
				return ended, err
			}
		}
		return ended, announce(tx, "settlement.MemberEnded", ended)
	})
}
