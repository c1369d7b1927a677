// SPDX-License-Identifier: Apache-2.0

package gatewaytest

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"testing"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/gateway"
	"github.com/hyperledger/fabric-protos-go-apiv2/peer"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// Peer is a gateway that listens on a loopback address with TLS, under a CA of its own.
type Peer struct {
	gateway.UnimplementedGatewayServer

	Name    string
	Address string
	// CA is the path of the PEM file with the CA's certificate.
	CA string

	ledger      *Ledger
	server      *grpc.Server
	certificate tls.Certificate
}

// Start has a peer serve the ledger until the test ends.
func (l *Ledger) Start(tb testing.TB, name string) *Peer {
	tb.Helper()
	certificate, ca := serverCertificate(tb, name)
	p := &Peer{Name: name, Address: "127.0.0.1:0", CA: ca, certificate: certificate}
	l.serve(tb, p)
	return p
}

// Restart has a peer that was stopped serve the ledger at its address.
func (l *Ledger) Restart(tb testing.TB, stopped *Peer) {
	tb.Helper()
	l.serve(tb, &Peer{Name: stopped.Name, Address: stopped.Address, CA: stopped.CA, certificate: stopped.certificate})
}

func (l *Ledger) serve(tb testing.TB, p *Peer) {
	tb.Helper()
	l.mu.Lock()
	if l.codes == nil {
		l.codes, l.asked, l.changed = map[string]peer.TxValidationCode{}, map[string]int{}, make(chan struct{})
	}
	l.mu.Unlock()
	listener, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", p.Address)
	if err != nil {
		tb.Fatal(err)
	}
	p.Address, p.ledger = listener.Addr().String(), l
	p.server = grpc.NewServer(grpc.Creds(credentials.NewServerTLSFromCert(&p.certificate)), grpc.MaxSendMsgSize(100<<20), grpc.MaxRecvMsgSize(100<<20))
	gateway.RegisterGatewayServer(p.server, p)
	go func() { _ = p.server.Serve(listener) }() // ends with an error of no interest when the peer is stopped
	tb.Cleanup(p.Stop)
}

// Stop ends the peer as if it were killed.
func (p *Peer) Stop() { p.server.Stop() }

// Evaluate executes a proposal.
func (p *Peer) Evaluate(_ context.Context, request *gateway.EvaluateRequest) (*gateway.EvaluateResponse, error) {
	call, _, err := p.read(request.GetProposedTransaction())
	if err != nil {
		return nil, err
	}
	if call.Chaincode == "qscc" && !p.ledger.Channel {
		return p.chainInfo()
	}
	call.Evaluation, call.Organizations = true, request.GetTargetOrganizations()
	answer, err := p.ledger.execute(call)
	if err != nil {
		return nil, err
	}
	return &gateway.EvaluateResponse{Result: &peer.Response{Status: 200, Payload: answer}}, nil
}

// chainInfo returns the peer's height. It is not among the ledger's calls.
func (p *Peer) chainInfo() (*gateway.EvaluateResponse, error) {
	height := p.ledger.height()
	if p.ledger.Height != nil {
		if height = p.ledger.Height(p.Name); height == 0 {
			return nil, status.Error(codes.Unavailable, "no such channel")
		}
	}
	return &gateway.EvaluateResponse{Result: &peer.Response{Status: 200, Payload: marshal(&common.BlockchainInfo{Height: height})}}, nil
}

// Endorse executes a proposal and returns the envelope to be signed.
func (p *Peer) Endorse(_ context.Context, request *gateway.EndorseRequest) (*gateway.EndorseResponse, error) {
	call, header, err := p.read(request.GetProposedTransaction())
	if err != nil {
		return nil, err
	}
	call.Organizations = request.GetEndorsingOrganizations()
	answer, err := p.ledger.execute(call)
	if err != nil {
		return nil, err
	}
	return &gateway.EndorseResponse{PreparedTransaction: &common.Envelope{Payload: payload(header, answer)}}, nil
}

