// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"testing"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// blockOf has a transaction for each id, each a minute after the one before.
func blockOf(t *testing.T, begin time.Time, ids ...string) *common.Block {
	t.Helper()
	block := &common.Block{
		Header: &common.BlockHeader{Number: 7}, Data: &common.BlockData{},
		Metadata: &common.BlockMetadata{Metadata: [][]byte{nil, nil, make([]byte, len(ids))}},
	}
	for i, id := range ids {
		at := timestamppb.New(begin.Add(time.Duration(i) * time.Minute))
		header, err := proto.Marshal(&common.ChannelHeader{TxId: id, Timestamp: at})
		require.NoError(t, err)
		payload, err := proto.Marshal(&common.Payload{Header: &common.Header{ChannelHeader: header}})
		require.NoError(t, err)
		envelope, err := proto.Marshal(&common.Envelope{Payload: payload})
		require.NoError(t, err)
		block.Data.Data = append(block.Data.Data, envelope)
	}
	return block
}

func TestATransactionsTimeStandsApartFromItsNeighbours(t *testing.T) {
	begin := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	own, others, err := readTimes(blockOf(t, begin, "a", "b", "c"), "b")
	require.NoError(t, err)
	require.Equal(t, begin.Add(time.Minute), own.at)
	require.Equal(t, "VALID", own.code)
	require.Equal(t, []time.Time{begin, begin.Add(2 * time.Minute)}, others)

	block := blockOf(t, begin, "a")
	block.Data.Data[0] = []byte{1, 2, 3}
	_, _, err = readTimes(block, "a")
	require.ErrorContains(t, err, "block 7, transaction 0")
}
