// SPDX-License-Identifier: Apache-2.0

package energy

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client/internal/document"
)

// Register is a grid operator's own list of who is behind which metering point. It never leaves the grid operator.
type Register struct {
	Points []RegisteredPoint `json:"points"`
}

// RegisteredPoint is a metering point and its person.
type RegisteredPoint struct {
	// Subject is the pseudonym that the person gave to the grid operator itself, against proof.
	Subject string `json:"subject"`
	// Number is the point's (EAN, PRM, CUPS), Reference what the person was given for it.
	Number    string `json:"number"`
	Reference string `json:"reference"`
	// LimitWatts is the point's subscribed power, 0 if it is unknown.
	LimitWatts int64 `json:"limitWatts,omitempty"`
	// Since is the person's first day at the point, empty if it is unknown. Earlier load profiles are another's.
	Since string    `json:"since,omitempty"`
	At    time.Time `json:"at"`
}

// Confirmation is what the grid operator reports to the ledger about the point.
func (p RegisteredPoint) Confirmation() settlement.Confirmation {
	return settlement.Confirmation{Subject: p.Subject, Reference: p.Reference}
}

// Put enters a point with its person. Anyone who was behind the point before is no longer: who moved out cannot be
// confirmed with the load profile of who moved in.
func (r *Register) Put(point RegisteredPoint) {
	r.Points = slices.DeleteFunc(r.Points, func(p RegisteredPoint) bool { return p.Reference == point.Reference })
	r.Points = append(r.Points, point)
}

// Find is the point with the reference, if the subject is behind it.
func (r Register) Find(subject, reference string) (RegisteredPoint, bool) {
	i := slices.IndexFunc(r.Points, func(p RegisteredPoint) bool { return p.Subject == subject && p.Reference == reference })
	if i < 0 {
		return RegisteredPoint{}, false
	}
	return r.Points[i], true
}

// errOpen reports a register that others can read.
var errOpen = errors.New("others than its owner can read it; chmod 600")

// ReadRegister reads a register, which nobody but its owner may be able to read.
func ReadRegister(path string) (r Register, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return r, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return r, fmt.Errorf("%s: %w", path, errOpen)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return r, err
	}
	if err := document.DecodeKnown(text, &r); err != nil {
		return r, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// Write replaces the register's file as a whole, or leaves it as it was.
func (r Register) Write(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".register-*") // with mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }() // it is gone where all went well
	_, err = file.Write(append(text, '\n'))
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
