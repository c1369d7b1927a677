// SPDX-License-Identifier: Apache-2.0

package ledger_test

import (
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/ledger"
)

// answering is a stub that answers every public key with the same value and counts what it is asked for.
type answering struct {
	shim.ChaincodeStubInterface
	value string
	asked []string
}

func (a *answering) CreateCompositeKey(objectType string, attributes []string) (string, error) {
	return shim.CreateCompositeKey(objectType, attributes)
}

func (a *answering) GetMultipleStates(keys ...string) ([][]byte, error) {
	a.asked = append(a.asked, keys...)
	answer := make([][]byte, len(keys))
	for i := range answer {
		if a.value != "" {
			answer[i] = []byte(a.value)
		}
	}
	return answer, nil
}

func TestAKeyThatIsGivenSeveralTimesIsReadOnce(t *testing.T) {
	first, second := ledger.Key{Type: "t", Attributes: []string{"1"}}, ledger.Key{Type: "t", Attributes: []string{"2"}}
	type record struct {
		N int `json:"n"`
	}
	for sentence, value := range map[string]string{"what exists is shared": `{"n":7}`, "what does not exist is nil": ""} {
		stub := &answering{value: value}
		l := ledger.New(stub)
		for range 2 { // what is known is not asked for again
			records, err := ledger.GetMany[record](l, []ledger.Key{first, second, first})
			require.NoError(t, err, sentence)
			require.Len(t, records, 3, sentence)
			require.Same(t, records[0], records[2], sentence)
			if value == "" {
				require.Nil(t, records[1], sentence)
			} else {
				require.Equal(t, record{7}, *records[1], sentence)
			}
			require.Len(t, stub.asked, 2, sentence)
		}
	}
}
