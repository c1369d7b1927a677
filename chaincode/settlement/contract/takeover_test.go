// SPDX-License-Identifier: Apache-2.0

package contract_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/contracttest"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/ledger/memory"
	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// Anyone who takes over what is another's: a key that was stolen, an organiser that makes a resident up, a consent that
// is stretched, a metering point that is squatted.

// rotates replaces a resident's stolen key by a fresh one, which speaks for the resident from then on.
func rotates(t *testing.T, s *contracttest.Suite, stolen contracttest.Resident) contracttest.Resident {
	t.Helper()
	fresh := contracttest.NewResident(t)
	id := "rotates-" + fresh.Subject[:8]
	request := consent.RotateKeyRequest{Proof: fresh.Prove(t, s, stolen.Subject, id), Number: 1}
	s.Submit(t, outsider, "consent:Relay", stolen.SignAs(t, s, "", "consent:RotateKey", id, request), nil)
	fresh.For = stolen.Subject
	return fresh
}

func TestAStolenKeyReadsNothingAndThePresentOneEverything(t *testing.T) {
	s, alice := billable(t), contracttest.NewResident(t)
	own := membership("own", settlement.Consumption)
	own.From, own.To = day, "2025-06-02"
	enterAs(t, s, alice, own, 9)
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("own", day, 96, kWh)))
	closed(t, s, settlement.ProvisionalPhase)
	fresh := rotates(t, s, alice)
	for name, request := range map[string]any{
		"MeterDays": settlement.MeterDaysRequest{CommunityID: "sunny", Day: day, MemberID: "own"},
		"Statement": settlement.StatementRequest{CommunityID: "sunny", MemberID: "own", Day: day, Run: settlement.Final},
		"Bill":      settlement.BillRequest{CommunityID: "sunny", MemberID: "own", Period: "2025-06", Phase: settlement.ProvisionalPhase},
		"Proof":     settlement.ProofRequest{CommunityID: "sunny", MemberID: "own", Day: day, Run: settlement.Final},
		"Uses":      settlement.UsesRequest{CommunityID: "sunny", MemberID: "own", Period: "2025-06"},
	} {
		t.Run(name, func(t *testing.T) {
			name := "settlement:" + name
			_, refusal := s.Call(t, operator, name, alice.Sign(t, s, name, request), nil)
			require.NotNil(t, refusal)
			require.Equal(t, fault.KeyRemoved, refusal.Code)
			_, refusal = s.Call(t, operator, name, alice.SignFor(t, s, alice.Subject, name, request), nil)
			require.NotNil(t, refusal, "nor by a claim")
			_, refusal = s.Call(t, operator, name, fresh.Sign(t, s, name, request), nil)
			require.Nil(t, refusal, "a present key needs to claim nothing")
			_, refusal = s.Call(t, operator, name, contracttest.NewResident(t).SignFor(t, s, alice.Subject, name, request), nil)
			require.NotNil(t, refusal)
			require.Equal(t, fault.Forbidden, refusal.Code, "and a stranger's claim opens nothing")
		})
	}
}

func TestAStolenKeyRaisesNoDispute(t *testing.T) {
	s, alice := billable(t), contracttest.NewResident(t)
	own := membership("own", settlement.Consumption)
	own.From, own.To = day, "2025-06-02"
	enterAs(t, s, alice, own, 9)
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("own", day, 96, kWh)))
	closed(t, s, settlement.ProvisionalPhase)
	fresh := rotates(t, s, alice)
	raise := dispute("d-1", settlement.AboutTariff)
	raise.MemberID = "own"
	_, refusal := s.Call(t, operator, "settlement:Relay", alice.Sign(t, s, "settlement:RaiseDispute", raise), nil)
	require.NotNil(t, refusal)
	require.Equal(t, fault.KeyRemoved, refusal.Code)
	_, refusal = s.Call(t, operator, "settlement:Relay", fresh.Sign(t, s, "settlement:RaiseDispute", raise), nil)
	require.Nil(t, refusal)
}

