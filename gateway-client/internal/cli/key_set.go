// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/consent"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// keyVerbs are what decides who speaks for a resident.
func keyVerbs() []verb {
	return []verb{
		keyMake("add FILE", "consent:AddKey", "Add a key to your keys, of which there are up to five (resident)",
			"  smartb key add spare.pem "+resident, func(key signing.Key) any { return gateway.AddKey{Key: key} }),
		keyMake("rotate FILE", "consent:RotateKey", "Replace the signing key by a new one, and end every guardianship (resident)",
			"  smartb key rotate new.pem --resident-key old.pem --as city/steward", func(key signing.Key) any { return gateway.RotateKey{Key: key} }),
		keyRemove(), keyCancelRemoval(), keySuspend(), keyLift(), keySubject(), keyRecover(), keyComplete(), keyCancelRecovery(),
		guardianName(), guardianAccept(), guardianApprove(), guardianEnd(),
	}
}

const (
	somebody  = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
	otherKey  = "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"
	witnessed = " CityMSP OversightMSP "
)

// keyMake is a command that lets a new key sign that it shall speak for the resident.
func keyMake(use, transaction, short, example string, request func(signing.Key) any) verb {
	return verb{
		use: use, short: short, args: cobra.ExactArgs(1), submit: true, transaction: transaction, example: example,
		request: func(args []string) (any, error) {
			key, err := loadKey(args[0])
			return request(key), err
		},
	}
}

func keyRemove() verb {
	var request consent.RemoveKeyRequest
	var since string
	return verb{
		use: "remove KEY", short: "Remove one of your keys (resident)", args: cobra.ExactArgs(1), submit: true, transaction: "consent:RemoveKey",
		before: tellRemoved,
		long: `remove removes a key at once where the signing key is older or the same, else after 7 days in which the removed key or an older one can cancel it.
--since ends what the removed key made since then, too, guardians and keys: smartb key show lists them.`,
		example: "  smartb key remove " + otherKey + " --since 2026-11-01T00:00:00Z " + resident,
		request: func(args []string) (any, error) {
			request.Key = args[0]
			if since == "" {
				return request, nil
			}
			var err error
			if request.Since, err = time.Parse(time.RFC3339, since); err != nil {
				return nil, usagef("--since takes a time like 2026-11-01T00:00:00Z, not %q", since)
			}
			return request, nil
		},
		flags: func(command *cobra.Command) {
			command.Flags().StringVar(&since, "since", "", "end what the key made since this `TIME` (RFC 3339), too")
		},
	}
}

// tellRemoved lists the keys and guardians that end with a removed key.
func tellRemoved(ctx context.Context, app *App, client *gateway.Client, request any) error {
	r, ok := request.(consent.RemoveKeyRequest)
	if !ok || r.Since.IsZero() {
		return nil
	}
	view, err := client.Consent().GetSubject(ctx, consent.GetSubjectRequest{})
	if err != nil {
		return err
	}
	for _, key := range view.Keys {
		if key.Present && r.Reaches(key.Makers) {
			app.Notef("this removes key %s, too, added at %s", key.Key.Key, key.AddedAt.Format(time.RFC3339))
		}
	}
	for _, guardian := range view.Guardians {
		if guardian.InOffice && r.Reaches(guardian.Makers) {
			app.Notef("this ends guardian %s, too, named at %s", guardian.Guardian, guardian.From.Format(time.RFC3339))
		}
	}
	return nil
}

func keyCancelRemoval() verb {
	return verb{
		use: "cancel-removal KEY", short: "Cancel the removal of a key that waits (resident)", args: cobra.ExactArgs(1), submit: true,
		transaction: "consent:CancelRemoval", example: "  smartb key cancel-removal " + otherKey + " " + resident,
		request: func(args []string) (any, error) { return consent.CancelRemovalRequest{Key: args[0]}, nil },
	}
}

func keySuspend() verb {
	return verb{
		use: "suspend KEY", short: "Suspend one of your keys at once (resident)", args: cobra.ExactArgs(1), submit: true,
		transaction: "consent:SuspendKey", example: "  smartb key suspend " + otherKey + " " + resident,
		request: func(args []string) (any, error) { return consent.KeyRequest{Key: args[0]}, nil },
	}
}

