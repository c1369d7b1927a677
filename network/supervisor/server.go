// SPDX-License-Identifier: Apache-2.0

package supervisor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/rpc"
	"sort"
	"sync"
	"syscall"
)

// Serve keeps the processes that clients launch until the context ends or a client asks for Shutdown; then it ends them all and returns.
func Serve(ctx context.Context, dir string) error {
	listener, err := listen(dir)
	if err != nil {
		return err
	}
	if err := writeIdentity(dir); err != nil {
		return errors.Join(err, listener.Close())
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	service := &Service{keepers: map[string]*keeper{}, shutdown: cancel}
	server := rpc.NewServer()
	if err := server.RegisterName("Supervisor", service); err != nil {
		return errors.Join(err, listener.Close())
	}
	go accept(server, listener)
	<-ctx.Done()
	err = service.endAll()
	return errors.Join(err, listener.Close(), removeIdentity(dir))
}

// accept ends when the listener is closed.
func accept(server *rpc.Server, listener net.Listener) {
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go server.ServeConn(connection)
	}
}

// Service is what clients call by net/rpc; use Client instead.
type Service struct {
	mu       sync.Mutex
	keepers  map[string]*keeper
	closing  bool
	shutdown context.CancelFunc
}

// Nothing is the argument or answer of calls that have none; gob knows no empty struct.
type Nothing bool

// Launch adds processes and starts those that are down.
func (s *Service) Launch(specs []Spec, _ *Nothing) error {
	var failures []error
	for _, spec := range specs {
		k, err := s.add(spec)
		if err == nil {
			err = k.start()
		}
		if err != nil {
			failures = append(failures, fmt.Errorf("start %s: %w", spec.Name, err))
		}
	}
	return errors.Join(failures...)
}

// add takes a new spec for a process that is down; one that runs keeps its own.
func (s *Service) add(spec Spec) (*keeper, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return nil, errors.New("the supervisor is shutting down")
	}
	k, ok := s.keepers[spec.Name]
	if !ok || !k.snapshot().Wanted {
		k = newKeeper(spec)
		s.keepers[spec.Name] = k
	}
	return k, nil
}

// Start keeps a process again that was stopped or killed.
func (s *Service) Start(name string, _ *Nothing) error {
	k, err := s.find(name)
	if err != nil {
		return err
	}
	return k.start()
}

// Stop asks the process to end (SIGTERM) and leaves it down.
func (s *Service) Stop(name string, _ *Nothing) error { return s.end(name, syscall.SIGTERM) }

// Kill ends the process without warning (SIGKILL) and leaves it down.
func (s *Service) Kill(name string, _ *Nothing) error { return s.end(name, syscall.SIGKILL) }

// List returns the state of all processes, by name.
func (s *Service) List(_ Nothing, states *[]State) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.keepers {
		*states = append(*states, k.snapshot())
	}
	sort.Slice(*states, func(i, j int) bool { return (*states)[i].Name < (*states)[j].Name })
	return nil
}

// Shutdown ends all processes and then the supervisor itself.
func (s *Service) Shutdown(_ Nothing, _ *Nothing) error {
	err := s.endAll()
	s.shutdown()
	return err
}

func (s *Service) end(name string, signal syscall.Signal) error {
	k, err := s.find(name)
	if err != nil {
		return err
	}
	return k.end(signal)
}

func (s *Service) endAll() error {
	s.mu.Lock()
	s.closing = true
	keepers := make([]*keeper, 0, len(s.keepers))
	for _, k := range s.keepers {
		keepers = append(keepers, k)
	}
	s.mu.Unlock()
	failures := make([]error, len(keepers))
	var all sync.WaitGroup
	for i, k := range keepers {
		all.Go(func() { failures[i] = k.end(syscall.SIGTERM) })
	}
	all.Wait()
	return errors.Join(failures...)
}

func (s *Service) find(name string) (*keeper, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k, ok := s.keepers[name]; ok {
		return k, nil
	}
	return nil, fmt.Errorf("no process %q is known here; `network status` lists them", name)
}
