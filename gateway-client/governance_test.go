// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/gateway-client/internal/gatewaytest"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// organisations are the CAs of the organisations in these tests.
type organisations map[string]gatewaytest.Organisation

// founded is what an honest peer answers: the founding record of two organisations, signed by both administrators.
func (o organisations) founded(t *testing.T) governance.FoundingView {
	t.Helper()
	record := governance.Founding{Schema: governance.SchemaVersion, NetworkID: gatewaytest.Network, Kind: governance.Development}
	for _, msp := range []string{"CityMSP", "UtilityMSP"} {
		root := o[msp].Root
		record.Organisations = append(record.Organisations, governance.Organisation{MSP: msp, Roots: []string{base64.StdEncoding.EncodeToString(root.Raw)}, Peers: true})
	}
	view := governance.FoundingView{Founding: record, SHA256: record.SHA256(), Signatures: governance.Signatures{At: time.Now()}}
	for _, msp := range record.Members() {
		view.Signatures.Signatures = append(view.Signatures.Signatures, o.signFounding(t, msp, "admin", record))
	}
	return view
}

func (o organisations) signFounding(t *testing.T, msp, unit string, record governance.Founding) string {
	t.Helper()
	key, certificate := o[msp].Issue(t, unit)
	compact, err := signing.SignMember(key, []*x509.Certificate{certificate}, governance.FoundingType, record)
	require.NoError(t, err)
	return compact
}

func TestTheClientBelievesNoFoundingRecordByItself(t *testing.T) {
	o := organisations{"CityMSP": gatewaytest.NewOrganisation(t, "city"), "UtilityMSP": gatewaytest.NewOrganisation(t, "utility")}
	for sentence, row := range map[string]struct {
		change func(*governance.FoundingView)
		code   fault.Code
	}{
		"a record that all signed is taken":       {func(*governance.FoundingView) {}, ""},
		"a record for another network is refused": {func(v *governance.FoundingView) { v.Founding.NetworkID = strings.Repeat("00", 32) }, fault.WrongNetwork},
		"a record that was changed is refused":    {func(v *governance.FoundingView) { v.Founding.Rules.Authorities = []string{"CityMSP"} }, fault.EvidenceInvalid},
		"a record without a signature is refused": {func(v *governance.FoundingView) { v.Signatures.Signatures = v.Signatures.Signatures[:1] }, fault.EvidenceInvalid},
		"a record that a client signed is refused": {func(v *governance.FoundingView) {
			v.Signatures.Signatures[1] = o.signFounding(t, "UtilityMSP", "client", v.Founding)
		}, fault.EvidenceInvalid},
		"a record that one signed twice is refused": {func(v *governance.FoundingView) { v.Signatures.Signatures[1] = v.Signatures.Signatures[0] }, fault.EvidenceInvalid},
		"a record whose root was changed is refused": {func(v *governance.FoundingView) {
			v.Founding.Organisations[1].Roots = v.Founding.Organisations[0].Roots
		}, fault.EvidenceInvalid},
	} {
		t.Run(sentence, func(t *testing.T) {
			view := o.founded(t)
			row.change(&view)
			c := connectTo(t, &gatewaytest.Ledger{Execute: func(gatewaytest.Call) ([]byte, error) { return json.Marshal(view) }})
			_, err := c.Governance().GetFounding(t.Context())
			if row.code == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, row.code)
		})
	}
}
