// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/internal/vectors"
)

// kantara is the schema of Kantara Consent Receipt 1.1, which `make vectors` fetches.
func kantara(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text := vectors.Read(t, "consent/kantara-cr-v1.1-schema.json")
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("kantara.json", document))
	schema, err := compiler.Compile("kantara.json")
	require.NoError(t, err)
	return schema
}

func receiptOf(t *testing.T, s *contracttest.Suite, p contracttest.Resident, format consent.Format) map[string]any {
	t.Helper()
	request := consent.ReceiptRequest{ConsentID: "c-1", Format: format}
	answer := s.Submit(t, relay, "consent:Receipt", p.Sign(t, s, "consent:Receipt", request), nil)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(answer))
	require.NoError(t, err)
	return document.(map[string]any)
}

// at is the object below the path of a receipt; a list's first entry stands for it.
func at(receipt map[string]any, path ...string) map[string]any {
	for _, name := range path {
		receipt = receipt[name].([]any)[0].(map[string]any)
	}
	return receipt
}

// TestConformance_KantaraReceipt also deletes each of the 23 required members and the name of the third party: the schema refuses all of them.
func TestConformance_KantaraReceipt(t *testing.T) {
	schema, s, alice := kantara(t), open(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	givenAt := s.Now
	s.Now = s.Now.Add(time.Second)
	deleted := 0
	for path, members := range map[string]string{
		"":                  "version jurisdiction consentTimestamp collectionMethod consentReceiptID piiPrincipalId piiControllers services policyUrl sensitive spiCat",
		"piiControllers":    "piiController contact address email phone",
		"services":          "service purposes",
		"services/purposes": "consentType purposeCategory piiCategory termination thirdPartyDisclosure thirdPartyName",
	} {
		for _, member := range strings.Fields(members) {
			receipt := receiptOf(t, s, alice, consent.KantaraFormat)
			require.NoError(t, schema.Validate(receipt))
			object := at(receipt, strings.FieldsFunc(path, func(r rune) bool { return r == '/' })...)
			require.Contains(t, object, member)
			delete(object, member)
			require.Error(t, schema.Validate(receipt), "%s without %s", path, member)
			deleted++
		}
	}
	require.Equal(t, 24, deleted)

	receipt := receiptOf(t, s, alice, consent.KantaraFormat)
	require.Equal(t, json.Number(strconv.FormatInt(givenAt.Unix(), 10)), receipt["consentTimestamp"], "in seconds")
	require.Equal(t, "EXPRESSED", at(receipt, "services", "purposes")["consentType"])
	verification := receipt["verification"].(map[string]any)
	require.Equal(t, "smartcity", verification["channel"])
	require.Len(t, verification["transactionId"], 64)
	notice := contracttest.Answer[consent.NoticeView](t, s.Submit(t, relay, "consent:GetNotice", consent.GetNoticeRequest{NoticeID: "sharing", Version: 1}, nil))
	require.Equal(t, notice.SHA256, verification["noticeSha256"])
}

func TestADPVReceiptTellsTheConsentsLife(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "consent:Withdraw", consent.DecisionRequest{ConsentID: "c-1"})
	receipt := receiptOf(t, s, alice, consent.DPVFormat)
	require.Equal(t, "dpv:ConsentReceipt", receipt["@type"])
	require.Equal(t, "https://w3id.org/dpv#", receipt["@context"].(map[string]any)["dpv"])
	record := receipt["dpv:hasRecordOfActivity"].(map[string]any)
	require.Equal(t, purpose, record["dpv:hasProcess"].(map[string]any)["dpv:hasPurpose"])
	var life []string
	for _, status := range record["dpv:hasConsentStatus"].([]any) {
		life = append(life, status.(map[string]any)["@type"].(string))
	}
	require.Equal(t, []string{"dpv:ConsentGiven", "dpv:ConsentWithdrawn"}, life)
	require.Equal(t, "WITHDRAWN", receipt["smartb:verification"].(map[string]any)["state"])
	require.NotContains(t, receipt, "piiControllers")
}

func TestOnlyTheResidentGetsTheReceiptAndOnlyOfAConsentThatWasGiven(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	s.Submit(t, steward, "consent:Request", consent.RequestConsentRequest{Subject: alice.Subject, Terms: give(s, "c-1").Terms}, nil)
	request := consent.ReceiptRequest{ConsentID: "c-1", Format: consent.KantaraFormat}
	require.Equal(t, fault.NotFound, s.Refuse(t, relay, "consent:Receipt", alice.Sign(t, s, "consent:Receipt", request), nil).Code)
	alice.Do(t, s, "consent:Give", give(s, "c-1"))
	request.Subject = alice.Subject
	require.Equal(t, fault.Forbidden, s.Refuse(t, relay, "consent:Receipt", contracttest.NewResident(t).Sign(t, s, "consent:Receipt", request), nil).Code)
}

// TestContactDataAppearOnlyWhereThePeerHoldsThem: the suite's peer is the utility's.
func TestContactDataAppearOnlyWhereThePeerHoldsThem(t *testing.T) {
	s, alice := open(t), contracttest.NewResident(t)
	private := consent.Private{Name: "Alice Marker", Salt: strings.Repeat("0a", 16)}
	hash, err := private.Hash()
	require.NoError(t, err)
	signed := give(s, "c-1")
	signed.PrivateSHA256 = hash
	alice.Do(t, s, "consent:Give", signed)
	request := consent.ReceiptRequest{ConsentID: "c-1", Format: consent.KantaraFormat}
	ask := func(as string) string {
		return string(s.Submit(t, as, "consent:Receipt", alice.Sign(t, s, "consent:Receipt", request), nil))
	}
	require.NotContains(t, ask(steward), "Marker", "not stored yet")
	s.Submit(t, steward, "consent:StorePrivate", consent.StorePrivateRequest{Subject: alice.Subject, ConsentID: "c-1"}, map[string]any{"private": private})
	require.Contains(t, ask(steward), `"name":"Alice Marker"`)
	require.NotContains(t, ask(relay), "Marker", "another organisation's relay")
	s.Peer = "CityMSP"
	require.NotContains(t, ask(steward), "Marker", "another organisation's peer")
}
