package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"tenantry/local/process"
	"tenantry/local/state"
)

const (
	stopTimeout   = 30 * time.Second
	startTimeout  = 90 * time.Second
	healthTimeout = 30 * time.Second
)

// Up builds, starts and deploys the stack, whatever state it is in. It returns once the service is healthy.
func (s *Stack) Up(ctx context.Context) error {
	lock, err := state.Lock(string(s.Dir))
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := s.checkPort(); err != nil {
		return err
	}
	began := time.Now()
	s.printf("Starting the local stack in %s", s.Dir)
	steps := []struct {
		name string
		run  func() (string, error)
	}{
		{"tools", s.installTools},
		{"build", s.build},
		{"start", func() (string, error) { return s.start(ctx) }},
		{"deploy", func() (string, error) { return s.deploy(ctx) }},
		{"check", func() (string, error) { return s.check(ctx) }},
		{"administrator", func() (string, error) { return s.createAdministrator(ctx) }},
	}
	for _, step := range steps {
		if err := s.step(step.name, step.run); err != nil {
			return err
		}
	}
	credentials, err := s.Dir.Credentials().Load()
	if err != nil {
		return err
	}
	s.printf("Ready in %.1f s: %s\n  login     %s\n  password  %s   (also in %s)", time.Since(began).Seconds(),
		credentials.URL, credentials.Login, credentials.Password, string(s.Dir.Credentials()))
	return nil
}

// checkPort returns an error if another program listens on the stack's port. Up calls it before it builds or stops
// anything.
func (s *Stack) checkPort() error {
	running, alive, err := s.running()
	if err != nil || s.Port == 0 || alive && running.Port == s.Port {
		return err
	}
	for _, host := range []string{"127.0.0.1", "::1"} {
		listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(s.Port)))
		if errors.Is(err, syscall.EADDRINUSE) {
			return fmt.Errorf("port %d is in use by another program: choose another port, such as `PORT=%d make up`",
				s.Port, s.Port+1)
		}
		if err == nil {
			listener.Close()
		}
	}
	return nil
}

// start starts the supervisor, unless this version of it already runs on the stack's port.
func (s *Stack) start(ctx context.Context) (string, error) {
	orphans, err := s.endOrphans()
	if err != nil {
		return "", err
	}
	program, err := s.program()
	if err != nil {
		return "", err
	}
	running, alive, err := s.running()
	if err != nil {
		return "", err
	}
	if alive && running.Ready && running.Program == program && (s.Port == 0 || s.Port == running.Port) {
		return "already running", nil
	}
	if alive {
		if err := s.stopSupervisor(running); err != nil {
			return "", err
		}
	}
	if err := s.launch(ctx, program); err != nil {
		return "", err
	}
	if orphans > 0 {
		return fmt.Sprintf("started the emulators; ended %d left by a crash", orphans), nil
	}
	return "started the emulators", nil
}

// launch starts the supervisor and waits until it is ready. If the supervisor fails, the error contains what it logged.
func (s *Stack) launch(ctx context.Context, program string) error {
	executable, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.Dir.Path("log"), 0o700); err != nil {
		return err
	}
	log := s.Dir.Log("supervisor")
	before, _ := os.ReadFile(log)
	cmd := exec.Command(executable,
		"-state", string(s.Dir), "-port", strconv.Itoa(s.Port), "-program", program, "supervise")
	cmd.Dir = s.Root
	id, err := process.Start(cmd, log)
	if err != nil {
		return err
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	err = waitUntil(ctx, startTimeout, func() (bool, error) {
		select {
		case err := <-exited:
			return false, fmt.Errorf("the supervisor exited: %w", err)
		default:
		}
		running, alive, err := s.running()
		return alive && running.Supervisor == id && running.Ready, err
	})
	if err != nil {
		after, _ := os.ReadFile(log)
		return fmt.Errorf("%w\n%s", err, bytes.TrimPrefix(after, before))
	}
	return nil
}

// check waits until the service is healthy. If the emulator has lost the deployment, check deploys again.
func (s *Stack) check(ctx context.Context) (string, error) {
	running, _, err := s.running()
	if err != nil {
		return "", err
	}
	const path = "/v1/health"
	if s.awaitHealth(ctx, running.URL+path, healthTimeout/10) == nil {
		return "GET " + path, nil
	}
	if err := s.Dir.Deployed().Remove(); err != nil {
		return "", err
	}
	if _, err := s.deploy(ctx); err != nil {
		return "", err
	}
	return "GET " + path + ", after deploying again", s.awaitHealth(ctx, running.URL+path, healthTimeout)
}

// awaitHealth requests a URL until it returns 200. If the time is over, it returns the last error.
func (s *Stack) awaitHealth(ctx context.Context, url string, timeout time.Duration) error {
	var last error
	err := waitUntil(ctx, timeout, func() (bool, error) {
		last = checkHealth(ctx, url)
		return last == nil, nil
	})
	if err != nil && last != nil {
		return fmt.Errorf("%w: %w", err, last)
	}
	return err
}

func checkHealth(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s returns %s", url, response.Status)
	}
	return nil
}
