// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/ledger/memory"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// second are rules that name the city as an auditor, too.
func second() governance.Rules {
	return governance.Rules{
		Version: 2, Authorities: []string{"OversightMSP"}, Auditors: []string{"CityMSP", "OversightMSP"}, Witnesses: []string{"CityMSP", "OversightMSP"},
	}
}

// vote is the request of an administrator who signs for rules.
func vote(t *testing.T, s *contracttest.Suite, msp string, rules governance.Rules) governance.ApproveRequest {
	t.Helper()
	signature := s.SignMember(t, msp+"/admin", governance.VoteType, rules.Payload(contracttest.Network))
	return governance.ApproveRequest{Rules: rules, Signature: signature}
}

func approve(t *testing.T, s *contracttest.Suite, msp string, rules governance.Rules) governance.ApproveAnswer {
	t.Helper()
	return contracttest.Answer[governance.ApproveAnswer](t, s.Submit(t, msp+"/admin", "governance:Approve", vote(t, s, msp, rules), nil))
}

func inForce(t *testing.T, s *contracttest.Suite) governance.Record {
	t.Helper()
	return contracttest.Answer[governance.Record](t, s.Submit(t, "CityMSP/steward", "governance:Get", `{}`, nil))
}

func TestTheNetworkIsFoundedByTheRecordThatAllSigned(t *testing.T) {
	s := contracttest.New(t)
	require.Equal(t, fault.NetworkNotFounded, s.Refuse(t, "CityMSP/steward", "governance:Get", `{}`, nil).Code)
	require.Equal(t, fault.NetworkNotFounded, contracttest.NewResident(t).Refused(t, s, "consent:WithdrawAll", map[string]int{"number": 1}).Code,
		"without the founding record no signed request is accepted")
	s.Submit(t, "UtilityMSP/admin", "governance:Found", s.FoundRequest(t), nil)
	require.Equal(t, "governance.NetworkFounded", s.Events[0].Name)

	record := inForce(t, s)
	require.Equal(t, 1, record.Version)
	require.Equal(t, contracttest.MSPs, record.ApprovedBy)
	require.Equal(t, s.Founding.Rules, record.Rules)
	view := contracttest.Answer[governance.FoundingView](t, s.Submit(t, "CityMSP/steward", "governance:GetFounding", `{}`, nil))
	require.Equal(t, s.Founding, view.Founding)
	require.Len(t, view.Signatures.Signatures, 4)

	keys := s.Keys()
	s.Submit(t, "CityMSP/admin", "governance:Found", s.FoundRequest(t), nil)
	require.Equal(t, keys, s.Keys(), "founding by the same record again changes nothing")
}

func TestFoundingIsRefused(t *testing.T) {
	for sentence, row := range map[string]struct {
		as     string
		change func(*testing.T, *contracttest.Suite, *governance.FoundRequest)
		code   fault.Code
		field  string
	}{
		"by who is no administrator": {"CityMSP/steward", func(*testing.T, *contracttest.Suite, *governance.FoundRequest) {}, fault.Forbidden, ""},
		"by another record than the server's administrator signed": {"CityMSP/admin", func(_ *testing.T, _ *contracttest.Suite, r *governance.FoundRequest) {
			r.Founding.Rules.Auditors = []string{"CityMSP"}
		}, fault.WrongNetwork, "founding"},
		"without the signature of one organisation": {"CityMSP/admin", func(_ *testing.T, _ *contracttest.Suite, r *governance.FoundRequest) {
			r.Signatures = r.Signatures[:3]
		}, fault.SignatureMissing, "signatures"},
		"with the signature of a member who is no administrator": {"CityMSP/admin", func(t *testing.T, s *contracttest.Suite, r *governance.FoundRequest) {
			r.Signatures[3] = s.SignMember(t, "UtilityMSP/steward", governance.FoundingType, s.Founding)
		}, fault.SignatureMissing, "signatures"},
		"with one organisation's signature in the place of another's": {"CityMSP/admin", func(_ *testing.T, _ *contracttest.Suite, r *governance.FoundRequest) {
			r.Signatures[3] = r.Signatures[0]
		}, fault.SignatureMissing, "signatures"},
		"with a signature over another record": {"CityMSP/admin", func(t *testing.T, s *contracttest.Suite, r *governance.FoundRequest) {
			other := s.Founding
			other.Kind = governance.Production
			r.Signatures[3] = s.SignMember(t, "UtilityMSP/admin", governance.FoundingType, other)
		}, fault.SignatureMissing, "signatures"},
		"with a signature of another type": {"CityMSP/admin", func(t *testing.T, s *contracttest.Suite, r *governance.FoundRequest) {
			r.Signatures[3] = s.SignMember(t, "UtilityMSP/admin", governance.VoteType, s.Founding)
		}, fault.SignatureMissing, "signatures"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := contracttest.New(t)
			request := s.FoundRequest(t)
			row.change(t, s, &request)
			refusal := s.Refuse(t, row.as, "governance:Found", request, nil)
			require.Equal(t, row.code, refusal.Code)
			require.Equal(t, row.field, refusal.Details["field"])
		})
	}
}

