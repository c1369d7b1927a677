// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
)

// fetch is what the flags of data get say.
type fetch struct {
	url, file, ca string
	signed        bool
	// decision is a decision that exists; empty to ask for one.
	decision string
	access   licensing.RequestAccessRequest
}

// fetched is the answer of data get.
type fetched struct {
	DecisionID string `json:"decisionId"`
	File       string `json:"file"`
	Bytes      int64  `json:"bytes"`
	SHA256     string `json:"sha256"`
	// Verified is false where the server did not say what the digest should be.
	Verified bool `json:"verified"`
}

func newDataGetCommand(app *App) *cobra.Command {
	var f fetch
	command := &cobra.Command{
		Use:   "get URL",
		Short: "Ask for an access under a licence, and fetch a file with it (the assignee's processor)",
		Long: `get has the ledger decide about an access under the licence, takes a ticket if the number of uses is limited, and fetches the file with the
profile's certificate. The file appears under its name only if it is complete and has the digest that the server told.

The server must have a certificate of the assigner's CA for servers, or one that the system trusts, unless --ca names another CA.`,
		Example: `  smartb data get https://127.0.0.1:8443/2026-06.csv --agreement a-1 --purpose smartb:EnergySharing -o 2026-06.csv --as community/processor
  smartb data get https://data.example/PSEUDONYM/day.csv --agreement a-2 --purpose smartb:EnergySharing --subject PSEUDONYM -o day.csv --as community/processor`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			if f.url = args[0]; !strings.HasPrefix(f.url, "https://") {
				return usagef("the URL begins with https://, as the certificate proves who asks; not %q", f.url)
			}
			if f.decision == "" && (f.access.AgreementID == "" || f.access.Purpose == "") {
				return usagef("say under which licence and for what: --agreement and --purpose, or --decision with a decision that was made before")
			}
			f.access.DecisionID = randomHex()
			return app.get(command.Context(), f)
		},
	}
	flags := command.Flags()
	flags.StringVar(&f.access.AgreementID, "agreement", "", "the `ID` of the licence")
	flags.StringVar(&f.decision, "decision", "", "fetch under this `DECISION`, made by smartb access request, instead of asking for one")
	flags.StringVar(&f.access.Action, "action", "read", "the ODRL `ACTION`")
	flags.StringVar(&f.access.Purpose, "purpose", "", "the purpose, a `TERM` of the taxonomy of purposes")
	flags.StringSliceVar(&f.access.Subjects, "subject", nil, "the `PSEUDONYM,…` of those whose personal data are asked for")
	flags.StringVarP(&f.file, "out", "o", "", "the `FILE` to write")
	flags.StringVar(&f.ca, "ca", "", "trust only the CA certificates in this PEM `FILE` for the server")
	flags.BoolVar(&f.signed, "sign", false, "sign the request instead of a client certificate, for servers behind a proxy that ends TLS")
	must(command.MarkFlagRequired("out"))
	for _, name := range []string{"agreement", "purpose", "action", "subject"} {
		command.MarkFlagsMutuallyExclusive("decision", name)
	}
	must(command.MarkFlagFilename("ca", "pem", "crt"))
	return command
}

func (a *App) get(ctx context.Context, f fetch) error {
	client, err := a.Client(ctx)
	if err != nil {
		return err
	}
	decision, err := decide(ctx, client.Licensing(), f)
	if err != nil {
		return err
	}
	if err := denied(decision); err != nil {
		return err
	}
	caller, err := httpClient(ctx, client, f, decision.Assigner)
	if err != nil {
		return err
	}
	answer, err := caller.fetch(ctx, f, decision.DecisionID)
	if err != nil {
		return err
	}
	if !answer.Verified {
		a.Notef("the server told no digest; only the length was verified")
	}
	return a.Render(answer)
}

// decide asks for a decision, or reads the one that was made before.
func decide(ctx context.Context, ledger gateway.Licensing, f fetch) (licensing.Decision, error) {
	if f.decision != "" {
		return ledger.GetDecision(ctx, licensing.DecisionRequest{DecisionID: f.decision})
	}
	decision, _, err := ledger.Access(ctx, f.access)
	return decision, err
}
