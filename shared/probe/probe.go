// Package probe uses the service as its clients do, on a schedule, and measures whether it works. It sees what no
// metric of a part shows: the name in the DNS, the certificate, the firewall, and a service that nobody calls.
package probe

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"tenantry/shared/metric"
)

// Target is what the probe signs in to, and the domain whose gate it reads. It is stored as a secret.
type Target struct {
	URL       string `json:"url"`       // of the service
	Login     string `json:"login"`     // of a customer that exists for the probe only
	Password  string `json:"password"`  // of the same customer
	GateToken string `json:"gateToken"` // an API token with the scope gate:read and no other
	Domain    string `json:"domain"`    // of a website of the customer, which is open
}

// stepTime is the longest time of a step. A person gives up earlier.
const stepTime = 10 * time.Second

// maxBody is how much of a response the probe reads, in bytes.
const maxBody = 1 << 20

// Probe uses the service.
type Probe struct {
	Client *http.Client
	Read   func(ctx context.Context) (Target, error) // reads the target anew, so that a new password takes effect
	Now    func() time.Time
}

// Result says how the probe went.
type Result struct {
	Failed   string        // the step that failed, or ""
	Duration time.Duration // of all steps that ran
}

// LogValue returns the result for the log line.
func (r Result) LogValue() slog.Value {
	return slog.GroupValue(slog.String("failed", r.Failed), slog.Int64("durationMs", r.Duration.Milliseconds()))
}

// Run probes the service once. It returns an error if a step fails. The error contains no secret.
func (p Probe) Run(ctx context.Context, _ string, _ struct{}) (Result, error) {
	result, err := p.run(ctx)
	failures := 0.0
	if err != nil {
		failures = 1
	}
	metric.Record(ctx, metric.ProbeFailures, failures)
	metric.Record(ctx, metric.ProbeDuration, float64(result.Duration.Milliseconds()))
	return result, err
}

func (p Probe) run(ctx context.Context) (Result, error) {
	target, err := p.Read(ctx)
	if err != nil {
		return Result{Failed: "secret"}, fmt.Errorf("read the secret: %w", err)
	}
	visit := visit{client: p.Client, target: target}
	started := p.Now()
	for _, step := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"health", visit.checkHealth},
		{"sign-in", visit.signIn},
		{"account", visit.readAccount},
		{"gate", visit.readGate},
		{"refusal", visit.beRefused},
		{"sign-out", visit.signOut},
	} {
		if err := step.run(ctx); err != nil {
			return Result{Failed: step.name, Duration: p.Now().Sub(started)}, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return Result{Duration: p.Now().Sub(started)}, nil
}

// visit is one run of the probe.
type visit struct {
	client *http.Client
	target Target
	token  string // of the session
}

func (v *visit) checkHealth(ctx context.Context) error {
	return v.call(ctx, http.MethodGet, "/v1/health", "", nil, http.StatusOK, nil)
}

func (v *visit) signIn(ctx context.Context) error {
	credentials := map[string]string{"login": v.target.Login, "password": v.target.Password}
	var session struct {
		Token string `json:"token"`
	}
	if err := v.call(ctx, http.MethodPost, "/v1/sessions", "", credentials, http.StatusCreated, &session); err != nil {
		return err
	}
	if session.Token == "" {
		return errors.New("the response has no token")
	}
	v.token = session.Token
	return nil
}

func (v *visit) readAccount(ctx context.Context) error {
	var me struct {
		Account struct {
			Login string `json:"login"`
		} `json:"account"`
	}
	if err := v.call(ctx, http.MethodGet, "/v1/me", v.token, nil, http.StatusOK, &me); err != nil {
		return err
	}
	if me.Account.Login != v.target.Login {
		return errors.New("the response is about another account")
	}
	return nil
}

func (v *visit) readGate(ctx context.Context) error {
	var gate struct {
		Domain string `json:"domain"`
		Open   bool   `json:"open"`
	}
	path := "/v1/gate/" + url.PathEscape(v.target.Domain)
	if err := v.call(ctx, http.MethodGet, path, v.target.GateToken, nil, http.StatusOK, &gate); err != nil {
		return err
	}
	if gate.Domain != v.target.Domain || !gate.Open {
		return fmt.Errorf("the gate of %q is open: %t; the gate of the probe's domain must be open", gate.Domain, gate.Open)
	}
	return nil
}

// beRefused checks that the session of a customer does not get what only hosting nodes get.
func (v *visit) beRefused(ctx context.Context) error {
	path := "/v1/gate/" + url.PathEscape(v.target.Domain)
	return v.call(ctx, http.MethodGet, path, v.token, nil, http.StatusForbidden, nil)
}

func (v *visit) signOut(ctx context.Context) error {
	return v.call(ctx, http.MethodDelete, "/v1/session", v.token, nil, http.StatusNoContent, nil)
}

// call sends a request and reads the response into answer, if it is not nil. It returns an error unless the response
// has the status. The error names the request's id, by which the log of the service has more.
func (v *visit) call(ctx context.Context, method, path, token string, body any, status int, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	var content io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, v.target.URL+path, content)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", "tenantry-probe")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := v.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != status {
		return fmt.Errorf("status %d, want %d (request %q)", response.StatusCode, status, response.Header.Get("X-Request-Id"))
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	if err != nil || answer == nil {
		return err
	}
	return json.Unmarshal(text, answer)
}
