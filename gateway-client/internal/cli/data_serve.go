package cli

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/smartb-suite/smartb/chaincode/licensing"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/enforce"
	"github.com/smartb-suite/smartb/gateway-client/internal/fileserver"
)

// Bounds of the data server: nobody holds a connection for ever.
const (
	headerTime   = 10 * time.Second
	readTime     = 30 * time.Second
	writeTime    = 30 * time.Minute
	idleTime     = 2 * time.Minute
	shutdownTime = 10 * time.Second
	maxHeader    = 32 << 10
)

// dataServer is what the flags of data serve say.
type dataServer struct {
	folder, dataset, action, listen, certificate, key string
	authorities                                       []string
	evidence                                          bool
}

func newDataServeCommand(app *App) *cobra.Command {
	var server dataServer
	command := &cobra.Command{
		Use:   "serve DIR",
		Short: "Serve a folder's files under the licences of a dataset (the provider's processor)",
		Long: `serve answers GET and HEAD over HTTPS. A request names a decision of RequestAccess in the header Smartb-Decision and is let through if the
ledger confirms it at this moment for this dataset and action, and the caller proves, by a client certificate of its MSP, to be the
assignee. Decisions under a limited number of uses are served once: the file's digest is recorded on the ledger first.

If the data are personal, a file in a folder that is named after a pseudonym is that subject's; any other file needs a list of all its
subjects beside it, one pseudonym a line, as FILE.subjects. Hidden files, such lists, and what lies outside of DIR are not served.

It runs until it is interrupted.`,
		Example: `  smartb data serve ./grid --dataset grid-load --cert server.crt --key server.key --as utility/processor
  smartb data serve ./grid --dataset grid-load --listen :8443 --evidence --authority data.utility.example --cert server.crt --key server.key --as utility/processor`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			server.folder = args[0]
			return app.serve(command.Context(), server)
		},
	}
	flags := command.Flags()
	flags.StringVar(&server.dataset, "dataset", "", "the `ID` of the dataset that the files are")
	flags.StringVar(&server.action, "action", "read", "the ODRL `ACTION` that a decision must be about")
	flags.StringVar(&server.listen, "listen", "127.0.0.1:8443", "the `ADDRESS` to listen on")
	flags.StringVar(&server.certificate, "cert", "", "the server's TLS certificate, a PEM `FILE`")
	flags.StringVar(&server.key, "key", "", "the certificate's key, a PEM `FILE`")
	flags.StringSliceVar(&server.authorities, "authority", nil, "accept signed requests, too, to these `HOST[:PORT],…` (for a proxy that ends TLS)")
	flags.BoolVar(&server.evidence, "evidence", false, "record the digest of every answer on the ledger before it is served")
	for _, name := range []string{"dataset", "cert", "key"} {
		must(command.MarkFlagRequired(name))
	}
	return command
}

func (a *App) serve(ctx context.Context, server dataServer) error {
	profile, err := a.loadProfile()
	if err != nil {
		return err
	}
	folder, err := fileserver.Open(server.folder)
	if err != nil {
		return usagef("the folder cannot be served: %w", err)
	}
	defer folder.Close()
	if server.dataset, err = a.ownDataset(ctx, server.dataset, profile.MSPID); err != nil {
		return err
	}
	peer, err := enforce.Connect(ctx, profile, gateway.WithRetryHook(a.noteRetry))
	if err != nil {
		return err
	}
	defer peer.Close()
	options := []enforce.Option{enforce.WithAction(server.action), enforce.WithSubjects(folder.Subjects), enforce.WithHook(a.noteRequest)}
	if len(server.authorities) > 0 {
		options = append(options, enforce.WithSignatures(server.authorities...))
	}
	if server.evidence {
		options = append(options, enforce.WithEvidence())
	}
	return a.listen(ctx, server, enforce.New(peer, server.dataset, options...).Wrap(folder))
}

// ownDataset is the full name of a dataset. One that somebody else provides is refused: its decisions would be none of this server's.
func (a *App) ownDataset(ctx context.Context, id, mspID string) (string, error) {
	client, err := a.Client(ctx)
	if err != nil {
		return "", err
	}
	dataset, err := client.Licensing().GetDataset(ctx, licensing.DatasetRequest{DatasetID: id})
	if err != nil {
		return "", err
	}
	if dataset.Owner != mspID && dataset.Publisher != mspID {
		return "", usagef("dataset %s is owned by %s and published by %s; this profile is of %s", id, dataset.Owner, dataset.Publisher, mspID)
	}
	return dataset.DatasetID, nil
}

// listen serves until ctx ends, and lets running answers end.
func (a *App) listen(ctx context.Context, server dataServer, handler http.Handler) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", server.listen)
	if err != nil {
		return usagef("--listen: %w", err)
	}
	https := &http.Server{
		Handler: handler, TLSConfig: enforce.TLSConfig(), MaxHeaderBytes: maxHeader,
		ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime,
	}
	stopped := make(chan error, 1)
	unregister := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		defer cancel()
		stopped <- https.Shutdown(grace)
	})
	a.Notef("serving %s as dataset %s on https://%s; interrupt to stop", server.folder, server.dataset, listener.Addr())
	err = https.ServeTLS(listener, server.certificate, server.key)
	if errors.Is(err, http.ErrServerClosed) {
		return <-stopped
	}
	unregister()
	return errors.Join(usagef("the server cannot run: %w", err), listener.Close())
}

// noteRequest is the server's log.
func (a *App) noteRequest(r *http.Request, problem *enforce.Problem) {
	outcome := "served"
	switch {
	case problem != nil && problem.Cause != nil:
		outcome = problem.Title + ": " + problem.Cause.Error()
	case problem != nil:
		outcome = problem.Title + ": " + problem.Detail
	}
	a.Notef("%s %s decision %q: %s", r.Method, r.URL.EscapedPath(), r.Header.Get(enforce.DecisionHeader), outcome)
}
