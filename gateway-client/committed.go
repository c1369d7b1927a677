// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/protobuf/proto"
)

// LateAfter is how far a transaction's own time may lie from its neighbours' before readers are told. Fabric checks a
// transaction's time when it is endorsed and never again: anyone who holds an endorsed transaction can keep it back.
const LateAfter = time.Hour

// Committed is where and when a transaction was committed.
type Committed struct {
	TransactionID string `json:"transactionId"`
	BlockNumber   uint64 `json:"blockNumber"`
	// Code is the validation code, such as VALID.
	Code string `json:"code"`
	// At is the transaction's own time: the clock of its submitter, which records name.
	At time.Time `json:"at"`
	// Around is the median of the times of the other transactions in its block and in the blocks beside it; absent where there are none.
	Around time.Time `json:"around,omitzero"`
	// Late is true where At and Around lie more than LateAfter apart.
	Late bool `json:"late"`
}

// Committed looks a transaction up at its own organisation's peer, with the times of its neighbours.
func (c *Client) Committed(ctx context.Context, transactionID string) (Committed, error) {
	found := Committed{TransactionID: transactionID}
	block := new(common.Block)
	if err := c.askPeer(ctx, "qscc", "GetBlockByTxID", block, transactionID); err != nil {
		return found, err
	}
	found.BlockNumber = block.GetHeader().GetNumber()
	own, others, err := readTimes(block, transactionID)
	if err != nil {
		return found, err
	}
	found.At, found.Code = own.at, own.code
	beside, err := c.beside(ctx, found.BlockNumber)
	if err != nil {
		return found, err
	}
	for _, neighbour := range beside {
		_, times, err := readTimes(neighbour, transactionID)
		if err != nil {
			return found, err
		}
		others = append(others, times...)
	}
	if len(others) > 0 {
		slices.SortFunc(others, time.Time.Compare)
		found.Around = others[len(others)/2]
		found.Late = found.At.Sub(found.Around).Abs() > LateAfter
	}
	return found, nil
}

// beside reads the blocks before and after one, as far as there are any. The genesis block holds no transaction of a contract.
func (c *Client) beside(ctx context.Context, number uint64) ([]*common.Block, error) {
	height, err := c.Height(ctx)
	if err != nil {
		return nil, err
	}
	var blocks []*common.Block
	for _, beside := range []uint64{number - 1, number + 1} {
		if beside == 0 || beside >= height {
			continue
		}
		block := new(common.Block)
		if err := c.askPeer(ctx, "qscc", "GetBlockByNumber", block, strconv.FormatUint(beside, 10)); err != nil {
			return nil, err
		}
		blocks = append(blocks, block)
	}
	return blocks, nil
}

// timed is a transaction's own time and its validation code.
type timed struct {
	at   time.Time
	code string
}

// readTimes reads a transaction's time from its block, and those of the block's other transactions.
func readTimes(block *common.Block, transactionID string) (own timed, others []time.Time, err error) {
	codes := block.GetMetadata().GetMetadata()[common.BlockMetadataIndex_TRANSACTIONS_FILTER]
	for i, data := range block.GetData().GetData() {
		envelope, payload, header := new(common.Envelope), new(common.Payload), new(common.ChannelHeader)
		for _, part := range []struct {
			bytes func() []byte
			into  proto.Message
		}{{func() []byte { return data }, envelope}, {envelope.GetPayload, payload}, {func() []byte { return payload.GetHeader().GetChannelHeader() }, header}} {
			if err := proto.Unmarshal(part.bytes(), part.into); err != nil {
				return own, nil, fmt.Errorf("block %d, transaction %d: %w", block.GetHeader().GetNumber(), i, err)
			}
		}
		at := header.GetTimestamp().AsTime()
		if header.GetTxId() != transactionID {
			others = append(others, at)
			continue
		}
		own.at = at
		if i < len(codes) {
			own.code = peer.TxValidationCode(codes[i]).String()
		}
	}
	return own, others, nil
}
