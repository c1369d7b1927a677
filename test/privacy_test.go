// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/chaincode/settlement/billing"
)

// TestNoPrivateValueIsInAnyBlock marks what is private and searches all bytes of all blocks of every organisation for it, also encoded.
func TestNoPrivateValueIsInAnyBlock(t *testing.T) {
	ctx, p := within(t, 2*time.Minute), everyone(t)
	request := terms(t)
	request.Tariff = &billing.Tariff{Currency: "EUR", Lines: []billing.Line{{LineID: "energy", Kind: billing.EnergyPrice, Bands: []billing.Band{{From: "00:00", Price: 100_000}}}}}
	_, _, err := p.organiser.Settlement().CreateCommunity(ctx, request)
	require.NoError(t, err)
	marks := map[string]string{
		"the metering point's number": "AT-MARK-" + random(t),
		"the address":                 "ADDRESS-MARK-" + random(t),
		"the member's salt":           random(t),
		"the reading's salt":          random(t),
		"the reading's source":        "SOURCE-MARK-" + random(t),
		"a metered energy":            "717171717171",
		"a total of a single member":  strconv.FormatInt(96*717171717171, 10),
		"energies as they are packed": string(binary.AppendUvarint(binary.AppendUvarint(nil, 717171717171), 717171717171)),
	}
	membership, private := theNeighbour(ctx, t).member(t, request.CommunityID, settlement.Consumption, marks["the metering point's number"])
	private.Address, private.Salt = marks["the address"], marks["the member's salt"]
	marks["the metering point's reference"] = private.Reference
	require.NoError(t, p.relay(ctx, theNeighbour(ctx, t).agrees(t, request.CommunityID, private)))
	require.NoError(t, p.enter(ctx, membership, private))
	reading := flat(t, membership.MemberID, 717171717171)
	reading.Salt, reading.Source = marks["the reading's salt"], marks["the reading's source"]
	_, receipt, err := p.operator.Settlement().SubmitMeterDays(ctx, settlement.SubmitMeterDaysRequest{CommunityID: request.CommunityID},
		settlement.Readings{MeterDays: []settlement.Reading{reading}})
	require.NoError(t, err)
	require.NoError(t, p.organiser.Await(ctx, receipt))
	producer := p.join(ctx, t, request.CommunityID, settlement.Production, "AT-"+random(t))
	p.measure(ctx, t, request.CommunityID, map[string]int64{producer: 717171717171})
	_, _, err = p.organiser.Settlement().SettleDay(ctx, settlement.SettleDayRequest{CommunityID: request.CommunityID, Day: day, Run: settlement.Final})
	require.NoError(t, err)
	month := settlement.ClosePeriodRequest{CommunityID: request.CommunityID, Period: day[:len("2006-01")], Phase: settlement.Preview}
	_, receipt, err = p.organiser.Settlement().ClosePeriod(ctx, month)
	require.NoError(t, err)
	require.NoError(t, p.auditor.Await(ctx, receipt))
	bill, err := p.auditor.Settlement().Bill(ctx, settlement.BillRequest{CommunityID: request.CommunityID, MemberID: producer, Period: month.Period, Phase: month.Phase})
	require.NoError(t, err)
	require.EqualValues(t, 688484848, bill.Bill.Position, "68,848,484.8 kWh at 10 cent")
	marks["the bill's salt"], marks["a position"] = bill.Bill.Salt, strconv.FormatInt(bill.Bill.Position, 10)
	signedRequest, err := p.auditor.Settlement().Statement(ctx, settlement.StatementRequest{CommunityID: request.CommunityID, MemberID: membership.MemberID, Day: day, Run: settlement.Final})
	require.NoError(t, err)
	marks["the leaf's salt"] = signedRequest.Leaf.Salt
	for _, what := range []string{"the member's salt", "the reading's salt", "the leaf's salt", "the bill's salt"} {
		raw, err := hex.DecodeString(marks[what])
		require.NoError(t, err)
		marks[what+" as bytes"] = string(raw)
	}

	last := height(ctx, t)
	for _, org := range net.Topology {
		ledger := blocks(ctx, t, org.Name, org.Client().Name, last)
		require.True(t, contains(ledger, membership.MemberID), "the scan of %s finds what is public", org.Name)
		for what, mark := range marks {
			require.False(t, contains(ledger, mark), "%s is in a block of %s", what, org.Name)
		}
	}
}

// contains searches for a text as it is, in JSON's escapes and in each alignment of base64.
func contains(ledger []byte, text string) bool {
	escaped, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	needles := [][]byte{[]byte(text), escaped[1 : len(escaped)-1]}
	for shift := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), text...))
		needles = append(needles, []byte(encoded[(shift*8+5)/6:(shift+len(text))*8/6])) // what no neighbour decides
	}
	for _, needle := range needles {
		if bytes.Contains(ledger, needle) {
			return true
		}
	}
	return false
}

func TestTheScanFindsAPrivateValueHoweverItIsEncoded(t *testing.T) {
	const position, other = "688484848", "688484948" // four characters of base64 are the same
	for shift := range 3 {
		for after := range 3 {
			encoded := base64.StdEncoding.EncodeToString([]byte("ab"[:shift] + position + "cd"[:after]))
			require.True(t, contains([]byte("x"+encoded+"x"), position), "%d bytes before, %d after", shift, after)
			require.False(t, contains([]byte("x"+encoded+"x"), other), "%d bytes before, %d after", shift, after)
		}
	}
	require.True(t, contains([]byte(`{"name":"a\"b"}`), `a"b`))
}

// height is the number of blocks of the city's peer.
func height(ctx context.Context, t *testing.T) uint64 {
	t.Helper()
	height, err := heightBy(ctx, rawGateway(t, "city", "steward"))
	require.NoError(t, err)
	return height
}

// heightBy is the number of blocks of the peer that a gateway's connection leads to.
func heightBy(ctx context.Context, gateway *client.Gateway) (uint64, error) {
	answer, err := gateway.GetNetwork("smartcity").GetContract("qscc").EvaluateWithContext(ctx, "GetChainInfo", client.WithArguments("smartcity"))
	if err != nil {
		return 0, err
	}
	info := new(common.BlockchainInfo)
	err = proto.Unmarshal(answer, info)
	return info.GetHeight(), err
}

// blocks returns all bytes of an organisation's blocks below a height.
func blocks(ctx context.Context, t *testing.T, org, user string, height uint64) []byte {
	t.Helper()
	stream, stop := context.WithCancel(ctx)
	defer stop()
	events, err := rawGateway(t, org, user).GetNetwork("smartcity").BlockEvents(stream, client.WithStartBlock(0))
	require.NoError(t, err)
	var ledger []byte
	for block := range events {
		bytes, err := proto.Marshal(block)
		require.NoError(t, err)
		ledger = append(ledger, bytes...)
		if block.GetHeader().GetNumber()+1 >= height {
			return ledger
		}
	}
	require.Fail(t, "the stream of blocks ended early", "%s", org)
	return nil
}
