// SPDX-License-Identifier: Apache-2.0

package gatewaytest

import (
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// Announce commits a block with events.
func (l *Ledger) Announce(number uint64, events ...*peer.ChaincodeEvent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.announced = append(l.announced, &gateway.ChaincodeEventsResponse{BlockNumber: number, Events: events})
	if l.changed != nil {
		close(l.changed)
		l.changed = make(chan struct{})
	}
}

// Streams counts how many streams of events were opened.
func (l *Ledger) Streams() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.streams
}

// height is how many blocks there are.
func (l *Ledger) height() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	height := uint64(8)
	for _, block := range l.announced {
		height = max(height, block.GetBlockNumber()+1)
	}
	return height
}

// next is the first block with events from a number on, and what signals more.
func (l *Ledger) next(from uint64) (*gateway.ChaincodeEventsResponse, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, block := range l.announced {
		if block.GetBlockNumber() >= from {
			return block, nil
		}
	}
	return nil, l.changed
}

// ChaincodeEvents streams the blocks with events.
func (p *Peer) ChaincodeEvents(signed *gateway.SignedChaincodeEventsRequest, stream gateway.Gateway_ChaincodeEventsServer) error {
	request := new(gateway.ChaincodeEventsRequest)
	if err := proto.Unmarshal(signed.GetRequest(), request); err != nil || len(signed.GetSignature()) == 0 || len(request.GetIdentity()) == 0 {
		return status.Errorf(codes.InvalidArgument, "bad events request: %v", err)
	}
	p.ledger.mu.Lock()
	p.ledger.streams++
	p.ledger.mu.Unlock()
	from := request.GetStartPosition().GetSpecified().GetNumber()
	for sent := 0; ; {
		if p.ledger.Stream != nil {
			if err := p.ledger.Stream(sent); err != nil {
				return err
			}
		}
		block, more := p.ledger.next(from)
		if block == nil {
			select {
			case <-more:
				continue
			case <-stream.Context().Done():
				return stream.Context().Err()
			}
		}
		if err := stream.Send(block); err != nil {
			return err
		}
		from = block.GetBlockNumber() + 1
		sent++
	}
}
