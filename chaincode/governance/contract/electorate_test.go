// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/ledger/memory"
)

// organisation is one of the MSP's name with the root of the CA of that name.
func organisation(t *testing.T, msp, ca string) governance.Organisation {
	t.Helper()
	root, err := memory.Root(ca)
	require.NoError(t, err)
	return governance.Organisation{MSP: msp, Roots: []string{base64.StdEncoding.EncodeToString(root.Raw)}, Peers: true}
}

// admission is signed by the administrator of the CA's organisation.
func admission(t *testing.T, s *contracttest.Suite, joining governance.Organisation, ca string) governance.Admission {
	t.Helper()
	admitted := governance.Admission{Organisation: joining}
	admitted.Signature = s.SignMember(t, ca+"/admin", governance.AdmissionType, admitted.Payload(contracttest.Network))
	return admitted
}

// admitting are rules of version 2 that admit HarbourMSP.
func admitting(t *testing.T, s *contracttest.Suite) governance.Rules {
	t.Helper()
	rules := second()
	rules.Admitted = []governance.Admission{admission(t, s, organisation(t, "HarbourMSP", "HarbourMSP"), "HarbourMSP")}
	rules.Auditors = []string{"CityMSP", "HarbourMSP", "OversightMSP"}
	return rules
}

func adopted(t *testing.T, s *contracttest.Suite, rules governance.Rules, msps ...string) {
	t.Helper()
	for _, msp := range msps {
		approve(t, s, msp, rules)
	}
	require.Equal(t, rules, inForce(t, s).Rules)
}

func TestAnAdmittedOrganisationVotes(t *testing.T) {
	s := contracttest.Governed(t)
	rules := admitting(t, s)
	require.Equal(t, fault.Forbidden, s.Refuse(t, "HarbourMSP/admin", "governance:Approve", vote(t, s, "HarbourMSP", rules), nil).Code,
		"an organisation does not vote on its own admission")
	adopted(t, s, rules, "CityMSP", "OversightMSP", "UtilityMSP")

	third := rules
	third.Version, third.Auditors = 3, []string{"OversightMSP"}
	answer := approve(t, s, "HarbourMSP", third)
	require.Equal(t, []string{"HarbourMSP"}, answer.ApprovedBy)
	require.Equal(t, 3, answer.Needed, "more than half of five")
	adopted(t, s, third, "CityMSP", "UtilityMSP")

	fourth := third
	fourth.Version, fourth.Witnesses = 4, []string{"CityMSP", "HarbourMSP"}
	adopted(t, s, fourth, "HarbourMSP", "OversightMSP", "UtilityMSP")
	record := inForce(t, s)
	require.Len(t, record.Admissions, 1, "one earlier version admitted an organisation")
	require.Equal(t, []string{"HarbourMSP", "OversightMSP", "UtilityMSP"}, record.ApprovedBy)
}

// TestAnAdmittedOrganisationAddsARoot: its first roots are those of the version that admitted it.
func TestAnAdmittedOrganisationAddsARoot(t *testing.T) {
	s := contracttest.Governed(t)
	root, err := memory.Root("HarbourMSP renewed")
	require.NoError(t, err)
	payload := governance.RootPayload{NetworkID: contracttest.Network, MSP: "HarbourMSP", SHA256: governance.Fingerprint(root)}
	request := governance.AddRootRequest{
		Certificate: base64.StdEncoding.EncodeToString(root.Raw), Signature: s.SignMember(t, "HarbourMSP/admin", governance.RootType, payload),
	}
	require.Equal(t, fault.SignatureMissing, s.Refuse(t, "HarbourMSP/admin", "governance:AddRoot", request, nil).Code, "not admitted yet")
	adopted(t, s, admitting(t, s), "CityMSP", "OversightMSP", "UtilityMSP")
	s.Submit(t, "HarbourMSP/admin", "governance:AddRoot", request, nil)
}

// TestRulesThatAdmitBelongToTheNewMajority: two of five organisations that run peers cannot write what three decide.
func TestRulesThatAdmitBelongToTheNewMajority(t *testing.T) {
	s := contracttest.Governed(t)
	before := inForce(t, s)
	adopted(t, s, admitting(t, s), "CityMSP", "OversightMSP", "UtilityMSP")
	require.Equal(t, memory.EndorsementPolicyFailure, write(t, s, ledger.Key{Type: "governance.rules"}, before))
}

