package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/hyperledger/fabric-gateway/pkg/client"

	"github.com/smartb-suite/smartb/gateway-client"
)

// profile is a user's profile of a running network.
func profile() gateway.Profile {
	profile, err := gateway.LoadProfile(gateway.ProfileFor("utility", "operator"))
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
	var run struct{ State string }
	receipt, err := client.Submit(ctx, "settlement:SettleDay", map[string]string{"community": "sonnenhof", "day": "2026-06-21"}, &run)
	if err != nil {
		log.Panic(err)
	}
	fmt.Println(run.State, receipt.TransactionID, receipt.BlockNumber)
}

func ExampleClient_Submit_errors() {
	ctx := context.Background()
	gw, err := gateway.Connect(ctx, profile())
	if err != nil {
		log.Panic(err)
	}
	defer gw.Close()
	_, err = gw.Submit(ctx, "settlement:SettleDay", map[string]string{"community": "sonnenhof", "day": "2026-06-21"}, nil)

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
	curve := map[string][]byte{"curve": []byte(`{"values":[1,2,3]}`)}
	pending, err := client.SubmitAsync(ctx, "settlement:SubmitMeterDay", map[string]string{"meter": "m1"},
		gateway.WithTransient(curve), gateway.WithEndorsingOrganizations("UtilityMSP", "CommunityMSP"))
	if err != nil {
		log.Panic(err)
	}
	log.Println("on its way:", pending.TransactionID())
	if _, err := pending.Wait(ctx, nil); err != nil {
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
	var community struct{ Name string }
	err = client.Evaluate(ctx, "settlement:GetCommunity", map[string]string{"id": "sonnenhof"}, &community)
	if errors.Is(err, gateway.ErrNotFound) {
		log.Panic("no such community")
	}
	fmt.Println(community.Name)
}