func keyLift() verb {
	var request consent.LiftSuspensionRequest
	return verb{
		use: "lift KEY", short: "Lift the suspension of a key (resident)", args: cobra.ExactArgs(1), submit: true,
		transaction: "consent:LiftSuspension", example: "  smartb key lift " + otherKey + " " + resident,
		request: func(args []string) (any, error) {
			request.Key = args[0]
			return request, nil
		},
		flags: func(command *cobra.Command) {
			command.Flags().StringVar(&request.Suspender, "suspender", "", "the `KEY` that suspended it (default: the last)")
		},
	}
}

func keySubject() verb {
	return verb{
		use: "subject SUBJECT", short: "Show which keys and guardians speak for a subject", args: cobra.ExactArgs(1), transaction: "consent:GetSubject",
		example: "  smartb key subject " + somebody + " --as city/steward",
		request: func(args []string) (any, error) { return consent.GetSubjectRequest{Subject: args[0]}, nil },
		show:    decoded(func(view consent.SubjectView) any { return speakerTable(view) }),
	}
}

func keyRecover() verb {
	var request consent.RecoverKeyRequest
	var path string
	return verb{
		use: "recover SUBJECT", short: "Say that the person who lost a key now has another (steward or authority of an independent organisation)",
		args: cobra.ExactArgs(1), submit: true, transaction: "consent:RecoverKey",
		long: `recover takes two different independent organisations, which governance lists as witnesses: each verifies the person and names the other (--with). The
second one announces the recovery; after 7 days the new key completes it, unless a present key cancels it before. The person makes the proof with the new
key: smartb key prove.`,
		example: "  smartb key recover " + somebody + " --proof proof.txt --with OversightMSP --as city/steward",
		request: func(args []string) (any, error) {
			request.Subject = args[0]
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, usagef("the proof cannot be read: %w", err)
			}
			request.Proof = strings.TrimSpace(string(text))
			return request, nil
		},
		flags: func(command *cobra.Command) {
			command.Flags().StringVar(&path, "proof", "", "the `FILE` with the new key's own signature")
			command.Flags().StringVar(&request.With, "with", "", "the `MSP` of the other organisation")
			command.Flags().StringVar(&request.Controller, "controller", "", "the `MSP` that asks the two for it")
			must(command.MarkFlagRequired("proof"))
			must(command.MarkFlagRequired("with"))
		},
	}
}

// recovery reads NEW-KEY MSP MSP.
func recoveryOf(args []string) consent.RecoveryRequest {
	pair := slices.Sorted(slices.Values(args[1:]))
	return consent.RecoveryRequest{NewKey: args[0], Organisations: pair}
}

func keyComplete() verb {
	number := 1
	return verb{
		use: "complete-recovery NEW-KEY MSP MSP", short: "Let the new key speak from now on (signed by the new key, with --resident-for)",
		args: cobra.ExactArgs(3), submit: true, transaction: "consent:CompleteRecovery",
		example: "  smartb key complete-recovery " + otherKey + witnessed + "--resident-key new.pem --resident-for " + somebody + " --as city/steward",
		request: func(args []string) (any, error) {
			request := recoveryOf(args)
			request.Number = number
			return request, nil
		},
		flags: func(command *cobra.Command) {
			command.Flags().IntVar(&number, "number", number, "how often the subject's key was recovered, this time included")
		},
	}
}

func keyCancelRecovery() verb {
	return verb{
		use: "cancel-recovery NEW-KEY MSP MSP", short: "Cancel an announced recovery (resident)", args: cobra.ExactArgs(3), submit: true,
		transaction: "consent:CancelRecovery", example: "  smartb key cancel-recovery " + otherKey + witnessed + resident,
		request: func(args []string) (any, error) { return recoveryOf(args), nil },
	}
}

func guardianName() verb {
	request := consent.NameGuardianRequest{ReasonCode: consent.PowerOfAttorney}
	var until string
	return verb{
		use: "guardian GUARDIAN", short: "Name who signs for you until a day (resident)", args: cobra.ExactArgs(1), submit: true,
		transaction: "consent:NameGuardian",
		long: `guardian lets another resident sign for you until the day: all that you could sign, but what decides who signs for you. Withdrawing everything, another
key and key guardian-end end it.`,
		example: "  smartb key guardian " + somebody + " --until 2027-12-31 " + resident,
		request: func(args []string) (any, error) {
			request.Guardian = args[0]
			var err error
			request.Until, err = moment("until", until)
			return request, err
		},
		flags: func(command *cobra.Command) {
			command.Flags().StringVar(&until, "until", "", "the last `DATE` (or time, RFC 3339)")
			guardianReason(command, &request.ReasonCode)
			must(command.MarkFlagRequired("until"))
		},
	}
}

