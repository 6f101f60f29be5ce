package task_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"tenantry/shared/fault"
	"tenantry/shared/task"
)

// The invoker gets the code and the detail of a fault. The cause is in the log only.
func TestDirectHidesTheCauseOfAnError(t *testing.T) {
	const private = "table tenantry-table of ada@example.com"
	for name, c := range map[string]struct {
		err  error
		want string
		log  []string // texts in the log line

		causeless bool // the code says everything
	}{
		"an error of the storage": {
			errors.New(private), "internal: The invocation failed. The function's log has the cause.",
			[]string{`"level":"ERROR"`, private},
			false,
		},
		"an error that wraps it": {
			fmt.Errorf("found: %w", errors.New(private)),
			"internal: The invocation failed. The function's log has the cause.",
			[]string{`"level":"ERROR"`, private},
			false,
		},
		"a fault with a cause": {
			fault.Because(errors.New(private), fault.Unavailable, "The storage is not responding at the moment. Try again later."),
			"unavailable: The storage is not responding at the moment. Try again later.",
			[]string{`"code":"unavailable"`, private},
			false,
		},
		"an error that wraps a fault": {
			fmt.Errorf("%s: %w", private, fault.New(fault.Conflict, "There is one already.")),
			"conflict: There is one already.",
			[]string{`"code":"conflict"`, private + ": conflict: There is one already."},
			false,
		},
		"a fault of fields": {
			fault.Invalid(fault.Field{Pointer: "/login", Code: "required", Detail: "This is required."}),
			"invalid-request: Some values in the request are not allowed. See errors for details. /login: This is required.",
			[]string{`"code":"invalid-request"`},
			true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			config, log := config("createAdministrator")
			fail := func(context.Context, string, string) (string, error) { return "", c.err }
			_, err := task.Direct(config, fail)(t.Context(), "in")
			if err == nil || err.Error() != c.want {
				t.Errorf("the invoker gets %v, want %s", err, c.want)
			}
			// Lambda sends the invoker the texts of the error and of all errors that it wraps.
			if errors.Is(err, c.err) || errors.Unwrap(err) != nil {
				t.Errorf("the invoker gets %#v, want no wrapped error", err)
			}
			line := log.String()
			for _, text := range c.log {
				if strings.Count(line, "\n") != 1 || !strings.Contains(line, text) {
					t.Errorf("logged %s, want one line with %s", line, text)
				}
			}
			if c.causeless && strings.Contains(line, `"error"`) {
				t.Errorf("logged %s, want no error besides the code", line)
			}
		})
	}
}

func TestDirectReturnsTheOutput(t *testing.T) {
	config, log := config("createAdministrator")
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "req-1"})
	join := func(_ context.Context, requestID, in string) (string, error) { return requestID + " " + in, nil }
	out, err := task.Direct(config, join)(ctx, "in")
	if err != nil || out != "req-1 in" || !strings.Contains(log.String(), `"requestId":"req-1"`) {
		t.Errorf("got %q, %v, logged %s; want the request id in the output and the log", out, err, log)
	}
}

// A sweep returns errors that name its entries and may contain faults. The log must name the entries.
func TestDirectLogsWhatIsAroundAFault(t *testing.T) {
	outage := fault.Because(errors.New("timeout"), fault.Unavailable, "Try again later.")
	for want, err := range map[string]error{
		`"error":"timeout"`:             outage,
		`"error":"subscription sub_1: `: errors.Join(fmt.Errorf("subscription sub_1: %w", outage), errors.New("broken")),
		`"code":"conflict"}`:            fault.New(fault.Conflict, "There is one already."),
	} {
		config, log := config("sweepDue")
		fail := func(context.Context, string, string) (string, error) { return "", err }
		_, _ = task.Direct(config, fail)(t.Context(), "in")
		if !strings.Contains(log.String(), want) {
			t.Errorf("logged %s, want %s", log, want)
		}
	}
}

// counted is an output that the log shows.
type counted int

func (c counted) LogValue() slog.Value { return slog.GroupValue(slog.Int("done", int(c))) }

// The outcome is logged, also if there is an error.
func TestDirectLogsItsOutcome(t *testing.T) {
	config, log := config("sweepDue")
	fails := error(nil)
	handle := task.Direct(config, func(context.Context, string, struct{}) (counted, error) { return 7, fails })
	for _, fails = range []error{nil, errors.New("broken")} {
		log.Reset()
		if _, err := handle(t.Context(), struct{}{}); (err != nil) != (fails != nil) {
			t.Errorf("got %v, want an error: %t", err, fails != nil)
		}
		if line := log.String(); !strings.Contains(line, `"outcome":{"done":7}`) ||
			strings.Contains(line, "broken") != (fails != nil) {
			t.Errorf("logged %s, want the outcome and the error %v", line, fails)
		}
	}
}