// TestALedgerFoundedByOthersIsRefused has two organisations with altered chaincode write a founding record before the honest ones do.
func TestALedgerFoundedByOthersIsRefused(t *testing.T) {
	s := contracttest.New(t)
	forged := s.Founding
	forged.Rules.Authorities = []string{"CityMSP"}
	write(t, s, ledger.FoundingKey, forged)
	require.Equal(t, fault.WrongNetwork, s.Refuse(t, "UtilityMSP/steward", "governance:Get", `{}`, nil).Code)
	require.Equal(t, fault.WrongNetwork, contracttest.NewResident(t).Refused(t, s, "consent:WithdrawAll", map[string]int{"number": 1}).Code)
}

// write has two organisations with altered chaincode write a record.
func write(t *testing.T, s *contracttest.Suite, key ledger.Key, record any) string {
	t.Helper()
	identity, err := memory.NewIdentity("CityMSP", "client", "steward")
	require.NoError(t, err)
	tx := s.Begin(identity, nil, "altered")
	tx.Endorsers = []string{"CityMSP", "CommunityMSP"}
	name, err := tx.CreateCompositeKey(key.Type, key.Attributes)
	require.NoError(t, err)
	text, err := json.Marshal(record)
	require.NoError(t, err)
	if own, canonical := record.(ledger.Encoder); canonical {
		text = own.Encode()
	}
	require.NoError(t, tx.PutState(name, text))
	return s.Commit(tx)
}

func TestRulesTakeEffectWithTheMajority(t *testing.T) {
	s := contracttest.Governed(t)
	for votes, msp := range []string{"CityMSP", "UtilityMSP"} {
		answer := approve(t, s, msp, second())
		require.False(t, answer.Effective)
		require.Len(t, answer.ApprovedBy, votes+1)
		require.Equal(t, 3, answer.Needed)
	}
	require.Equal(t, 1, inForce(t, s).Version)

	require.True(t, approve(t, s, "OversightMSP", second()).Effective)
	record := inForce(t, s)
	require.Equal(t, []string{"CityMSP", "OversightMSP", "UtilityMSP"}, record.ApprovedBy)
	require.Equal(t, []string{"CityMSP", "OversightMSP"}, record.Auditors)
	require.Equal(t, []string{"governance.RulesApproved", "governance.RulesApproved", "governance.RulesAdopted"},
		[]string{s.Events[0].Name, s.Events[1].Name, s.Events[2].Name})

	keys := s.Keys()
	approve(t, s, "CommunityMSP", second())
	require.Equal(t, keys, s.Keys(), "approving what is in force changes nothing")
}

func TestOneOrganisationCannotVoteTwice(t *testing.T) {
	s := contracttest.Governed(t)
	for range 3 {
		approve(t, s, "CityMSP", second())
	}
	require.Equal(t, 1, inForce(t, s).Version)
}

func TestVotesForOtherRulesDoNotCount(t *testing.T) {
	s := contracttest.Governed(t)
	approve(t, s, "CityMSP", second())
	approve(t, s, "UtilityMSP", second())
	other := second()
	other.Authorities = []string{"CityMSP"}
	answer := approve(t, s, "OversightMSP", other)
	require.False(t, answer.Effective)
	require.Equal(t, []string{"OversightMSP"}, answer.ApprovedBy)
}