func guardianReason(command *cobra.Command, code *consent.GuardianReason) {
	command.Flags().StringVar((*string)(code), "reason", string(*code), "why: PARENTAL_RESPONSIBILITY, COURT_APPOINTED, POWER_OF_ATTORNEY or OTHER")
}

func guardianAccept() verb {
	request := consent.AcceptGuardianshipRequest{ReasonCode: consent.ParentalResponsibility}
	var until string
	return verb{
		use: "guardian-accept SUBJECT", short: "Take the office of guardian for a subject without a key (resident)", args: cobra.ExactArgs(1), submit: true,
		transaction: "consent:AcceptGuardianship",
		example:     "  smartb key guardian-accept " + somebody + " --until 2027-12-31 --authority OversightMSP --witness CityMSP " + resident,
		request: func(args []string) (any, error) {
			request.Subject = args[0]
			var err error
			request.Until, err = moment("until", until)
			return request, err
		},
		flags: func(command *cobra.Command) {
			command.Flags().StringVar(&until, "until", "", "the last `DATE` (or time, RFC 3339)")
			command.Flags().StringVar(&request.Authority, "authority", "", "the `MSP` of the data protection authority, which has to approve")
			command.Flags().StringVar(&request.Witness, "witness", "", "the `MSP` of another independent organisation, which has to approve, too")
			guardianReason(command, &request.ReasonCode)
			for _, name := range []string{"until", "authority", "witness"} {
				must(command.MarkFlagRequired(name))
			}
		},
	}
}

func guardianApprove() verb {
	return verb{
		use: "guardian-approve SUBJECT GUARDIAN", short: "Approve the guardian of a subject without a key (authority, or steward of the organisation named)",
		args: cobra.ExactArgs(2), submit: true, transaction: "consent:ApproveGuardian",
		example: "  smartb key guardian-approve " + somebody + " " + otherKey + " --as oversight/authority",
		request: func(args []string) (any, error) {
			return consent.ApproveGuardianRequest{Subject: args[0], Guardian: args[1]}, nil
		},
	}
}

func guardianEnd() verb {
	var request consent.GuardianRequest
	return verb{
		use: "guardian-end GUARDIAN", short: "End a guardianship at once (resident, guardian or authority)", args: cobra.ExactArgs(1), submit: true,
		transaction: "consent:EndGuardian", example: "  smartb key guardian-end " + somebody + " " + resident,
		request: func(args []string) (any, error) {
			request.Guardian = args[0]
			return request, nil
		},
		flags: func(command *cobra.Command) {
			command.Flags().StringVar(&request.Subject, "subject", "", "the `SUBJECT` whose guardian it is, for the authority and the guardian")
		},
	}
}

// speakerTable shows who speaks for a subject; what was announced comes first.
type speakerTable consent.SubjectView

// Columns names the columns.
func (speakerTable) Columns() []string {
	return []string{"what", "who", "since", "state", "next"}
}

// Rows returns a row for each announced recovery, key and guardian.
func (t speakerTable) Rows() (rows [][]any) {
	for _, r := range t.Recoveries {
		rows = append(rows, announced(r))
	}
	for _, k := range t.Keys {
		state, next := "present", ""
		switch {
		case !k.Present:
			state = "removed"
		case k.Removal != nil:
			state, next = "removal waits until "+k.Removal.Effective.Format(time.RFC3339), "smartb key cancel-removal "+k.Key.Key
		case len(k.Suspensions) > 0:
			state, next = "suspended", "smartb key lift "+k.Key.Key
		}
		rows = append(rows, []any{"key", k.Key.Key, k.AddedAt, state, next})
	}
	for _, g := range t.Guardians {
		state := "ended"
		if g.InOffice {
			state = "in office until " + lastDay(g.Until)
		}
		rows = append(rows, []any{"guardian", g.Guardian, g.From, state, "made by " + g.By})
	}
	return rows
}

// announced is the row of an announced recovery.
func announced(r consent.Recovery) []any {
	return []any{
		"ANNOUNCED", fmt.Sprintf("key %s shall speak for you", r.NewKey), r.AnnouncedAt.Format(time.RFC3339),
		fmt.Sprintf("by %s, from %s on", strings.Join(r.Organisations, " and "), r.Effective.Format(time.RFC3339)),
		"smartb key cancel-recovery " + r.NewKey + " " + strings.Join(r.Organisations, " "),
	}
}
