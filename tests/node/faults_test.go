package node_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// agent is the agent's process, with files of its own.
type agent struct {
	t       *testing.T
	program string
	folder  string
	process *exec.Cmd
	log     bytes.Buffer
	client  *http.Client
}

func newAgent(t *testing.T, url, token string) *agent {
	t.Helper()
	//nolint:usetesting // t.TempDir is too long for the path of a unix socket
	folder, err := os.MkdirTemp("", "tenantry-agent-")
	must(t, err)
	a := &agent{t: t, program: buildAgent(t), folder: folder}
	socket := filepath.Join(folder, "http.sock")
	a.client = &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var dialer net.Dialer
			return dialer.DialContext(ctx, "unix", socket)
		},
	}}
	text := fmt.Sprintf(`service:
  url: %s
  tokenFile: %[2]s/token
state: %[2]s/state
listen:
  http: unix:%[2]s/http.sock
  admin: unix:%[2]s/admin.sock
`, url, folder)
	must(t, os.WriteFile(filepath.Join(folder, "config.yaml"), []byte(text), 0o600))
	a.setToken(token)
	a.start()
	t.Cleanup(func() {
		a.kill()
		if t.Failed() {
			t.Log(a.log.String())
		}
		must(t, os.RemoveAll(folder))
	})
	return a
}

func (a *agent) setToken(token string) {
	a.t.Helper()
	must(a.t, os.WriteFile(filepath.Join(a.folder, "token"), []byte(token+"\n"), 0o600))
}

func (a *agent) start() {
	a.t.Helper()
	a.process = exec.Command(a.program, "run", "-config", filepath.Join(a.folder, "config.yaml"))
	a.process.Stdout, a.process.Stderr = &a.log, &a.log
	a.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	must(a.t, a.process.Start())
	eventually(a.t, "the agent answers", func() error {
		_, err := a.check("localhost")
		return err
	})
}

// kill ends the agent with SIGKILL.
func (a *agent) kill() {
	_ = a.process.Process.Kill()
	_ = a.process.Wait()
}

// check returns the state of a domain.
func (a *agent) check(domain string) (string, error) {
	request, err := http.NewRequestWithContext(background, http.MethodGet, "http://agent/check", http.NoBody)
	if err != nil {
		return "", err
	}
	request.Host = domain
	response, err := a.client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	state := response.Header.Get("X-Tenantry-State")
	isServed := response.StatusCode == http.StatusNoContent
	if isServed != (state == "open" || state == "unknown") {
		return "", fmt.Errorf("got status %d for the state %s", response.StatusCode, state)
	}
	return state, nil
}

// want waits until the domain has the state.
func (a *agent) want(domain, state string) {
	a.t.Helper()
	eventually(a.t, domain+" is "+state, func() error {
		got, err := a.check(domain)
		if err == nil && got != state {
			err = fmt.Errorf("it is %s", got)
		}
		return err
	})
}

// wantAlways fails the test if the domain does not have the state for a while.
func (a *agent) wantAlways(domain, state string, during time.Duration) {
	a.t.Helper()
	for end := time.Now().Add(during); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if got, err := a.check(domain); err != nil || got != state {
			a.t.Fatalf("%s: got %s, %v; want it to stay %s", domain, got, err, state)
		}
	}
}

func (a *agent) status() string {
	output, _ := exec.Command(a.program, "status", "-config", filepath.Join(a.folder, "config.yaml")).CombinedOutput()
	return string(output)
}

// twoWebsites adds an open and a closed website of two customers, which the agent knows.
func twoWebsites(t *testing.T) (*fakeService, *agent) {
	t.Helper()
	service := newFakeService(t)
	service.change(func() {
		service.websites["open.example"] = fakeWebsite{Website: "web_o", Subscription: "sub_o", Customer: "cus_o"}
		service.websites["closed.example"] = fakeWebsite{Website: "web_c", Subscription: "sub_c", Customer: "cus_c"}
		service.holds["cus_c"] = true
	})
	a := newAgent(t, service.URL, service.token)
	a.want("open.example", "open")
	a.want("closed.example", "closed")
	return service, a
}

// swap suspends the open customer and activates the closed one.
func swap(service *fakeService) {
	service.change(func() { service.holds["cus_o"], service.holds["cus_c"] = true, false }, "cus_o", "cus_c")
}

