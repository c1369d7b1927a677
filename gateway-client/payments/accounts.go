// SPDX-License-Identifier: Apache-2.0

// Package payments turns the netted positions of a period into payments: an ISO 20022 pain.001.001.09 credit transfer for who receives, and a list of
// payment requests for who pays. Names and accounts come from a local file and are never on the ledger.
package payments

import (
	"fmt"
	"io"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/smartb-suite/smartb/gateway-client/internal/document"
)

// Account is who is paid, and where.
type Account struct {
	// Name is the account's holder, at most 70 characters.
	Name string `json:"name"`
	// IBAN is the account's number (ISO 13616), with or without blanks.
	IBAN string `json:"iban"`
	// BIC is the bank's code (ISO 9362); empty within the SEPA.
	BIC string `json:"bic,omitempty"`
}

// Accounts are the accounts of a community.
type Accounts struct {
	// Community is the account that the organiser clears payments through.
	Community Account `json:"community"`
	// Parties are the accounts by party: a member, or "msp:" and an organisation. Several parties may share an account:
	// anything that they receive and pay is netted.
	Parties map[string]Account `json:"parties"`
}

var (
	ibanPattern = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$`)
	bicPattern  = regexp.MustCompile(`^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$`)
)

// ReadAccounts reads and checks a file of accounts.
func ReadAccounts(r io.Reader) (Accounts, error) {
	var accounts Accounts
	text, err := io.ReadAll(r)
	if err != nil {
		return accounts, err
	}
	if err := document.Decode(text, &accounts); err != nil {
		return accounts, fmt.Errorf("not a file of accounts: %w", err)
	}
	if accounts.Community, err = accounts.Community.checked(); err != nil {
		return accounts, fmt.Errorf("community: %w", err)
	}
	for _, party := range slices.Sorted(maps.Keys(accounts.Parties)) {
		if accounts.Parties[party], err = accounts.Parties[party].checked(); err != nil {
			return accounts, fmt.Errorf("parties/%s: %w", party, err)
		}
	}
	return accounts, nil
}

func (a Account) checked() (Account, error) {
	a.IBAN = strings.ReplaceAll(a.IBAN, " ", "")
	switch {
	case a.Name == "" || utf8.RuneCountInString(a.Name) > 70:
		return a, fmt.Errorf("name: 1 to 70 characters are needed, got %q", a.Name)
	case !ibanPattern.MatchString(a.IBAN) || !validIBAN(a.IBAN):
		return a, fmt.Errorf("iban: %q is not an IBAN, or a digit of it is wrong", a.IBAN)
	case a.BIC != "" && !bicPattern.MatchString(a.BIC):
		return a, fmt.Errorf("bic: %q is not a BIC", a.BIC)
	}
	return a, nil
}

// validIBAN checks the digits of ISO 13616: with the first four characters moved to the end and letters as numbers, the remainder by 97 is one.
func validIBAN(iban string) bool {
	var digits strings.Builder
	for _, c := range iban[4:] + iban[:4] {
		if c >= 'A' {
			fmt.Fprintf(&digits, "%d", c-'A'+10)
		} else {
			digits.WriteRune(c)
		}
	}
	number, ok := new(big.Int).SetString(digits.String(), 10)
	return ok && number.Mod(number, big.NewInt(97)).Int64() == 1
}
