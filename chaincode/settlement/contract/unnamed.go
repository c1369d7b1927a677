// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/fault"
)

// The queries that tell what the error of a submitted transaction keeps to itself.
const (
	queryMeterDays = "settlement:CheckMeterDays"
	queryKeyDay    = "settlement:CheckKeyDay"
	queryDay       = "settlement:CheckDay"
)

// unnamed is the error of a submitted transaction for something in its private input or in the readings: it keeps the
// code, and names no member, day, interval or value. The query returns the details to those who may know them.
func unnamed(err error, query string) error {
	if err == nil {
		return nil
	}
	refusal := fault.From(err)
	switch refusal.Code {
	case fault.Internal, fault.Forbidden, fault.PrivateDataNotHere, fault.PrivateDataUnexpected:
		return err
	default:
		return fault.New(refusal.Code, "the private data were refused; %s tells which of them and why", query)
	}
}