// TestAGuardianReadsUntilTheSubjectEndsIt is of the same kind: the office is looked up at each read.
func TestAGuardianReadsUntilTheSubjectEndsIt(t *testing.T) {
	s, alice, mother := community(t), contracttest.NewResident(t), contracttest.NewResident(t)
	enter(t, s, alice, "own", 9)
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("own", day, 96, 1234)))
	loadProfile := settlement.MeterDaysRequest{CommunityID: "sunny", Day: day, MemberID: "own"}
	read := func() *fault.Error {
		_, refusal := s.Call(t, operator, "settlement:MeterDays", mother.SignFor(t, s, alice.Subject, "settlement:MeterDays", loadProfile), nil)
		return refusal
	}
	require.Equal(t, fault.Forbidden, read().Code)
	alice.Do(t, s, "consent:NameGuardian", consent.NameGuardianRequest{
		Guardian: mother.Subject, Until: s.Now.AddDate(0, 1, 0), ReasonCode: consent.PowerOfAttorney,
	})
	require.Nil(t, read())
	s.Now = s.Now.AddDate(0, 1, 0)
	require.NotNil(t, read(), "the term is over")
}

// addition is what an organiser sends to add a member.
func addition(p settlement.MemberPrivate) map[string]any { return map[string]any{"member": p} }

// invented is a resident whose key the organiser made, with a consent for a reference, and the private part that
// belongs to it.
func invented(t *testing.T, s *contracttest.Suite, reference string) settlement.MemberPrivate {
	t.Helper()
	puppet := contracttest.NewResident(t)
	p := settlement.MemberPrivate{Subject: puppet.Subject, ConsentID: "c-invented", Reference: reference, Salt: salt}
	r := give(s, p.ConsentID)
	r.Object = consent.Object{CommunityID: "sunny", PointSHA256: p.PointSHA256()}
	puppet.Do(t, s, "consent:Give", r)
	return p
}

func TestAnOrganiserThatInventsAResidentGetsNoLoadProfile(t *testing.T) {
	politician := contracttest.NewResident(t)
	for sentence, reference := range map[string]string{
		"with a reference of its own making": reference(999),
		"with one that it saw elsewhere":     reference(7),
	} {
		t.Run(sentence, func(t *testing.T) {
			s := community(t)
			victim := membership("victim", settlement.Consumption)
			s.Submit(t, organiser, "settlement:AddMember", victim, addition(invented(t, s, reference)))
			refusal := s.Refuse(t, operator, "settlement:ConfirmMember", confirmation("sunny", "victim"), known(politician, 7))
			require.Equal(t, fault.InvalidField, refusal.Code, "the grid operator tells whom it knows at the point")
			require.Equal(t, "subject", refusal.Details["field"])
			require.NotContains(t, refusal.JSON(), politician.Subject)
			require.Equal(t, fault.IllegalTransition,
				s.Refuse(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("victim", day, 96, 4321))).Code, "nobody is metered unconfirmed")
		})
	}
}

// TestAnOrganiserThatMovesAResidentGetsNoLoadProfile is of the same kind: the resident is real and known to the grid operator,
// the point is not hers.
func TestAnOrganiserThatMovesAResidentGetsNoLoadProfile(t *testing.T) {
	s, accomplice := community(t), contracttest.NewResident(t)
	p := settlement.MemberPrivate{Subject: accomplice.Subject, ConsentID: "c-x", Reference: reference(7), Salt: salt}
	accomplice.Do(t, s, "consent:Give", giveAt(s, "c-x", "sunny", 7))
	s.Submit(t, organiser, "settlement:AddMember", membership("victim", settlement.Consumption), addition(p))
	refusal := s.Refuse(t, operator, "settlement:ConfirmMember", confirmation("sunny", "victim"), known(accomplice, 8))
	require.Equal(t, "reference", refusal.Details["field"], "the grid operator gave her another point")
	for as, code := range map[string]fault.Code{organiser: fault.Forbidden, "OversightMSP/meter-operator": fault.Forbidden} {
		require.Equal(t, code, s.Refuse(t, as, "settlement:ConfirmMember", confirmation("sunny", "victim"), known(accomplice, 7)).Code)
	}
}