func TestAdmissionsAreRefused(t *testing.T) {
	for sentence, row := range map[string]struct {
		change func(*testing.T, *contracttest.Suite, *governance.Rules)
		code   fault.Code
	}{
		"without a signature": {func(_ *testing.T, _ *contracttest.Suite, r *governance.Rules) { r.Admitted[0].Signature = "" }, fault.SignatureMissing},
		"with the signature of another organisation's administrator": {func(t *testing.T, s *contracttest.Suite, r *governance.Rules) {
			r.Admitted[0] = admission(t, s, r.Admitted[0].Organisation, "CityMSP")
		}, fault.SignatureMissing},
		"with a root that the administrator did not sign": {func(t *testing.T, _ *contracttest.Suite, r *governance.Rules) {
			r.Admitted[0].Roots = append(r.Admitted[0].Roots, organisation(t, "HarbourMSP", "a forger").Roots...)
		}, fault.SignatureMissing},
		"with the signature of a member who is no administrator": {func(t *testing.T, s *contracttest.Suite, r *governance.Rules) {
			r.Admitted[0].Signature = s.SignMember(t, "HarbourMSP/steward", governance.AdmissionType, r.Admitted[0].Payload(contracttest.Network))
		}, fault.SignatureMissing},
		"with a signature for another network": {func(t *testing.T, s *contracttest.Suite, r *governance.Rules) {
			r.Admitted[0].Signature = s.SignMember(t, "HarbourMSP/admin", governance.AdmissionType, r.Admitted[0].Payload("another"))
		}, fault.SignatureMissing},
		"without a root": {func(_ *testing.T, _ *contracttest.Suite, r *governance.Rules) { r.Admitted[0].Roots = []string{} }, fault.InvalidField},
		"of an organisation of the founding": {func(t *testing.T, s *contracttest.Suite, r *governance.Rules) {
			r.Admitted[0] = admission(t, s, organisation(t, "CityMSP", "CityMSP of liars"), "CityMSP of liars")
		}, fault.InvalidField},
		"twice": {func(_ *testing.T, _ *contracttest.Suite, r *governance.Rules) {
			r.Admitted = append(r.Admitted, r.Admitted[0])
		}, fault.InvalidField},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := contracttest.Governed(t)
			rules := admitting(t, s)
			row.change(t, s, &rules)
			refusal := s.Refuse(t, "CityMSP/admin", "governance:Approve", vote(t, s, "CityMSP", rules), nil)
			require.Equal(t, row.code, refusal.Code, refusal.Message)
			require.Equal(t, "admitted", refusal.Details["field"])
		})
	}
}

// TestAnMSPIsAdmittedOnce: a later version keeps the entry as it is, so that no majority puts roots of its own in its place.
func TestAnMSPIsAdmittedOnce(t *testing.T) {
	for sentence, change := range map[string]func(*testing.T, *contracttest.Suite, *governance.Rules){
		"with other roots": func(t *testing.T, s *contracttest.Suite, r *governance.Rules) {
			r.Admitted = []governance.Admission{admission(t, s, organisation(t, "HarbourMSP", "HarbourMSP of liars"), "HarbourMSP of liars")}
		},
		"not at all": func(_ *testing.T, _ *contracttest.Suite, r *governance.Rules) { r.Admitted = nil },
	} {
		t.Run(sentence, func(t *testing.T) {
			s := contracttest.Governed(t)
			rules := admitting(t, s)
			adopted(t, s, rules, "CityMSP", "OversightMSP", "UtilityMSP")
			rules.Version, rules.Auditors = 3, []string{"OversightMSP"}
			change(t, s, &rules)
			refusal := s.Refuse(t, "CityMSP/admin", "governance:Approve", vote(t, s, "CityMSP", rules), nil)
			require.Equal(t, fault.InvalidField, refusal.Code)
			require.Equal(t, "admitted", refusal.Details["field"])
		})
	}
}

// TestAnAdmissionThatNobodyVotedForIsNotBelieved: liars leave the admission out of the history, or put one in that no majority voted for.
func TestAnAdmissionThatNobodyVotedForIsNotBelieved(t *testing.T) {
	honest := contracttest.Governed(t)
	rules := admitting(t, honest)
	adopted(t, honest, rules, "CityMSP", "OversightMSP", "UtilityMSP")
	third := rules
	third.Version = 3
	adopted(t, honest, third, "CityMSP", "HarbourMSP", "UtilityMSP")
	record := inForce(t, honest)
	for sentence, change := range map[string]func(*governance.Record){
		"left out":                 func(r *governance.Record) { r.Admissions = nil },
		"without a majority":       func(r *governance.Record) { r.Admissions[0].Votes = r.Admissions[0].Votes[:2] },
		"by votes for other rules": func(r *governance.Record) { r.Admissions[0].Auditors = []string{"CityMSP"} },
	} {
		t.Run(sentence, func(t *testing.T) {
			s := contracttest.New(t)
			forged := record
			forged.Admissions = append([]governance.Adoption{}, record.Admissions...)
			change(&forged)
			require.Equal(t, memory.Valid, write(t, s, ledger.FoundingKey, s.Founding))
			require.Equal(t, memory.Valid, write(t, s, ledger.Key{Type: "governance.rules"}, forged))
			require.Equal(t, fault.EvidenceInvalid, s.Refuse(t, "UtilityMSP/steward", "governance:Get", `{}`, nil).Code)
		})
	}
}
