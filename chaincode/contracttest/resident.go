// SPDX-License-Identifier: Apache-2.0

package contracttest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// relay carries residents' signed requests: a steward of an organisation that has no part in what they are about.
const relay = "CityMSP/steward"

// Resident is a person with an own key.
type Resident struct {
	Key     signing.Key
	Subject string
	// For is the subject that the key speaks for, if it is not the key's own.
	For string
}

// NewResident makes a key.
func NewResident(t testing.TB) Resident {
	t.Helper()
	key, err := signing.NewKey(signing.EdDSA)
	require.NoError(t, err)
	subject, err := key.Thumbprint()
	require.NoError(t, err)
	return Resident{Key: key, Subject: subject}
}

// Sign makes the relayed form of a transaction: the request of Relay or of a query.
func (r Resident) Sign(t testing.TB, s *Suite, name string, request any) map[string]string {
	t.Helper()
	return r.SignFor(t, s, "", name, request)
}

// SignFor signs as the guardian of a subject; "" for oneself.
func (r Resident) SignFor(t testing.TB, s *Suite, subject, name string, request any) map[string]string {
	t.Helper()
	return r.SignAs(t, s, subject, name, "", request)
}

// SignAs signs with an id of one's own choice; "" for a random one.
func (r Resident) SignAs(t testing.TB, s *Suite, subject, name, id string, request any) map[string]string {
	t.Helper()
	if request = s.complete(t, request); subject == "" {
		subject = r.For
	}
	claims := signing.Claims{
		Network: s.Founding.NetworkID, Channel: "smartcity", Transaction: name, Request: request, ID: id, For: subject, IssuedAt: s.Now,
		Valid: 4 * time.Minute,
	}
	if s.private[name] {
		claims.AnswerTo = s.AnswerTo(t)
	}
	compact, err := signing.Sign(r.Key, claims)
	require.NoError(t, err)
	return map[string]string{"signedRequest": compact}
}

// Do relays a signed request for a transaction that must succeed.
func (r Resident) Do(t testing.TB, s *Suite, name string, request any) []byte {
	t.Helper()
	return s.Submit(t, relay, relayOf(name), r.Sign(t, s, name, request), nil)
}

// Refused relays a signed request that must be refused and change nothing.
func (r Resident) Refused(t testing.TB, s *Suite, name string, request any) *fault.Error {
	t.Helper()
	return s.Refuse(t, relay, relayOf(name), r.Sign(t, s, name, request), nil)
}

// relayOf is the transaction that relays signed requests for one of its contract's.
func relayOf(name string) string {
	contract, _, _ := strings.Cut(name, ":")
	return contract + ":Relay"
}

// complete fills in what a client takes from the notice that the resident read, where the test leaves it out.
func (s *Suite) complete(t testing.TB, request any) any {
	t.Helper()
	switch r := request.(type) {
	case consent.GiveRequest:
		if r.NoticeSHA256 == "" {
			return r.Under(s.notice(t, r.NoticeID, r.NoticeVersion))
		}
	case consent.RenewRequest:
		if r.NoticeSHA256 == "" && r.Subject != "" {
			answer, refusal := s.Call(t, relay, "consent:Get", consent.GetRequest{Subject: r.Subject, ConsentID: r.ConsentID}, nil)
			if refusal != nil {
				r.Follows = "nothing-0123456789"
				return r.Under(s.notice(t, "", r.NoticeVersion))
			}
			record := Answer[consent.View](t, answer).Record
			if r.Follows == "" {
				r = r.After(record)
			}
			return r.Under(s.notice(t, record.NoticeID, r.NoticeVersion))
		}
	}
	return request
}

// notice is a notice as a client reads it; one that does not exist has a made-up content.
func (s *Suite) notice(t testing.TB, noticeID string, version int) consent.Notice {
	t.Helper()
	answer, refusal := s.Call(t, relay, "consent:GetNotice", consent.GetNoticeRequest{NoticeID: noticeID, Version: version}, nil)
	if refusal == nil {
		return Answer[consent.NoticeView](t, answer).Notice
	}
	return consent.Notice{
		NoticeContent: consent.NoticeContent{
			NoticeID: noticeID, Version: version, Purpose: "dpv:None", LawfulBases: []string{"eu-gdpr:A6-1-a"}, Controller: consent.Controller{MSP: "UtilityMSP"},
		},
		SHA256: strings.Repeat("0", 64), TaxonomyVersion: 1,
	}
}

// Prove is the key's own signature by which it becomes one of a subject's, for the signed request with the id.
func (r Resident) Prove(t testing.TB, s *Suite, subject, id string) string {
	t.Helper()
	proof, err := signing.ProveKey(r.Key, s.Founding.NetworkID, "smartcity", subject, id)
	require.NoError(t, err)
	return proof
}
