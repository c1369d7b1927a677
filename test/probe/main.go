// SPDX-License-Identifier: Apache-2.0

// Command probe is a chaincode for tests: it performs the operations of package behaviour on a real peer, and creates one key, the baseline that the
// benchmarks compare with.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger/behaviour"
	"github.com/smartb-suite/smartb/chaincode/server"
)

func main() {
	if err := server.Run(probe{}); err != nil {
		fmt.Fprintln(os.Stderr, "probe:", err)
		os.Exit(1)
	}
}

type probe struct{}

func (probe) Init(shim.ChaincodeStubInterface) *peer.Response { return shim.Success(nil) }

func (probe) Invoke(stub shim.ChaincodeStubInterface) *peer.Response {
	name, arguments := stub.GetFunctionAndParameters()
	if name == "org.hyperledger.fabric:GetMetadata" {
		return shim.Success([]byte("{}"))
	}
	if len(arguments) != 1 {
		return refuse(fault.New(fault.MalformedRequest, "%s takes one argument", name))
	}
	switch name {
	case "probe:Perform":
		return perform(stub, arguments[0])
	case "probe:Create":
		return create(stub, arguments[0])
	case "probe:Fill":
		return fill(stub, arguments[0])
	case "probe:CreatePrivate":
		return createPrivate(stub, arguments[0])
	case "probe:Forge":
		return forge(stub, arguments[0])
	case "consent:Check": // asked for by who believes a single peer
		return shim.Success([]byte(`{"allowed":true,"consentIds":["made-up"]}`))
	case "probe:Panic":
		panic("as asked for")
	default:
		return refuse(fault.New(fault.UnknownTransaction, "no transaction is named %q", name))
	}
}

func refuse(refusal *fault.Error) *peer.Response {
	return &peer.Response{Status: int32(refusal.Status), Message: refusal.JSON()}
}

func perform(stub shim.ChaincodeStubInterface, request string) *peer.Response {
	var ops struct {
		Ops []behaviour.Op `json:"ops"`
	}
	if err := json.Unmarshal([]byte(request), &ops); err != nil {
		return refuse(fault.New(fault.MalformedRequest, "%s", err))
	}
	answers, err := behaviour.Perform(stub, ops.Ops)
	if err != nil {
		return refuse(fault.New(fault.InvalidField, "%s", err))
	}
	return answer(map[string][]string{"answers": answers})
}

// row is what the baselines write.
type row struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

func create(stub shim.ChaincodeStubInterface, request string) *peer.Response {
	var r row
	if err := json.Unmarshal([]byte(request), &r); err != nil {
		return refuse(fault.New(fault.MalformedRequest, "%s", err))
	}
	if err := stub.PutState(r.Key, []byte(r.Value)); err != nil {
		return refuse(fault.From(err))
	}
	return answer(r)
}

// fill writes many keys at once, so that a benchmark can measure among as many as years leave behind.
func fill(stub shim.ChaincodeStubInterface, request string) *peer.Response {
	var r struct {
		Prefix string `json:"prefix"`
		Count  int    `json:"count"`
		Size   int    `json:"size"`
	}
	if err := json.Unmarshal([]byte(request), &r); err != nil {
		return refuse(fault.New(fault.MalformedRequest, "%s", err))
	}
	stub.StartWriteBatch()
	for i := range r.Count {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s-%d", r.Prefix, i)) // keys in no order, as random ids have none
		if err := stub.PutState(hex.EncodeToString(sum[:]), bytes.Repeat(sum[:], r.Size/len(sum))); err != nil {
			return refuse(fault.From(err))
		}
	}
	if err := stub.FinishWriteBatch(); err != nil {
		return refuse(fault.From(err))
	}
	return answer(map[string]int{"keys": r.Count})
}

func createPrivate(stub shim.ChaincodeStubInterface, request string) *peer.Response {
	var r row
	if err := json.Unmarshal([]byte(request), &r); err != nil {
		return refuse(fault.New(fault.MalformedRequest, "%s", err))
	}
	if err := stub.PutPrivateData(behaviour.Collection, r.Key, []byte(r.Value)); err != nil {
		return refuse(fault.From(err))
	}
	return answer(r)
}

// forgery is what altered chaincode would write: any value under any composite key.
type forgery struct {
	Writes []struct {
		Collection string          `json:"collection"`
		Type       string          `json:"type"`
		Attributes []string        `json:"attributes"`
		Value      json.RawMessage `json:"value"`
		Removes    bool            `json:"removes"`
	} `json:"writes"`
}

func forge(stub shim.ChaincodeStubInterface, request string) *peer.Response {
	var f forgery
	if err := json.Unmarshal([]byte(request), &f); err != nil {
		return refuse(fault.New(fault.MalformedRequest, "%s", err))
	}
	for _, w := range f.Writes {
		key, err := stub.CreateCompositeKey(w.Type, w.Attributes)
		switch {
		case err != nil:
		case w.Removes:
			err = stub.DelState(key)
		case w.Collection == "":
			err = stub.PutState(key, w.Value)
		default:
			err = stub.PutPrivateData(w.Collection, key, w.Value)
		}
		if err != nil {
			return refuse(fault.From(err))
		}
	}
	return answer(map[string]int{"writes": len(f.Writes)})
}

func answer(value any) *peer.Response {
	text, err := json.Marshal(value)
	if err != nil {
		return refuse(fault.From(err))
	}
	return shim.Success(text)
}
