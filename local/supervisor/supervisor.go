// Package supervisor is the program that runs as long as the local stack does: it keeps the emulators running, answers
// at the stack's address and feeds the stream consumers.
package supervisor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"time"

	"tenantry/local/emulator"
	"tenantry/local/frontdoor"
	"tenantry/local/process"
	"tenantry/local/state"
)

const (
	startPatience = time.Minute
	drainPatience = 10 * time.Second
	largestLog    = 10 << 20
)

// Supervisor runs one stack.
type Supervisor struct {
	Dir     state.Dir
	Root    string // of the checkout
	Tools   emulator.Tools
	Port    int // of the front door
	Program string
	Log     *slog.Logger

	ready    atomic.Bool
	ports    state.Ports
	door     *frontdoor.Door
	storage  *keeper
	services *keeper
}

// Run serves until the context ends. A message on reload makes it look again at what is deployed.
func (s *Supervisor) Run(ctx context.Context, reload <-chan os.Signal) error {
	if err := s.prepare(); err != nil {
		return err
	}
	listeners, err := s.listen()
	if err != nil {
		return err
	}
	s.door = frontdoor.New(s.Log)
	server := &http.Server{Handler: s.door, ReadHeaderTimeout: time.Minute}
	s.makeKeepers()
	defer s.stopEmulators()
	if err := s.startEmulators(ctx); err != nil {
		return err
	}
	for _, listener := range listeners {
		go func() { _ = server.Serve(frontdoor.Listener{Listener: listener}) }()
	}
	consumers := s.apply()
	s.ready.Store(true)
	if err := s.announce(); err != nil {
		return err
	}
	s.Log.Info("serving", "url", s.url())
	for {
		select {
		case <-reload:
			consumers.stop()
			consumers = s.apply()
		case <-ctx.Done():
			s.Log.Info("stopping")
			drain(server)
			consumers.stop()
			s.stopEmulators()
			return s.Dir.Running().Remove()
		}
	}
}

// drain lets requests that have begun finish.
func drain(server *http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), drainPatience)
	defer cancel()
	_ = server.Shutdown(ctx)
}

func (s *Supervisor) url() string { return "http://localhost:" + strconv.Itoa(s.ports.Front) }

func (s *Supervisor) prepare() error {
	err := os.RemoveAll(s.Dir.Path("tmp")) // code of functions that an earlier run unpacked
	for _, folder := range []string{s.Dir.Data("ministack"), s.Dir.Data("checkpoints"), s.Dir.Path("tmp")} {
		err = errors.Join(err, os.MkdirAll(folder, 0o700))
	}
	for _, name := range []string{"dynoxide", "ministack", "functions"} {
		if info, statErr := os.Stat(s.Dir.Log(name)); statErr == nil && info.Size() > largestLog {
			err = errors.Join(err, os.Rename(s.Dir.Log(name), s.Dir.Log(name+".old")))
		}
	}
	return err
}

// listen picks all ports and takes the front door's on both loopback addresses.
func (s *Supervisor) listen() ([]net.Listener, error) {
	remembered, err := s.Dir.Ports().Load()
	if err != nil {
		return nil, err
	}
	s.ports = remembered
	if s.Port != 0 {
		s.ports.Front = s.Port
	} else if s.ports.Front, err = emulator.FreePort(remembered.Front); err != nil {
		return nil, err
	}
	four, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(s.ports.Front))
	if err != nil {
		return nil, fmt.Errorf("port %d is taken by another program, choose another one with PORT=: %w", s.ports.Front, err)
	}
	listeners := []net.Listener{four}
	if six, err := net.Listen("tcp", "[::1]:"+strconv.Itoa(s.ports.Front)); err == nil {
		listeners = append(listeners, six)
	}
	if s.ports.DynamoDB, err = emulator.FreePort(remembered.DynamoDB); err != nil {
		return nil, err
	}
	if s.ports.Emulator, err = emulator.FreePort(remembered.Emulator); err != nil {
		return nil, err
	}
	return listeners, s.Dir.Ports().Save(s.ports)
}

func (s *Supervisor) makeKeepers() {
	s.storage = s.keeper("dynoxide", func() *exec.Cmd {
		return emulator.DynoxideCommand(s.Tools, s.Dir, s.ports.DynamoDB)
	})
	s.services = s.keeper("ministack", func() *exec.Cmd {
		return emulator.MinistackCommand(s.Tools, s.Dir, s.Root, s.ports.Emulator)
	})
}

func (s *Supervisor) startEmulators(ctx context.Context) error {
	for _, k := range []*keeper{s.storage, s.services} {
		if err := k.start(); err != nil {
			return err
		}
	}
	if err := s.announce(); err != nil {
		return err
	}
	return errors.Join(
		emulator.AwaitAnswer(ctx, emulator.Address(s.ports.DynamoDB), startPatience),
		emulator.AwaitAnswer(ctx, emulator.Address(s.ports.Emulator)+"/_ministack/health", startPatience),
	)
}

func (s *Supervisor) keeper(name string, command func() *exec.Cmd) *keeper {
	return &keeper{name: name, dir: s.Dir, log: s.Log, command: command, changed: func() {
		if err := s.announce(); err != nil {
			s.Log.Error("cannot tell what runs", "error", err)
		}
	}}
}

// stopEmulators stops the one that runs the functions before the one that holds their data.
func (s *Supervisor) stopEmulators() {
	for _, k := range []*keeper{s.services, s.storage} {
		k.stop()
	}
}

// announce writes down what runs, so that later commands find and recognise it.
func (s *Supervisor) announce() error {
	return s.Dir.Running().Save(state.Running{
		Supervisor: process.Identify(os.Getpid()),
		Children:   []process.ID{s.services.id(), s.storage.id()},
		Ready:      s.ready.Load(),
		Program:    s.Program,
		Port:       s.ports.Front,
		URL:        s.url(),
		Emulator:   emulator.Address(s.ports.Emulator),
		DynamoDB:   emulator.Address(s.ports.DynamoDB),
	})
}

// apply leads the front door to what is deployed and starts feeding its consumers.
func (s *Supervisor) apply() *consumers {
	deployed, err := s.Dir.Deployed().Load()
	if err != nil {
		s.Log.Error("cannot read what is deployed", "error", err)
		return &consumers{}
	}
	address, err := url.Parse(emulator.Address(s.ports.Emulator))
	if err != nil {
		s.Log.Error("emulator's address", "error", err)
		return &consumers{}
	}
	s.door.LeadTo(frontdoor.Target{Emulator: address, API: deployed.API, Buckets: deployed.Buckets})
	return s.startConsumers(deployed.Consumers)
}
