// SPDX-License-Identifier: Apache-2.0

package gateway_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/eventlog"
)

func ExampleClient_Events() {
	ctx := context.Background()
	client, err := gateway.Connect(ctx, profile())
	if err != nil {
		log.Panic(err)
	}
	defer client.Close()
	begin, err := client.Now(ctx)
	if err != nil {
		log.Panic(err)
	}
	for event, err := range client.Events(ctx, begin) {
		if err != nil {
			log.Panic(err)
		}
		if event.Name == "settlement.DaySettled" {
			var settled settlement.SettleDayRequest
			if err := event.Decode(&settled); err != nil {
				log.Panic(err)
			}
			fmt.Println(settled.CommunityID, settled.Day, settled.Run)
		}
	}
}

// A file: package eventlog's is log and checkpoint in one.
func ExampleClient_Follow() {
	ctx := context.Background()
	client, err := gateway.Connect(ctx, profile())
	if err != nil {
		log.Panic(err)
	}
	defer client.Close()
	events, err := eventlog.Open("events.jsonl", gateway.Position{})
	if err != nil {
		log.Panic(err)
	}
	defer events.Close()
	log.Panic(client.Follow(ctx, events))
}

// settledDays keeps the newest run of each day in a database, and in the same transactions how far it has come:
//
//	CREATE TABLE day (community TEXT, day TEXT, run TEXT, PRIMARY KEY (community, day));
//	CREATE TABLE progress (block BIGINT, tx TEXT, call INTEGER);
type settledDays struct{ db *sql.DB }

// Last is the place of the last event that was stored.
func (s settledDays) Last(ctx context.Context) (last gateway.Position, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT block, tx, call FROM progress`).Scan(&last.BlockNumber, &last.TransactionID, &last.Index)
	if errors.Is(err, sql.ErrNoRows) {
		return gateway.Position{}, nil // a new consumer begins with the first block
	}
	return last, err
}

// Store stores the day and the event's place, both or neither.
func (s settledDays) Store(ctx context.Context, event gateway.Event) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // of no effect after the commit
	if event.Name == "settlement.DaySettled" {
		var settled settlement.SettleDayRequest
		if err := event.Decode(&settled); err != nil {
			return err
		}
		const upsert = `INSERT INTO day VALUES ($1, $2, $3) ON CONFLICT (community, day) DO UPDATE SET run = $3`
		if _, err := tx.ExecContext(ctx, upsert, settled.CommunityID, settled.Day, settled.Run); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM progress`); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO progress VALUES ($1, $2, $3)`, event.BlockNumber, event.TransactionID, event.Index); err != nil {
		return err
	}
	return tx.Commit()
}

// A database: the consumer's rows and the checkpoint are committed together.
func ExampleCheckpointer() {
	ctx := context.Background()
	client, err := gateway.Connect(ctx, profile())
	if err != nil {
		log.Panic(err)
	}
	defer client.Close()
	db, err := sql.Open("postgres", "postgres://localhost/settled")
	if err != nil {
		log.Panic(err)
	}
	defer db.Close()
	log.Panic(client.Follow(ctx, settledDays{db}))
}
