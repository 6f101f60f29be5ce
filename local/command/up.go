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
	stopPatience    = 30 * time.Second
	startPatience   = 90 * time.Second
	servicePatience = 30 * time.Second
)

// Up brings the stack up to the checkout, from whatever state it is in, and returns once everything serves.
func (s *Stack) Up(ctx context.Context) error {
	lock, err := state.Lock(string(s.Dir))
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := s.refuseTakenPort(); err != nil {
		return err
	}
	began := time.Now()
	s.say("Tenantry's local stack, kept in %s", s.Dir)
	steps := []struct {
		name string
		do   func() (string, error)
	}{
		{"tools", s.installTools},
		{"build", s.build},
		{"start", func() (string, error) { return s.start(ctx) }},
		{"deploy", func() (string, error) { return s.deploy(ctx) }},
		{"check", func() (string, error) { return s.check(ctx) }},
		{"administrator", func() (string, error) { return s.createAdministrator(ctx) }},
	}
	for _, step := range steps {
		if err := s.step(step.name, step.do); err != nil {
			return err
		}
	}
	credentials, err := s.Dir.Credentials().Load()
	if err != nil {
		return err
	}
	s.say("Ready in %.1f s: %s\n  login     %s\n  password  %s   (also in %s)", time.Since(began).Seconds(),
		credentials.URL, credentials.Login, credentials.Password, string(s.Dir.Credentials()))
	return nil
}

// refuseTakenPort looks for the wanted port before anything is built or stopped. What runs here may keep the one it has.
func (s *Stack) refuseTakenPort() error {
	running, alive, err := s.running()
	if err != nil || s.Port == 0 || alive && running.Port == s.Port {
		return err
	}
	for _, host := range []string{"127.0.0.1", "::1"} {
		listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(s.Port)))
		if errors.Is(err, syscall.EADDRINUSE) {
			return fmt.Errorf("port %d is taken by another program: choose another one with PORT=", s.Port)
		}
		if err == nil {
			listener.Close()
		}
	}
	return nil
}

// start makes sure that this version of the supervisor runs, on the wanted port.
func (s *Stack) start(ctx context.Context) (string, error) {
	left, err := s.recover()
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
		return "runs already", nil
	}
	if alive {
		if err := s.stop(running); err != nil {
			return "", err
		}
	}
	if err := s.launch(ctx, program); err != nil {
		return "", err
	}
	if left > 0 {
		return fmt.Sprintf("supervisor and emulators, after ending %d left by a crash", left), nil
	}
	return "supervisor and emulators", nil
}

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
	cmd := exec.Command(executable, "-state", string(s.Dir), "-port", strconv.Itoa(s.Port), "-program", program, "supervise")
	cmd.Dir = s.Root
	id, err := process.Start(cmd, log)
	if err != nil {
		return err
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	err = waitUntil(ctx, startPatience, func() (bool, error) {
		select {
		case err := <-exited:
			return false, fmt.Errorf("the supervisor ended: %w", err)
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

// check makes sure that the service answers. Should the emulator have lost what was deployed, it is deployed again.
func (s *Stack) check(ctx context.Context) (string, error) {
	running, _, err := s.running()
	if err != nil {
		return "", err
	}
	const path = "/v1/health"
	if s.awaitHealth(ctx, running.URL+path, servicePatience/10) == nil {
		return "GET " + path, nil
	}
	if err := s.Dir.Deployed().Remove(); err != nil {
		return "", err
	}
	if _, err := s.deploy(ctx); err != nil {
		return "", err
	}
	return "GET " + path + ", after deploying once more", s.awaitHealth(ctx, running.URL+path, servicePatience)
}

func (s *Stack) awaitHealth(ctx context.Context, url string, patience time.Duration) error {
	var last error
	err := waitUntil(ctx, patience, func() (bool, error) {
		last = checkHealth(ctx, url)
		return last == nil, nil
	})
	return errors.Join(err, last)
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
		return fmt.Errorf("GET %s answers %s", url, response.Status)
	}
	return nil
}