// TestTwoLiarsCannotGovern has two organisations with altered chaincode write what they like: no reader believes it.
func TestTwoLiarsCannotGovern(t *testing.T) {
	voteKey := func(msp string) ledger.Key {
		return ledger.Key{Type: "governance.vote", Attributes: []string{"2", msp}}
	}
	t.Run("a vote in another's name is not counted", func(t *testing.T) {
		s := contracttest.Governed(t)
		own := vote(t, s, "CityMSP", second())
		for _, msp := range []string{"UtilityMSP", "OversightMSP"} {
			forged := governance.Vote{Schema: 1, Rules: second(), Ballot: governance.Ballot{MSP: msp, Signature: own.Signature, At: s.Now}}
			require.Equal(t, memory.Valid, write(t, s, voteKey(msp), forged))
		}
		answer := approve(t, s, "CommunityMSP", second())
		require.Equal(t, []string{"CommunityMSP"}, answer.ApprovedBy)
		require.False(t, answer.Effective)
	})
	t.Run("a version that they write themselves is refused by the ledger", func(t *testing.T) {
		s := contracttest.Governed(t)
		forged := governance.Record{Schema: 1, Adoption: governance.Adoption{Rules: second(), Since: s.Now}, ApprovedBy: []string{"CityMSP", "CommunityMSP", "UtilityMSP"}}
		require.Equal(t, memory.EndorsementPolicyFailure, write(t, s, ledger.Key{Type: "governance.rules"}, forged))
		require.Equal(t, 1, inForce(t, s).Version)
	})
	t.Run("a version that got there all the same is not believed", func(t *testing.T) {
		s := contracttest.New(t)
		forged := governance.Record{Schema: 1, Adoption: governance.Adoption{Rules: second(), Since: s.Now}, ApprovedBy: []string{"CityMSP", "CommunityMSP", "UtilityMSP"}}
		for _, msp := range forged.ApprovedBy {
			forged.Votes = append(forged.Votes, governance.Ballot{MSP: msp, Signature: vote(t, s, "CityMSP", second()).Signature, At: s.Now})
		}
		require.Equal(t, memory.Valid, write(t, s, ledger.FoundingKey, s.Founding), "as the founding record is public")
		require.Equal(t, memory.Valid, write(t, s, ledger.Key{Type: "governance.rules"}, forged))
		require.Equal(t, fault.EvidenceInvalid, s.Refuse(t, "UtilityMSP/steward", "governance:Get", `{}`, nil).Code)
	})
	t.Run("rules of the first version other than the founding record's are not believed", func(t *testing.T) {
		s := contracttest.New(t)
		forged := governance.Record{Schema: 1, Adoption: governance.Adoption{Rules: second(), Since: s.Now}}
		forged.Version = 1
		require.Equal(t, memory.Valid, write(t, s, ledger.FoundingKey, s.Founding))
		require.Equal(t, memory.Valid, write(t, s, ledger.Key{Type: "governance.rules"}, forged))
		require.Equal(t, fault.EvidenceInvalid, s.Refuse(t, "UtilityMSP/steward", "governance:Get", `{}`, nil).Code)
	})
	t.Run("a rollback to an earlier version is refused by the ledger", func(t *testing.T) {
		s := contracttest.Governed(t)
		before := inForce(t, s)
		for _, msp := range []string{"CityMSP", "UtilityMSP", "OversightMSP"} {
			approve(t, s, msp, second())
		}
		require.Equal(t, memory.EndorsementPolicyFailure, write(t, s, ledger.Key{Type: "governance.rules"}, before))
		require.Equal(t, 2, inForce(t, s).Version)
	})
}

func TestAnOrganisationAddsARoot(t *testing.T) {
	s := contracttest.Governed(t)
	root, err := memory.Root("CityMSP of next year")
	require.NoError(t, err)
	payload := governance.RootPayload{NetworkID: contracttest.Network, MSP: "CityMSP", SHA256: governance.Fingerprint(root)}
	request := governance.AddRootRequest{
		Certificate: base64.StdEncoding.EncodeToString(root.Raw), Signature: s.SignMember(t, "CityMSP/admin", governance.RootType, payload),
	}
	require.Equal(t, fault.SignatureMissing, s.Refuse(t, "UtilityMSP/admin", "governance:AddRoot", request, nil).Code, "another organisation's signature")
	require.Equal(t, fault.Forbidden, s.Refuse(t, "CityMSP/steward", "governance:AddRoot", request, nil).Code)
	s.Submit(t, "CityMSP/admin", "governance:AddRoot", request, nil)
	keys := s.Keys()
	s.Submit(t, "CityMSP/admin", "governance:AddRoot", request, nil)
	require.Equal(t, keys, s.Keys())
}

// TestAMemberUnderALaterRootSigns: the signature counts once the root was added, for its own organisation and no other.
func TestAMemberUnderALaterRootSigns(t *testing.T) {
	s := contracttest.Governed(t)
	root, err := memory.Root("CityMSP renewed")
	require.NoError(t, err)
	administrator, err := memory.NewIdentity("CityMSP renewed", "admin")
	require.NoError(t, err)
	signature, err := signing.SignMember(administrator.Key, []*x509.Certificate{administrator.Certificate}, governance.VoteType, second().Payload(contracttest.Network))
	require.NoError(t, err)
	ballot := governance.ApproveRequest{Rules: second(), Signature: signature}
	require.Equal(t, fault.SignatureMissing, s.Refuse(t, "CityMSP/admin", "governance:Approve", ballot, nil).Code)

	payload := governance.RootPayload{NetworkID: contracttest.Network, MSP: "CityMSP", SHA256: governance.Fingerprint(root)}
	s.Submit(t, "CityMSP/admin", "governance:AddRoot", governance.AddRootRequest{
		Certificate: base64.StdEncoding.EncodeToString(root.Raw), Signature: s.SignMember(t, "CityMSP/admin", governance.RootType, payload),
	}, nil)
	require.Equal(t, fault.SignatureMissing, s.Refuse(t, "UtilityMSP/admin", "governance:Approve", ballot, nil).Code, "another organisation's root")
	answer := contracttest.Answer[governance.ApproveAnswer](t, s.Submit(t, "CityMSP/admin", "governance:Approve", ballot, nil))
	require.Equal(t, []string{"CityMSP"}, answer.ApprovedBy)
}

