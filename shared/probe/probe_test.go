package probe

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"tenantry/shared/metric"
)

// service answers the probe's requests. Its fields break it.
type service struct {
	status map[string]int    // the status of a request instead of the right one, by method and path
	body   map[string]string // the body of a response instead of the right one
	calls  []string
}

const (
	password = "a long password of the probe"
	session  = "session-token"
	gate     = "gate-token"
)

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call := r.Method + " " + r.URL.Path
	if r.Header.Get("Authorization") == "Bearer "+session && strings.HasPrefix(r.URL.Path, "/v1/gate/") {
		call += " by the customer"
	}
	s.calls = append(s.calls, call)
	w.Header().Set("X-Request-Id", "req-1")
	status, body := s.answer(r, call)
	if broken, found := s.status[call]; found {
		status = broken
	}
	if broken, found := s.body[call]; found {
		body = broken
	}
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

func (s *service) answer(r *http.Request, call string) (status int, body string) {
	token := r.Header.Get("Authorization")
	switch {
	case call == "GET /v1/health":
		return http.StatusOK, "{}"
	case call == "POST /v1/sessions":
		var in struct{ Login, Password string }
		if json.NewDecoder(r.Body).Decode(&in) != nil || in.Login != "probe" || in.Password != password {
			return http.StatusUnauthorized, "{}"
		}
		return http.StatusCreated, `{"token":"` + session + `"}`
	case call == "GET /v1/me" && token == "Bearer "+session:
		return http.StatusOK, `{"account":{"login":"probe"}}`
	case call == "GET /v1/gate/probe.example.com" && token == "Bearer "+gate:
		return http.StatusOK, `{"domain":"probe.example.com","open":true}`
	case call == "GET /v1/gate/probe.example.com by the customer":
		return http.StatusForbidden, "{}"
	case call == "DELETE /v1/session" && token == "Bearer "+session:
		return http.StatusNoContent, ""
	}
	return http.StatusNotFound, "{}"
}

func run(t *testing.T, s *service, readError error) (Result, []metric.Measurement, error) {
	t.Helper()
	server := httptest.NewServer(s)
	defer server.Close()
	seconds := 0
	probe := Probe{
		Client: server.Client(),
		Read: func(context.Context) (Target, error) {
			return Target{
				URL:       server.URL,
				Login:     "probe",
				Password:  password,
				GateToken: gate,
				Domain:    "probe.example.com",
			}, readError
		},
		Now: func() time.Time { seconds++; return time.Unix(int64(seconds), 0) },
	}
	ctx, recorder := metric.With(t.Context())
	result, err := probe.Run(ctx, "", struct{}{})
	return result, recorder.Measurements(), err
}

func TestProbeVisitsTheService(t *testing.T) {
	s := &service{}
	result, measured, err := run(t, s, nil)
	if err != nil || result != (Result{Duration: time.Second}) {
		t.Errorf("the result is %+v, %v; want success after a second", result, err)
	}
	want := []metric.Measurement{
		{Metric: metric.ProbeFailures, Values: []float64{0}}, {Metric: metric.ProbeDuration, Values: []float64{1000}},
	}
	if !reflect.DeepEqual(measured, want) {
		t.Errorf("measured %v, want %v", measured, want)
	}
	calls := strings.Join(s.calls, ", ")
	wantCalls := "GET /v1/health, POST /v1/sessions, GET /v1/me, GET /v1/gate/probe.example.com, " +
		"GET /v1/gate/probe.example.com by the customer, DELETE /v1/session"
	if calls != wantCalls {
		t.Errorf("called %s, want %s", calls, wantCalls)
	}
}

func TestProbeFindsWhatIsBroken(t *testing.T) {
	const gateCall = "GET /v1/gate/probe.example.com"
	for name, c := range map[string]struct {
		service   service
		readError error
		failed    string
	}{
		"no secret":              {readError: errors.New("denied"), failed: "secret"},
		"unhealthy":              {service: service{status: map[string]int{"GET /v1/health": 503}}, failed: "health"},
		"sign-in fails":          {service: service{status: map[string]int{"POST /v1/sessions": 500}}, failed: "sign-in"},
		"sign-in without token":  {service: service{body: map[string]string{"POST /v1/sessions": "{}"}}, failed: "sign-in"},
		"no JSON":                {service: service{body: map[string]string{"GET /v1/me": "<html>"}}, failed: "account"},
		"another account":        {service: service{body: map[string]string{"GET /v1/me": `{"account":{"login":"mary"}}`}}, failed: "account"},
		"gate closed":            {service: service{body: map[string]string{gateCall: `{"domain":"probe.example.com","open":false}`}}, failed: "gate"},
		"gate of another domain": {service: service{body: map[string]string{gateCall: `{"domain":"example.org","open":true}`}}, failed: "gate"},
		"gate open to customers": {service: service{status: map[string]int{gateCall + " by the customer": 200}}, failed: "refusal"},
		"session stays":          {service: service{status: map[string]int{"DELETE /v1/session": 500}}, failed: "sign-out"},
	} {
		t.Run(name, func(t *testing.T) {
			result, measured, err := run(t, &c.service, c.readError)
			if err == nil || result.Failed != c.failed || measured[0].Values[0] != 1 {
				t.Fatalf("the result is %+v, %v, measured %v; want a failure of %s", result, err, measured, c.failed)
			}
			for _, secret := range []string{password, session, gate} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error %q contains a secret", err)
				}
			}
		})
	}
}

func TestParseTargetNeedsAllMembers(t *testing.T) {
	whole := `{"url":"https://example.com","login":"probe","password":"p","gateToken":"g","domain":"d"}`
	if target, err := parseTarget(whole); err != nil || target.Domain != "d" {
		t.Errorf("got %+v, %v; want the target", target, err)
	}
	for _, name := range []string{"url", "login", "password", "gateToken", "domain"} {
		_, err := parseTarget(strings.Replace(whole, `"`+name+`"`, `"x"`, 1))
		if err == nil || err.Error() != "the secret has no "+name {
			t.Errorf("without %s: error %v", name, err)
		}
	}
	if _, err := parseTarget("s3cret"); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("error %v; want one that does not repeat the text", err)
	}
}
