// SPDX-License-Identifier: Apache-2.0

package supervisor

import (
	"context"
	"errors"
	"fmt"
	"net/rpc"
	"time"
)

// ErrNotRunning states that no supervisor runs in the folder.
var ErrNotRunning = errors.New("the network is not running; start it with `network up`")

// Client speaks to the supervisor of a folder.
type Client struct {
	dir string
	rpc *rpc.Client
}

// Connect finds the supervisor of a folder; the error is ErrNotRunning if there is none.
func Connect(dir string) (*Client, error) {
	pid, err := alive(dir)
	if err != nil {
		return nil, err
	}
	if pid == 0 {
		return nil, ErrNotRunning
	}
	connection, err := dial(dir)
	if err != nil {
		return nil, fmt.Errorf("the supervisor, process %d, does not answer: %w", pid, err)
	}
	return &Client{dir: dir, rpc: rpc.NewClient(connection)}, nil
}

// Launch adds processes and starts those that are down.
func (c *Client) Launch(ctx context.Context, specs []Spec) error {
	return c.call(ctx, "Launch", specs, new(Nothing))
}

// Start keeps a process again that was stopped or killed.
func (c *Client) Start(ctx context.Context, name string) error {
	return c.call(ctx, "Start", name, new(Nothing))
}

// Stop asks the process to end (SIGTERM), waits for it and leaves it down.
func (c *Client) Stop(ctx context.Context, name string) error {
	return c.call(ctx, "Stop", name, new(Nothing))
}

// Kill ends the process without warning (SIGKILL) and leaves it down.
func (c *Client) Kill(ctx context.Context, name string) error {
	return c.call(ctx, "Kill", name, new(Nothing))
}

// List returns the state of all processes, by name.
func (c *Client) List(ctx context.Context) ([]State, error) {
	var states []State
	err := c.call(ctx, "List", Nothing(true), &states)
	return states, err
}

// Close ends the conversation, not the supervisor.
func (c *Client) Close() error { return c.rpc.Close() }

func (c *Client) call(ctx context.Context, method string, request, answer any) error {
	call := c.rpc.Go("Supervisor."+method, request, answer, make(chan *rpc.Call, 1))
	select {
	case <-call.Done:
		return call.Error
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Shutdown ends the folder's supervisor and all its processes. If none runs, that is no error. One that does not answer
// is ended by its process id, but only if that process is provably the one that was started here.
func Shutdown(ctx context.Context, dir string) error {
	pid, err := alive(dir)
	if pid == 0 || err != nil {
		return err
	}
	client, err := Connect(dir)
	if err != nil {
		return terminate(dir, pid)
	}
	err = client.call(ctx, "Shutdown", Nothing(true), new(Nothing))
	if err != nil && !errors.Is(err, rpc.ErrShutdown) && ctx.Err() == nil {
		err = terminate(dir, pid)
	}
	return errors.Join(err, client.Close(), awaitEnd(ctx, dir))
}

func awaitEnd(ctx context.Context, dir string) error {
	for {
		if pid, err := alive(dir); pid == 0 || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
