// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"strings"
	"testing"

	"github.com/hyperledger/fabric-gateway/pkg/client"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/rwset/kvrwset"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
)

// countCreations counts the valid transactions from a height on that wrote a key with the prefix.
func countCreations(ctx context.Context, t *testing.T, prefix string, from uint64) (count int) {
	t.Helper()
	for _, times := range creations(ctx, t, prefix, from) {
		count += times
	}
	return count
}

// creations counts how often valid transactions from a height on wrote each key with the prefix, by the city's ledger.
func creations(ctx context.Context, t *testing.T, prefix string, from uint64) map[string]int {
	t.Helper()
	times := map[string]int{}
	for key, codes := range carriers(ctx, t, prefix, from) {
		for _, code := range codes {
			if code == "VALID" {
				times[key]++
			}
		}
	}
	return times
}

// carriers are the validation codes of all transactions from a height on that wrote each key with the prefix, by the city's ledger.
func carriers(ctx context.Context, t *testing.T, prefix string, from uint64) map[string][]string {
	t.Helper()
	carried := map[string][]string{}
	last := height(ctx, t)
	stream, stop := context.WithCancel(ctx)
	defer stop()
	events, err := rawGateway(t, "city", "steward").GetNetwork("smartcity").BlockEvents(stream, client.WithStartBlock(from))
	require.NoError(t, err)
	for block := range events {
		codes := block.GetMetadata().GetMetadata()[common.BlockMetadataIndex_TRANSACTIONS_FILTER]
		for i, envelope := range block.GetData().GetData() {
			for _, key := range writesOf(t, envelope, prefix) {
				carried[key] = append(carried[key], peer.TxValidationCode(codes[i]).String())
			}
		}
		if block.GetHeader().GetNumber()+1 >= last {
			return carried
		}
	}
	require.Fail(t, "the stream of blocks ended early")
	return nil
}

// writesOf are the keys of an envelope's public writes with the prefix.
func writesOf(t *testing.T, envelope []byte, prefix string) (written []string) {
	t.Helper()
	payload, transaction := new(common.Payload), new(peer.Transaction)
	unmarshal(t, unpack(t, envelope), payload)
	unmarshal(t, payload.GetData(), transaction)
	for _, action := range transaction.GetActions() {
		body, response, result, set := new(peer.ChaincodeActionPayload), new(peer.ProposalResponsePayload), new(peer.ChaincodeAction), new(rwset.TxReadWriteSet)
		unmarshal(t, action.GetPayload(), body)
		unmarshal(t, body.GetAction().GetProposalResponsePayload(), response)
		unmarshal(t, response.GetExtension(), result)
		unmarshal(t, result.GetResults(), set)
		for _, namespace := range set.GetNsRwset() {
			keys := new(kvrwset.KVRWSet)
			unmarshal(t, namespace.GetRwset(), keys)
			for _, write := range keys.GetWrites() {
				if strings.HasPrefix(write.GetKey(), prefix) {
					written = append(written, write.GetKey())
				}
			}
		}
	}
	return written
}

func unpack(t *testing.T, bytes []byte) []byte {
	t.Helper()
	envelope := new(common.Envelope)
	unmarshal(t, bytes, envelope)
	return envelope.GetPayload()
}

func unmarshal(t *testing.T, bytes []byte, message proto.Message) {
	t.Helper()
	require.NoError(t, proto.Unmarshal(bytes, message))
}
