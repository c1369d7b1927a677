// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger/memory"
	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// write is what liars write.
type write struct {
	record     any
	objectType string
	attributes []string
}

// forge has two organisations run altered chaincode that writes what it is told, and answers whether the ledger takes it.
func forge(t testing.TB, s *contracttest.Suite, writes ...write) string {
	t.Helper()
	identity, err := memory.NewIdentity("CityMSP", "client", "steward")
	require.NoError(t, err)
	tx := s.Begin(identity, nil, "altered")
	tx.Endorsers = []string{"CityMSP", "CommunityMSP"}
	for _, w := range writes {
		key, err := tx.CreateCompositeKey(w.objectType, w.attributes)
		require.NoError(t, err)
		text, err := json.Marshal(w.record)
		require.NoError(t, err)
		require.NoError(t, tx.PutState(key, text))
	}
	return s.Commit(tx)
}

// roof has a resident offer data of her own that are about nobody, and the community take the offer as "CommunityMSP/a-1".
func roof(t testing.TB, s *contracttest.Suite, alice contracttest.Resident) (dataset, offer string) {
	t.Helper()
	own := grid()
	own.DatasetID, own.Owner, own.Publisher = alice.Subject+"/roof", alice.Subject, "CityMSP"
	alice.Do(t, s, "licensing:RegisterDataset", own)
	confirm(t, s, outsider, own)
	alice.Do(t, s, "licensing:PublishOffer", open(alice.Subject+"/o-a", own.DatasetID, policy()))
	quick(t, s, "1", alice.Subject+"/o-a")
	require.True(t, decide(t, s, ask("begin")).Permit)
	return own.DatasetID, alice.Subject + "/o-a"
}

// TestADatasetBorrowsNoConsent: a dataset's owner names a controller and a publisher that were not asked, and the consent that was given to that controller
// for other data.
func TestADatasetBorrowsNoConsent(t *testing.T) {
	s := offered(t, policy())
	alice := consented(t, s, 1)[0]
	d := loadProfiles()
	d.DatasetID, d.Owner, d.Publisher, d.Controller = "CityMSP/copy", "CityMSP", "UtilityMSP", "CommunityMSP"
	s.Submit(t, outsider, "licensing:RegisterDataset", d, nil)
	city := open("CityMSP/o-1", d.DatasetID, policy())
	require.Equal(t, fault.EvidenceInvalid, s.Refuse(t, outsider, "licensing:PublishOffer", city, nil).Code, "neither was asked")
	require.Equal(t, fault.Forbidden, s.Refuse(t, outsider, "licensing:ConfirmDataset", licensing.ConfirmDatasetRequest{Roles: d.Roles()}, nil).Code)
	confirm(t, s, provider, d)
	require.Equal(t, fault.EvidenceInvalid, s.Refuse(t, outsider, "licensing:PublishOffer", city, nil).Code, "the controller was not asked")
	require.Equal(t, []string{"CommunityMSP"}, contracttest.Answer[licensing.DatasetView](t,
		s.Submit(t, outsider, "licensing:GetDataset", licensing.DatasetRequest{DatasetID: d.DatasetID}, nil)).Unconfirmed)
	confirm(t, s, consumer, d)
	s.Submit(t, outsider, "licensing:PublishOffer", city, nil)
	quick(t, s, "9", "CityMSP/o-1")
	r := askFor("CommunityMSP/a-9", "CommunityMSP/d-9")
	r.Subjects = []string{alice.Subject}
	decision := decide(t, s, r)
	require.False(t, decision.Permit, "her consent is about other data")
	require.Equal(t, consent.ObjectNotCovered, decision.Subjects[0].Reasons[0].Code)

	t.Run("nor what somebody agreed to before it changed", func(t *testing.T) {
		old := d.Roles()
		d.Version, d.DataCategories = 2, []string{category, "smartb:Billing"}
		s.Submit(t, outsider, "licensing:UpdateDataset", d, nil)
		city.OfferID = "CityMSP/o-2"
		require.Equal(t, fault.EvidenceInvalid, s.Refuse(t, outsider, "licensing:PublishOffer", city, nil).Code)
		r.DecisionID = "CommunityMSP/d-10"
		require.Contains(t, codes(decide(t, s, r).Reasons), licensing.CauseUnconfirmed)
		require.Equal(t, fault.TermsMismatch, s.Refuse(t, consumer, "licensing:ConfirmDataset", licensing.ConfirmDatasetRequest{Roles: old}, nil).Code,
			"what was confirmed is not what it is now")
	})
	t.Run("nor a confirmation that liars write", func(t *testing.T) {
		own := loadProfiles()
		own.DatasetID, own.Owner, own.Publisher, own.Controller = "CityMSP/third", "CityMSP", "UtilityMSP", "UtilityMSP"
		s.Submit(t, outsider, "licensing:RegisterDataset", own, nil)
		forged := licensing.Confirmation{
			Schema: 1, DatasetID: own.DatasetID, By: "UtilityMSP", At: s.Now, Signature: s.SignMember(t, outsider, licensing.SignatureType, own.Roles()),
		}
		require.Equal(t, memory.Valid, forge(t, s, write{forged, "licensing.confirmation", []string{own.DatasetID, "UtilityMSP"}}))
		require.Equal(t, fault.EvidenceInvalid, s.Refuse(t, outsider, "licensing:PublishOffer", open("CityMSP/o-3", own.DatasetID, policy()), nil).Code)
	})
}