func TestAConsentIsForOneCommunityAndOnePoint(t *testing.T) {
	s, alice := community(t), contracttest.NewResident(t)
	other := terms
	other.CommunityID, other.Name = "windy", "Windy street"
	s.Submit(t, organiser, "settlement:CreateCommunity", other, nil)
	alice.Do(t, s, "consent:Give", giveAt(s, "c-own", "sunny", 9))
	own := settlement.MemberPrivate{Subject: alice.Subject, ConsentID: "c-own", Reference: reference(9), Salt: salt}
	for sentence, row := range map[string]struct {
		community string
		change    func(*settlement.MemberPrivate)
	}{
		"another community":      {"windy", func(*settlement.MemberPrivate) {}},
		"the holiday house":      {"sunny", func(p *settlement.MemberPrivate) { p.Reference = reference(10) }},
		"a hash with other salt": {"sunny", func(p *settlement.MemberPrivate) { p.Salt = strings.Repeat("ab", 16) }},
	} {
		t.Run(sentence, func(t *testing.T) {
			member, p := membership("again", settlement.Consumption), own
			member.CommunityID = row.community
			row.change(&p)
			refusal := s.Refuse(t, organiser, "settlement:AddMember", member, addition(p))
			require.Equal(t, fault.ProcessingDenied, refusal.Code)
			require.NotContains(t, refusal.JSON(), alice.Subject)
		})
	}
	s.Submit(t, organiser, "settlement:AddMember", membership("own", settlement.Consumption), addition(own))
}

// TestAConsentToEverythingIsToNothing is of the same kind: a consent that leaves the object out joins no community.
func TestAConsentToEverythingIsToNothing(t *testing.T) {
	for sentence, about := range map[string]consent.Object{
		"one about nothing": {}, "one about the community alone": {CommunityID: "sunny"}, "one about a dataset": {Dataset: "UtilityMSP/sunny"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s, alice := community(t), contracttest.NewResident(t)
			r := give(s, "c-all")
			r.Object = about
			alice.Do(t, s, "consent:Give", r)
			p := settlement.MemberPrivate{Subject: alice.Subject, ConsentID: "c-all", Reference: reference(9), Salt: salt}
			require.Equal(t, fault.ProcessingDenied, s.Refuse(t, organiser, "settlement:AddMember", membership("own", settlement.Consumption), addition(p)).Code)
		})
	}
}

func TestAMeteringPointIsItsOperators(t *testing.T) {
	s := community(t)
	squat := terms
	squat.CommunityID, squat.GridOperator = "fake", "OversightMSP"
	refusal := s.Refuse(t, "OversightMSP/organiser", "settlement:CreateCommunity", squat, nil)
	require.Equal(t, fault.InvalidField, refusal.Code)
	require.Equal(t, "gridOperator", refusal.Details["field"], "the rules in force name who operates a grid")

	s.Submit(t, organiser, "settlement:AddMember", membership("real", settlement.Consumption), private(t, s, 9))
	s.Submit(t, operator, "settlement:ConfirmMember", confirmation("sunny", "real"), known(neighbour(), 9))
}

// TestAMeteringPointIsNotClaimedUnderAnotherOperator is of the same kind: a second grid operator takes nobody's
// point, by its reference or beside it.
func TestAMeteringPointIsNotClaimedUnderAnotherOperator(t *testing.T) {
	s := community(t)
	foreign := invented(t, s, "CityMSP/"+strings.Repeat("ab", 32))
	refusal := s.Refuse(t, organiser, "settlement:AddMember", membership("squat", settlement.Consumption), addition(foreign))
	require.Equal(t, fault.InvalidField, refusal.Code)
	require.Equal(t, "reference", refusal.Details["field"])
	require.NotEqual(t, settlement.PointRef("UtilityMSP", reference(9)), settlement.PointRef("CityMSP", reference(9)), "their points never share a key")
}

