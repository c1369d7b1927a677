// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	strict "github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/chaincode/settlement"
	"github.com/smartb-suite/smartb/gateway-client/energy"
	"github.com/smartb-suite/smartb/gateway-client/internal/document"
)

func newMemberPointCommand(app *App) *cobra.Command {
	var operator, secretFile, registerFile, folder string
	command := &cobra.Command{
		Use:   "point FILE|-",
		Short: "Give persons the references of their metering points (the grid operator, on its own machine)",
		Long: `point reads who is behind which metering point, which the grid operator has checked (an ID at the counter, a code in a letter, its portal), as CSV:

  subject,point,limit_watts,since
  kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k,AT0010000001,4000,2025-09-01

The last columns may be left out; since is the first day of this person at this point. For each row it writes a file for this person, of the same name as the subject, and tells the person nothing else: the point's
reference, which is no number and cannot be guessed, and a fresh salt. The person signs the hash of both with the consent and hands them to an organiser; the
grid operator never sends them to an organiser itself. For another consent, make another file for the person, so that the two consents do not look alike.

The register remembers subject and point. It stays with the grid operator, nobody else can read it, and smartb member confirm compares members with it. A point
has one person in it: the newest. Nothing is sent to the ledger.`,
		Example: "  smartb member point today.csv --grid-operator UtilityMSP --point-secret points.secret --register points.json --out passes",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			secret, err := readSecret(secretFile)
			if err != nil {
				return err
			}
			text, err := app.readText("the list of persons and points", args[0])
			if err != nil {
				return err
			}
			rows, err := persons(string(text))
			if err != nil {
				return err
			}
			register, err := energy.ReadRegister(registerFile)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				return usagef("the register of metering points cannot be read: %w", err)
			}
			var passes []settlement.PointPass
			for _, row := range rows {
				row.Reference = settlement.Reference(operator, secret, row.Number)
				pass := energy.NewPointPass(row.Reference)
				if err := pass.Validate(); err != nil {
					return usagef("--grid-operator takes the MSP id of the grid operator, such as UtilityMSP: %w", err)
				}
				register.Put(row)
				passes = append(passes, pass)
			}
			if err := register.Write(registerFile); err != nil { // first, so that nobody has a reference that the register does not know
				return fmt.Errorf("the register was not written, and nobody was given a reference: %w", err)
			}
			return app.writePasses(folder, rows, passes)
		},
	}
	command.Flags().StringVar(&operator, "grid-operator", "", "the `MSP` of the grid operator, whose point it is")
	command.Flags().StringVar(&folder, "out", "", "the `FOLDER` for the persons' files")
	addRegisterFlag(command, &registerFile)
	addSecretFlag(command, &secretFile)
	must(command.MarkFlagRequired("grid-operator"))
	must(command.MarkFlagRequired("out"))
	return command
}

// writePasses writes a file for each person, which nobody else reads.
func (a *App) writePasses(folder string, rows []energy.RegisteredPoint, passes []settlement.PointPass) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return usagef("the folder cannot be made: %w", err)
	}
	for i, row := range rows {
		path := filepath.Join(folder, row.Subject+".json")
		for n := 2; exists(path); n++ {
			path = filepath.Join(folder, fmt.Sprintf("%s-%d.json", row.Subject, n))
		}
		if err := writeObjectOnce(path, passes[i]); err != nil {
			return err
		}
	}
	a.Notef("%d references written to %s", len(rows), folder)
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// persons reads the list of who is behind which metering point.
func persons(text string) ([]energy.RegisteredPoint, error) {
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	header, err := reader.Read()
	if err != nil || len(header) < 2 ||
		!slices.Equal(header, []string{"subject", "point", "limit_watts", "since"}[:min(len(header), 4)]) {
		return nil, usagef("the list begins with the line subject,point,limit_watts,since; the last two may be left out")
	}
	var rows []energy.RegisteredPoint
	for {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, usagef("the list of persons and points: %w", document.Table(err))
		}
		row, err := person(fields)
		if err != nil {
			line, _ := reader.FieldPos(0)
			return nil, usagef("line %d of the list of persons and points: %w", line, err)
		}
		rows = append(rows, row)
	}
}

func person(fields []string) (row energy.RegisteredPoint, err error) {
	row = energy.RegisteredPoint{Subject: fields[0], Number: fields[1], At: time.Now().UTC().Truncate(time.Second)}
	if err := request.All(request.Thumbprint("subject", row.Subject), request.Named("point", row.Number)); err != nil {
		return row, err
	}
	if len(fields) > 2 && fields[2] != "" {
		if row.LimitWatts, err = strconv.ParseInt(fields[2], 10, 64); err != nil || row.LimitWatts < 0 {
			return row, errors.New("limit_watts is a number of watts")
		}
	}
	if len(fields) > 3 && fields[3] != "" {
		row.Since = fields[3]
		if _, err := time.Parse(time.DateOnly, row.Since); err != nil {
			return row, errors.New("since is a date like 2025-09-01")
		}
	}
	return row, nil
}

// addRegisterFlag adds the flag --register.
func addRegisterFlag(command *cobra.Command, file *string) {
	command.Flags().StringVar(file, "register", "", "the `FILE` with the grid operator's register of persons and metering points")
	must(command.MarkFlagRequired("register"))
	must(command.MarkFlagFilename("register"))
}

// passFlags make a consent one to energy sharing at a metering point.
type passFlags struct {
	path, handover string
	pass           settlement.PointPass
}

func (f *passFlags) addFlags(command *cobra.Command) {
	command.Flags().StringVar(&f.path, "pass", "", "the `FILE` that the grid operator gave for the metering point; its hash is signed")
	command.Flags().StringVar(&f.handover, "handover", "", "write the `FILE` with which the organiser adds the member")
	command.MarkFlagsMutuallyExclusive("pass", "point")
	must(command.MarkFlagFilename("pass"))
}

// fill names the metering point of the pass in the terms.
func (f *passFlags) fill(terms *consent.Terms) (err error) {
	if f.path == "" {
		if f.handover != "" {
			return usagef("--handover needs --pass, the file that the grid operator gave")
		}
		return nil
	}
	text, err := os.ReadFile(f.path)
	if err == nil {
		err = strict.Unmarshal(text, &f.pass, strict.RejectUnknownMembers(true))
	}
	if err == nil {
		err = f.pass.Validate()
	}
	if err != nil {
		return usagef("--pass takes a file of smartb member point: %w", err)
	}
	if exists(f.handover) {
		return usagef("%s exists; it is not overwritten", f.handover)
	}
	terms.Object.PointSHA256 = f.pass.SHA256()
	return nil
}

// handOver writes what the organiser needs, of the consent that was given.
func (f *passFlags) handOver(answer json.RawMessage) error {
	if f.handover == "" {
		return nil
	}
	var given consent.ConsentRef
	if err := json.Unmarshal(answer, &given); err != nil {
		return err
	}
	return writeObjectOnce(f.handover, settlement.MemberPrivate{
		Subject: given.Subject, ConsentID: given.ConsentID, Reference: f.pass.Reference, Salt: f.pass.Salt,
	})
}