// Submit orders an envelope.
func (p *Peer) Submit(_ context.Context, request *gateway.SubmitRequest) (*gateway.SubmitResponse, error) {
	envelope := request.GetPreparedTransaction()
	if len(envelope.GetSignature()) == 0 {
		return nil, status.Error(codes.InvalidArgument, "prepared transaction must be signed")
	}
	err := p.ledger.order(Submission{Peer: p.Name, TransactionID: request.GetTransactionId(), Envelope: string(marshal(envelope))})
	if err != nil {
		return nil, err
	}
	return &gateway.SubmitResponse{}, nil
}

// CommitStatus waits for a transaction's commit.
func (p *Peer) CommitStatus(ctx context.Context, signed *gateway.SignedCommitStatusRequest) (*gateway.CommitStatusResponse, error) {
	request := new(gateway.CommitStatusRequest)
	if err := proto.Unmarshal(signed.GetRequest(), request); err != nil || len(signed.GetSignature()) == 0 || len(request.GetIdentity()) == 0 {
		return nil, status.Errorf(codes.InvalidArgument, "bad status request: %v", err)
	}
	code, err := p.ledger.status(ctx, request.GetTransactionId())
	if err != nil {
		return nil, err
	}
	return &gateway.CommitStatusResponse{Result: code, BlockNumber: 7}, nil
}

// read unpacks a signed proposal as far as tests need it.
func (p *Peer) read(signed *peer.SignedProposal) (Call, *common.Header, error) {
	var (
		proposal = new(peer.Proposal)
		header   = new(common.Header)
		channel  = new(common.ChannelHeader)
		payload  = new(peer.ChaincodeProposalPayload)
		spec     = new(peer.ChaincodeInvocationSpec)
	)
	if len(signed.GetSignature()) == 0 {
		return Call{}, nil, status.Error(codes.InvalidArgument, "the proposal must be signed")
	}
	for _, step := range []struct {
		text    func() []byte
		message proto.Message
	}{
		{signed.GetProposalBytes, proposal}, {proposal.GetHeader, header}, {header.GetChannelHeader, channel},
		{proposal.GetPayload, payload}, {payload.GetInput, spec},
	} {
		if err := proto.Unmarshal(step.text(), step.message); err != nil {
			return Call{}, nil, status.Error(codes.InvalidArgument, err.Error())
		}
	}
	call := Call{Peer: p.Name, Chaincode: spec.GetChaincodeSpec().GetChaincodeId().GetName(), TransactionID: channel.GetTxId(), Transient: payload.GetTransientMap()}
	for _, argument := range spec.GetChaincodeSpec().GetInput().GetArgs() {
		call.Arguments = append(call.Arguments, string(argument))
	}
	return call, header, nil
}

// payload wraps an answer as an endorsed transaction does.
func payload(header *common.Header, answer []byte) []byte {
	action := marshal(&peer.ChaincodeAction{Response: &peer.Response{Status: 200, Payload: answer}})
	endorsed := &peer.ChaincodeEndorsedAction{ProposalResponsePayload: marshal(&peer.ProposalResponsePayload{Extension: action})}
	transaction := &peer.Transaction{Actions: []*peer.TransactionAction{{Payload: marshal(&peer.ChaincodeActionPayload{Action: endorsed})}}}
	return marshal(&common.Payload{Header: header, Data: marshal(transaction)})
}

func marshal(message proto.Message) []byte {
	text, err := proto.Marshal(message)
	if err != nil {
		panic(fmt.Sprintf("marshal %T: %v", message, err)) // messages made here always marshal
	}
	return text
}

// Refusal is how a peer's gateway passes on a chaincode's response that is not a success, to an endorsement.
func Refusal(status int, message string) error {
	return Failure(codes.Aborted, "failed to endorse transaction, see attached details for more info", fmt.Sprintf("chaincode response %d, %s", status, message))
}

// Failure is an error of a peer's gateway with the details that single peers or orderers of the organisations org1, org2 … gave.
func Failure(code codes.Code, message string, texts ...string) error {
	failure := status.New(code, message)
	for i, text := range texts {
		detail := &gateway.ErrorDetail{Address: fmt.Sprintf("node%d:7050", i+1), MspId: fmt.Sprintf("org%d", i+1), Message: text}
		detailed, err := failure.WithDetails(detail)
		if err != nil {
			panic(err) // only for codes.OK
		}
		failure = detailed
	}
	return failure.Err()
}