// TestARootThatLiarsAddCountsForNothing: a later root needs the signature of an administrator under one that counts.
func TestARootThatLiarsAddCountsForNothing(t *testing.T) {
	s := contracttest.Governed(t)
	root, err := memory.Root("UtilityMSP made up")
	require.NoError(t, err)
	administrator, err := memory.NewIdentity("UtilityMSP made up", "admin")
	require.NoError(t, err)
	sign := func(typ string, payload any) string {
		compact, err := signing.SignMember(administrator.Key, []*x509.Certificate{administrator.Certificate}, typ, payload)
		require.NoError(t, err)
		return compact
	}
	payload := governance.RootPayload{NetworkID: contracttest.Network, MSP: "UtilityMSP", SHA256: governance.Fingerprint(root)}
	forged := governance.Root{
		Schema: 1, MSP: "UtilityMSP", Certificate: base64.StdEncoding.EncodeToString(root.Raw), Signature: sign(governance.RootType, payload), At: s.Now,
	}
	require.Equal(t, memory.Valid, write(t, s, ledger.Key{Type: "governance.root", Attributes: []string{"UtilityMSP", payload.SHA256, "0"}}, forged))
	ballot := governance.ApproveRequest{Rules: second(), Signature: sign(governance.VoteType, second().Payload(contracttest.Network))}
	require.Equal(t, fault.SignatureMissing, s.Refuse(t, "UtilityMSP/admin", "governance:Approve", ballot, nil).Code)
}

func TestRefusals(t *testing.T) {
	for sentence, row := range map[string]struct {
		as     string
		change func(*governance.Rules)
		code   fault.Code
		field  string
	}{
		"a client of an organisation, whatever its role":      {"CityMSP/steward,authority", func(*governance.Rules) {}, fault.Forbidden, ""},
		"a signature of another organisation's administrator": {"UtilityMSP/admin", func(*governance.Rules) {}, fault.SignatureMissing, "signature"},
		"an organisation outside the network":                 {"CityMSP/admin", func(r *governance.Rules) { r.Authorities = []string{"MalloryMSP"} }, fault.InvalidField, "authorities"},
		"a witness outside the network":                       {"CityMSP/admin", func(r *governance.Rules) { r.Witnesses = []string{"MalloryMSP"} }, fault.InvalidField, "witnesses"},
		"a version that skips one":                            {"CityMSP/admin", func(r *governance.Rules) { r.Version = 3 }, fault.IllegalTransition, "version"},
		"version zero":                                        {"CityMSP/admin", func(r *governance.Rules) { r.Version = 0 }, fault.OutOfRange, "version"},
		"no auditors":                                         {"CityMSP/admin", func(r *governance.Rules) { r.Auditors = []string{} }, fault.InvalidField, "auditors"},
		"authorities out of order":                            {"CityMSP/admin", func(r *governance.Rules) { r.Authorities = []string{"UtilityMSP", "CityMSP"} }, fault.InvalidField, "authorities"},
		"an authority named twice":                            {"CityMSP/admin", func(r *governance.Rules) { r.Authorities = []string{"CityMSP", "CityMSP"} }, fault.InvalidField, "authorities"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := contracttest.Governed(t)
			rules := second()
			row.change(&rules)
			refusal := s.Refuse(t, row.as, "governance:Approve", vote(t, s, "CityMSP", rules), nil)
			require.Equal(t, row.code, refusal.Code, refusal.Message)
			require.Equal(t, row.field, refusal.Details["field"])
		})
	}
}

// TestACallThroughAnotherChaincodeIsRefused has another chaincode of the channel call this one.
func TestACallThroughAnotherChaincodeIsRefused(t *testing.T) {
	s := contracttest.Governed(t)
	require.Equal(t, fault.Forbidden, s.CallThrough(t, "other", "CityMSP/steward", "governance:Get", `{}`).Code)
	require.Nil(t, s.CallThrough(t, "smartb", "CityMSP/steward", "governance:Get", `{}`))
}
