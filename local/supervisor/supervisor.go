// Package supervisor is the long-running program of the local stack. It runs the emulators, the functions, the front
// door and the stream consumers.
package supervisor

import (
	"context"
	"crypto/rand"
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

	"tenantry/local/apigateway"
	"tenantry/local/emulator"
	"tenantry/local/frontdoor"
	"tenantry/local/lambda"
	"tenantry/local/process"
	"tenantry/local/state"
)

const (
	startTimeout = time.Minute
	drainTimeout = 10 * time.Second // how long requests and invocations may take when the stack stops
	maxLogSize   = 10 << 20
	idleCheck    = 10 * time.Second // how often idle environments of functions are looked for
)

// Supervisor runs one stack.
type Supervisor struct {
	Dir     state.Dir
	Root    string // the folder of the checkout
	Tools   emulator.Tools
	Port    int    // the port of the front door; 0 picks a free port
	Program string // see state.Running
	Log     *slog.Logger

	ready     atomic.Bool
	ports     state.Ports
	secret    string // signs the URLs of backups
	door      *frontdoor.Door
	functions *lambda.Host
	storage   *keeper
	services  *keeper
}

// Run serves until the context ends. A signal on reload makes it read deployed.json again.
func (s *Supervisor) Run(ctx context.Context, reload <-chan os.Signal) error {
	if err := s.prepare(); err != nil {
		return err
	}
	listeners, err := s.listen()
	if err != nil {
		return err
	}
	s.door, s.secret = frontdoor.New(s.Log), rand.Text()
	server := &http.Server{Handler: s.door, ReadHeaderTimeout: time.Minute}
	functionsURL, err := s.startFunctions(ctx)
	if err != nil {
		return err
	}
	defer s.functions.Close()
	s.makeKeepers(functionsURL)
	defer s.stopEmulators()
	if err := s.startEmulators(ctx); err != nil {
		return err
	}
	for _, listener := range listeners {
		go func() { _ = server.Serve(frontdoor.Listener{Listener: listener}) }()
	}
	consumers := s.applyDeployment()
	s.ready.Store(true)
	if err := s.announce(); err != nil {
		return err
	}
	s.Log.Info("serving", "url", s.url())
	for {
		select {
		case <-reload:
			consumers.stop()
			consumers = s.applyDeployment()
		case <-ctx.Done():
			s.Log.Info("stopping")
			// The consumers and ministack wait for the functions that they have invoked. ministack is killed if it waits for
			// too long, and loses what it has not saved.
			time.AfterFunc(drainTimeout, s.functions.Close)
			drain(server)
			consumers.stop()
			s.stopEmulators()
			return s.Dir.Running().Remove()
		}
	}
}

// drain stops the server and waits for running requests.
func drain(server *http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	_ = server.Shutdown(ctx)
}

func (s *Supervisor) url() string { return "http://localhost:" + strconv.Itoa(s.ports.Front) }

// prepare creates the stack's folders and renames large logs.
func (s *Supervisor) prepare() error {
	err := os.RemoveAll(s.Dir.Path("tmp")) // ministack of an earlier run unpacked functions here
	for _, folder := range []string{s.Dir.Data("ministack"), s.Dir.Data("checkpoints"), s.Dir.Path("tmp")} {
		err = errors.Join(err, os.MkdirAll(folder, 0o700))
	}
	for _, name := range []string{"dynoxide", "ministack", "functions"} {
		if info, statErr := os.Stat(s.Dir.Log(name)); statErr == nil && info.Size() > maxLogSize {
			err = errors.Join(err, os.Rename(s.Dir.Log(name), s.Dir.Log(name+".old")))
		}
	}
	return err
}

// listen picks the stack's ports, those of the last run if they are free, and listens on the front door's port on both
// loopback addresses.
func (s *Supervisor) listen() ([]net.Listener, error) {
	last, err := s.Dir.Ports().Load()
	if err != nil {
		return nil, err
	}
	s.ports = last
	if s.Port != 0 {
		s.ports.Front = s.Port
	} else if s.ports.Front, err = emulator.FreePort(last.Front); err != nil {
		return nil, err
	}
	ipv4, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(s.ports.Front))
	if err != nil {
		return nil, fmt.Errorf("port %d is in use by another program, choose another port with PORT=: %w", s.ports.Front, err)
	}
	listeners := []net.Listener{ipv4}
	if ipv6, err := net.Listen("tcp", "[::1]:"+strconv.Itoa(s.ports.Front)); err == nil {
		listeners = append(listeners, ipv6)
	}
	if s.ports.DynamoDB, err = emulator.FreePort(last.DynamoDB); err != nil {
		return nil, err
	}
	if s.ports.Emulator, err = emulator.FreePort(last.Emulator); err != nil {
		return nil, err
	}
	return listeners, s.Dir.Ports().Save(s.ports)
}

// startFunctions serves the functions to ministack, and returns the URL.
func (s *Supervisor) startFunctions(ctx context.Context) (string, error) {
	variables := emulator.FunctionVariables(s.Dir, s.ports.Emulator, s.secret)
	s.functions = lambda.New(s.Log, s.Dir.Log("functions"), variables)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: s.functions.API(), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case now := <-time.After(idleCheck):
				s.functions.EndIdle(now)
			}
		}
	}()
	return "http://" + listener.Addr().String(), nil
}

func (s *Supervisor) makeKeepers(functionsURL string) {
	s.storage = s.keeper("dynoxide", func() *exec.Cmd {
		return emulator.DynoxideCommand(s.Tools, s.Dir, s.ports.DynamoDB)
	})
	s.services = s.keeper("ministack", func() *exec.Cmd {
		return emulator.MinistackCommand(s.Tools, s.Dir, s.Root, s.ports.Emulator, functionsURL, s.secret)
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
		emulator.AwaitResponse(ctx, emulator.Address(s.ports.DynamoDB), startTimeout),
		emulator.AwaitResponse(ctx, emulator.Address(s.ports.Emulator)+"/_ministack/health", startTimeout),
	)
}

func (s *Supervisor) keeper(name string, command func() *exec.Cmd) *keeper {
	return &keeper{name: name, dir: s.Dir, log: s.Log, command: command, onRestart: func() {
		if err := s.announce(); err != nil {
			s.Log.Error("cannot write running.json", "error", err)
		}
	}}
}

// stopEmulators stops ministack before dynoxide, which holds the data of the functions that ministack invokes.
func (s *Supervisor) stopEmulators() {
	for _, k := range []*keeper{s.services, s.storage} {
		k.stop()
	}
}

// announce writes running.json, by which later commands find the processes and addresses of this stack.
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

// applyDeployment replaces the functions, points the front door to the deployed API and starts the deployed stream
// consumers.
func (s *Supervisor) applyDeployment() *consumers {
	deployed, err := s.Dir.Deployed().Load()
	if err != nil {
		s.Log.Error("cannot read deployed.json", "error", err)
		return &consumers{}
	}
	address, err := url.Parse(emulator.Address(s.ports.Emulator))
	if err != nil {
		s.Log.Error("cannot parse the emulator's address", "error", err)
		return &consumers{}
	}
	s.functions.Deploy(deployed.Functions)
	target := frontdoor.Target{Emulator: address, Buckets: deployed.Buckets, Secret: s.secret}
	if deployed.API != "" {
		target.API = &apigateway.API{
			ID: deployed.API, Routes: deployed.Routes, Functions: s.functions, Now: time.Now, Log: s.Log,
		}
	}
	s.door.SetTarget(target)
	return s.startConsumers(deployed.Consumers)
}
