package ledger

import (
	"fmt"
	"slices"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// ChannelMembers returns the MSPs of the organisations that the channel's configuration names as its application's members, in byte order. It asks
// the peer's configuration chaincode, so the answer follows the channel and is no record of ours.
func (l *Ledger) ChannelMembers() ([]string, error) {
	response := l.stub.InvokeChaincode("cscc", [][]byte{[]byte("GetChannelConfig"), []byte(l.stub.GetChannelID())}, "")
	if response.GetStatus() != shim.OK {
		return nil, fmt.Errorf("read the channel's configuration: %s", response.GetMessage())
	}
	config := new(common.Config)
	if err := proto.Unmarshal(response.GetPayload(), config); err != nil {
		return nil, fmt.Errorf("read the channel's configuration: %w", err)
	}
	var members []string
	for name, group := range config.GetChannelGroup().GetGroups()["Application"].GetGroups() {
		id, err := mspID(group)
		if err != nil {
			return nil, fmt.Errorf("read the MSP of organisation %s: %w", name, err)
		}
		members = append(members, id)
	}
	slices.Sort(members) // the map's order must not reach an output
	return members, nil
}

func mspID(group *common.ConfigGroup) (string, error) {
	config, fabric := new(msp.MSPConfig), new(msp.FabricMSPConfig)
	if err := proto.Unmarshal(group.GetValues()["MSP"].GetValue(), config); err != nil {
		return "", err
	}
	if err := proto.Unmarshal(config.GetConfig(), fabric); err != nil {
		return "", err
	}
	return fabric.GetName(), nil
}
