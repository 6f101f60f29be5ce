package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tenantry/node/admin"
	"tenantry/node/config"
	"tenantry/node/ftp"
	"tenantry/node/gate"
	"tenantry/node/state"
)

const askTimeout = 5 * time.Second

// askAgent asks the running agent, and decodes its answer into the target.
func askAgent(ctx context.Context, c config.Config, path string, target any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://agent"+path, http.NoBody)
	if err != nil {
		return err
	}
	response, err := localClient(c.Listen.Admin, askTimeout).Do(request)
	if err != nil {
		return fmt.Errorf("the agent does not answer at %s: is it running?", c.Listen.Admin)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
		return fmt.Errorf("the agent says: %s", strings.TrimSpace(string(text)))
	}
	return json.NewDecoder(response.Body).Decode(target)
}

// status prints the agent's state.
func (p *Program) status(ctx context.Context, c config.Config, arguments []string) int {
	var s admin.Status
	if err := askAgent(ctx, c, "/status", &s); err != nil {
		fmt.Fprintln(p.Err, "tenantry-node:", err)
		return ExitClosed
	}
	if len(arguments) == 1 && arguments[0] == "json" {
		encoder := json.NewEncoder(p.Out)
		encoder.SetIndent("", "  ")
		if encoder.Encode(s) != nil || !s.IsHealthy() {
			return ExitClosed
		}
		return ExitOK
	}
	lastRead := "never"
	if s.LastRead != nil {
		lastRead = time.Since(*s.LastRead).Round(100*time.Millisecond).String() + " ago"
	}
	fmt.Fprintf(p.Out, "version    %s, running since %s\n", s.Version, s.Started.Format(time.RFC3339))
	fmt.Fprintf(p.Out, "service    %s, feed read %s\n", s.Service, lastRead)
	fmt.Fprintf(p.Out, "domains    %d known: %d open, %d closed, %d removed; %d to be asked again\n",
		s.Domains, s.Domains-s.Closed-s.Removed, s.Closed, s.Removed, s.Outdated)
	for _, problem := range s.Problems {
		fmt.Fprintf(p.Out, "PROBLEM    %s\n", problem)
	}
	if !s.IsHealthy() {
		return ExitClosed
	}
	fmt.Fprintln(p.Out, "healthy")
	return ExitOK
}

// check prints whether a domain is served.
func (p *Program) check(ctx context.Context, c config.Config, arguments []string) int {
	if len(arguments) != 1 {
		fmt.Fprintln(p.Err, "usage: tenantry-node check <domain>")
		return ExitUsage
	}
	var v gate.Verdict
	if err := askAgent(ctx, c, "/check?domain="+url.QueryEscape(arguments[0]), &v); err != nil {
		fmt.Fprintln(p.Err, "tenantry-node:", err)
		return ExitUsage
	}
	action := "served"
	if !v.Serve {
		action = "not served"
	}
	fmt.Fprintf(p.Out, "%s is %s: %s\n", arguments[0], v.State, action)
	for _, line := range []struct{ name, value string }{
		{"decided by", v.Domain},
		{"message", v.PublicMessage},
		{"website", v.IDs.Website},
		{"subscription", v.IDs.Subscription},
		{"customer", v.IDs.Customer},
		{"reseller", v.IDs.Reseller},
	} {
		if line.value != "" {
			fmt.Fprintf(p.Out, "  %-13s %s\n", line.name, line.value)
		}
	}
	if !v.Since.IsZero() {
		fmt.Fprintf(p.Out, "  %-13s %s\n", "since", v.Since.Format(time.RFC3339))
	}
	if v.Until != nil {
		fmt.Fprintf(p.Out, "  %-13s %s\n", "until", v.Until.Format(time.RFC3339))
	}
	if !v.Serve {
		return ExitClosed
	}
	return ExitOK
}

// pam says whether PAM_USER may use FTP. If the agent does not run, the stored state decides.
func (p *Program) pam(ctx context.Context, c config.Config, _ []string) int {
	if p.Getenv("PAM_TYPE") == "close_session" {
		return ExitOK
	}
	login := p.Getenv("PAM_USER")
	if login == "" {
		fmt.Fprintln(p.Err, "tenantry-node pam is for pam_exec, which sets PAM_USER")
		return ExitUsage
	}
	var v gate.Verdict
	err := askAgent(ctx, c, "/login?login="+url.QueryEscape(login), &v)
	if err != nil {
		var storedErr error
		if v, storedErr = decideStored(c, login); storedErr != nil {
			v.Serve = c.FTP.AgentDown == "allow"
			fmt.Fprintln(p.Err, "tenantry-node:", errors.Join(err, storedErr))
		}
	}
	if !v.Serve {
		fmt.Fprintf(p.Out, "The service for %s is suspended.\n", v.Domain)
		return ExitClosed
	}
	return ExitOK
}

// decideStored decides by the stored state, without the agent.
func decideStored(c config.Config, login string) (gate.Verdict, error) {
	domain, err := (&ftp.Logins{Path: c.FTP.Map}).Domain(login)
	if err != nil {
		return gate.Verdict{}, err
	}
	if domain == "" {
		return gate.Verdict{State: gate.Unknown, Serve: c.FTP.Unmapped == "allow"}, nil
	}
	var failure error
	verdict := rules(c).Judge(domain, func(name string) *gate.Known {
		known, err := state.ReadDomain(c.State, name)
		if err != nil {
			failure = err
		}
		return known
	})
	return verdict, failure
}

// testConfig checks what the configuration names, and asks the service.
func (p *Program) testConfig(ctx context.Context, c config.Config, _ []string) int {
	isRight := true
	report := func(name string, err error) {
		if err != nil {
			isRight = false
			fmt.Fprintf(p.Out, "FAIL %-10s %v\n", name, err)
			return
		}
		fmt.Fprintf(p.Out, "ok   %s\n", name)
	}
	report("file", nil) // it was read
	report("state", checkFolder(c.State))
	if c.FTP.Map != "" {
		_, err := (&ftp.Logins{Path: c.FTP.Map}).Domain("login")
		report("ftp.map", err)
	}
	_, err := readToken(c.Service.TokenFile)
	report("token", err)
	if err == nil {
		_, err = p.newClient(c, &gate.ServiceClock{}).Start(ctx)
		report("service", err)
	}
	if !isRight {
		return ExitClosed
	}
	return ExitOK
}

// checkFolder reports whether files can be created in a folder.
func checkFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	path := filepath.Join(folder, ".test")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		return err
	}
	return os.Remove(path)
}