func TestServiceDown(t *testing.T) {
	t.Parallel()
	service, a := twoWebsites(t)
	service.change(func() { service.isDown = true })
	swap(service)
	a.wantAlways("open.example", "open", 3*time.Second)
	a.wantAlways("closed.example", "closed", 3*time.Second)
	a.want("never-seen.example", "unknown")
	if status := a.status(); !strings.Contains(status, "PROBLEM") || !strings.Contains(status, "does not answer") {
		t.Errorf("the status does not say that the service is down: %s", status)
	}
	a.kill()
	a.start()
	a.wantAlways("open.example", "open", time.Second)
	a.wantAlways("closed.example", "closed", time.Second)
	service.change(func() { service.isDown = false })
	a.want("open.example", "closed")
	a.want("closed.example", "open")
}

func TestKilledAndRestartedInTheMiddleOfChanges(t *testing.T) {
	t.Parallel()
	service, a := twoWebsites(t)
	for range 5 {
		swap(service) // the agent may or may not have read it when it is killed
		a.kill()
		a.start()
		a.want("open.example", "closed")
		a.want("closed.example", "open")
		service.change(func() { service.holds["cus_o"], service.holds["cus_c"] = false, true }, "cus_o", "cus_c")
		time.Sleep(50 * time.Millisecond)
		a.kill()
		a.start()
		a.want("open.example", "open")
		a.want("closed.example", "closed")
	}
	if strings.Contains(a.log.String(), "damaged") {
		t.Error("kill -9 has damaged the state")
	}
}

func TestCursorTooOld(t *testing.T) {
	t.Parallel()
	service, a := twoWebsites(t)
	a.kill()
	swap(service)
	service.change(func() { service.oldest = len(service.entries) })
	a.start()
	a.want("open.example", "closed")
	a.want("closed.example", "open")
}

func TestTokenRevoked(t *testing.T) {
	t.Parallel()
	service, a := twoWebsites(t)
	service.change(func() { service.token = "tny_other" })
	swap(service)
	a.wantAlways("open.example", "open", 5*time.Second)
	a.wantAlways("closed.example", "closed", time.Second)
	if status := a.status(); !strings.Contains(status, "REJECTS THE API TOKEN") {
		t.Errorf("the status does not say that the token is rejected: %s", status)
	}
	if count := strings.Count(a.log.String(), "REJECTS THE API TOKEN"); count != 1 {
		t.Errorf("the log says %d times within seconds that the token is rejected, want once", count)
	}
	a.setToken("tny_other")
	a.want("open.example", "closed")
	a.want("closed.example", "open")
}

// The agent's clock is days off. Only the service's clock says when a set time has come.
func TestClockSkew(t *testing.T) {
	t.Parallel()
	for _, ahead := range []time.Duration{72 * time.Hour, -72 * time.Hour} {
		t.Run(ahead.String(), func(t *testing.T) {
			t.Parallel()
			service, a := twoWebsites(t)
			service.change(func() {
				service.clockAhead = ahead
				website := fakeWebsite{Website: "web_s", Subscription: "sub_s", Customer: "cus_s"}
				website.changesAt = service.now().Add(8 * time.Second)
				service.websites["soon.example"] = website
			})
			a.want("soon.example", "open")
			a.wantAlways("soon.example", "open", 3*time.Second)
			a.want("soon.example", "closed")
			a.want("open.example", "open")
			a.want("closed.example", "closed")
		})
	}
}

func TestEntriesRepeated(t *testing.T) {
	t.Parallel()
	service, a := twoWebsites(t)
	service.change(func() { service.repeats = true })
	for range 3 {
		swap(service)
		a.want("open.example", "closed")
		a.want("closed.example", "open")
		service.change(func() { service.holds["cus_o"], service.holds["cus_c"] = false, true }, "cus_o", "cus_c")
		a.want("open.example", "open")
		a.want("closed.example", "closed")
	}
}

func TestRemovedWebsite(t *testing.T) {
	t.Parallel()
	service, a := twoWebsites(t)
	service.change(func() { delete(service.websites, "open.example") }, "web_o")
	a.want("open.example", "removed")
	a.kill()
	a.start()
	a.want("open.example", "removed")
	if status := a.status(); !strings.Contains(status, "1 removed") {
		t.Errorf("the status does not count the removed website: %s", status)
	}
}
