// Package node_test runs the agent beside real daemons, and against a real service.
package node_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/tests/node/provider"
	"tenantry/tests/node/server"
)

// repository is the folder of the checkout.
func repository(t *testing.T) string {
	t.Helper()
	folder, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

var building sync.Mutex

// buildAgent builds the agent.
func buildAgent(t *testing.T) string {
	t.Helper()
	building.Lock()
	defer building.Unlock()
	path := filepath.Join(repository(t), ".local", "node", "test-agent")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", path, "./node")
	build.Dir, build.Env = repository(t), append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("cannot build the agent: %v: %s", err, output)
	}
	return path
}

// signIn signs in to the running stack. It skips the test if there is none.
func signIn(t *testing.T) *provider.Provider {
	t.Helper()
	credentials := os.Getenv("TENANTRY_CREDENTIALS")
	if credentials == "" {
		t.Skip("TENANTRY_CREDENTIALS is not set; run make test-node")
	}
	p, err := provider.SignIn(t.Context(), credentials)
	must(t, err)
	return p
}

// startServer starts a hosting server with the daemons. It skips the test if this machine cannot run them.
func startServer(t *testing.T, p *provider.Provider, sites []server.Site, daemons ...string) *server.Server {
	t.Helper()
	installed, err := server.Install(repository(t))
	if errors.Is(err, server.ErrUnsupported) {
		t.Skip(err)
	}
	must(t, err)
	token, _, err := p.NodeToken(t.Context())
	must(t, err)
	//nolint:usetesting // t.TempDir is too long for the path of a unix socket
	root, err := os.MkdirTemp("", "tenantry-node-")
	must(t, err)
	s, err := server.Start(server.Options{
		Repository: repository(t), Daemons: installed, Agent: buildAgent(t), Root: root, ServiceURL: p.URL, Token: token,
		Sites: sites,
	}, daemons...)
	if errors.Is(err, server.ErrUnsupported) {
		t.Skip(err)
	}
	must(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.Logs())
		}
		s.Close()
		must(t, os.RemoveAll(root))
	})
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually waits until the condition holds, for at most a minute.
func eventually(t *testing.T, what string, condition func() error) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		err := condition()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("after a minute, not true: %s: %v", what, err)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func TestSuspensionIsRealForAllDaemons(t *testing.T) {
	p := signIn(t)
	alpha, second, beta := p.Domain("alpha"), p.Domain("second"), p.Domain("beta")
	a, err := p.AddCustomer(t.Context(), "alpha")
	must(t, err)
	b, err := p.AddCustomer(t.Context(), "beta")
	must(t, err)
	subscription, err := p.AddSubscription(t.Context(), a, alpha)
	must(t, err)
	website, err := p.AddWebsite(t.Context(), subscription, second)
	must(t, err)
	_, err = p.AddSubscription(t.Context(), b, beta)
	must(t, err)
	must(t, p.SwitchOff(t.Context(), website))
	sites := []server.Site{
		{Domain: alpha, Login: "alice"}, {Domain: second, Login: "sally"}, {Domain: beta, Login: "bob"},
	}
	s := startServer(t, p, sites, "nginx", "mail", "vsftpd", "proftpd")

	wantServed(t, s, alpha, "alice")
	wantServed(t, s, beta, "bob")
	wantWebsiteClosed(t, s, second, "")
	sendFromOutside(t, s, alpha, "before the suspension")
	wantMail(t, s, alpha, "before the suspension")
	stays, ends := openSessions(t, s, beta, "bob"), openSessions(t, s, alpha, "alice")

	const message = "Unpaid invoice <b>42</b>"
	must(t, p.Suspend(t.Context(), a, message))
	wantWebsiteClosed(t, s, alpha, "Unpaid invoice &lt;b&gt;42&lt;/b&gt;")
	wantWebsiteClosed(t, s, "www."+alpha, "Unpaid invoice")
	wantServicesRefused(t, s, alpha, "alice")
	ends.wantEnded(t)
	sendFromOutside(t, s, alpha, "during the suspension")
	sendFromOutside(t, s, beta, "to the other customer")
	wantMail(t, s, beta, "to the other customer")
	wantServed(t, s, beta, "bob")
	stays.wantAlive(t)
	wantVerdict(t, s, alpha, "is closed: not served")
	wantVerdict(t, s, beta, "is open: served")

	must(t, p.Activate(t.Context(), a))
	wantServed(t, s, alpha, "alice")
	wantMail(t, s, alpha, "during the suspension")
	wantServed(t, s, beta, "bob")
	stays.wantAlive(t)
	wantWebsiteClosed(t, s, second, "")
	if output, err := s.Command("status"); err != nil || !strings.Contains(output, "healthy") {
		t.Errorf("tenantry-node status: %v: %s", err, output)
	}
	if output, err := s.Command("test-config"); err != nil {
		t.Errorf("tenantry-node test-config: %v: %s", err, output)
	}
}

// While the agent does not run, nginx keeps the last answers, and FTP follows the stored state.
func TestNothingOpensWhileTheAgentIsDown(t *testing.T) {
	p := signIn(t)
	open, closed := p.Domain("open"), p.Domain("closed")
	for _, domain := range []string{open, closed} {
		customer, err := p.AddCustomer(t.Context(), strings.SplitN(domain, "-", 2)[0])
		must(t, err)
		_, err = p.AddSubscription(t.Context(), customer, domain)
		must(t, err)
		if domain == closed {
			must(t, p.Suspend(t.Context(), customer, ""))
		}
	}
	sites := []server.Site{{Domain: open, Login: "olga"}, {Domain: closed, Login: "carl"}}
	s := startServer(t, p, sites, "nginx", "mail", "vsftpd", "proftpd")
	wantServed(t, s, open, "")
	wantWebsiteClosed(t, s, closed, "")
	wantFTPOnlyOf(t, s, "olga", "carl")

	must(t, s.KillAgent())
	for range 20 {
		if status, _, err := get(s, open); err != nil || status != 200 {
			t.Errorf("%s without the agent: got %d, %v; want the website", open, status, err)
		}
		if status, _, err := get(s, closed); err != nil || status == 200 {
			t.Errorf("%s without the agent: got %d, %v; want it closed", closed, status, err)
		}
		time.Sleep(100 * time.Millisecond) // longer than nginx keeps an answer while the agent answers
	}
	wantFTPOnlyOf(t, s, "olga", "carl")
	wantRefused(t, "IMAP without the agent", loginIMAP(s, closed))
	wantRefused(t, "mail without the agent", sendTo(s, closed, "x"))

	must(t, s.StartAgent())
	wantServed(t, s, open, "olga")
	wantWebsiteClosed(t, s, closed, "")
	wantFTPOnlyOf(t, s, "olga", "carl")
}

// wantFTPOnlyOf fails the test unless only the first login can sign in, at both FTP servers.
func wantFTPOnlyOf(t *testing.T, s *server.Server, open, closed string) {
	t.Helper()
	for name, port := range map[string]int{"vsftpd": s.Vsftpd, "ProFTPD": s.ProFTPD} {
		eventually(t, name+" lets "+open+" in", func() error { return loginFTP(port, open) })
		wantRefused(t, name+" of "+closed, loginFTP(port, closed))
	}
}

func wantVerdict(t *testing.T, s *server.Server, domain, verdict string) {
	t.Helper()
	output, _ := s.Command("check", domain) // exits with 1 for a closed domain
	if !strings.Contains(output, verdict) {
		t.Errorf("tenantry-node check %s: got %q, want %q", domain, output, verdict)
	}
}

var background = context.Background()
