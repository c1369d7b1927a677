package memory

import (
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// InvokeChaincode answers for the peer's configuration chaincode, the only one that smartb calls.
func (t *Tx) InvokeChaincode(name string, arguments [][]byte, _ string) *peer.Response {
	if name != "cscc" || len(arguments) != 2 || string(arguments[0]) != "GetChannelConfig" || string(arguments[1]) != t.world.Channel {
		return shim.Error("unknown chaincode or function")
	}
	application := &common.ConfigGroup{Groups: map[string]*common.ConfigGroup{}}
	for _, member := range t.world.Members {
		group, err := organisation(member)
		if err != nil {
			return shim.Error(err.Error())
		}
		application.Groups[member] = group
	}
	config := &common.Config{ChannelGroup: &common.ConfigGroup{Groups: map[string]*common.ConfigGroup{"Application": application}}}
	payload, err := proto.Marshal(config)
	if err != nil {
		return shim.Error(err.Error())
	}
	return shim.Success(payload)
}

func organisation(mspID string) (*common.ConfigGroup, error) {
	fabric, err := proto.Marshal(&msp.FabricMSPConfig{Name: mspID})
	if err != nil {
		return nil, err
	}
	config, err := proto.Marshal(&msp.MSPConfig{Config: fabric})
	if err != nil {
		return nil, err
	}
	return &common.ConfigGroup{Values: map[string]*common.ConfigValue{"MSP": {Value: config}}}, nil
}
