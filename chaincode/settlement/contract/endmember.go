package contract

import (
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/transaction"
)

// EndMember ends a membership before a local day, and the use of its metering point with it.
func (*Contract) EndMember(ctx contractapi.TransactionContextInterface, request string) (string, error) {
	return transaction.Submit(ctx, request, func(tx *transaction.Tx, r settlement.EndMemberRequest) (settlement.Member, error) {
		community, err := organised(tx, r.CommunityID)
		if err != nil {
			return settlement.Member{}, err
		}
		member, private, err := loadMember(tx, community, r.MemberID)
		if err != nil {
			return member, err
		}
		ended, err := member.End(r.To)
		if err != nil || ended == member {
			return ended, err
		}
		if ended.State == settlement.Confirmed {
			if err := takePoint(tx, community, ended, private); err != nil {
				return ended, err
			}
		}
		if err := putMember(tx, ended); err != nil {
			return ended, err
		}
		return ended, announce(tx, "settlement.MemberEnded", ended)
	})
}
