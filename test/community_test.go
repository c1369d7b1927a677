// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// pointSecret is the grid operator's secret for metering points.
var pointSecret = []byte("a secret of the tests' grid operator")

// parties are the clients that settle energy.
type parties struct{ organiser, operator, auditor, city *gateway.Client }

func everyone(t testing.TB) parties {
	t.Helper()
	return parties{connect(t, "community", "organiser"), connect(t, "utility", "meter-operator"), connect(t, "oversight", "auditor"), connect(t, "city", "steward")}
}

func random(t testing.TB) string {
	t.Helper()
	bytes := make([]byte, 16)
	_, err := rand.Read(bytes)
	require.NoError(t, err)
	return hex.EncodeToString(bytes)
}

// terms are those of a community with a random id.
func terms(t testing.TB) settlement.CreateCommunityRequest {
	t.Helper()
	return settlement.CreateCommunityRequest{Terms: settlement.Terms{
		CommunityID: "c-" + random(t), Name: "Test street", Country: "AT", GridOperator: "UtilityMSP", Collection: "meterData", IntervalMinutes: 15,
		TimeZone: "Europe/Vienna", Key: settlement.AllocationKey{Type: "prorata"}, Rounding: "EXACT", DisputeDays: 30, ValidFrom: "2025-01-01",
	}}
}

// resident is a person with a key who consents to energy sharing.
type resident struct {
	key                signing.Key
	subject, consentID string
}

// neighbour is the resident behind members of whom nothing but their measurements matters.
var neighbour struct {
	sync.Once
	resident
}

// consents publishes the sample notice, unless it is there, and has a new resident consent to it through the city.
func consents(ctx context.Context, t testing.TB) resident {
	t.Helper()
	_, published, err := connect(t, "community", "steward").Consent().PublishNotice(ctx, consent.PublishNoticeRequest{NoticeContent: theNotice(t)})
	require.NoError(t, err)
	r := newResident(t)
	city := connect(t, "city", "steward", gateway.WithResidentKey(r.key))
	require.NoError(t, city.Await(ctx, published))
	_, given, err := city.Consent().Give(ctx, r.will(t))
	require.NoError(t, err)
	require.NoError(t, connect(t, "community", "organiser").Await(ctx, given))
	require.NoError(t, connect(t, "utility", "meter-operator").Await(ctx, given))
	require.NoError(t, connect(t, "oversight", "auditor").Await(ctx, given))
	return r
}

// theNotice is the notice that the project ships as an example.
func theNotice(t testing.TB) (notice consent.NoticeContent) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", "samples", "energy-sharing.notice.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &notice))
	return notice
}

// will is the resident's consent to all that the notice describes.
func (r resident) will(t testing.TB) consent.GiveRequest {
	t.Helper()
	return r.willAbout(t, r.consentID, consent.Object{})
}

// willAbout is the same about something.
func (r resident) willAbout(t testing.TB, id string, about consent.Object) consent.GiveRequest {
	t.Helper()
	notice := theNotice(t)
	hash, err := notice.Hash()
	require.NoError(t, err)
	return consent.GiveRequest{Terms: consent.Terms{
		ConsentID: id, NoticeID: notice.NoticeID, NoticeVersion: notice.Version, DataCategories: notice.DataCategories, Recipients: notice.Recipients,
		Object: about, Type: consent.Expressed, ValidUntil: time.Now().AddDate(1, 0, 0).UTC().Truncate(time.Second),
	}}.Under(consent.Notice{NoticeContent: notice, SHA256: hash, TaxonomyVersion: 1})
}

// signed is the signed request by which the resident gives it.
func (r resident) signed(t testing.TB) string {
	t.Helper()
	return r.sign(t, r.will(t))
}

func (r resident) sign(t testing.TB, will consent.GiveRequest) string {
	t.Helper()
	compact, err := signing.Sign(r.key, signing.Claims{Network: networkID(t), Channel: "smartcity", Transaction: "consent:Give", Request: will})
	require.NoError(t, err)
	return compact
}

func newResident(t testing.TB) resident {
	t.Helper()
	key, err := signing.NewKey(signing.ES256)
	require.NoError(t, err)
	subject, err := key.Thumbprint()
	require.NoError(t, err)
	return resident{key, subject, random(t)}
}