// TestAMeteringPointIsNotTakenTwiceAtOnce is of the same kind: two confirmations that began before either was committed.
func TestAMeteringPointIsNotTakenTwiceAtOnce(t *testing.T) {
	s := community(t)
	var begun []*memory.Tx
	for _, id := range []string{"one", "two"} {
		s.Submit(t, organiser, "settlement:AddMember", membership(id, settlement.Consumption), private(t, s, 9))
	}
	for _, id := range []string{"one", "two"} {
		tx, response := s.Simulate(t, operator, "settlement:ConfirmMember", confirmation("sunny", id), known(neighbour(), 9))
		require.EqualValues(t, 200, response.GetStatus(), response.GetMessage())
		begun = append(begun, tx)
	}
	require.Equal(t, memory.Valid, s.Commit(begun[0]))
	require.NotEqual(t, memory.Valid, s.Commit(begun[1]))
	require.Equal(t, fault.PointTaken,
		s.Refuse(t, operator, "settlement:ConfirmMember", confirmation("sunny", "two"), known(neighbour(), 9)).Code)
}

// TestNothingPublicJoinsAPersonsMemberships looks for what only the collection may tell, in all public keys, values
// and events and in what is submitted in the clear.
func TestNothingPublicJoinsAPersonsMemberships(t *testing.T) {
	s, alice := community(t), contracttest.NewResident(t)
	s.Events = nil
	enter(t, s, alice, "own", 9)
	s.Submit(t, operator, "settlement:SubmitMeterDays", submit, readings(flat("a", day, 96, 1), flat("b", day, 96, 1), flat("own", day, 96, 1), flat("p", day, 96, 1)))
	settled(t, s, settleFinal)
	s.Submit(t, organiser, "settlement:EndMember", ending("own", "2025-07-01"), nil)
	public := fmt.Sprint(s.Events)
	for _, key := range s.Keys() {
		for _, of := range []string{"community/", "member/", "roster", "point/", "manifest/", "run/", "period/", "usesRoot"} {
			if strings.HasPrefix(key, "settlement."+of) {
				public += key + string(s.Value("", key))
			}
		}
	}
	require.Contains(t, public, "own")
	for what, secret := range map[string]string{
		"the consent's id": "c-own", "the pseudonym": alice.Subject, "the reference": reference(9), "the salt": salt,
		"the hash that the consent names": objectOf("sunny", 9).PointSHA256,
	} {
		require.NotContains(t, public, secret, what)
		require.NotContains(t, public, hex.EncodeToString([]byte(secret)), what)
	}
	for _, key := range keysOf(s, "point") {
		require.NotContains(t, key+string(s.Value("", key)), "sunny", "the point's key names no community")
		require.NotContains(t, key+string(s.Value("", key)), "own", "and no member")
	}
}

// TestAConsentByWhomTheOrganiserNamedIsNone: a controller names nobody who may sign for a resident.
func TestAConsentByWhomTheOrganiserNamedIsNone(t *testing.T) {
	s, alice, puppet := community(t), contracttest.NewResident(t), contracttest.NewResident(t)
	alice.Do(t, s, "consent:WithdrawAll", consent.WithdrawAllRequest{Number: 1}) // alice wants nothing of it
	s.Now = s.Now.Add(2 * time.Second)
	asked := consent.RequestConsentRequest{Subject: alice.Subject, Terms: giveAt(s, "c-forged", "sunny", 9).Terms}
	s.Submit(t, "CommunityMSP/steward", "consent:Request", asked, nil)
	_, refusal := s.Call(t, "CommunityMSP/steward", "consent:Relay", puppet.SignFor(t, s, alice.Subject, "consent:Give", giveAt(s, "c-forged", "sunny", 9)), nil)
	require.NotNil(t, refusal)
	p := settlement.MemberPrivate{Subject: alice.Subject, ConsentID: "c-forged", Reference: reference(9), Salt: salt}
	require.Equal(t, fault.NotFound, s.Refuse(t, organiser, "settlement:AddMember", membership("alice", settlement.Consumption), addition(p)).Code)

	s.Submit(t, "CommunityMSP/steward", "consent:Relay", puppet.Sign(t, s, "consent:Give", giveAt(s, "c-forged", "sunny", 9)), nil)
	require.NotNil(t, s.Refuse(t, organiser, "settlement:AddMember", membership("alice", settlement.Consumption), addition(p)), "a consent is its signer's own")
	p.Subject = puppet.Subject
	s.Submit(t, organiser, "settlement:AddMember", membership("alice", settlement.Consumption), addition(p))
	require.Equal(t, "subject", s.Refuse(t, operator, "settlement:ConfirmMember", confirmation("sunny", "alice"), known(alice, 9)).Details["field"])
}