// TestAResumeThatWasHeldBackLiftsNoLaterSuspension: the consumer keeps her request, states that it did not work, and
// plays it after she suspended again.
func TestAResumeThatWasHeldBackLiftsNoLaterSuspension(t *testing.T) {
	s := offered(t, policy())
	alice := consented(t, s, 1)[0]
	roof(t, s, alice)
	follows := func() string { return agreement(t, s, "CommunityMSP/a-1").Endings[0].ID }
	suspend := licensing.SuspendAgreementRequest{AgreementID: "CommunityMSP/a-1"}
	early := alice.Sign(t, s, "licensing:SuspendAgreement", suspend)
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "licensing:SuspendAgreement", suspend)
	s.Now = s.Now.Add(time.Second)
	resume := licensing.ResumeAgreementRequest{AgreementID: "CommunityMSP/a-1", Follows: follows()}
	held := alice.Sign(t, s, "licensing:ResumeAgreement", resume)
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "licensing:ResumeAgreement", resume)
	require.True(t, decide(t, s, ask("CommunityMSP/d-1")).Permit)
	require.Equal(t, fault.SignedRequestStale, s.Refuse(t, consumer, "licensing:Relay", early, nil).Code, "she resumed after she had signed this suspension")
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "licensing:SuspendAgreement", suspend) // her last word
	s.Now = s.Now.Add(time.Second)
	require.Equal(t, fault.SignedRequestStale, s.Refuse(t, consumer, "licensing:Relay", held, nil).Code)
	require.False(t, decide(t, s, ask("CommunityMSP/d-2")).Permit)
}

