// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// resident is a person of the story: a key and the consent that it signed.
type resident struct {
	key                signing.Key
	subject, consentID string
}

// publish makes the residents' association say openly what it does, before it may ask anybody.
func (s *story) publish(ctx context.Context) error {
	s.chapter("The residents' association publishes what it does with load profiles", "every service says openly what it processes, why, and by which source code, before it may ask")
	text, err := os.ReadFile(filepath.Join("docs", "samples", "energy-sharing.notice.json"))
	if err != nil {
		return fmt.Errorf("%w; run the demo at the root of the project", err)
	}
	if err := json.Unmarshal(text, &s.notice); err != nil {
		return err
	}
	published, receipt, err := s.parties.association.Consent().PublishNotice(ctx, s.notice)
	if err != nil {
		return err
	}
	fmt.Printf("   notice %s version %d by %s: %s for %s; sha256 %s…\n", published.NoticeID, published.Version, published.Controller.MSP,
		strings.Join(published.DataCategories, ", "), published.Purpose, published.SHA256[:16])
	return s.awaitEverywhere(ctx, receipt)
}

// consents makes a new resident, who signs the consent; the city relays it.
func (s *story) consents(ctx context.Context) (resident, gateway.Receipt, error) {
	return s.consentsTo(ctx, consent.Object{})
}

// consentsTo is consents for one dataset.
func (s *story) consentsTo(ctx context.Context, object consent.Object) (resident, gateway.Receipt, error) {
	key, err := signing.NewKey(signing.ES256)
	if err != nil {
		return resident{}, gateway.Receipt{}, err
	}
	subject, err := key.Thumbprint()
	if err != nil {
		return resident{}, gateway.Receipt{}, err
	}
	r := resident{key, subject, randomHex()}
	relay, err := dial(ctx, "city", "steward", gateway.WithResidentKey(key))
	if err != nil {
		return r, gateway.Receipt{}, err
	}
	defer relay.Close()
	_, receipt, err := relay.Consent().Give(ctx, consent.GiveRequest{Terms: consent.Terms{
		ConsentID: r.consentID, NoticeID: s.notice.NoticeID, NoticeVersion: s.notice.Version, DataCategories: s.notice.DataCategories,
		Recipients: s.notice.Recipients, Object: object, Type: consent.Expressed, ValidUntil: time.Now().AddDate(1, 0, 0).UTC().Truncate(time.Second),
	}})
	return r, receipt, err
}

// withdraw shows what a consent is worth: a use with it, its receipt, its withdrawal through another organisation, and the next use without it.
func (s *story) withdraw(ctx context.Context) error {
	s.chapter("A resident consents, and the use is recorded", "a key and no account: the city relays what it cannot change")
	r, given, err := s.consents(ctx)
	if err != nil {
		return err
	}
	if err := s.awaitEverywhere(ctx, given); err != nil {
		return err
	}
	use := consent.RecordUseRequest{
		Subject: r.subject, ConsentID: r.consentID, Purpose: settlement.SharingPurpose, DataCategories: []string{settlement.LoadProfile}, Reference: "demo",
	}
	if _, _, err := s.parties.processor.Consent().RecordUse(ctx, use); err != nil {
		return err
	}
	fmt.Printf("   resident %s… may be metered until %s; the grid operator's use is on the ledger\n", r.subject[:12], time.Now().AddDate(1, 0, 0).Format(time.DateOnly))
	if err := s.receipt(ctx, r, given); err != nil {
		return err
	}
	s.chapter("The resident withdraws through another organisation", "as easy as giving: one id, one signature; the next block refuses the use")
	begin := time.Now()
	relay, err := dial(ctx, "utility", "steward", gateway.WithResidentKey(r.key))
	if err != nil {
		return err
	}
	defer relay.Close()
	_, withdrawn, err := relay.Consent().Withdraw(ctx, consent.DecisionRequest{ConsentID: r.consentID})
	if err != nil {
		return err
	}
	fmt.Printf("   withdrawn in block %d, %d ms after the click\n", withdrawn.BlockNumber, time.Since(begin).Milliseconds())
	if err := s.awaitEverywhere(ctx, withdrawn); err != nil {
		return err
	}
	_, _, err = s.parties.processor.Consent().RecordUse(ctx, use)
	if !errors.Is(err, gateway.ErrProcessingDenied) {
		return fmt.Errorf("a use after the withdrawal: %w", err)
	}
	fmt.Printf("   the utility tries again: %s\n", err)
	return nil
}

// receipt prints the resident's receipt and verifies it at the city's peer.
func (s *story) receipt(ctx context.Context, r resident, given gateway.Receipt) error {
	s.chapter("The receipt is verified at any peer", "what was agreed to can be proven for ever, and it names nobody")
	relay, err := dial(ctx, "city", "steward", gateway.WithResidentKey(r.key))
	if err != nil {
		return err
	}
	defer relay.Close()
	text, err := relay.Consent().Receipt(ctx, consent.ReceiptRequest{ConsentID: r.consentID, Format: consent.KantaraFormat})
	if err != nil {
		return err
	}
	var receipt consent.Kantara
	if err := json.Unmarshal(text, &receipt); err != nil {
		return err
	}
	for _, service := range receipt.Services {
		for _, purpose := range service.Purposes {
			fmt.Printf("   %s: %s uses %s for “%s”, disclosed to %s, until %s\n", receipt.Version, receipt.PIIControllers[0].PIIController,
				strings.Join(purpose.PIICategory, ", "), purpose.Purpose, purpose.ThirdPartyName, purpose.Termination)
		}
	}
	notice, err := s.parties.city.Consent().GetNotice(ctx, consent.GetNoticeRequest{NoticeID: receipt.Verification.NoticeID, Version: receipt.Verification.NoticeVersion})
	if err != nil {
		return err
	}
	hash, err := notice.Hash()
	if err != nil {
		return err
	}
	if hash != receipt.Verification.NoticeSHA256 || receipt.Verification.TransactionID != given.TransactionID {
		return errors.New("the receipt is not what the ledger says")
	}
	fmt.Printf("   verified: transaction %s… in block %d, notice %s…\n", given.TransactionID[:16], given.BlockNumber, hash[:16])
	return nil
}
