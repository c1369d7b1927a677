// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/payments"
	"github.com/smartb-suite/smartb/gateway-client/report"
)

// pay writes the netted payments as a credit transfer for the bank.
func (s *story) pay(ctx context.Context, final settlement.Period) error {
	s.chapter("The payments are written as ISO 20022 pain.001", "names and accounts come from a local file; the ledger has neither")
	positions, err := s.parties.organiser.Settlement().AllPositions(ctx, of(final))
	if err != nil {
		return err
	}
	batch, err := payments.Net(of(final), positions, invented(positions))
	if err != nil {
		return err
	}
	path, file, err := s.create("pain001.xml")
	if err != nil {
		return err
	}
	if err := batch.WritePain001(file, time.Now(), time.Now().AddDate(0, 0, 1)); err != nil {
		_ = file.Close() // the first error is the one to tell
		return err
	}
	fmt.Printf("   %d transfers of %s %s in %s; %d members are asked to pay %s\n",
		len(batch.Transfers), euros(payments.Total(batch.Transfers)), batch.Currency, path, len(batch.Requests), euros(payments.Total(batch.Requests)))
	return file.Close()
}

// invented are accounts of a bank that does not exist; their check digits are right.
func invented(positions settlement.Positions) payments.Accounts {
	accounts := payments.Accounts{Community: payments.Account{Name: "Demo community", IBAN: iban(0)}, Parties: map[string]payments.Account{}}
	for i, position := range positions.Positions {
		accounts.Parties[position.MemberID] = payments.Account{Name: "Party " + position.MemberID[:8], IBAN: iban(i + 1)}
	}
	return accounts
}

// iban is an Austrian one of the invented bank 99999; A and T are 10 and 29 in the check of ISO 13616.
func iban(account int) string {
	number, ok := new(big.Int).SetString(fmt.Sprintf("99999%011d102900", account), 10)
	if !ok {
		panic("digits are a number")
	}
	return fmt.Sprintf("AT%02d99999%011d", 98-number.Mod(number, big.NewInt(97)).Int64(), account)
}

// report writes the month's report and opens it.
func (s *story) report(ctx context.Context, final settlement.Period) error {
	s.chapter("The report is opened", "one file that works offline: what an assembly of neighbours needs to see")
	data, err := report.Gather(ctx, s.parties.organiser.Settlement(), of(final))
	if err != nil {
		return err
	}
	path, file, err := s.create("report.html")
	if err != nil {
		return err
	}
	if err := report.Write(file, data); err != nil {
		_ = file.Close() // the first error is the one to tell
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	fmt.Printf("   written to %s\n", path)
	return look(ctx, path)
}

// look asks a browser, where there is one, what it sees.
func look(ctx context.Context, path string) error {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		fmt.Println("   open it in a browser")
		return nil
	}
	profile, err := os.MkdirTemp("", "smartb-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile)
	absolute, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	page, err := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+profile, "--dump-dom", "file://"+absolute).Output()
	if err != nil {
		return fmt.Errorf("open the report: %w", err)
	}
	fmt.Printf("   Chromium shows %d charts and %d rows of bills\n", strings.Count(string(page), "</svg>"), strings.Count(string(page), "after netting"))
	return nil
}

// create makes a file of the story beside the network's state; it holds bills, so only its owner reads it.
func (s *story) create(name string) (string, *os.File, error) {
	state := gateway.ProfileFor("community", "organiser")
	for range 4 { // <state>/community/users/organiser/profile.json
		state = filepath.Dir(state)
	}
	folder := filepath.Join(state, "demo")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", nil, err
	}
	path := filepath.Join(folder, name)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	return path, file, err
}