func theNeighbour(ctx context.Context, t testing.TB) resident {
	t.Helper()
	neighbour.Do(func() { neighbour.resident = consents(ctx, t) })
	require.NotEmpty(t, neighbour.subject, "the neighbour's consent failed in another test")
	return neighbour.resident
}

// member is a membership of the resident from 2025 on, and its private part.
func (r resident) member(t testing.TB, community string, direction settlement.Direction, point string) (settlement.AddMemberRequest, settlement.MemberPrivate) {
	t.Helper()
	return settlement.AddMemberRequest{Membership: settlement.Membership{
			CommunityID: community, MemberID: random(t), Direction: direction, Factor: 100, From: "2025-01-01",
		}}, settlement.MemberPrivate{
			Subject: r.subject, ConsentID: random(t), Reference: settlement.Reference("UtilityMSP", pointSecret, point), Salt: random(t), Address: "1 Test street",
		}
}

// agrees is the signed request by which the resident consents to be the member.
func (r resident) agrees(t testing.TB, community string, private settlement.MemberPrivate) string {
	t.Helper()
	return r.sign(t, r.willAbout(t, private.ConsentID, consent.Object{CommunityID: community, PointSHA256: private.PointSHA256()}))
}

// relay has the city relay a consent, and waits until those who read it have it.
func (p parties) relay(ctx context.Context, signed string) error {
	_, given, err := p.city.Relay(ctx, signed, nil)
	for _, reader := range []*gateway.Client{p.organiser, p.operator, p.auditor} {
		if err == nil {
			err = reader.Await(ctx, given)
		}
	}
	return err
}

// found creates a community with as many members of each direction; it returns its id and the members' ids, consumers
// first.
func (p parties) found(ctx context.Context, t testing.TB, consumers, producers int) (string, []string) {
	t.Helper()
	request := terms(t)
	_, _, err := p.organiser.Settlement().CreateCommunity(ctx, request)
	require.NoError(t, err)
	var members []string
	for i := range consumers + producers {
		direction := settlement.Consumption
		if i >= consumers {
			direction = settlement.Production
		}
		members = append(members, p.join(ctx, t, request.CommunityID, direction, "AT-"+random(t)))
	}
	return request.CommunityID, members
}

// join adds and confirms one member, the neighbour.
func (p parties) join(ctx context.Context, t testing.TB, community string, direction settlement.Direction, point string) string {
	t.Helper()
	request, private := theNeighbour(ctx, t).member(t, community, direction, point)
	require.NoError(t, p.relay(ctx, theNeighbour(ctx, t).agrees(t, community, private)))
	require.NoError(t, p.enter(ctx, request, private))
	return request.MemberID
}

// enter adds and confirms a member who consented.
func (p parties) enter(ctx context.Context, request settlement.AddMemberRequest, private settlement.MemberPrivate) error {
	_, added, err := p.organiser.Settlement().AddMember(ctx, request, private)
	if err != nil {
		return err
	}
	if err := p.operator.Await(ctx, added); err != nil {
		return err
	}
	confirm := settlement.ConfirmMemberRequest{CommunityID: request.CommunityID, MemberID: request.MemberID}
	_, confirmed, err := p.operator.Settlement().ConfirmMember(ctx, confirm, settlement.Confirmation{Subject: private.Subject, Reference: private.Reference})
	if err != nil {
		return err
	}
	return p.organiser.Await(ctx, confirmed)
}

const day = "2025-06-01"

// flat is a reading with the same value in every interval.
func flat(t testing.TB, member string, value int64) settlement.Reading {
	t.Helper()
	return settlement.Reading{MemberID: member, Day: day, Version: 1, Values: slices.Repeat([]int64{value}, 96), Salt: random(t), Source: "test"}
}

// measure submits the same value for every interval of a member each.
func (p parties) measure(ctx context.Context, t testing.TB, community string, values map[string]int64) {
	t.Helper()
	var readings settlement.Readings
	for member, value := range values {
		readings.MeterDays = append(readings.MeterDays, flat(t, member, value))
	}
	answer, receipt, err := p.operator.Settlement().SubmitMeterDays(ctx, settlement.SubmitMeterDaysRequest{CommunityID: community}, readings)
	require.NoError(t, err)
	require.NoError(t, p.organiser.Await(ctx, receipt))
	require.Equal(t, len(values), answer.Accepted)
}
