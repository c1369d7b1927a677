// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	"github.com/hyperledger/fabric-gateway/pkg/client"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
)

// profile is a user's profile of a running network.
func profile() gateway.Profile {
	profile, err := gateway.LoadProfile(gateway.ProfileFor("community", "organiser"))
	if err != nil {
		log.Panic(err)
	}
	return profile
}

func ExampleConnect() {
	profile, err := gateway.LoadProfile(os.Getenv(gateway.ProfileVariable))
	if err != nil {
		log.Panic(err)
	}
	client, err := gateway.Connect(context.Background(), profile, gateway.WithRetryHook(func(retry gateway.Retry) {
		log.Printf("%s: %s, attempt %d: %v", retry.Transaction, retry.Reason, retry.Attempt, retry.Cause)
	}))
	if err != nil {
		log.Panic(err)
	}
	defer client.Close()
}

func ExampleClient_Submit() {
	ctx := context.Background()
	client, err := gateway.Connect(ctx, profile())
	if err != nil {
		log.Panic(err)
	}
	defer client.Close()
	var run settlement.Run
	request := map[string]string{"communityId": "sunny", "day": "2025-10-26", "run": "final"} // or settlement.SettleDayRequest
	receipt, err := client.Submit(ctx, "settlement:SettleDay", request, &run)
	if err != nil {
		log.Panic(err)
	}
	fmt.Println(run.MerkleRoot, receipt.TransactionID, receipt.BlockNumber)
}

func ExampleClient_Submit_errors() {
	ctx := context.Background()
	gw, err := gateway.Connect(ctx, profile())
	if err != nil {
		log.Panic(err)
	}
	defer gw.Close()
	_, _, err = gw.Settlement().SettleDay(ctx, settlement.SettleDayRequest{CommunityID: "sunny", Day: "2025-10-26", Run: settlement.Final})

	var (
		refused *gateway.ContractError
		invalid *client.CommitError
		failed  *client.TransactionError
	)
	switch {
	case errors.Is(err, gateway.ErrDayIncomplete):
		fmt.Println("wait for the meter days")
	case errors.As(err, &refused):
		fmt.Println("the ledger refused:", refused.Code, refused.Details)
	case errors.As(err, &invalid):
		fmt.Println("ordered, but invalid:", invalid.Code)
	case errors.As(err, &failed):
		fmt.Println("the network failed; look for transaction", failed.TransactionID)
	}
}

func ExampleClient_SubmitAsync() {
	ctx := context.Background()
	client, err := gateway.Connect(ctx, profile())
	if err != nil {
		log.Panic(err)
	}
	defer client.Close()
	request := settlement.SettleDayRequest{CommunityID: "sunny", Day: "2025-10-26", Run: settlement.Final}
	pending, err := client.SubmitAsync(ctx, "settlement:SettleDay", request, gateway.WithEndorsingOrganizations("UtilityMSP", "CommunityMSP"))
	if err != nil {
		log.Panic(err)
	}
	log.Println("on its way:", pending.TransactionID())
	var run settlement.Run
	if _, err := pending.Wait(ctx, &run); err != nil {
		log.Panic(err)
	}
}

func ExampleClient_Evaluate() {
	ctx := context.Background()
	client, err := gateway.Connect(ctx, profile())
	if err != nil {
		log.Panic(err)
	}
	defer client.Close()
	var community settlement.Community
	err = client.Evaluate(ctx, "settlement:GetCommunity", settlement.GetCommunityRequest{CommunityID: "sunny"}, &community)
	if errors.Is(err, gateway.ErrNotFound) {
		log.Panic("no such community")
	}
	fmt.Println(community.Name)
}

// The key is elsewhere: a service signs digests, and the profile names no key.
func ExampleWithSign() {
	ask := func(ctx context.Context, digest []byte) ([]byte, error) {
		question, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://keys.example.org/sign/operator", bytes.NewReader(digest))
		if err != nil {
			return nil, err
		}
		answer, err := http.DefaultClient.Do(question)
		if err != nil {
			return nil, err
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("the key service answered %s", answer.Status)
		}
		return io.ReadAll(answer.Body) // ASN.1, with the lower S
	}
	ctx := context.Background()
	client, err := gateway.Connect(ctx, profile(), gateway.WithSign(ask))
	if err != nil {
		log.Panic(err)
	}
	defer client.Close()
}

// Signing off-line, as Fabric's client does it: bytes and digests go to where the key is, and signatures come back, at any time and in any process.
func ExampleClient_Gateway() {
	ctx := context.Background()
	c, err := gateway.Connect(ctx, profile(), gateway.WithSign(func(context.Context, []byte) ([]byte, error) {
		return nil, errors.New("here, nobody signs")
	}))
	if err != nil {
		log.Panic(err)
	}
	defer c.Close()
	gw := c.Gateway()
	proposal, err := gw.GetNetwork("smartcity").GetContract("smartb").NewProposal("settlement:SettleDay",
		client.WithArguments(`{"communityId":"sunny","day":"2025-10-26","run":"final"}`), client.WithEndorsingOrganizations("UtilityMSP", "CommunityMSP"))
	if err != nil {
		log.Panic(err)
	}
	signed, err := gw.NewSignedProposal(elsewhere(proposal))
	if err != nil {
		log.Panic(err)
	}
	endorsed, err := signed.EndorseWithContext(ctx)
	if err != nil {
		log.Panic(err)
	}
	transaction, err := gw.NewSignedTransaction(elsewhere(endorsed))
	if err != nil {
		log.Panic(err)
	}
	ordered, err := transaction.SubmitWithContext(ctx)
	if err != nil {
		log.Panic(err)
	}
	commit, err := gw.NewSignedCommit(elsewhere(ordered))
	if err != nil {
		log.Panic(err)
	}
	status, err := commit.StatusWithContext(ctx)
	if err != nil {
		log.Panic(err)
	}
	fmt.Println(status.BlockNumber, status.Code)
}

// elsewhere stands for the way to the key and back.
func elsewhere(message interface {
	Bytes() ([]byte, error)
	Digest() []byte
}) (text, signature []byte) {
	text, err := message.Bytes()
	if err != nil {
		log.Panic(err)
	}
	signature, err = os.ReadFile(fmt.Sprintf("signature-of-%x", message.Digest()))
	if err != nil {
		log.Panic(err)
	}
	return text, signature
}
