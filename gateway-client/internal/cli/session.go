package cli

import (
	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/licensing"
)

func newSessionCommand(app *App) *cobra.Command {
	var request licensing.RequestSessionRequest
	var list licensing.ListOfAgreementRequest
	return noun(app, "session", "Sessions: long accesses, such as streams (DSP transfer processes)", "  smartb session show s-1 --as utility/processor",
		verb{
			use: "request DECISION", short: "Begin a session on a decision that permits (processor of the user)", args: cobra.ExactArgs(1), submit: true,
			transaction: "licensing:RequestSession", example: "  smartb session request 6f1e… --id s-1 --as community/processor",
			request: func(args []string) (any, error) {
				request.DecisionID = args[0]
				if request.SessionID == "" {
					request.SessionID = randomHex()
				}
				return request, nil
			},
			flags: func(command *cobra.Command) {
				command.Flags().StringVar(&request.SessionID, "id", "", "the session's id (default: random)")
			},
		},
		sessionMove("start", "licensing:StartSession", "Start a requested session (owner), or go on with a suspended one (either side)"),
		sessionMove("suspend", "licensing:SuspendSession", "Suspend a session (either side)"),
		sessionMove("complete", "licensing:CompleteSession", "End a session that did its work (either side)"),
		sessionMove("terminate", "licensing:TerminateSession", "End a session before its time (either side)"),
		verb{
			use: "show SESSION", short: "Show a session and whether it may carry data now", args: cobra.ExactArgs(1), transaction: "licensing:GetSession",
			example: "  smartb session show s-1 --as utility/processor",
			request: func(args []string) (any, error) { return licensing.GetSessionRequest{SessionID: args[0]}, nil },
		},
		verb{
			use: "list AGREEMENT", short: "List a licence's sessions", args: cobra.ExactArgs(1), transaction: "licensing:ListSessions",
			example: "  smartb session list CommunityMSP/a-1 --as utility/processor",
			request: func(args []string) (any, error) {
				list.AgreementID = args[0]
				return list, nil
			},
			show: decoded(func(page licensing.SessionPage) any { return sessionTable(page.Sessions) }),
		},
	)
}

func sessionMove(name, transaction, short string) verb {
	var request licensing.SessionRequest
	return verb{
		use: name + " SESSION", short: short, args: cobra.ExactArgs(1), submit: true, transaction: transaction, example: "  smartb session " + name + " s-1 --as utility/processor",
		request: func(args []string) (any, error) {
			request.SessionID = args[0]
			return request, nil
		},
		flags: endFlags(&request.End),
	}
}

type sessionTable []licensing.Session

// Columns names the columns.
func (sessionTable) Columns() []string {
	return []string{"session", "licence", "user", "owner", "state"}
}

// Rows returns a row for each session.
func (t sessionTable) Rows() (rows [][]any) {
	for _, s := range t {
		rows = append(rows, []any{s.SessionID, s.AgreementID, s.Consumer, s.Provider, s.State})
	}
	return rows
}