// TestAClockThatIsAheadHoldsNobodyUp: peers accept clocks that are five minutes ahead; the other side's moves are raised to the record's time and marked.
func TestAClockThatIsAheadHoldsNobodyUp(t *testing.T) {
	s := licensed(t, policy())
	decide(t, s, ask("CommunityMSP/d-1"))
	s.Submit(t, processor, "licensing:RequestTransfer", licensing.RequestTransferRequest{TransferID: "CommunityMSP/s-1", DecisionID: "CommunityMSP/d-1"}, nil)
	move := licensing.TransferRequest{TransferID: "CommunityMSP/s-1"}
	s.Submit(t, delivers, "licensing:StartTransfer", move, nil)
	real := s.Now
	ahead := func(does func()) {
		s.Now = real.Add(4*time.Minute + 50*time.Second)
		does()
		s.Now = real
	}
	ahead(func() {
		s.Submit(t, processor, "licensing:SuspendTransfer", move, nil)
		s.Submit(t, processor, "licensing:StartTransfer", move, nil)
	})
	s.Submit(t, delivers, "licensing:SuspendTransfer", move, nil)
	transfer := contracttest.Answer[licensing.Transfer](t, s.Submit(t, delivers, "licensing:TerminateTransfer", move, nil))
	last := transfer.Events[len(transfer.Events)-1]
	require.True(t, last.TimeRaised)
	require.Equal(t, real.Add(4*time.Minute+50*time.Second), last.At)
	require.Equal(t, licensing.TransferTerminated, transfer.State)

	t.Run("in a negotiation and a licence", func(t *testing.T) {
		start := licensing.RequestContractRequest{Proposal: licensing.Proposal{NegotiationID: "CommunityMSP/n", DatasetID: "UtilityMSP/grid-load", OfferID: "UtilityMSP/o-1"}}
		ahead(func() { s.Submit(t, consumer, "licensing:RequestContract", start, nil) })
		agree := negotiation(t, s).Terms("UtilityMSP/a-1")
		agreed := contracttest.Answer[licensing.Agreement](t, s.Submit(t, provider, "licensing:Agree", agree, nil))
		require.Equal(t, real.Add(4*time.Minute+50*time.Second), agreed.Timestamp)
		s.Submit(t, provider, "licensing:TerminateNegotiation", licensing.TerminateNegotiationRequest{NegotiationID: "CommunityMSP/n"}, nil)
		require.True(t, negotiation(t, s).Events[2].TimeRaised)
		ahead(func() {
			s.Submit(t, provider, "licensing:SuspendAgreement", licensing.SuspendAgreementRequest{AgreementID: "CommunityMSP/a-1"}, nil)
		})
		s.Submit(t, consumer, "licensing:RetireAgreement", licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1"}, nil)
		require.Equal(t, licensing.Retired, agreement(t, s, "CommunityMSP/a-1").State)
	})
}

// TestTwoLiarsTakeNoEndBack: two organisations, the least that endorse, write what they are told about what a resident ended, and about what an organisation
// ended.
func TestTwoLiarsTakeNoEndBack(t *testing.T) {
	s := offered(t, policy())
	alice := consented(t, s, 1)[0]
	dataset, offer := roof(t, s, alice)
	before := agreement(t, s, "CommunityMSP/a-1")
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "licensing:RetireAgreement", licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1"})
	require.False(t, decide(t, s, ask("CommunityMSP/d-2")).Permit)
	active, _ := before.Agreement.Endings(licensing.Action{At: before.Timestamp})
	require.Equal(t, memory.Valid, forge(t, s, write{active, "licensing.ending", []string{"CommunityMSP/a-1", string(licensing.Provider)}}), "where a suspension lies")
	require.False(t, decide(t, s, ask("CommunityMSP/d-3")).Permit)
	for sentence, forged := range map[string]write{
		"the end":              {active, "licensing.end", []string{"CommunityMSP/a-1"}},
		"the agreement itself": {before.Agreement, "licensing.agreement", []string{"CommunityMSP/a-1"}},
	} {
		code := forge(t, s, forged)
		require.True(t, code == "ENDORSEMENT_POLICY_FAILURE" || sentence != "the end", "%s: %s", sentence, code)
		require.Equal(t, licensing.Retired, agreement(t, s, "CommunityMSP/a-1").State, sentence)
	}

	t.Run("nor the withdrawal of an offer and the end of a dataset", func(t *testing.T) {
		alice.Do(t, s, "licensing:WithdrawOffer", licensing.WithdrawOfferRequest{OfferID: offer})
		alice.Do(t, s, "licensing:RetireDataset", licensing.RetireDatasetRequest{DatasetID: dataset})
		standing := licensing.Withdrawal{Schema: 1, OfferID: offer}
		require.Equal(t, "ENDORSEMENT_POLICY_FAILURE", forge(t, s, write{standing, "licensing.offer-end", []string{offer}}))
		require.Equal(t, "ENDORSEMENT_POLICY_FAILURE", forge(t, s, write{licensing.DatasetEnd{Schema: 1, DatasetID: dataset}, "licensing.dataset-end", []string{dataset}}))
		require.Equal(t, fault.OfferWithdrawn, s.Refuse(t, consumer, "licensing:QuickAgree", take(t, s, "CommunityMSP", "7", offer), nil).Code)
		view := contracttest.Answer[licensing.DatasetView](t, s.Submit(t, outsider, "licensing:GetDataset", licensing.DatasetRequest{DatasetID: dataset}, nil))
		require.False(t, view.RetiredAt.IsZero())
		require.False(t, view.EndUnproven)
		again := contracttest.Answer[licensing.OfferView](t, alice.Do(t, s, "licensing:WithdrawOffer", licensing.WithdrawOfferRequest{OfferID: offer, LetFinish: true}))
		require.False(t, again.Withdrawal.LetFinish, "an equal second end writes nothing")
	})
	t.Run("nor does an organisation alone", func(t *testing.T) {
		s := licensed(t, policy())
		s.Submit(t, provider, "licensing:RetireAgreement", licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1"}, nil)
		tx := s.Begin(func() memory.Identity {
			i, err := memory.NewIdentity("UtilityMSP", "client", "steward")
			require.NoError(t, err)
			return i
		}(), nil, "altered")
		tx.Endorsers = []string{"UtilityMSP", "CommunityMSP", "CityMSP"}
		key, err := tx.CreateCompositeKey("licensing.ending", []string{"CommunityMSP/a-1", string(licensing.Provider)})
		require.NoError(t, err)
		require.NoError(t, tx.PutState(key, []byte(`{"state":"ACTIVE"}`)))
		require.Equal(t, "ENDORSEMENT_POLICY_FAILURE", s.Commit(tx), "its own peer and two others")
	})
}

// TestALicenceThatLiarsMakeUpIsWorthNothing: the consumer itself and another organisation write a licence on an offer that the owner withdrew, with the
// consumer's true signature and any date.
func TestALicenceThatLiarsMakeUpIsWorthNothing(t *testing.T) {
	s := offered(t, policy())
	alice := consented(t, s, 1)[0]
	_, offer := roof(t, s, alice)
	before := agreement(t, s, "CommunityMSP/a-1")
	s.Now = s.Now.Add(time.Second)
	alice.Do(t, s, "licensing:WithdrawOffer", licensing.WithdrawOfferRequest{OfferID: offer, Keeps: []string{"CommunityMSP/a-1"}})
	require.True(t, decide(t, s, ask("CommunityMSP/d-1")).Permit, "the licence of before goes on, as she said")

	made := before.Agreement
	made.AgreementID, made.NegotiationID = "CommunityMSP/made-up", "CommunityMSP/n-made-up"
	consumes := licensing.QuickAgreeRequest{
		NegotiationID: made.NegotiationID, AgreementID: made.AgreementID, OfferID: offer, PolicySHA256: made.PolicySHA256,
	}
	compact, evidence := memberSigns(t, s, consumer, "licensing:QuickAgree", consumes)
	_, ending := made.Endings(licensing.Action{At: made.Timestamp})
	all := func(a licensing.Agreement, provider *licensing.Evidence) []write {
		return []write{
			{a, "licensing.agreement", []string{a.AgreementID}},
			{a.NewInForce(provider, evidence, licensing.Action{At: a.Timestamp}), "licensing.in-force", []string{a.AgreementID}},
			{ending, "licensing.ending", []string{a.AgreementID, string(licensing.Consumer)}},
			{map[string]any{"schema": 1, "at": a.Timestamp, "jws": compact}, "licensing.signature", []string{evidence.SHA256}},
		}
	}
	require.Equal(t, memory.Valid, forge(t, s, all(made, before.Provider)...))
	decision := decide(t, s, askFor(made.AgreementID, "CommunityMSP/d-2"))
	require.Equal(t, []licensing.Cause{licensing.CauseOfferWithdrawn}, codes(decision.Reasons))

	t.Run("nor one on a standing offer under another policy, to another taker or without the owner's signature", func(t *testing.T) {
		wide := before.Agreement
		wide.AgreementID, wide.NegotiationID = made.AgreementID+"-2", made.NegotiationID
		wide.Policy = json.RawMessage(`{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Agreement","uid":"x","permission":[{"action":"use"}]}`)
		require.Equal(t, memory.Valid, forge(t, s, all(wide, before.Provider)...))
		require.Contains(t, codes(decide(t, s, askFor(wide.AgreementID, "CommunityMSP/d-3")).Reasons), licensing.CauseUnproven)
		unsigned := before.Agreement
		unsigned.AgreementID = made.AgreementID + "-3"
		require.Equal(t, memory.Valid, forge(t, s, all(unsigned, nil)...))
		require.Contains(t, codes(decide(t, s, askFor(unsigned.AgreementID, "CommunityMSP/d-4")).Reasons), licensing.CauseUnproven)
		view := agreement(t, s, unsigned.AgreementID)
		require.False(t, view.Proven)
		require.Contains(t, view.Unproven, alice.Subject)
	})
	t.Run("nor one of an organisation's data", func(t *testing.T) {
		utility := before.Agreement
		utility.AgreementID, utility.Assigner, utility.Target, utility.OfferID = made.AgreementID+"-4", "UtilityMSP", "UtilityMSP/grid-load", ""
		_, forged := memberSigns(t, s, consumer, "licensing:FinalizeNegotiation", utility.Signed()) // by a liar
		provider, _ := utility.Endings(licensing.Action{At: made.Timestamp})
		writes := append(all(utility, forged), write{provider, "licensing.ending", []string{utility.AgreementID, string(licensing.Provider)}})
		require.Equal(t, memory.Valid, forge(t, s, writes...))
		require.Contains(t, codes(decide(t, s, askFor(utility.AgreementID, "CommunityMSP/d-5")).Reasons), licensing.CauseUnproven)
	})
	t.Run("and an end that they make up ends, and is told apart", func(t *testing.T) {
		end, _ := before.Agreement.Endings(licensing.Action{At: before.Timestamp})
		end.State = licensing.Retired
		require.Equal(t, memory.Valid, forge(t, s, write{end, "licensing.end", []string{"CommunityMSP/a-1"}}))
		require.Equal(t, []licensing.Cause{licensing.Cause(licensing.Retired), licensing.CauseEndUnproven}, codes(decide(t, s, ask("CommunityMSP/d-6")).Reasons))
		require.True(t, agreement(t, s, "CommunityMSP/a-1").EndUnproven)
		forged := licensing.Withdrawal{Schema: 1, OfferID: alice.Subject + "/o-none", At: s.Now}
		require.Equal(t, memory.Valid, forge(t, s, write{forged, "licensing.offer-end", []string{forged.OfferID}},
			write{licensing.DatasetEnd{Schema: 1, DatasetID: alice.Subject + "/none"}, "licensing.dataset-end", []string{alice.Subject + "/none"}}))
		for of, id := range map[licensing.Kind]string{
			licensing.OfLicence: "CommunityMSP/a-1", licensing.OfOffer: forged.OfferID, licensing.OfDataset: alice.Subject + "/none",
		} {
			listed := contracttest.Answer[licensing.UnprovenEndPage](t,
				s.Submit(t, auditor, "licensing:ListUnprovenEnds", licensing.ListUnprovenEndsRequest{Of: of}, nil))
			require.Len(t, listed.Ends, 1, of)
			require.Equal(t, id, listed.Ends[0].ID)
		}
	})
}

// memberSigns signs a request as a member, and names the signature.
func memberSigns(t testing.TB, s *contracttest.Suite, as, transaction string, request any) (string, *licensing.Evidence) {
	t.Helper()
	text, err := json.Marshal(request)
	require.NoError(t, err)
	compact := s.SignMember(t, as, licensing.SignatureType, licensing.SignedRequest{
		Audience: contracttest.Network + "/smartcity/smartb", Transaction: transaction, Request: text,
	})
	return compact, &licensing.Evidence{SHA256: sha256Hex(compact)}
}

// TestASignatureIsTheCallersOnThisRequestInThisNetwork: each row's signature is refused.
func TestASignatureIsTheCallersOnThisRequestInThisNetwork(t *testing.T) {
	s := offered(t, policy())
	request := take(t, s, "CommunityMSP", "1", "UtilityMSP/o-1")
	other := request
	other.AgreementID = "CommunityMSP/a-2"
	text, err := json.Marshal(request)
	require.NoError(t, err)
	sign := func(as, transaction string, r any) string {
		compact, _ := memberSigns(t, s, as, transaction, r)
		return compact
	}
	for sentence, signature := range map[string]string{
		"of another organisation":   sign(provider, "licensing:QuickAgree", request),
		"of a member without a say": sign(processor, "licensing:QuickAgree", request),
		"on another request":        sign(consumer, "licensing:QuickAgree", other),
		"for another transaction":   sign(consumer, "licensing:Agree", request),
		"for another network":       s.SignMember(t, consumer, licensing.SignatureType, licensing.SignedRequest{Audience: "other/smartcity/smartb", Transaction: "licensing:QuickAgree", Request: text}),
		"of another type":           s.SignMember(t, consumer, "other+jwt", licensing.SignedRequest{Audience: contracttest.Network + "/smartcity/smartb", Transaction: "licensing:QuickAgree", Request: text}),
		"that is none":              "x",
	} {
		t.Run(sentence, func(t *testing.T) {
			bad := request
			bad.Signature = signature
			require.Equal(t, fault.SignatureMissing, s.Refuse(t, consumer, "licensing:QuickAgree", bad, nil).Code)
		})
	}
}

// TestAnIDIsItsAuthors: whoever sees an id on its way cannot take it.
func TestAnIDIsItsAuthors(t *testing.T) {
	s := offered(t, policy())
	alice, mallory := contracttest.NewResident(t), contracttest.NewResident(t)
	own := grid()
	own.DatasetID, own.Owner, own.Publisher = alice.Subject+"/roof", mallory.Subject, "UtilityMSP"
	require.Equal(t, fault.InvalidField, mallory.Refused(t, s, "licensing:RegisterDataset", own).Code)
	own.Owner = alice.Subject
	require.Equal(t, fault.Forbidden, mallory.Refused(t, s, "licensing:RegisterDataset", own).Code)
	alice.Do(t, s, "licensing:RegisterDataset", own)
	require.Equal(t, fault.InvalidField, s.Refuse(t, provider, "licensing:PublishOffer", open("CityMSP/o-1", "UtilityMSP/grid-load", policy()), nil).Code)
	require.Equal(t, fault.InvalidField, s.Refuse(t, outsider, "licensing:QuickAgree", take(t, s, "CommunityMSP", "1", "UtilityMSP/o-1"), nil).Code)
	start := licensing.RequestContractRequest{Proposal: licensing.Proposal{NegotiationID: "CommunityMSP/n", DatasetID: "UtilityMSP/grid-load", OfferID: "UtilityMSP/o-1"}}
	require.Equal(t, fault.InvalidField, s.Refuse(t, outsider, "licensing:RequestContract", start, nil).Code)
	s.Submit(t, consumer, "licensing:RequestContract", start, nil)
	agree := negotiation(t, s).Terms("CommunityMSP/a-1")
	require.Equal(t, fault.InvalidField, s.Refuse(t, provider, "licensing:Agree", agree, nil).Code, "the provider concludes it")
	for _, alone := range []string{"grid-load", "UtilityMSP/", "/grid-load", "UtilityMSP/a/b"} {
		require.Equal(t, fault.InvalidField, s.Refuse(t, outsider, "licensing:GetDataset", licensing.DatasetRequest{DatasetID: alone}, nil).Code, "an id alone is never looked up")
	}
}

// TestAnOfferSaysWhoMayTakeIt: the owner's signature on it is its word on every licence.
func TestAnOfferSaysWhoMayTakeIt(t *testing.T) {
	s := offered(t, policy())
	named := open("UtilityMSP/o-4", "UtilityMSP/grid-load", policy())
	named.Takers = nil
	require.Equal(t, fault.MissingField, s.Refuse(t, provider, "licensing:PublishOffer", named, nil).Code)
	named.Takers = []string{"CityMSP"}
	s.Submit(t, provider, "licensing:PublishOffer", named, nil)
	require.Equal(t, fault.Forbidden, s.Refuse(t, consumer, "licensing:QuickAgree", take(t, s, "CommunityMSP", "4", "UtilityMSP/o-4"), nil).Code)
	s.Submit(t, outsider, "licensing:QuickAgree", take(t, s, "CityMSP", "4", "UtilityMSP/o-4"), nil)
	require.True(t, agreement(t, s, "CityMSP/a-4").Proven)
	wrong := take(t, s, "CityMSP", "5", "UtilityMSP/o-4")
	wrong.PolicySHA256 = sha256Hex("other terms")
	require.Equal(t, fault.TermsMismatch, s.Refuse(t, outsider, "licensing:QuickAgree", wrong, nil).Code, "what the taker signed is not the offer")
	inherits := open("UtilityMSP/o-6", "UtilityMSP/grid-load", json.RawMessage(`{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","inheritFrom":"UtilityMSP/o-1"}`))
	require.Equal(t, fault.InvalidField, s.Refuse(t, provider, "licensing:PublishOffer", inherits, nil).Code, "the signature alone must tell the terms")
}

// TestNobodysWriteStandsBetweenAResidentAndAnEnd: what others write in the same block about the same licence, offer and dataset leaves her request valid.
func TestNobodysWriteStandsBetweenAResidentAndAnEnd(t *testing.T) {
	for name, request := range map[string]func(dataset, offer string) any{
		"RetireAgreement":  func(_, _ string) any { return licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1"} },
		"SuspendAgreement": func(_, _ string) any { return licensing.SuspendAgreementRequest{AgreementID: "CommunityMSP/a-1"} },
		"WithdrawOffer":    func(_, offer string) any { return licensing.WithdrawOfferRequest{OfferID: offer} },
		"RetireDataset":    func(dataset, _ string) any { return licensing.RetireDatasetRequest{DatasetID: dataset} },
	} {
		t.Run(name, func(t *testing.T) {
			s := offered(t, policy())
			alice := consented(t, s, 1)[0]
			dataset, offer := roof(t, s, alice)
			s.Now = s.Now.Add(time.Second)
			hers, response := s.Simulate(t, outsider, "licensing:Relay", alice.Sign(t, s, "licensing:"+name, request(dataset, offer)), nil)
			require.EqualValues(t, 200, response.GetStatus(), response.GetMessage())
			decide(t, s, ask("CommunityMSP/d-1"))
			s.Submit(t, outsider, "licensing:QuickAgree", take(t, s, "CityMSP", "2", offer), nil)
			s.Submit(t, consumer, "licensing:QuickAgree", take(t, s, "CommunityMSP", "3", offer), nil)
			s.Submit(t, consumer, "licensing:RequestContract", licensing.RequestContractRequest{
				Proposal: licensing.Proposal{NegotiationID: "CommunityMSP/n", DatasetID: dataset, OfferID: offer},
			}, nil)
			s.Submit(t, processor, "licensing:RequestTransfer", licensing.RequestTransferRequest{TransferID: "CommunityMSP/s-1", DecisionID: "CommunityMSP/d-1"}, nil)
			s.Submit(t, consumer, "licensing:RetireAgreement", licensing.RetireAgreementRequest{AgreementID: "CommunityMSP/a-1"}, nil)
			require.Equal(t, memory.Valid, s.Commit(hers))
		})
	}
}
