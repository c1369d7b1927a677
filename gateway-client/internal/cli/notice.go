// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/consent"
)

func newNoticeCommand(app *App) *cobra.Command {
	var list consent.ListNoticesRequest
	var reason consent.ReasonCode
	return noun(app, "notice", "Notices: what a controller does with data, said before it asks", "  smartb notice list --as city/steward",
		verb{
			use: "publish FILE|-", short: "Publish a notice (steward of the controller)", args: cobra.ExactArgs(1), submit: true, transaction: "consent:PublishNotice",
			long: `publish makes a version of a notice public for ever. The file is one JSON object; a notice that lacks what Art. 13 or 14 GDPR or ISO/IEC TS 27560
make mandatory is refused, with all that is missing named at once.`,
			example: "  smartb notice publish notice.json --as utility/steward",
			request: func(args []string) (any, error) { return app.request([]string{fileArgument(args[0])}) },
		},
		verb{
			use: "list", short: "List notices", args: cobra.NoArgs, transaction: "consent:ListNotices", example: "  smartb notice list --controller UtilityMSP --as city/steward",
			request: func([]string) (any, error) { return list, nil },
			flags: func(command *cobra.Command) {
				command.Flags().StringVar(&list.Controller, "controller", "", "the `MSP` of the controller")
				command.Flags().StringVar(&list.Purpose, "purpose", "", "the purpose, a DPV term; needs --controller")
			},
			list: listing{items: "notices"},
			show: decoded(func(page consent.NoticePage) any { return noticeTable(page.Notices) }),
		},
		verb{
			use: "show NOTICE VERSION", short: "Show a version of a notice", args: cobra.ExactArgs(2), transaction: "consent:GetNotice",
			example: "  smartb notice show energy-sharing 1 --as city/steward",
			request: func(args []string) (any, error) { return versionOf(args) },
		},
		verb{
			use: "retire NOTICE VERSION", short: "Take no new consents under a version (steward of the controller)", args: cobra.ExactArgs(2), submit: true,
			transaction: "consent:RetireNotice", example: "  smartb notice retire energy-sharing 1 --as utility/steward",
			request: func(args []string) (any, error) {
				notice, err := versionOf(args)
				return consent.RetireNoticeRequest{NoticeID: notice.NoticeID, Version: notice.Version, ReasonCode: reason}, err
			},
			flags: reasonFlag(&reason),
		},
		noticeRegister(),
		verb{
			use: "purposes", short: "List the purposes that a notice may name", args: cobra.NoArgs, transaction: "consent:GetTaxonomy",
			example: "  smartb notice purposes --as city/steward",
			request: func([]string) (any, error) { return consent.GetTaxonomyRequest{}, nil },
			show:    decoded(func(t consent.Taxonomy) any { return purposeTable(t.Terms) }),
		},
		noticeVerb("suspend", "consent:SuspendNotice", "Stop every processing under a notice at once (authority)", &reason),
		noticeVerb("resume", "consent:ResumeNotice", "Lift a suspension (authority)", &reason),
	)
}

func noticeRegister() verb {
	var request consent.RecordOfProcessingRequest
	return verb{
		use: "register", short: "Show a controller's record of processing, Art. 30 GDPR (steward of the controller, authority)", args: cobra.NoArgs,
		transaction: "consent:RecordOfProcessing", example: "  smartb notice register --controller UtilityMSP --output json --as utility/steward",
		request: func([]string) (any, error) { return request, nil },
		flags:   func(command *cobra.Command) { controllerFlag(command, &request.Controller) },
		list:    listing{items: "activities"},
		show:    decoded(func(page consent.RegisterPage) any { return registerTable(page.Activities) }),
	}
}

func noticeVerb(name, transaction, short string, reason *consent.ReasonCode) verb {
	return verb{
		use: name + " NOTICE", short: short, args: cobra.ExactArgs(1), submit: true, transaction: transaction,
		example: "  smartb notice " + name + " energy-sharing --as oversight/authority",
		request: func(args []string) (any, error) {
			return consent.NoticeRequest{NoticeID: args[0], ReasonCode: *reason}, nil
		},
		flags: reasonFlag(reason),
	}
}

func reasonFlag(reason *consent.ReasonCode) func(*cobra.Command) {
	return func(command *cobra.Command) {
		command.Flags().StringVar((*string)(reason), "reason", "", "the reason's `CODE`; free text does not belong on a ledger")
	}
}

func versionOf(args []string) (consent.GetNoticeRequest, error) {
	version, err := strconv.Atoi(args[1])
	if err != nil {
		return consent.GetNoticeRequest{}, usagef("%q is not the number of a version", args[1])
	}
	return consent.GetNoticeRequest{NoticeID: args[0], Version: version}, nil
}

// fileArgument makes of a file's name what App.request reads.
func fileArgument(path string) string {
	if path == "-" {
		return path
	}
	return "@" + path
}

type noticeTable []consent.NoticeView

// Columns names the columns.
func (noticeTable) Columns() []string {
	return []string{"notice", "version", "controller", "purpose", "title", "lawful basis", "status"}
}

// Rows returns a row for each notice.
func (t noticeTable) Rows() (rows [][]any) {
	for _, n := range t {
		status := "open"
		switch {
		case n.Suspended:
			status = "suspended"
		case n.Retired:
			status = "retired"
		}
		rows = append(rows, []any{n.NoticeID, n.Version, n.Controller.MSP, n.Purpose, n.Title, n.LawfulBases[0], status})
	}
	return rows
}

type registerTable []consent.ProcessingActivity

// Columns names the columns.
func (registerTable) Columns() []string {
	return []string{"notice", "purpose", "lawful bases", "categories", "recipients", "retention", "consents"}
}

// Rows returns a row for each processing.
func (t registerTable) Rows() (rows [][]any) {
	for _, a := range t {
		var counts []string
		for _, c := range a.ConsentsByState {
			counts = append(counts, fmt.Sprintf("%d %s", c.Count, c.State))
		}
		rows = append(rows, []any{
			a.NoticeID, a.Purpose, strings.Join(a.LawfulBases, ", "), strings.Join(a.DataCategories, ", "), strings.Join(a.Recipients, ", "), a.Retention,
			strings.Join(counts, ", "),
		})
	}
	return rows
}

type purposeTable []consent.Term

// Columns names the columns.
func (purposeTable) Columns() []string { return []string{"purpose", "label", "within"} }

// Rows returns a row for each purpose.
func (t purposeTable) Rows() (rows [][]any) {
	for _, term := range t {
		rows = append(rows, []any{term.Term, term.Label, strings.Join(term.Broader, ", ")})
	}
	return rows
}
