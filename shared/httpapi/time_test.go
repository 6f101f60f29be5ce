package httpapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// waiting returns an operation that calls finish, which can wait for the deadline, and returns its error.
func waiting(finish func(ctx context.Context) error) httpapi.Endpoint {
	return httpapi.Public(
		httpapi.Spec{ID: "wait", Method: http.MethodGet, Path: "/v1/wait", Summary: "Wait", Tag: "Things"},
		func(ctx context.Context, _ httpapi.Call, _ *struct{}) (*listOut, error) { return nil, finish(ctx) },
	)
}

func TestDeadlineOfTheOperationIsBeforeTheFunctions(t *testing.T) {
	w := newWorld(t)
	function, cancel := context.WithDeadline(t.Context(), time.Now().Add(time.Hour))
	defer cancel()
	var deadline time.Time
	_, err := httpapi.Handler(w.config(), waiting(func(ctx context.Context) error {
		deadline, _ = ctx.Deadline()
		return ctx.Err()
	}))(function, request("GET", "/v1/wait"))
	end, _ := function.Deadline()
	if err != nil || end.Sub(deadline) != httpapi.Reserve {
		t.Errorf("the operation ends %s before the function, %v, want %s", end.Sub(deadline), err, httpapi.Reserve)
	}
}

func TestOperationOutOfTimeBecomesAProblem(t *testing.T) {
	for name, finish := range map[string]func(ctx context.Context) error{
		"an error of a call": func(ctx context.Context) error {
			<-ctx.Done()
			return fmt.Errorf("https://%s: %w", secret, ctx.Err())
		},
		"a fault of the store": func(ctx context.Context) error {
			<-ctx.Done()
			return fault.Because(errors.New(secret), fault.Unavailable, "The storage is not responding at the moment. Try again later.")
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			function, cancel := context.WithDeadline(t.Context(), time.Now().Add(httpapi.Reserve))
			defer cancel()
			response, err := httpapi.Handler(w.config(), waiting(finish))(function, request("GET", "/v1/wait"))
			if err != nil {
				t.Fatal(err)
			}
			wantProblem(t, response, http.StatusServiceUnavailable, "unavailable")
			if response.Headers["Retry-After"] != "1" || strings.Contains(response.Body, secret) {
				t.Errorf("got %+v, want Retry-After 1 and no text of the error", response)
			}
			if line := w.log.String(); !strings.Contains(line, secret) || !strings.Contains(line, `"code":"unavailable"`) {
				t.Errorf("got the log %s, want the error and the code unavailable", line)
			}
		})
	}
}

// An operation that returns a result or a fault after its deadline has the normal response.
func TestResultAfterTheDeadlineIsReturned(t *testing.T) {
	w := newWorld(t)
	function, cancel := context.WithDeadline(t.Context(), time.Now().Add(httpapi.Reserve))
	defer cancel()
	for result, status := range map[error]int{nil: http.StatusOK, fault.New(fault.Conflict, "The thing already exists."): http.StatusConflict} {
		op := httpapi.Public(
			httpapi.Spec{ID: "wait", Method: http.MethodGet, Path: "/v1/wait", Summary: "Wait", Tag: "Things"},
			func(ctx context.Context, _ httpapi.Call, _ *struct{}) (*listOut, error) {
				<-ctx.Done()
				return &listOut{}, result
			},
		)
		response, err := httpapi.Handler(w.config(), op)(function, request("GET", "/v1/wait"))
		if err != nil || response.StatusCode != status {
			t.Errorf("got %+v, %v, want %d", response, err, status)
		}
	}
}

// hanging is an Authenticator that does not respond before the deadline.
type hanging struct{}

func (hanging) Authenticate(ctx context.Context, _ access.Token) (access.Caller, error) {
	<-ctx.Done()
	return access.Caller{}, ctx.Err()
}

func TestAuthenticationOutOfTimeBecomesAProblem(t *testing.T) {
	w := newWorld(t)
	cfg := w.config()
	cfg.Authenticator = hanging{}
	function, cancel := context.WithDeadline(t.Context(), time.Now().Add(httpapi.Reserve))
	defer cancel()
	response, err := httpapi.Handler(cfg, w.get())(function, request("GET", "/v1/things/t1", bearer(w.reseller)))
	if err != nil {
		t.Fatal(err)
	}
	wantProblem(t, response, http.StatusServiceUnavailable, "unavailable")
	if w.in != nil {
		t.Error("the operation was called")
	}
}
