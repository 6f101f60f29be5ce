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

// waiting is an operation that does nothing but wait for the end of its time, and then fails as finish says.
func waiting(finish func(ctx context.Context) error) httpapi.Operation {
	return httpapi.Public(httpapi.Spec{ID: "wait", Method: http.MethodGet, Path: "/v1/wait", Summary: "Wait", Tag: "Things"},
		func(ctx context.Context, _ httpapi.Call, _ *struct{}) (*listOut, error) { return nil, finish(ctx) })
}

func TestTheOperationEndsBeforeTheFunction(t *testing.T) {
	w := newWorld(t)
	function, cancel := context.WithDeadline(t.Context(), time.Now().Add(time.Hour))
	defer cancel()
	var given time.Time
	_, err := httpapi.Handler(w.config(), waiting(func(ctx context.Context) error {
		given, _ = ctx.Deadline()
		return ctx.Err()
	}))(function, request("GET", "/v1/wait"))
	end, _ := function.Deadline()
	if err != nil || end.Sub(given) != httpapi.Reserve {
		t.Errorf("the operation ends %s before the function, %v", end.Sub(given), err)
	}
}

func TestOutOfTimeIsAnsweredByTheFunction(t *testing.T) {
	for name, finish := range map[string]func(ctx context.Context) error{
		"an error of what it waited for": func(ctx context.Context) error {
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
				t.Errorf("answered %+v", response)
			}
			if line := w.log.String(); !strings.Contains(line, secret) || !strings.Contains(line, `"code":"unavailable"`) {
				t.Errorf("logged %s", line)
			}
		})
	}
}

// What an operation found out after its time is answered as ever.
func TestAnsweredInTheReserve(t *testing.T) {
	w := newWorld(t)
	function, cancel := context.WithDeadline(t.Context(), time.Now().Add(httpapi.Reserve))
	defer cancel()
	for finding, status := range map[error]int{nil: http.StatusOK, fault.New(fault.Conflict, "It is there."): http.StatusConflict} {
		op := httpapi.Public(httpapi.Spec{ID: "wait", Method: http.MethodGet, Path: "/v1/wait", Summary: "Wait", Tag: "Things"},
			func(ctx context.Context, _ httpapi.Call, _ *struct{}) (*listOut, error) {
				<-ctx.Done()
				return &listOut{}, finding
			})
		response, err := httpapi.Handler(w.config(), op)(function, request("GET", "/v1/wait"))
		if err != nil || response.StatusCode != status {
			t.Errorf("answered %+v, %v, want %d", response, err, status)
		}
	}
}

// sleepless cannot tell who calls before the time is over.
type sleepless struct{}

func (sleepless) Authenticate(ctx context.Context, _ access.Token) (access.Caller, error) {
	<-ctx.Done()
	return access.Caller{}, ctx.Err()
}

func TestOutOfTimeBeforeTheOperation(t *testing.T) {
	w := newWorld(t)
	cfg := w.config()
	cfg.Authenticator = sleepless{}
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
