// SPDX-License-Identifier: Apache-2.0

// Command go is the program of docs/tutorials/go.md: it registers a dataset, reads it again, and follows the event.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	profile, err := gateway.LoadProfile(gateway.ProfileFor("city", "steward"))
	if err != nil {
		return err
	}
	city, err := gateway.Connect(ctx, profile)
	if err != nil {
		return err
	}
	defer city.Close()

	name := fmt.Sprintf("CityMSP/parking-%d", time.Now().UnixNano())
	request := licensing.RegisterDatasetRequest{DatasetContent: licensing.DatasetContent{
		DatasetID: name, Version: 1, Publisher: "CityMSP", Owner: "CityMSP",
		Title: "Parking", Description: "free places by the hour", Theme: []string{"transport"},
		Distribution: []licensing.Distribution{{
			Format: "CSV", MediaType: "text/csv",
			AccessService: licensing.AccessService{EndpointURL: "https://data.city.example/parking", Protocol: "https"},
		}},
	}}
	dataset, receipt, err := city.Licensing().RegisterDataset(ctx, request)
	if err != nil {
		return err
	}
	fmt.Println(dataset.DatasetID, "is in block", receipt.BlockNumber)

	_, err = city.Licensing().GetDataset(ctx, licensing.DatasetRequest{DatasetID: "CityMSP/missing"})
	if !errors.Is(err, gateway.ErrNotFound) {
		return fmt.Errorf("expected a dataset that is missing: %w", err)
	}
	fmt.Println(err)
	return nil
}
