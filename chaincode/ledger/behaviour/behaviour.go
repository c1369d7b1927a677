// SPDX-License-Identifier: Apache-2.0

// Package behaviour is the table that keeps the in-memory ledger honest: anything that a chaincode sees of a peer,
// written down as transactions and what each must answer. The same table runs against the in-memory ledger in unit
// tests and against a real peer in the network tests.
package behaviour

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/hyperledger/fabric-chaincode-go/v2/pkg/statebased"
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
)

// ObjectType is the type of all keys that the table uses.
const ObjectType = "behaviour"

// Op is one call of the stub.
type Op struct {
	// Do is get, put, delete, scan, page, fill (as many keys below Key as Value counts, from another number on: "0
	// 5000"). Or it is count (what a scan finds), getPrivate, putPrivate, hashPrivate, policy, begin (a write batch) or
	// finish.
	Do string `json:"do"`
	// Key names the attributes of a composite key, separated by "/"; several keys, separated by spaces, for reads of many.
	Key string `json:"key,omitempty"`
	// Collection names the private collection.
	Collection string `json:"collection,omitempty"`
	// Value is what to write; for policy the MSPs that must endorse; for page the key whose name is the bookmark.
	Value string `json:"value,omitempty"`
}

// Perform calls the stub once for each operation and returns what each answered: values joined by spaces, "-" for nothing, "error" for an error.
func Perform(stub shim.ChaincodeStubInterface, ops []Op) ([]string, error) {
	answers := make([]string, len(ops))
	for i, op := range ops {
		perform, known := operations[op.Do]
		if !known {
			return nil, fmt.Errorf("unknown operation %q", op.Do)
		}
		answer, err := perform(stub, op)
		if err != nil {
			answer = "error"
		}
		answers[i] = answer
	}
	return answers, nil
}

var operations = map[string]func(shim.ChaincodeStubInterface, Op) (string, error){
	"get": get,
	"put": func(s shim.ChaincodeStubInterface, op Op) (string, error) {
		return "", s.PutState(key(op.Key), []byte(op.Value))
	},
	"delete":      func(s shim.ChaincodeStubInterface, op Op) (string, error) { return "", s.DelState(key(op.Key)) },
	"fill":        fill,
	"scan":        scan,
	"count":       count,
	"page":        page,
	"getPrivate":  getPrivate,
	"putPrivate":  putPrivate,
	"hashPrivate": hashPrivate,
	"policy":      policy,
	"begin":       func(s shim.ChaincodeStubInterface, _ Op) (string, error) { s.StartWriteBatch(); return "", nil },
	"finish":      func(s shim.ChaincodeStubInterface, _ Op) (string, error) { return "", s.FinishWriteBatch() },
}

func key(path string) string {
	if path == "" {
		return ""
	}
	name, err := shim.CreateCompositeKey(ObjectType, strings.Split(path, "/"))
	if err != nil {
		return ""
	}
	return name
}

func keys(paths string) (names []string) {
	for path := range strings.FieldsSeq(paths) {
		names = append(names, key(path))
	}
	return names
}

func get(stub shim.ChaincodeStubInterface, op Op) (string, error) {
	values, err := stub.GetMultipleStates(keys(op.Key)...)
	return show(values), err
}

func getPrivate(stub shim.ChaincodeStubInterface, op Op) (string, error) {
	values, err := stub.GetMultiplePrivateData(op.Collection, keys(op.Key)...)
	return show(values), err
}

func putPrivate(stub shim.ChaincodeStubInterface, op Op) (string, error) {
	return "", stub.PutPrivateData(op.Collection, key(op.Key), []byte(op.Value))
}

func hashPrivate(stub shim.ChaincodeStubInterface, op Op) (string, error) {
	hash, err := stub.GetPrivateDataHash(op.Collection, key(op.Key))
	if len(hash) == 0 {
		return "-", err
	}
	return hex.EncodeToString(hash)[:8], err
}

func policy(stub shim.ChaincodeStubInterface, op Op) (string, error) {
	endorsement, err := statebased.NewStateEP(nil)
	if err != nil {
		return "", err
	}
	if err := endorsement.AddOrgs(statebased.RoleTypePeer, strings.Fields(op.Value)...); err != nil {
		return "", err
	}
	bytes, err := endorsement.Policy()
	if err != nil {
		return "", err
	}
	return "", stub.SetStateValidationParameter(key(op.Key), bytes)
}

func scan(stub shim.ChaincodeStubInterface, op Op) (string, error) {
	rows, err := stub.GetStateByPartialCompositeKey(ObjectType, strings.Split(op.Key, "/"))
	if err != nil {
		return "", err
	}
	return read(rows)
}

func fill(stub shim.ChaincodeStubInterface, op Op) (string, error) {
	var first, many int
	if _, err := fmt.Sscan(op.Value, &first, &many); err != nil {
		return "", err
	}
	stub.StartWriteBatch()
	for i := range many {
		if err := stub.PutState(key(fmt.Sprintf("%s/%07d", op.Key, first+i)), []byte(`{}`)); err != nil {
			return "", err
		}
	}
	return "", stub.FinishWriteBatch()
}

func count(stub shim.ChaincodeStubInterface, op Op) (string, error) {
	rows, err := stub.GetStateByPartialCompositeKey(ObjectType, strings.Split(op.Key, "/"))
	if err != nil {
		return "", err
	}
	found := 0
	for rows.HasNext() {
		if _, err := rows.Next(); err != nil {
			return "", err
		}
		found++
	}
	return strconv.Itoa(found), rows.Close()
}

// page reads two rows and shows with "…" that there are more.
func page(stub shim.ChaincodeStubInterface, op Op) (string, error) {
	rows, meta, err := stub.GetStateByPartialCompositeKeyWithPagination(ObjectType, strings.Split(op.Key, "/"), 2, key(op.Value))
	if err != nil {
		return "", err
	}
	shown, err := read(rows)
	if meta.GetBookmark() != "" {
		shown += " …"
	}
	return shown, err
}

func read(rows shim.StateQueryIteratorInterface) (string, error) {
	var values [][]byte
	for rows.HasNext() {
		row, err := rows.Next()
		if err != nil {
			return "", err
		}
		values = append(values, row.GetValue())
	}
	return show(values), rows.Close()
}

func show(values [][]byte) string {
	shown := make([]string, len(values))
	for i, value := range values {
		shown[i] = string(value)
		if value == nil {
			shown[i] = "-"
		}
	}
	return strings.Join(shown, " ")
}
