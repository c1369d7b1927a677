// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/governance"
	"github.com/smartb-suite/smartb/gateway-client/internal/document"
)

func newGovernanceCommand(app *App) *cobra.Command {
	command := noun(app, "governance", "Governance: the founding record and the rules that the organisations agree on",
		"  smartb governance show --as city/steward",
		verb{
			use: "show", short: "Show the rules in force and who voted for them", args: cobra.NoArgs, transaction: "governance:Get",
			example: "  smartb governance show --as city/steward",
			request: func([]string) (any, error) { return governance.GetRequest{}, nil },
			show:    decoded(func(record governance.Record) any { return rulesTable(record) }),
		},
	)
	command.AddCommand(newGovernanceFoundingCommand(app), newGovernanceVoteCommand(app), newGovernanceRootCommand(app), newGovernanceAdmissionCommand(app))
	return command
}

func newGovernanceFoundingCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:   "founding",
		Short: "Show the founding record; its signatures are verified",
		Long: `founding reads the record by which the network was founded, and verifies on this machine that it is for the profile's network and that the administrator
of each organisation signed it. Compare its hash with the one that you were told by another way.`,
		Example: "  smartb governance founding --as city/steward",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			view, err := client.Governance().GetFounding(command.Context())
			if err != nil {
				return err
			}
			if app.output == asJSON {
				return app.Render(view)
			}
			return app.Render(foundingTable(view))
		},
	}
}

func newGovernanceVoteCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:   "vote RULES.json",
		Short: "Vote for rules in the name of its own organisation (administrator)",
		Long: `vote signs the rules with the administrator's key and sends the vote. Rules take effect with the votes of more than half of the organisations for
exactly the same file; its version is the one after the version in force. - reads the rules from standard input.`,
		Example: `  smartb governance show --output json --as city/admin > rules.json   # then edit: the next version, the lists
  smartb governance vote rules.json --as city/admin`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			rules, err := app.rules(args[0])
			if err != nil {
				return err
			}
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			answer, receipt, err := client.Governance().Approve(command.Context(), rules)
			if err != nil {
				return err
			}
			return app.renderCommitted(answer, receipt)
		},
	}
}

// rules reads rules from a file or, for "-", from standard input. Members of a record that are not rules are left out.
func (a *App) rules(path string) (rules governance.Rules, err error) {
	source := "@" + path
	if path == "-" {
		source = path
	}
	text, err := a.request([]string{source})
	if err != nil {
		return rules, err
	}
	if err := document.DecodeKnown(text, &rules); err != nil {
		return rules, usagef("%s holds no rules: %w", path, err)
	}
	return rules, nil
}

func newGovernanceRootCommand(app *App) *cobra.Command {
	return &cobra.Command{
		Use:   "root CERTIFICATE.pem",
		Short: "Add a root certificate of your organisation (administrator)",
		Long: `root has the certificate of the organisation's next CA accepted beside those of the founding record: signatures by members whose certificates it issues
count from then on. The administrator signs by a certificate of the present CA, so do it before that one ends. An organisation that lost its CA joins anew.`,
		Example: "  smartb governance root next-ca.pem --as city/admin",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			root, err := readCertificate(args[0])
			if err != nil {
				return err
			}
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			added, receipt, err := client.Governance().AddRoot(command.Context(), root)
			if err != nil {
				return err
			}
			return app.renderCommitted(added, receipt)
		},
	}
}

func newGovernanceAdmissionCommand(app *App) *cobra.Command {
	var peers bool
	command := &cobra.Command{
		Use:   "admission CERTIFICATE.pem…",
		Short: "Sign for your organisation to join the network (administrator)",
		Long: `admission prints, as JSON, the signed entry by which your organisation joins: its MSP id, the root certificates of its CAs, and whether it runs peers. The
organisations of the network put it into "admitted" of the next version of the rules and vote for that version. An MSP id is admitted once, and later versions
keep the entry as it is.`,
		Example: "  smartb governance admission ca.pem --peers --as harbour/admin > harbour.json",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			roots := make([]*x509.Certificate, len(args))
			for i, path := range args {
				root, err := readCertificate(path)
				if err != nil {
					return err
				}
				roots[i] = root
			}
			client, err := app.Client(command.Context())
			if err != nil {
				return err
			}
			admission, err := client.Governance().Admission(roots, peers)
			if err != nil {
				return err
			}
			encoder := json.NewEncoder(command.OutOrStdout())
			encoder.SetIndent("", "  ")
			return encoder.Encode(admission)
		},
	}
	command.Flags().BoolVar(&peers, "peers", false, "the organisation runs peers")
	return command
}

// readCertificate reads a certificate from a PEM file.
func readCertificate(path string) (*x509.Certificate, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, usagef("the certificate cannot be read: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, usagef("%s holds no certificate (PEM block CERTIFICATE)", path)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, usagef("%s: the certificate in it is broken", path)
	}
	return certificate, nil
}

// rulesTable is a row for each part of the rules.
type rulesTable governance.Record

// Columns names the columns.
func (rulesTable) Columns() []string { return []string{"what", "who"} }

// Rows returns a row for each part of the rules.
func (t rulesTable) Rows() [][]any {
	join := func(msps []string) string { return strings.Join(msps, ", ") }
	return [][]any{
		{"version", t.Version}, {"authorities", join(t.Authorities)}, {"auditors", join(t.Auditors)}, {"grid operators", join(t.GridOperators)},
		{"witnesses", join(t.Witnesses)}, {"admitted", join(t.admitted())}, {"agreed by", join(t.ApprovedBy)},
	}
}

func (t rulesTable) admitted() (msps []string) {
	for _, admission := range t.Admitted {
		msps = append(msps, admission.MSP)
	}
	return msps
}

// foundingTable is a row for the network and for each organisation.
type foundingTable governance.FoundingView

// Columns names the columns.
func (foundingTable) Columns() []string { return []string{"what", "value"} }

// Rows returns a row for the network and for each organisation.
func (t foundingTable) Rows() [][]any {
	rows := [][]any{{"network", t.Founding.NetworkID}, {"kind", t.Founding.Kind}, {"SHA-256", t.SHA256}}
	for _, organisation := range t.Founding.Organisations {
		for _, text := range organisation.Roots {
			if root, err := governance.ParseRoot(text); err == nil {
				rows = append(rows, []any{"root of " + organisation.MSP, governance.Fingerprint(root)})
			}
		}
	}
	return rows
}
